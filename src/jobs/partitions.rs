//! Next months' partitions are made ahead, long before the first row wants one.

use super::Outcome;
use crate::store::{Store, StoreError, migrations};

/// Makes what is missing.
pub async fn step(store: &Store) -> Result<Outcome, StoreError> {
    let client = store.client().await?;
    let made = migrations::ensure_partitions(&client).await?;
    if made > 0 {
        tracing::info!(made, "made partitions ahead");
    }
    Ok(Outcome::Idle)
}
