//! Judges what probes send: a report becomes measurements and rejections, record by record.
//!
//! Pure. Must not know where either is kept. One bad record never fails its neighbours.

mod browser;
mod check;
mod evidence;
pub mod giga_meter;
mod page;
mod record;
mod seen;
mod time;

use std::sync::Arc;

pub use browser::{judge_browser_test, taken_at};
pub use check::Fault;
use chrono::{DateTime, Utc};
use schoolbeat_wire::{MAX_RECORDS_PER_REPORT, RecordKind, Report};
pub use seen::{compare_with_seen, measured_here, measured_since};
use serde_json::value::RawValue;

use crate::domain::{
    calendar::SchoolCalendar,
    measurement::ProbeId,
    record::{Judged, Rejected, Vantage},
    retention::Kept,
    school::SchoolId,
};

/// What the server knows of the probe that reports; none of it comes from the report.
#[derive(Debug, Clone)]
pub struct Reporter {
    /// The probe.
    pub probe_id: ProbeId,
    /// Its school.
    pub school_id: SchoolId,
    /// Where it sits.
    pub vantage: Vantage,
    /// When its school is open.
    pub calendar: Arc<SchoolCalendar>,
    /// Since when records are kept.
    pub kept: Kept,
}

/// Why a whole report cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportError {
    /// Not JSON, or not of a report's shape.
    Malformed {
        /// What the parser said.
        message: String,
    },
    /// More records than one report may carry.
    TooManyRecords {
        /// How many it carries.
        count: usize,
    },
}

/// A report whose envelope was read.
#[derive(Debug)]
pub struct Envelope<'a> {
    report: Report<&'a RawValue>,
}

impl<'a> Envelope<'a> {
    /// Reads the envelope and leaves the records as they are.
    pub fn parse(body: &'a [u8]) -> Result<Self, ReportError> {
        let report: Report<&RawValue> =
            serde_json::from_slice(body).map_err(|error| ReportError::Malformed {
                message: error.to_string(),
            })?;
        let count = report.records.len();
        if count > MAX_RECORDS_PER_REPORT {
            return Err(ReportError::TooManyRecords { count });
        }
        Ok(Self { report })
    }

    /// Version of the software that sent it, shortened to what a version can be.
    pub fn software_version(&self) -> String {
        self.report
            .software_version
            .chars()
            .filter(|c| !c.is_control())
            .take(64)
            .collect()
    }

    /// The probe's clock less ours, milliseconds.
    pub fn clock_offset_ms(&self, received_at: DateTime<Utc>) -> i64 {
        self.report
            .sent_wall_unix_ms
            .saturating_sub(received_at.timestamp_millis())
    }

    /// Judges each record on its own, in the order in which they came.
    pub fn judge(&self, reporter: &Reporter, received_at: DateTime<Utc>) -> Vec<Judged> {
        let records = self.report.records.iter();
        records
            .map(|raw| self.judge_record(raw.get(), reporter, received_at))
            .collect()
    }

    fn judge_record(&self, raw: &str, reporter: &Reporter, received_at: DateTime<Utc>) -> Judged {
        let record = match record::parse(raw) {
            Ok(record) => record,
            Err(error) => {
                return Judged::Rejected(Rejected {
                    sequence: readable_sequence(raw),
                    reason: "malformed",
                    detail: error.to_string(),
                    record: raw.to_owned(),
                });
            }
        };
        let judged = check::sequence(record.sequence).and_then(|sequence| {
            let kept_since = kept_since(&record.kind, &reporter.kept);
            let taken = time::resolve(&self.report, &record, received_at, kept_since);
            let origin = taken.origin(reporter, sequence, received_at);
            match &record.kind {
                RecordKind::SpeedTest(test) => {
                    check::speed_test(origin, test).map(|test| Judged::SpeedTest(Box::new(test)))
                }
                RecordKind::PathCheck(path) => {
                    check::path_check(origin, path).map(Judged::PathCheck)
                }
                RecordKind::PageCheck(check) => {
                    page::page_check(origin, check).map(Judged::PageCheck)
                }
                RecordKind::Presence(presence) => {
                    check::presence(origin, &record.boot_id, presence).map(Judged::Presence)
                }
                RecordKind::Notice(notice) => check::notice(origin, notice).map(Judged::Notice),
            }
        });
        judged.unwrap_or_else(|fault| {
            Judged::Rejected(Rejected {
                sequence: check::sequence(record.sequence).ok(),
                reason: fault.reason,
                detail: fault.detail,
                record: raw.to_owned(),
            })
        })
    }
}

/// Since when records of this kind are kept.
fn kept_since(kind: &RecordKind, kept: &Kept) -> DateTime<Utc> {
    match kind {
        RecordKind::SpeedTest(_) | RecordKind::Notice(_) => kept.speed_tests_since,
        RecordKind::PathCheck(_) => kept.path_checks_since,
        RecordKind::PageCheck(_) => kept.page_checks_since,
        RecordKind::Presence(_) => kept.presence_since,
    }
}

/// The number of a record that is otherwise unreadable.
fn readable_sequence(raw: &str) -> Option<i64> {
    #[derive(serde::Deserialize)]
    struct OnlySequence {
        sequence: u64,
    }
    let only: OnlySequence = serde_json::from_str(raw).ok()?;
    check::sequence(only.sequence).ok()
}

#[cfg(test)]
mod tests;
