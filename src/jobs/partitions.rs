//! Next months' partitions are made ahead, long before the first row wants one; what Giga Meter's records
//! were recognised by is forgotten once it is older than anything that is taken as a measurement.

use chrono::{DateTime, TimeDelta, Utc};

use super::Outcome;
use crate::store::{Store, StoreError, giga_meter, migrations};

/// Nothing older than 400 days is taken as a measurement.
const REMEMBERED: TimeDelta = TimeDelta::days(401);

/// Makes what is missing, and forgets some of what is old.
pub async fn step(store: &Store, now: DateTime<Utc>) -> Result<Outcome, StoreError> {
    let client = store.client().await?;
    let made = migrations::ensure_partitions(&client).await?;
    if made > 0 {
        tracing::info!(made, "made partitions ahead");
    }
    let forgotten = giga_meter::forget(&client, now - REMEMBERED).await?;
    Ok(if forgotten > 0 {
        Outcome::Worked
    } else {
        Outcome::Idle
    })
}
