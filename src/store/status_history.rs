//! Statuses week by week: what each ISO week ended with, and how late data heals weeks that are over.
//! Judges nothing itself.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use deadpool_postgres::{GenericClient, Transaction};
use tokio_postgres::Row;
use uuid::Uuid;

use super::{
    StoreError,
    query::{Query, sql},
    schools, statuses,
    statuses::Judged,
};
use crate::domain::{
    area::CountryCode, benchmark::RuleSetId, school::SchoolId, status::Status, status_week::code_of,
};

/// Writes the statuses into the week that `at` lies in, local time; nothing where it says so already.
pub async fn record(
    tx: &Transaction<'_>,
    judged: &[Judged],
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let statuses = judged.iter().map(|judged| (judged.school, judged.status));
    write(tx, statuses, at, false).await
}

async fn write(
    tx: &Transaction<'_>,
    statuses: impl Iterator<Item = (SchoolId, Status)>,
    at: DateTime<Utc>,
    only_where_nothing_is: bool,
) -> Result<(), StoreError> {
    let (ids, codes): (Vec<Uuid>, Vec<i32>) = statuses
        .map(|(school, status)| (school.0, i32::from(code_of(status))))
        .unzip();
    if ids.is_empty() {
        return Ok(());
    }
    sql!("status_history_change")
        .execute(tx, &[&ids, &codes, &at, &only_where_nothing_is])
        .await?;
    sql!("status_history_begin")
        .execute(tx, &[&ids, &codes, &at])
        .await
        .map(drop)
}

/// Marks the weeks that were over at `now` and whose window holds one of these days, to be judged again.
/// Weeks whose window reaches back beyond the raw tests that are kept stay as they are.
pub async fn mark_weeks(
    tx: &Transaction<'_>,
    days: &BTreeSet<(SchoolId, NaiveDate)>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (schools, days): (Vec<Uuid>, Vec<NaiveDate>) =
        days.iter().map(|(school, day)| (school.0, *day)).unzip();
    sql!("dirty_status_week_mark")
        .execute(tx, &[&schools, &days, &now])
        .await
        .map(drop)
}

/// Judges at most `limit` marked school-weeks again, each as at its end: by the tests of the window before
/// it and the rule set in force then. False if none was marked.
pub async fn rejudge_weeks(tx: &Transaction<'_>, limit: i64) -> Result<bool, StoreError> {
    let rows = sql!("dirty_status_week_take").rows(tx, &[&limit]).await?;
    let mut ends: BTreeMap<DateTime<Utc>, Vec<SchoolId>> = BTreeMap::new();
    for row in &rows {
        let schools = ends.entry(row.get("ends_at")).or_default();
        schools.push(SchoolId(row.get("school_id")));
    }
    for (ends_at, schools) in ends {
        let judged = statuses::judged(tx, &schools, ends_at, false).await?;
        record(tx, &judged, ends_at).await?;
    }
    Ok(!rows.is_empty())
}

/// A verdict that nothing changes is not written anew, yet it stands: records it for the week of `now`
/// for the next `limit` schools of a country that are still to be gone through. False if none are.
pub async fn stand(
    tx: &Transaction<'_>,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<bool, StoreError> {
    const STANDING: Query = sql!("status_history_standing");
    sql!("status_history_countries")
        .execute(tx, &[&now])
        .await?;
    let next = sql!("status_history_next").maybe(tx, &[&now]).await?;
    let Some(next) = next else {
        return Ok(false);
    };
    let country: &str = next.get("country_code");
    let after: Option<Uuid> = next.get("after");
    let rows = STANDING.rows(tx, &[&country, &after, &limit]).await?;
    let standing = |row: &Row| Ok((SchoolId(row.get("id")), schools::status(STANDING, row)?));
    let standing: Vec<_> = rows
        .iter()
        .map(standing)
        .collect::<Result<_, StoreError>>()?;
    let done = i64::try_from(standing.len()).is_ok_and(|schools| schools < limit);
    let last = standing.last().map(|(school, _)| school.0).or(after);
    write(tx, standing.into_iter(), now, true).await?;
    sql!("status_history_progress")
        .execute(tx, &[&country, &now, &last, &done])
        .await?;
    Ok(true)
}

/// Schools were added: the country's are gone through again this week.
pub(super) async fn begin_again(
    db: &impl GenericClient,
    country: &CountryCode,
) -> Result<(), StoreError> {
    sql!(
        "status_history_begin_again",
        "UPDATE status_history_progress SET after = NULL, done = false WHERE country_code = $1"
    )
    .execute(db, &[&country.as_str()])
    .await
    .map(drop)
}

/// The years of a school's history, merged or not: one byte an ISO week. `None` where there is no such
/// school.
pub async fn years(
    db: &impl GenericClient,
    school: SchoolId,
    years: (i16, i16),
) -> Result<Option<(CountryCode, BTreeMap<i16, Vec<u8>>)>, StoreError> {
    const QUERY: Query = sql!("status_history_years");
    let rows = QUERY.rows(db, &[&school.0, &years.0, &years.1]).await?;
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    let code: &str = first.get("country_code");
    let code =
        CountryCode::new(code).ok_or_else(|| QUERY.unexpected(format!("country {code:?}")))?;
    let year = |row: &Row| Some((row.get::<_, Option<i16>>("year")?, row.get("weeks")));
    Ok(Some((code, rows.iter().filter_map(year).collect())))
}

/// The rule set that a country judged by on each of these local days, in their order.
pub async fn rule_sets(
    db: &impl GenericClient,
    country: &CountryCode,
    days: &[NaiveDate],
) -> Result<Vec<RuleSetId>, StoreError> {
    let rows = sql!("benchmark_on_days")
        .rows(db, &[&country.as_str(), &days])
        .await?;
    let id = |row: &Row| RuleSetId {
        rule_set: row.get("rule_set"),
        version: row.get("version"),
    };
    Ok(rows.iter().map(id).collect())
}
