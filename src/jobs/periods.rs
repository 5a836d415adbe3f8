//! Weeks and months of schools, and days, weeks and months of countries, areas, providers and technologies
//! are summarised a while after the days of their schools.

use chrono::{DateTime, Utc};

use super::Outcome;
use crate::store::{
    Store, StoreError,
    summaries::{groups, periods},
};

/// Weeks and months of one step: a month of path checks each.
const BATCH: i64 = 200;

/// Summarises some weeks and months that are due before `due`, and the groups of one country for one span.
pub async fn step(store: &Store, due: DateTime<Utc>) -> Result<Outcome, StoreError> {
    let failed = |error| StoreError::query("summarise_periods", error);
    let mut client = store.client().await?;
    let tx = client.transaction().await.map_err(failed)?;
    let summarised = periods::summarise(&tx, BATCH, due).await?;
    tx.commit().await.map_err(failed)?;
    let tx = client.transaction().await.map_err(failed)?;
    let grouped = groups::summarise(&tx, due).await?;
    tx.commit().await.map_err(failed)?;
    Ok(if summarised > 0 || grouped {
        Outcome::Worked
    } else {
        Outcome::Idle
    })
}

/// Until nothing is due before `due`.
pub async fn run_until_idle(store: &Store, due: DateTime<Utc>) -> Result<(), StoreError> {
    while step(store, due).await? == Outcome::Worked {}
    Ok(())
}
