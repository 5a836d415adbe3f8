//! What a probe and its server say to each other: paths, limits and the shapes of the JSON.
//!
//! This crate must not do anything: no I/O, no clock, no validation. `PROTOCOL.md` says the same
//! in prose. Fields may be added with a default; none may be removed or change its meaning.

mod enrolment;
mod evidence;
mod page;
mod policy;
mod record;
mod release;
mod report;
mod seen;

pub use enrolment::{
    Enrolled, EnrolledSchool, ErrorBody, ErrorDetail, ProbeConfig, Redeem, Vantage,
};
pub use evidence::{Notice, NoticeKind, SpeedEvidence, StopReason};
pub use page::PageCheck;
pub use policy::{DaySpan, PolicyTarget, TestWindow, WindowDays};
pub use record::{
    Outcome, PathCheck, PathMethod, Presence, PresenceDetail, PresenceState, Record, RecordKind,
    SpeedTest, Stage, TargetKind,
};
pub use release::{RELEASE_FORMAT, RELEASE_PROGRAM, Release, ReleaseBuild, SignedRelease};
pub use report::{RecordResult, RecordVerdict, Report, ReportAnswer};
pub use seen::{SeenReport, SeenTransfer};

/// `POST`: one-time code → probe identity.
pub const REDEEM_PATH: &str = "/api/v1/enrolments/redeem";
/// `POST`, bearer secret: a [`Report`] → a [`ReportAnswer`].
pub const REPORTS_PATH: &str = "/api/v1/probe/reports";
/// `GET`, bearer secret: the probe's [`ProbeConfig`].
pub const CONFIG_PATH: &str = "/api/v1/probe/config";
/// WebSocket, ndt7 download (server sends).
pub const NDT7_DOWNLOAD_PATH: &str = "/ndt/v7/download";
/// WebSocket, ndt7 upload (client sends).
pub const NDT7_UPLOAD_PATH: &str = "/ndt/v7/upload";
/// `GET`: where to measure by ndt7, in the JSON of M-Lab's Locate API, version 2.
pub const NDT7_NEAREST_PATH: &str = "/v2/nearest/ndt/ndt7";
/// The WebSocket subprotocol of ndt7 (M-Lab ndt7 protocol specification, v0.11).
pub const NDT7_SUBPROTOCOL: &str = "net.measurementlab.ndt.v7";
/// Largest ndt7 message a peer must accept, in bytes (ndt7 specification: 2^24).
pub const NDT7_MAX_MESSAGE_BYTES: usize = 1 << 24;

/// Path where a measurement server of somebody else's tells what it saw, by `POST`.
pub const SEEN_PATH: &str = "/api/v1/measurement-servers/seen";
/// Most transfers in one telling.
pub const MAX_SEEN_PER_REPORT: usize = 100;

/// Query parameter by which a client names its measurement to the measurement server.
pub const MEASUREMENT_ID_PARAMETER: &str = "measurement_id";
/// Query parameter: most bytes that the client wants one direction to move.
pub const BYTES_PARAMETER: &str = "bytes";
/// Query parameter: longest that the client wants one direction to take, milliseconds.
pub const DURATION_PARAMETER: &str = "duration";
/// A steady rate is taken over a last part of a transfer that is no shorter than this, milliseconds.
pub const STEADY_SPAN_MS: u64 = 1_000;
/// Most samples of 100 ms that a speed test carries for one direction.
pub const MAX_SAMPLES: usize = 150;

/// Most bytes of a page that a page check reads.
pub const MAX_PAGE_BYTES: u64 = 64 << 10;

/// Most records one report may carry.
pub const MAX_RECORDS_PER_REPORT: usize = 500;
/// Largest report body as it travels, in bytes.
pub const MAX_REPORT_BYTES_ENCODED: usize = 1 << 20;
/// Largest report body after decompression, in bytes.
pub const MAX_REPORT_BYTES_DECODED: usize = 8 << 20;
