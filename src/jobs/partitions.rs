//! Partitions are made ahead, long before the first row wants one, and dropped when all their rows are
//! older than what is kept; what else is older than any measurement is forgotten.

use chrono::{DateTime, Utc};

use super::Outcome;
use crate::store::{Store, StoreError, giga_meter, retention};

/// Makes what is missing, drops one partition, and forgets some of what is old.
pub async fn step(store: &Store, now: DateTime<Utc>) -> Result<Outcome, StoreError> {
    let client = store.client().await?;
    let made = retention::ensure_partitions(&client).await?;
    if made > 0 {
        tracing::info!(made, "made partitions ahead");
    }
    let dropped = retention::drop_outdated_partition(&client).await?;
    if let Some(partition) = &dropped {
        tracing::info!(partition, "dropped what is older than what is kept");
    }
    // Nothing is recognised by what is older than any measurement.
    let kept_since = retention::kept(&client).await?.speed_tests_since.min(now);
    let forgotten = giga_meter::forget(&client, kept_since).await?
        + retention::forget_rejected(&client, kept_since).await?;
    Ok(if dropped.is_some() || forgotten > 0 {
        Outcome::Worked
    } else {
        Outcome::Idle
    })
}
