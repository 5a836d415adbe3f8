//! Reports beside what the measurement server saw: a probe cannot claim a rate that it did not.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::domain::{
    measurement::InvalidReason,
    record::{Judged, SpeedTest},
    speed_server::{Claim, Direction, SeenTransfer, compare},
};

/// Whether a record's rates are to be compared: a finished test at our own server.
fn is_comparable(test: &SpeedTest, own_server: &str) -> bool {
    test.failure.is_none() && test.server == own_server
}

/// The measurements of which our own server must have seen something.
pub fn measured_here(judged: &[Judged], own_server: &str) -> Vec<Uuid> {
    let tests = judged.iter().filter_map(|one| match one {
        Judged::SpeedTest(test) if is_comparable(test, own_server) => test.evidence.measurement_id,
        _ => None,
    });
    tests.collect()
}

/// Those of them that were measured since then.
pub fn measured_since(judged: &[Judged], server: &str, since: DateTime<Utc>) -> HashSet<Uuid> {
    let tests = judged.iter().filter_map(|one| match one {
        Judged::SpeedTest(test)
            if is_comparable(test, server) && test.origin.measured_at >= since =>
        {
            test.evidence.measurement_id
        }
        _ => None,
    });
    tests.collect()
}

/// Puts beside each test what the server saw of it, and makes those invalid that claim more. What was
/// invalid before keeps its reason. A test at somebody else's server is left as it is.
pub fn compare_with_seen(judged: &mut [Judged], seen: &[SeenTransfer], own_server: &str) {
    for one in judged {
        if let Judged::SpeedTest(test) = one
            && is_comparable(test, own_server)
        {
            let verdict = compare_test(test, seen);
            test.origin.invalid = test.origin.invalid.or(verdict);
        }
    }
}

fn compare_test(test: &mut SpeedTest, seen: &[SeenTransfer]) -> Option<InvalidReason> {
    let id = test.evidence.measurement_id;
    let of = |direction| {
        // Nobody speaks for another server.
        let mut same = seen
            .iter()
            .filter(|seen| seen.direction == direction && seen.server == test.server);
        same.find(|seen| id.is_some() && seen.measurement_id == id)
    };
    let (Some(down), Some(up)) = (of(Direction::Download), of(Direction::Upload)) else {
        return Some(InvalidReason::NotSeenByServer);
    };
    test.evidence.server_download_mbps = down.mean_mbps();
    test.evidence.server_upload_mbps = up.mean_mbps();
    let download = Claim {
        mbps: test.download_mbps.unwrap_or_default(),
        received_bytes: Some(test.bytes_down),
    };
    let upload = Claim {
        mbps: test.upload_mbps.unwrap_or_default(),
        received_bytes: None,
    };
    compare(download, down).or_else(|| compare(upload, up))
}
