//! What happens without being asked. Each job is a `step()` that does one bounded piece of work
//! and says whether there was any; one loop runs them all. Must not know HTTP.

pub mod atlas_refresh;
pub mod partitions;
pub mod periods;
pub mod revive_cluster;
mod start;
pub mod status_refresh;
pub mod summarise;

use std::{sync::Arc, time::Duration};

pub use start::start;
use tokio::sync::{Notify, watch};

use crate::store::StoreError;

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// There was something to do; there may be more.
    Worked,
    /// There was nothing to do.
    Idle,
}

/// Longest pause after failures.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// True once the process is to end.
pub type Shutdown = watch::Receiver<bool>;

/// Runs a job until the end: again at once while it works, after `period` or a nudge when idle,
/// after a growing pause when it fails.
pub async fn run(
    name: &'static str,
    period: Duration,
    nudge: Arc<Notify>,
    mut shutdown: Shutdown,
    mut step: impl AsyncFnMut() -> Result<Outcome, StoreError>,
) {
    let mut failures = 0_u32;
    while !*shutdown.borrow() {
        // A step that is cut short has committed nothing.
        let result = tokio::select! {
            result = step() => result,
            _ = shutdown.changed() => return,
        };
        let pause = match result {
            Ok(Outcome::Worked) => {
                failures = 0;
                continue;
            }
            Ok(Outcome::Idle) => {
                failures = 0;
                period
            }
            Err(error) => {
                failures = failures.saturating_add(1);
                tracing::warn!(job = name, %error, failures, "a job failed and will try again");
                Duration::from_millis(250)
                    .saturating_mul(1 << failures.min(10))
                    .min(LONGEST_PAUSE)
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            // A nudge does not shorten the pause after a failure.
            () = nudge.notified(), if failures == 0 => {}
            _ = shutdown.changed() => {}
        }
    }
}
