//! A speed test: where, when the line is quiet, and once more before it is said to have failed.
//! How one try goes is not its business.

use std::time::Duration;

use schoolbeat_wire::{Outcome, ProbeConfig, SpeedTest};
use tokio::time::sleep;

use super::{
    attempt::{Tried, attempt},
    interface::{self, BUSY_MBPS},
    locate,
    ndt7::Caps,
    targets::Target,
    way::Way,
};
use crate::{server_url::ServerUrl, units};

/// How long the interface is watched before a test.
const WATCH: Duration = Duration::from_secs(1);
/// The pause before a failed test is tried again; up to twice that at random.
const AGAIN: Duration = Duration::from_secs(2);

/// A second try with fewer bytes would say nothing.
const LEAST_BYTES: u64 = 100_000;

/// What became of a speed test.
#[derive(Debug, Clone, PartialEq)]
pub enum SpeedVerdict {
    /// It has a result, perhaps a failure.
    Measured(Box<SpeedTest>),
    /// The server had no free slot, three times: nothing is known, nothing is wrong with the line.
    ServerBusy,
}

/// Measures download and upload where the server says. A test that fails is tried once more, at the
/// next target if there is one, before its failure is a result.
pub async fn speed_test(server: &ServerUrl, config: &ProbeConfig) -> SpeedVerdict {
    let targets = locate::targets(server).await;
    let Some(target) = targets.first() else {
        return SpeedVerdict::ServerBusy;
    };
    let caps = Caps {
        duration: Duration::from_millis(config.speed_test_max_duration_ms),
        bytes: config.speed_test_max_bytes,
        stops_early: config.speed_test_early_stop,
        rtt_min_ms: None,
    };
    let longest = Duration::from_secs(config.speed_test_defer_s);
    let was_busy = wait_for_quiet(target, longest).await;
    let first = match attempt(target, caps).await {
        Tried::Busy => return SpeedVerdict::ServerBusy,
        Tried::Measured(test) => *test,
    };
    let mut test = match first.outcome {
        Outcome::Ok => first,
        Outcome::Failed => again(targets.get(1).unwrap_or(target), caps, first).await,
    };
    if was_busy == Some(true) {
        test.evidence.cross_traffic = Some(true);
    }
    SpeedVerdict::Measured(Box::new(test))
}

/// The second try, with the bytes that the first one left over. If there are too few, or the server
/// is busy by then, the first one's failure stands.
async fn again(target: &Target, mut caps: Caps, first: SpeedTest) -> SpeedTest {
    let earlier_bytes = moved(&first);
    caps.bytes = caps.bytes.saturating_sub(earlier_bytes);
    if caps.bytes < LEAST_BYTES {
        return first;
    }
    sleep(AGAIN.mul_f64(1.0 + rand::random::<f64>())).await;
    match attempt(target, caps).await {
        Tried::Busy => first,
        Tried::Measured(mut test) => {
            test.evidence.attempts = Some(2);
            test.evidence.earlier_bytes = Some(earlier_bytes);
            *test
        }
    }
}

/// What a test cost the line: what the interface counted, else what the application moved.
pub fn moved(test: &SpeedTest) -> u64 {
    let evidence = &test.evidence;
    let down = evidence.interface_bytes_down.unwrap_or(test.bytes_down);
    let up = evidence.interface_bytes_up.unwrap_or(test.bytes_up);
    down.saturating_add(up)
        .saturating_add(evidence.earlier_bytes.unwrap_or(0))
}

/// Watches the interface; if others use it, waits once, at random up to `longest`, and looks again.
/// Whether others still used it then; `None` if that cannot be told.
async fn wait_for_quiet(target: &Target, longest: Duration) -> Option<bool> {
    let way = Way::to(&target.server).await.ok()?;
    let name = interface::towards(way.first()?.ip())?;
    let is_busy = is_busy(&name).await?;
    if !is_busy || longest.is_zero() {
        return Some(is_busy);
    }
    sleep(longest.mul_f64(0.3 + 0.7 * rand::random::<f64>())).await;
    self::is_busy(&name).await
}

async fn is_busy(name: &str) -> Option<bool> {
    let before = interface::counters(name)?;
    sleep(WATCH).await;
    let counted = interface::counters(name)?.since(before)?;
    let busiest = units::mbps(counted.down.max(counted.up), WATCH)?;
    Some(busiest > BUSY_MBPS)
}
