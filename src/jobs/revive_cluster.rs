//! A private database that died, or was killed, is started again.

use std::sync::Arc;

use super::Outcome;
use crate::store::{StoreError, private_cluster::PrivateCluster};

/// Looks whether the cluster runs, and starts it if not.
pub async fn step(cluster: &Arc<PrivateCluster>) -> Result<Outcome, StoreError> {
    let cluster = Arc::clone(cluster);
    let revived = tokio::task::spawn_blocking(move || cluster.revive()).await;
    match revived {
        Ok(Ok(false)) => Ok(Outcome::Idle),
        Ok(Ok(true)) => {
            tracing::warn!("the private database had died; it runs again");
            Ok(Outcome::Idle)
        }
        Ok(Err(error)) => Err(StoreError::Unavailable {
            reason: error.to_string(),
        }),
        Err(error) => Err(StoreError::Unavailable {
            reason: error.to_string(),
        }),
    }
}
