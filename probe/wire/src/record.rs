//! One numbered measurement, as the probe's spool keeps it and a report carries it.

use serde::{Deserialize, Serialize};

use crate::{
    evidence::{Notice, SpeedEvidence},
    page::PageCheck,
};

/// A numbered measurement. `sequence` starts at 1 with the enrolment and grows by one a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The record's number within this enrolment.
    pub sequence: u64,
    /// Id of the boot in which it was taken; two records of one boot share a monotonic clock.
    pub boot_id: String,
    /// Monotonic time since that boot, suspend included, at the start, milliseconds.
    pub boot_ms: u64,
    /// The probe's own clock at the start, milliseconds since the Unix epoch. May be wrong.
    pub wall_unix_ms: i64,
    /// What was measured.
    #[serde(flatten)]
    pub kind: RecordKind,
}

/// What was measured; `kind` in JSON.
#[expect(
    clippy::large_enum_variant,
    reason = "records come by the hundred and live for a moment"
)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RecordKind {
    /// A bulk transfer.
    SpeedTest(SpeedTest),
    /// A window of small packets.
    PathCheck(PathCheck),
    /// One page of a learning platform, fetched step by step.
    PageCheck(PageCheck),
    /// Why there are no records where there might be some.
    Notice(Notice),
    /// A span of time in one state of presence.
    Presence(Presence),
}

/// What the probe's ladder of questions said: its gateway, names, its server, one target more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PresenceState {
    /// The server answers.
    Online,
    /// The gateway does not answer, or there is none.
    LanDown,
    /// The gateway answers, and nothing beyond it does, or what does is not the internet.
    IspDown,
    /// The internet answers, our server does not.
    ServiceDown,
    /// The machine slept. That it was switched off is derived by the server from the boot's id.
    Off,
}

/// What is known of a state besides its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PresenceDetail {
    /// Something else answers in the server's place: the login page of a network.
    CaptivePortal,
    /// Names are not resolved.
    NoNames,
    /// TLS with the server fails: its certificate, or this machine's clock.
    Tls,
    /// The server answers with an error.
    ServerError,
}

/// A span in one state. It begins at the record's own time. A long span comes in several records,
/// each beginning where the one before ended; a time without any span is one without data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// The state.
    pub state: PresenceState,
    /// How long it lasted, suspend included, milliseconds.
    pub duration_ms: u64,
    /// What is known besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<PresenceDetail>,
}

/// Whether a measurement came to its end. A failure is a result, never a missing record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It ran to its end.
    Ok,
    /// It did not; `failed_stage` says where.
    Failed,
}

/// The stage at which a measurement failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The server's name did not resolve.
    Resolve,
    /// No connection.
    Connect,
    /// TLS or the WebSocket upgrade was refused.
    Handshake,
    /// The transfer broke off.
    Transfer,
    /// It took longer than allowed.
    Deadline,
}

/// One bulk measurement, both directions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpeedTest {
    /// Whether it ran to its end.
    pub outcome: Outcome,
    /// Where it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_stage: Option<Stage>,
    /// What the failure said, at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// `ndt7`.
    pub protocol: String,
    /// Host and port measured against.
    pub server: String,
    /// The id (a UUID) that the probe named to the measurement server as the query parameter
    /// [`crate::MEASUREMENT_ID_PARAMETER`], so that what the server saw is found again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measurement_id: Option<String>,
    /// Application bytes received ÷ time, megabits (10^6 bits) per second; of the last second alone
    /// if the test stopped because its rate was steady.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub download_mbps: Option<f64>,
    /// Bytes that the server received ÷ time, megabits (10^6 bits) per second; of the last second
    /// alone if the test stopped because its rate was steady.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload_mbps: Option<f64>,
    /// Smallest round trip while the line was idle, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rtt_min_ms: Option<f64>,
    /// Median round trip while the line was loaded, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rtt_loaded_ms: Option<f64>,
    /// Bytes retransmitted ÷ bytes sent by TCP, 0 to 1; absent where the kernel does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retransmit_ratio: Option<f64>,
    /// Application bytes received.
    #[serde(default)]
    pub bytes_down: u64,
    /// Application bytes sent.
    #[serde(default)]
    pub bytes_up: u64,
    /// Time of the download transfer, milliseconds.
    #[serde(default)]
    pub download_duration_ms: u64,
    /// Time of the upload transfer, milliseconds.
    #[serde(default)]
    pub upload_duration_ms: u64,
    /// What the rates rest on.
    #[serde(flatten)]
    pub evidence: SpeedEvidence,
}

/// How round trips were measured. Methods are never mixed in one series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PathMethod {
    /// ICMP echo.
    Icmp,
    /// Time of a TCP connect (SYN to SYN/ACK or RST).
    Tcp,
}

/// What a path check is aimed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetKind {
    /// The default gateway.
    Gateway,
    /// The name server (DNS) that the machine asks, if it is neither the machine nor the gateway.
    Resolver,
    /// The Schoolbeat server.
    Server,
    /// Anything else.
    Other,
}

/// A window of small packets to one target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PathCheck {
    /// Whether at least the sending worked. All packets lost is `ok` with `loss_ratio` 1.
    pub outcome: Outcome,
    /// Where it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_stage: Option<Stage>,
    /// What the failure said, at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Host that was asked.
    pub target: String,
    /// What that host is.
    pub target_kind: TargetKind,
    /// How it was asked.
    pub method: PathMethod,
    /// Packets sent.
    pub sent: u32,
    /// Packets answered within `timeout_ms`.
    pub received: u32,
    /// A packet not answered in this time is lost, milliseconds (RFC 7680).
    pub timeout_ms: u64,
    /// Smallest round trip (RFC 2681), milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rtt_min_ms: Option<f64>,
    /// Median round trip, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rtt_median_ms: Option<f64>,
    /// 95th percentile of the round trip, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rtt_p95_ms: Option<f64>,
    /// Largest round trip, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rtt_max_ms: Option<f64>,
    /// Mean absolute difference of consecutive round trips (IPDV, RFC 3393), milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jitter_ms: Option<f64>,
    /// 95th percentile of the round trip less the smallest (PDV, RFC 5481, section 4.2), milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pdv_p95_ms: Option<f64>,
    /// Packets not answered ÷ packets sent, 0 to 1 (RFC 7680).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss_ratio: Option<f64>,
}
