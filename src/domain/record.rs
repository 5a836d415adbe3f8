//! Measurements as they are kept: who took them, when, and what came out.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{
    measurement::{InvalidReason, ProbeId},
    page::PageCheck,
    school::SchoolId,
};

/// An enum whose values have stable names.
macro_rules! slugs {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $slug:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$value_doc])* $value),+ }

        impl $name {
            /// The value's stable name.
            pub fn slug(self) -> &'static str {
                match self { $(Self::$value => $slug),+ }
            }

            /// The value of that name.
            pub fn from_slug(slug: &str) -> Option<Self> {
                match slug { $($slug => Some(Self::$value),)+ _ => None }
            }
        }
    };
}

slugs!(
    /// Where on the school's network a probe sits.
    Vantage {
        /// A computer on the school's network.
        Device = "device",
        /// The school's router.
        Router = "router",
        /// Equipment of the provider.
        Isp = "isp",
        /// A page in a browser.
        Browser = "browser",
    }
);

slugs!(
    /// What `measured_at` was derived from.
    TimeBasis {
        /// The server's clock less the time since, by the probe's monotonic clock: exact.
        Monotonic = "monotonic",
        /// The probe's clock, corrected by its offset at the time of the report.
        CorrectedClock = "corrected_clock",
        /// The probe's clock as it was: nothing says how wrong it is.
        ProbeClock = "probe_clock",
        /// The server's clock at arrival, since the probe's time could not be believed.
        Arrival = "arrival",
    }
);

slugs!(
    /// The stage at which a measurement failed.
    FailedStage {
        /// The name did not resolve.
        Resolve = "resolve",
        /// No connection.
        Connect = "connect",
        /// TLS or the upgrade was refused.
        Handshake = "handshake",
        /// The transfer broke off.
        Transfer = "transfer",
        /// It took longer than allowed.
        Deadline = "deadline",
    }
);

slugs!(
    /// How round trips were measured.
    PathMethod {
        /// ICMP echo.
        Icmp = "icmp",
        /// Time of a TCP connect.
        Tcp = "tcp",
    }
);

slugs!(
    /// What a path check is aimed at.
    TargetKind {
        /// The default gateway.
        Gateway = "gateway",
        /// The DNS resolver.
        Resolver = "resolver",
        /// Our server.
        Server = "server",
        /// Anything else.
        Other = "other",
    }
);

slugs!(
    /// What a look at the line found.
    PresenceState {
        /// Our server answers.
        Online = "online",
        /// The gateway does not answer.
        LanDown = "lan_down",
        /// The gateway answers, nothing beyond does.
        IspDown = "isp_down",
        /// The internet answers, our server does not.
        ServiceDown = "service_down",
        /// Switched off or asleep.
        Off = "off",
    }
);

slugs!(
    /// What is known of a state of presence besides its name.
    PresenceDetail {
        /// The login page of a network answers in the internet's place.
        CaptivePortal = "captive_portal",
        /// Names are not resolved.
        NoNames = "no_names",
        /// TLS with our server fails.
        Tls = "tls",
        /// Our server answers with an error.
        ServerError = "server_error",
    }
);

slugs!(
    /// Why one direction of a speed test ended.
    StopReason {
        /// It ran its whole time, as asked.
        Full = "full",
        /// Its rate was steady.
        Steady = "steady",
        /// Its bytes were used up.
        BytesCap = "bytes_cap",
        /// Its time was used up before it was steady.
        TimeCap = "time_cap",
        /// The server closed it.
        ServerClosed = "server_closed",
        /// A reason that this version does not know.
        Other = "other",
    }
);

slugs!(
    /// Why there are no records where there might be some.
    NoticeKind {
        /// Measurements were not taken, on purpose.
        Skipped = "skipped",
        /// Records were dropped before we had them.
        Dropped = "dropped",
    }
);

/// Who took a measurement, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// The school.
    pub school_id: SchoolId,
    /// The probe.
    pub probe_id: ProbeId,
    /// Where the probe sits.
    pub vantage: Vantage,
    /// The record's number within the probe's enrolment.
    pub sequence: i64,
    /// When it was taken, as well as that can be known.
    pub measured_at: DateTime<Utc>,
    /// What that was derived from.
    pub time_basis: TimeBasis,
    /// The probe's own, uncorrected clock; absent where it said nothing a calendar knows.
    pub probe_clock_at: Option<DateTime<Utc>>,
    /// When the report arrived.
    pub received_at: DateTime<Utc>,
    /// Why it counts in no average, if it does not.
    pub invalid: Option<InvalidReason>,
    /// Whether the school was open.
    pub in_opening_hours: bool,
}

/// Where a measurement failed, and what it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The stage.
    pub stage: FailedStage,
    /// What the probe said of it.
    pub message: String,
}

/// A speed test. Rates in megabits per second, times in milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct SpeedTest {
    /// Who and when.
    pub origin: Origin,
    /// Absent: it ran to its end.
    pub failure: Option<Failure>,
    /// Such as `ndt7`.
    pub protocol: String,
    /// Host and port measured against.
    pub server: String,
    /// Rate towards the school.
    pub download_mbps: Option<f64>,
    /// Rate from the school, as the receiver saw it.
    pub upload_mbps: Option<f64>,
    /// Smallest idle round trip.
    pub rtt_min_ms: Option<f64>,
    /// Median round trip under load.
    pub rtt_loaded_ms: Option<f64>,
    /// Retransmitted ÷ sent bytes.
    pub retransmit_ratio: Option<f64>,
    /// Application bytes received.
    pub bytes_down: i64,
    /// Application bytes sent.
    pub bytes_up: i64,
    /// Time of the download.
    pub download_duration_ms: i64,
    /// Time of the upload.
    pub upload_duration_ms: i64,
    /// What the rates rest on.
    pub evidence: SpeedEvidence,
}

/// What the rates of a speed test rest on, as far as the probe says it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SpeedEvidence {
    /// Why the download ended.
    pub download_stop_reason: Option<StopReason>,
    /// Why the upload ended.
    pub upload_stop_reason: Option<StopReason>,
    /// Mean over the whole download.
    pub download_mean_mbps: Option<f64>,
    /// Mean over the whole upload.
    pub upload_mean_mbps: Option<f64>,
    /// Rate of the second or more at whose end the download was first steady.
    pub download_steady_mbps: Option<f64>,
    /// The same for the upload.
    pub upload_steady_mbps: Option<f64>,
    /// Whether others used the line.
    pub cross_traffic: Option<bool>,
    /// Whether it went through a proxy, which may be slower than the line.
    pub via_proxy: bool,
    /// What the probe's interface received during the test.
    pub interface_bytes_down: Option<i64>,
    /// What it sent.
    pub interface_bytes_up: Option<i64>,
    /// How often the test was tried.
    pub attempts: Option<i16>,
    /// The id by which the probe named the test to the measurement server.
    pub measurement_id: Option<Uuid>,
    /// Mean download rate that our own measurement server saw.
    pub server_download_mbps: Option<f64>,
    /// Mean upload rate that it saw.
    pub server_upload_mbps: Option<f64>,
    /// Bytes in each 100 ms, where another rule of stopping can be tried on them.
    pub download_samples: Option<Vec<i32>>,
    /// The same for the upload.
    pub upload_samples: Option<Vec<i32>>,
}

/// A probe says why records do not exist.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// Who and when.
    pub origin: Origin,
    /// What happened to them.
    pub kind: NoticeKind,
    /// Kind of the records, as on the wire.
    pub of_kind: String,
    /// How many.
    pub count: i64,
    /// Stable slug.
    pub reason: String,
    /// The same in words.
    pub detail: String,
}

/// A window of small packets. Times in milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct PathCheck {
    /// Who and when.
    pub origin: Origin,
    /// Absent: it could be carried out, even if every packet was lost.
    pub failure: Option<Failure>,
    /// Host that was asked.
    pub target: String,
    /// What that host is.
    pub target_kind: TargetKind,
    /// How it was asked.
    pub method: PathMethod,
    /// Packets sent.
    pub sent: i32,
    /// Packets answered in time.
    pub received: i32,
    /// After this a packet is lost.
    pub timeout_ms: i64,
    /// Smallest round trip.
    pub rtt_min_ms: Option<f64>,
    /// Median round trip.
    pub rtt_median_ms: Option<f64>,
    /// 95th percentile of the round trip.
    pub rtt_p95_ms: Option<f64>,
    /// Largest round trip.
    pub rtt_max_ms: Option<f64>,
    /// Mean absolute difference of consecutive round trips (RFC 3393).
    pub jitter_ms: Option<f64>,
    /// 95th percentile of the round trip less the smallest (RFC 5481).
    pub pdv_p95_ms: Option<f64>,
    /// Lost ÷ sent.
    pub loss_ratio: Option<f64>,
}

/// A span of time in one state of presence; it begins when it was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Presence {
    /// Who, and from when.
    pub origin: Origin,
    /// The boot in which it was seen.
    pub boot_id: String,
    /// The state.
    pub state: PresenceState,
    /// What is known besides.
    pub detail: Option<PresenceDetail>,
    /// How long it lasted, milliseconds.
    pub duration_ms: i64,
}

impl Presence {
    /// Its end, not later than it was reported.
    pub fn ended_at(&self) -> DateTime<Utc> {
        let began = self.origin.measured_at;
        let ended = began.checked_add_signed(TimeDelta::milliseconds(self.duration_ms));
        ended.unwrap_or(began).min(self.origin.received_at)
    }
}

/// A record that could not become a measurement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Its number, where it could be read.
    pub sequence: Option<i64>,
    /// Stable slug.
    pub reason: &'static str,
    /// The same in words.
    pub detail: String,
    /// The record as it came.
    pub record: String,
}

/// What a record turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Judged {
    /// A speed test, valid or not.
    SpeedTest(Box<SpeedTest>),
    /// A path check, valid or not.
    PathCheck(PathCheck),
    /// A page check, valid or not.
    PageCheck(PageCheck),
    /// A span of presence.
    Presence(Presence),
    /// No measurement, but a word on some that are missing.
    Notice(Notice),
    /// No measurement.
    Rejected(Rejected),
}

impl Judged {
    /// The record's number, where it could be read.
    pub fn sequence(&self) -> Option<i64> {
        match self {
            Self::SpeedTest(test) => Some(test.origin.sequence),
            Self::PathCheck(check) => Some(check.origin.sequence),
            Self::PageCheck(check) => Some(check.origin.sequence),
            Self::Presence(presence) => Some(presence.origin.sequence),
            Self::Notice(notice) => Some(notice.origin.sequence),
            Self::Rejected(rejected) => rejected.sequence,
        }
    }

    /// Who took it and when, if it is a measurement.
    pub fn origin(&self) -> Option<&Origin> {
        match self {
            Self::SpeedTest(test) => Some(&test.origin),
            Self::PathCheck(check) => Some(&check.origin),
            Self::PageCheck(check) => Some(&check.origin),
            Self::Presence(presence) => Some(&presence.origin),
            Self::Notice(notice) => Some(&notice.origin),
            Self::Rejected(_) => None,
        }
    }
}
