//! A batch of records on its way, and the server's word on each.

use serde::{Deserialize, Serialize};

/// Body of `POST` [`crate::REPORTS_PATH`].
///
/// `R` is [`crate::Record`] for who writes it; a reader that must not let one bad record fail its
/// neighbours takes raw JSON instead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report<R> {
    /// Id of the boot in which the report is sent.
    pub boot_id: String,
    /// Monotonic time since that boot when the report is sent, milliseconds.
    pub sent_boot_ms: u64,
    /// The probe's own clock when the report is sent, milliseconds since the Unix epoch.
    pub sent_wall_unix_ms: i64,
    /// Version of the probe's software.
    pub software_version: String,
    /// The records, in ascending order of `sequence`.
    pub records: Vec<R>,
}

/// The server's answer: everything in it is durable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportAnswer {
    /// The probe may forget every record up to this number.
    pub acknowledged_sequence: u64,
    /// One result a record, in the order of the report.
    pub results: Vec<RecordResult>,
    /// The server's clock, milliseconds since the Unix epoch, UTC.
    pub server_unix_ms: i64,
    /// Newest version of the probe's configuration.
    pub config_version: u64,
}

/// What became of one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordResult {
    /// Its number, where it could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// What became of it.
    pub verdict: RecordVerdict,
    /// Why, as a stable slug, for `stored_invalid` and `rejected`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The same in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What became of one record. In every case it is stored and need not be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordVerdict {
    /// Stored as a measurement.
    Stored,
    /// Stored as a measurement that no average will count.
    StoredInvalid,
    /// Had been stored before.
    Duplicate,
    /// Kept as it came, with the reason, outside the measurements.
    Rejected,
}
