//! Summaries of schools by day, week and month, and of groups of schools: made again from raw rows, exact
//! and idempotent.
//!
//! A school-day is made of raw rows when a report marked it; its week and its month are made of raw rows
//! too, a while later; countries, areas, providers and technologies of the rows of their schools.

pub mod groups;
mod open_hours;
pub mod periods;
mod rows;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use deadpool_postgres::{GenericClient, Transaction};
use uuid::Uuid;

use super::{StoreError, query::sql};
use crate::domain::{area::CountryCode, school::SchoolId, summary::Period};

/// What waits at one stage of summarising.
#[derive(Debug, Clone, PartialEq)]
pub struct Backlog {
    /// `school_days`, `school_periods` or `groups`.
    pub stage: String,
    /// Marks; of school-days there may be several of the same day.
    pub marks: i64,
    /// Seconds for which the first of them has been due.
    pub overdue_s: f64,
}

/// What waits to be summarised, by stage.
pub async fn backlog(db: &impl GenericClient) -> Result<Vec<Backlog>, StoreError> {
    let rows = sql!("summary_backlog").rows(db, &[]).await?;
    let waiting = rows.iter().map(|row| Backlog {
        stage: row.get("stage"),
        marks: row.get("marks"),
        overdue_s: row.get("overdue_s"),
    });
    Ok(waiting.collect())
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
    let days: BTreeSet<(SchoolId, NaiveDate)> = taken
        .iter()
        .map(|row| (SchoolId(row.get("school_id")), row.get("day")))
        .collect();
    if days.is_empty() {
        return Ok(days);
    }
    let wanted: Vec<_> = days
        .iter()
        .map(|(school, day)| (*school, Period::Day, *day))
        .collect();
    rows::write(tx, &wanted).await?;
    periods::mark(tx, &days).await?;
    groups::mark(tx, &wanted).await?;
    Ok(days)
}

/// Says that everything of which raw rows are kept is to be summarised again; of one country, or of all.
/// Returns how many school-days that are.
pub async fn mark_everything(
    db: &impl GenericClient,
    country: Option<&CountryCode>,
) -> Result<u64, StoreError> {
    let country = country.map(CountryCode::as_str);
    sql!("dirty_school_day_everything")
        .execute(db, &[&country])
        .await
}

/// Says that the school-days of a country in a span are to be summarised again, since its opening hours
/// are others now.
pub async fn mark_calendar(
    db: &impl GenericClient,
    country: &CountryCode,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<u64, StoreError> {
    sql!("dirty_school_day_calendar")
        .execute(db, &[&country.as_str(), &first, &last])
        .await
}

/// Columns of what is wanted, as `unnest` takes them.
fn columns(
    wanted: &[(SchoolId, Period, NaiveDate)],
) -> (Vec<Uuid>, Vec<&'static str>, Vec<NaiveDate>) {
    let mut columns = (vec![], vec![], vec![]);
    for (school, period, starts_on) in wanted {
        columns.0.push(school.0);
        columns.1.push(period.slug());
        columns.2.push(*starts_on);
    }
    columns
}
