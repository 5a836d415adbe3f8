//! Weeks and months of schools.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use deadpool_postgres::{GenericClient, Transaction};

use super::{columns, groups, rows};
use crate::{
    domain::{school::SchoolId, summary::Period},
    store::{
        StoreError,
        query::{Query, sql},
    },
};

/// Says that the weeks and months of these days must be summarised again.
pub(super) async fn mark(
    tx: &Transaction<'_>,
    days: &BTreeSet<(SchoolId, NaiveDate)>,
) -> Result<(), StoreError> {
    let schools: Vec<_> = days.iter().map(|(school, _)| school.0).collect();
    let days: Vec<_> = days.iter().map(|(_, day)| *day).collect();
    sql!("dirty_school_period_mark")
        .execute(tx, &[&schools, &days])
        .await
        .map(drop)
}

/// Summarises at most `limit` weeks and months that are due before `due`; how many there were.
pub async fn summarise(
    tx: &Transaction<'_>,
    limit: i64,
    due: DateTime<Utc>,
) -> Result<usize, StoreError> {
    const QUERY: Query = sql!("dirty_school_period_take");
    let mut wanted = vec![];
    for row in QUERY.rows(tx, &[&limit, &due]).await? {
        let period: &str = row.get("period");
        let period = Period::from_slug(period)
            .ok_or_else(|| QUERY.unexpected(format!("the period {period:?}")))?;
        let school = SchoolId(row.get("school_id"));
        wanted.push((school, period, row.get::<_, NaiveDate>("starts_on")));
    }
    if wanted.is_empty() {
        return Ok(0);
    }
    wanted.sort_unstable();
    wanted.dedup();
    rows::write(tx, &wanted).await?;
    forget_empty(tx, &wanted).await?;
    groups::mark(tx, &wanted).await?;
    Ok(wanted.len())
}

/// A week whose every day went to another school has no summary.
async fn forget_empty(
    db: &impl GenericClient,
    wanted: &[(SchoolId, Period, NaiveDate)],
) -> Result<(), StoreError> {
    let (schools, periods, starts) = columns(wanted);
    sql!("school_period_empty")
        .execute(db, &[&schools, &periods, &starts])
        .await
        .map(drop)
}
