//! A window moves by itself: verdicts are renewed even where nothing is reported.

use chrono::{DateTime, TimeDelta, Utc};

use super::Outcome;
use crate::store::{Store, StoreError, changes, statuses};

/// A verdict on a measured school is renewed when it is older than this.
const OUTDATED_AFTER: TimeDelta = TimeDelta::hours(1);
/// Schools of one step.
const BATCH: i64 = 500;

/// Renews the oldest verdicts.
pub async fn step(store: &Store, now: DateTime<Utc>) -> Result<Outcome, StoreError> {
    let mut client = store.client().await?;
    let tx = client
        .transaction()
        .await
        .map_err(|e| StoreError::query("status_refresh", e))?;
    let schools = statuses::outdated(&tx, now - OUTDATED_AFTER, BATCH).await?;
    if schools.is_empty() {
        return Ok(Outcome::Idle);
    }
    statuses::recompute(&tx, &schools, now).await?;
    changes::announce(&tx, &schools).await?;
    tx.commit()
        .await
        .map_err(|e| StoreError::query("status_refresh", e))?;
    Ok(Outcome::Worked)
}
