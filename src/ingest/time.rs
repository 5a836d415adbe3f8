//! When a record was taken. A probe's clock is never believed, but its stopwatch is.

use chrono::{DateTime, TimeDelta, Utc};
use schoolbeat_wire::{Record, Report};

use super::Reporter;
use crate::domain::{
    measurement::InvalidReason,
    record::{Origin, TimeBasis},
};

/// A record may lie this far in the future: the resolution of our estimate, and some leap.
const FUTURE_TOLERANCE: TimeDelta = TimeDelta::minutes(5);
/// Longer than this no machine has been up: the stopwatch is broken.
const LONGEST_UPTIME_MS: u64 = 3 * 366 * 24 * 3600 * 1000;

/// A record's time, and how it was found.
pub(super) struct Taken {
    measured_at: DateTime<Utc>,
    basis: TimeBasis,
    probe_clock_at: Option<DateTime<Utc>>,
    invalid: Option<InvalidReason>,
}

/// Finds the time of a record.
///
/// Taken in the boot in which the report is sent, its age is the difference of two readings of one
/// monotonic clock, whatever the wall clock says. Otherwise the wall clock is corrected by its
/// offset now, which is the best guess there is.
pub(super) fn resolve<R>(
    report: &Report<R>,
    record: &Record,
    received_at: DateTime<Utc>,
    kept_since: DateTime<Utc>,
) -> Taken {
    let probe_clock_at = DateTime::from_timestamp_millis(record.wall_unix_ms);
    let (resolved, basis) = match monotonic_age(report, record) {
        Some(age) => (received_at.checked_sub_signed(age), TimeBasis::Monotonic),
        None => (
            by_corrected_clock(report, record, received_at),
            TimeBasis::CorrectedClock,
        ),
    };
    let invalid = match resolved {
        Some(at) => doubt(at, received_at, kept_since),
        None if record.wall_unix_ms > report.sent_wall_unix_ms => Some(InvalidReason::TimeInFuture),
        None => Some(InvalidReason::TimeTooOld),
    };
    match (resolved, invalid) {
        // Within the tolerance, the future is now.
        (Some(at), None) => Taken {
            measured_at: at.min(received_at),
            basis,
            probe_clock_at,
            invalid,
        },
        _ => Taken {
            measured_at: received_at,
            basis: TimeBasis::Arrival,
            probe_clock_at,
            invalid,
        },
    }
}

/// Why a time cannot be believed.
pub(super) fn doubt(
    at: DateTime<Utc>,
    received_at: DateTime<Utc>,
    kept_since: DateTime<Utc>,
) -> Option<InvalidReason> {
    if at > received_at + FUTURE_TOLERANCE {
        Some(InvalidReason::TimeInFuture)
    } else if at < kept_since {
        Some(InvalidReason::TimeTooOld)
    } else {
        None
    }
}

/// The time of a record that says nothing but what its own clock showed.
pub(super) fn by_own_clock(
    clock_at: DateTime<Utc>,
    received_at: DateTime<Utc>,
    kept_since: DateTime<Utc>,
) -> Taken {
    let invalid = doubt(clock_at, received_at, kept_since);
    let (measured_at, basis) = match invalid {
        // Within the tolerance, the future is now.
        None => (clock_at.min(received_at), TimeBasis::ProbeClock),
        Some(_) => (received_at, TimeBasis::Arrival),
    };
    Taken {
        measured_at,
        basis,
        probe_clock_at: Some(clock_at),
        invalid,
    }
}

fn monotonic_age<R>(report: &Report<R>, record: &Record) -> Option<TimeDelta> {
    let one_boot = !record.boot_id.is_empty() && record.boot_id == report.boot_id;
    let age_ms = report.sent_boot_ms.checked_sub(record.boot_ms)?;
    if !one_boot || age_ms > LONGEST_UPTIME_MS {
        return None;
    }
    TimeDelta::try_milliseconds(i64::try_from(age_ms).ok()?)
}

fn by_corrected_clock<R>(
    report: &Report<R>,
    record: &Record,
    received_at: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let age_ms = report.sent_wall_unix_ms.checked_sub(record.wall_unix_ms)?;
    received_at.checked_sub_signed(TimeDelta::try_milliseconds(age_ms)?)
}

impl Taken {
    pub(super) fn origin(
        &self,
        reporter: &Reporter,
        sequence: i64,
        received_at: DateTime<Utc>,
    ) -> Origin {
        Origin {
            school_id: reporter.school_id,
            probe_id: reporter.probe_id,
            vantage: reporter.vantage,
            sequence,
            measured_at: self.measured_at,
            time_basis: self.basis,
            probe_clock_at: self.probe_clock_at.filter(within_calendar),
            received_at,
            invalid: self.invalid,
            in_opening_hours: reporter.calendar.is_open(self.measured_at),
        }
    }
}

/// PostgreSQL's timestamps reach further than any clock that is worth keeping.
fn within_calendar(at: &DateTime<Utc>) -> bool {
    use chrono::Datelike;
    (1900..3000).contains(&at.year())
}
