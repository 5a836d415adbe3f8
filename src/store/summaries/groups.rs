//! Countries, areas, providers and technologies, each from its schools' own summaries.

use chrono::{DateTime, NaiveDate, Utc};
use deadpool_postgres::{GenericClient, Transaction};

use super::columns;
use crate::{
    domain::{area::CountryCode, school::SchoolId, summary::Period},
    store::{StoreError, query::sql},
};

/// Says that the groups of these schools must be summarised again for these spans.
pub(super) async fn mark(
    tx: &Transaction<'_>,
    wanted: &[(SchoolId, Period, NaiveDate)],
) -> Result<(), StoreError> {
    let (schools, periods, starts) = columns(wanted);
    sql!("dirty_group_period_mark")
        .execute(tx, &[&schools, &periods, &starts])
        .await
        .map(drop)
}

/// Says that the schools of a country came, went, moved or have another provider.
pub async fn mark_country(
    db: &impl GenericClient,
    country: &CountryCode,
) -> Result<(), StoreError> {
    sql!("dirty_group_period_all")
        .execute(db, &[&country.as_str()])
        .await
        .map(drop)
}

/// Summarises the groups of one country for one span that is due before `due`; whether there was one.
pub async fn summarise(tx: &Transaction<'_>, due: DateTime<Utc>) -> Result<bool, StoreError> {
    let taken = sql!("dirty_group_period_take").maybe(tx, &[&due]).await?;
    let Some(taken) = taken else {
        return Ok(false);
    };
    let country: &str = taken.get("country_code");
    let period: &str = taken.get("period");
    let starts_on: NaiveDate = taken.get("starts_on");
    // A group that has no school any longer has no row either.
    sql!("group_forget")
        .execute(tx, &[&country, &period, &starts_on])
        .await?;
    sql!("group_summarise")
        .execute(tx, &[&country, &period, &starts_on])
        .await?;
    Ok(true)
}
