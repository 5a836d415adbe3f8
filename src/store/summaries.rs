//! School-days, made again from raw rows: exact and idempotent.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use deadpool_postgres::Transaction;
use uuid::Uuid;

use super::{StoreError, query::sql};
use crate::domain::school::SchoolId;

/// Summarises at most `limit` dirty school-days and returns their schools.
///
/// The marks are taken with `SKIP LOCKED`, so that several servers share the work, and removed
/// only if nothing was added to their day meanwhile.
pub async fn summarise(tx: &Transaction<'_>, limit: i64) -> Result<BTreeSet<SchoolId>, StoreError> {
    let taken = sql!("dirty_school_day_take").rows(tx, &[&limit]).await?;
    let schools: Vec<Uuid> = taken.iter().map(|row| row.get("school_id")).collect();
    let days: Vec<NaiveDate> = taken.iter().map(|row| row.get("day")).collect();
    let marks: Vec<DateTime<Utc>> = taken.iter().map(|row| row.get("marked_at")).collect();
    if schools.is_empty() {
        return Ok(BTreeSet::new());
    }
    sql!("school_day_summarise")
        .execute(tx, &[&schools, &days])
        .await?;
    sql!("dirty_school_day_clear")
        .execute(tx, &[&schools, &days, &marks])
        .await?;
    Ok(schools.into_iter().map(SchoolId).collect())
}
