//! A speed test that a page in a browser made. There is no stopwatch and no clock to be believed, and
//! nobody who vouches: the measurement server's own account is what makes it a measurement.

use chrono::{DateTime, Utc};
use schoolbeat_wire as wire;

use super::{Reporter, check, compare_with_seen};
use crate::domain::{
    record::{Judged, Origin, Rejected, TimeBasis},
    speed_server::{Direction, SeenTransfer},
};

/// When a test was taken: when the measurement server saw its download begin.
pub fn taken_at(seen: &[SeenTransfer]) -> Option<DateTime<Utc>> {
    let mut downloads = seen
        .iter()
        .filter(|seen| seen.direction == Direction::Download);
    downloads.next().map(|seen| seen.started_at)
}

/// Judges it by the rules of every other, and by what the server saw.
pub fn judge_browser_test(
    test: &wire::SpeedTest,
    reporter: &Reporter,
    sequence: i64,
    seen: &[SeenTransfer],
    own_server: &str,
    received_at: DateTime<Utc>,
) -> Judged {
    let measured_at = taken_at(seen).unwrap_or(received_at).min(received_at);
    let origin = Origin {
        school_id: reporter.school_id,
        probe_id: reporter.probe_id,
        vantage: reporter.vantage,
        sequence,
        measured_at,
        // By the server's own clock throughout.
        time_basis: TimeBasis::Monotonic,
        probe_clock_at: None,
        received_at,
        invalid: None,
        in_opening_hours: reporter.calendar.is_open(measured_at),
    };
    let mut judged = [match check::speed_test(origin, test) {
        Ok(test) => Judged::SpeedTest(Box::new(test)),
        Err(fault) => Judged::Rejected(Rejected {
            sequence: Some(sequence),
            reason: fault.reason,
            detail: fault.detail,
            record: String::new(),
        }),
    }];
    compare_with_seen(&mut judged, seen, own_server);
    let [judged] = judged;
    judged
}
