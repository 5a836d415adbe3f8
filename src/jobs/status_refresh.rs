//! A window moves by itself: verdicts are renewed even where nothing is reported. Past weeks are judged
//! again where late data came, and each week remembers the verdicts that stand.

use chrono::{DateTime, TimeDelta, Utc};

use super::Outcome;
use crate::store::{Store, StoreError, changes, status_history, statuses};

/// A verdict on a measured school is renewed when it is older than this.
const OUTDATED_AFTER: TimeDelta = TimeDelta::hours(1);
/// Schools of one step.
const BATCH: i64 = 500;
/// Schools of one step whose verdict stands from one week to the next.
const STANDING: i64 = 10_000;

/// Renews the oldest verdicts.
pub async fn step(store: &Store, now: DateTime<Utc>) -> Result<Outcome, StoreError> {
    let mut client = store.client().await?;
    let tx = client
        .transaction()
        .await
        .map_err(|e| StoreError::query("status_refresh", e))?;
    let schools = statuses::outdated(&tx, now - OUTDATED_AFTER, BATCH).await?;
    // The present first: a page shows it.
    let worked = if schools.is_empty() {
        status_history::rejudge_weeks(&tx, BATCH).await?
            || status_history::stand(&tx, now, STANDING).await?
    } else {
        statuses::recompute(&tx, &schools, now).await?;
        changes::announce(&tx, &schools).await?;
        true
    };
    tx.commit()
        .await
        .map_err(|e| StoreError::query("status_refresh", e))?;
    Ok(if worked {
        Outcome::Worked
    } else {
        Outcome::Idle
    })
}
