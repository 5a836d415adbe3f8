//! What a speed test's rates rest on, and what a probe says of records that there are not.

use serde::{Deserialize, Serialize};

/// Why one direction of a speed test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// It ran its whole time, as it was asked to.
    Full,
    /// Two windows of 500 ms in a row had nearly the same rate: more would not have changed it.
    Steady,
    /// Its bytes were used up.
    BytesCap,
    /// Its time was used up before the rate was steady.
    TimeCap,
    /// The server closed it.
    ServerClosed,
    /// A reason of a later version.
    #[serde(other)]
    Other,
}

/// What the rates of a speed test rest on; in JSON these stand among the test's own fields.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SpeedEvidence {
    /// Why the download ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub download_stop_reason: Option<StopReason>,
    /// Why the upload ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload_stop_reason: Option<StopReason>,
    /// Mean rate over the whole download, slow start included, megabits per second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub download_mean_mbps: Option<f64>,
    /// Mean rate over the whole upload as the server counted it, megabits per second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload_mean_mbps: Option<f64>,
    /// Rate of the second (on a slow line, the seconds) at whose end the download was first steady,
    /// whether or not that stopped it, megabits per second. Beside the mean of a full test it shows the error of stopping early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub download_steady_mbps: Option<f64>,
    /// The same for the upload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload_steady_mbps: Option<f64>,
    /// Bytes that the probe's socket received in each 100 ms of the download; at most
    /// [`crate::MAX_SAMPLES`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub download_bytes_per_100_ms: Vec<u64>,
    /// Bytes that the server received in each 100 ms of the upload, linear between its counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub upload_bytes_per_100_ms: Vec<u64>,
    /// Bytes that the network interface received during the test: headers, retransmissions and the
    /// traffic of others included. Absent where there is no such counter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interface_bytes_down: Option<u64>,
    /// Bytes that the network interface sent during the test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interface_bytes_up: Option<u64>,
    /// Whether others used the interface before or during the test, so that the rates are what was
    /// left over. Absent where that cannot be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cross_traffic: Option<bool>,
    /// Whether the test went through a proxy, which may be slower than the line. Then there are no round
    /// trips beside it: they would be the proxy's.
    #[serde(default, skip_serializing_if = "is_false")]
    pub via_proxy: bool,
    /// How often the test was tried: 2 if the first try failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts: Option<u32>,
    /// Bytes that the tries before this one moved, both directions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier_bytes: Option<u64>,
}

/// Why there are no records where there might be some.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// Measurements were not taken, on purpose.
    Skipped,
    /// Records were taken, and dropped before the server had them.
    Dropped,
    /// A notice of a later version.
    #[serde(other)]
    Other,
}

/// The probe says that some records do not exist, and why: nothing goes missing in silence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// What happened to them.
    pub notice: NoticeKind,
    /// The kind of the records, as it stands in `kind`.
    pub of: String,
    /// How many there were.
    pub count: u64,
    /// Why, as a stable slug: `budget`, `spool_full`, `too_old`.
    pub reason: String,
    /// The same in words, at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_false(value: &bool) -> bool {
    !value
}
