//! School-days, made again from raw rows: exact and idempotent.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use deadpool_postgres::{GenericClient, Transaction};
use uuid::Uuid;

use super::{StoreError, query::sql};
use crate::domain::school::SchoolId;

/// What waits to be summarised.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Backlog {
    /// Marks of school-days, some of the same day.
    pub marks: i64,
    /// Seconds for which the first of them has been due.
    pub overdue_s: f64,
}

/// What waits to be summarised.
pub async fn backlog(db: &impl GenericClient) -> Result<Backlog, StoreError> {
    let row = sql!(
        "dirty_school_day_backlog",
        "SELECT count(*) AS marks,
                greatest(0, extract(epoch FROM now() - min(due_at)))::float8 AS overdue_s
         FROM dirty_school_day"
    )
    .one(db, &[])
    .await?;
    Ok(Backlog {
        marks: row.get("marks"),
        overdue_s: row.get("overdue_s"),
    })
}

/// Summarises at most `limit` dirty school-days and returns them.
///
/// The marks are taken with `SKIP LOCKED`, so that several servers share the work. Whoever reports only
/// adds marks: what is marked while a day is being summarised stays, and is summarised again.
pub async fn summarise(
    tx: &Transaction<'_>,
    limit: i64,
) -> Result<BTreeSet<(SchoolId, NaiveDate)>, StoreError> {
    let taken = sql!("dirty_school_day_take").rows(tx, &[&limit]).await?;
    let dirty: BTreeSet<(SchoolId, NaiveDate)> = taken
        .iter()
        .map(|row| (SchoolId(row.get("school_id")), row.get("day")))
        .collect();
    if dirty.is_empty() {
        return Ok(dirty);
    }
    let (schools, days): (Vec<Uuid>, Vec<NaiveDate>) =
        dirty.iter().map(|(school, day)| (school.0, *day)).unzip();
    sql!("school_day_summarise")
        .execute(tx, &[&schools, &days])
        .await?;
    Ok(dirty)
}
