//! What countries ask of their probes, and when their schools are closed.

use chrono::NaiveDate;
use deadpool_postgres::GenericClient;
use tokio_postgres::Row;

use super::{StoreError, query::sql, summaries};
use crate::domain::{
    area::CountryCode,
    policy::{Holiday, ProbePolicy},
};

/// A country's wishes; the usual if it has none.
pub async fn of_country(db: &impl GenericClient, country: &str) -> Result<ProbePolicy, StoreError> {
    let query = sql!(
        "probe_policy_find",
        "SELECT * FROM probe_policy WHERE country_code = $1"
    );
    let Some(row) = query.maybe(db, &[&country]).await? else {
        return Ok(ProbePolicy::default());
    };
    let sync: (Option<_>, Option<_>) = (row.get("sync_from"), row.get("sync_to"));
    Ok(ProbePolicy {
        budget_mb_per_month: row.get("budget_mb_per_month"),
        budget_mb_per_day: row.get("budget_mb_per_day"),
        presence_target: row.get("presence_target"),
        sync: sync.0.zip(sync.1),
        page_targets: row.get("page_targets"),
        mlab: row.get("mlab"),
        proxy: row.get("proxy"),
    })
}

/// The spans without school of a row that has them as `first_days` and `last_days`.
pub(super) fn closed(row: &Row) -> Vec<(NaiveDate, NaiveDate)> {
    let (first, last): (Vec<NaiveDate>, Vec<NaiveDate>) =
        (row.get("first_days"), row.get("last_days"));
    first.into_iter().zip(last).collect()
}

/// Changes a country's wishes.
pub async fn put(
    db: &impl GenericClient,
    country: &CountryCode,
    policy: &ProbePolicy,
) -> Result<(), StoreError> {
    let (from, to) = policy.sync.unzip();
    sql!("probe_policy_put")
        .execute(
            db,
            &[
                &country.as_str(),
                &policy.budget_mb_per_month,
                &policy.budget_mb_per_day,
                &policy.presence_target,
                &from,
                &to,
                &policy.page_targets,
                &policy.mlab,
                &policy.proxy,
            ],
        )
        .await
        .map(drop)
}

/// A country's holidays of the last and the coming years, in order.
pub async fn holidays(db: &impl GenericClient, country: &str) -> Result<Vec<Holiday>, StoreError> {
    let query = sql!(
        "holiday_list",
        "SELECT first_day, last_day, name FROM holiday
         WHERE country_code = $1 AND last_day > (now() - interval '500 days')::date
         ORDER BY first_day, name LIMIT 1000"
    );
    let rows = query.rows(db, &[&country]).await?;
    let holiday = |row: &Row| Holiday {
        first_day: row.get("first_day"),
        last_day: row.get("last_day"),
        name: row.get("name"),
    };
    Ok(rows.iter().map(holiday).collect())
}

/// Adds a holiday, or moves the end of the one that begins on that day under that name. Its days are
/// summarised again.
pub async fn add_holiday(
    db: &impl GenericClient,
    country: &CountryCode,
    holiday: &Holiday,
) -> Result<(), StoreError> {
    let known = sql!(
        "holiday_known",
        "SELECT last_day FROM holiday WHERE country_code = $1 AND name = $2 AND first_day = $3"
    )
    .maybe(db, &[&country.as_str(), &holiday.name, &holiday.first_day])
    .await?;
    let known: Option<NaiveDate> = known.map(|row| row.get("last_day"));
    let last_day = known.unwrap_or(holiday.last_day).max(holiday.last_day);
    summaries::mark_calendar(db, country, holiday.first_day, last_day).await?;
    sql!(
        "holiday_add",
        "INSERT INTO holiday (country_code, name, first_day, last_day) VALUES ($1, $2, $3, $4)
         ON CONFLICT (country_code, first_day, name) DO UPDATE SET last_day = excluded.last_day"
    )
    .execute(
        db,
        &[
            &country.as_str(),
            &holiday.name,
            &holiday.first_day,
            &holiday.last_day,
        ],
    )
    .await
    .map(drop)
}

/// Takes the holidays away that begin on this day; how many there were. Their days are summarised again.
pub async fn remove_holiday(
    db: &impl GenericClient,
    country: &CountryCode,
    first_day: NaiveDate,
) -> Result<usize, StoreError> {
    let removed = sql!(
        "holiday_remove",
        "DELETE FROM holiday WHERE country_code = $1 AND first_day = $2 RETURNING last_day"
    )
    .rows(db, &[&country.as_str(), &first_day])
    .await?;
    let last_days = removed.iter().map(|row| row.get("last_day"));
    if let Some(last_day) = last_days.max() {
        summaries::mark_calendar(db, country, first_day, last_day).await?;
    }
    Ok(removed.len())
}
