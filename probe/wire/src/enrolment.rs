//! Joining: a one-time code becomes a probe with a secret, a school and a configuration.

use serde::{Deserialize, Serialize};

use crate::policy::{DaySpan, PolicyTarget, TestWindow};

/// Where on the school's network the probe sits. Series of different vantages are never mixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vantage {
    /// A computer on the school's own network, as a learner's device would be.
    Device,
    /// The school's router.
    Router,
    /// Equipment of the internet provider.
    Isp,
    /// A page in a browser.
    Browser,
}

/// Body of `POST` [`crate::REDEEM_PATH`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redeem {
    /// The one-time code. Case, spaces and hyphens do not matter.
    pub code: String,
    /// Where the probe sits.
    pub vantage: Vantage,
    /// Version of the probe's software, `x.y.z`.
    pub software_version: String,
}

/// The school that a probe belongs to, as the technician should recognise it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolledSchool {
    /// Opaque, stable id (a UUID).
    pub id: String,
    /// The school's name.
    pub name: String,
    /// ISO 3166-1 alpha-3 code of its country.
    pub country: String,
}

/// Answer to a redeemed code. The secret is shown this once; the server keeps only its hash.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    /// Opaque id of the new probe (a UUID).
    pub probe_id: String,
    /// Bearer secret of the new probe.
    pub secret: String,
    /// The school it belongs to.
    pub school: EnrolledSchool,
    /// What to measure, and how often.
    pub config: ProbeConfig,
    /// The server's clock, milliseconds since the Unix epoch, UTC.
    pub server_unix_ms: i64,
}

impl std::fmt::Debug for Enrolled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Enrolled")
            .field("probe_id", &self.probe_id)
            .field("secret", &"***")
            .field("school", &self.school)
            .field("config", &self.config)
            .field("server_unix_ms", &self.server_unix_ms)
            .finish()
    }
}

/// What the server asks of a probe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProbeConfig {
    /// Differs after every change; a report's answer names the newest.
    pub version: u64,
    /// Mean time between speed tests, seconds.
    pub speed_test_interval_s: u64,
    /// Longest one direction of a speed test may take, milliseconds (ndt7: 10 s).
    pub speed_test_max_duration_ms: u64,
    /// Most bytes one direction of a speed test may move.
    pub speed_test_max_bytes: u64,
    /// Whether a speed test may stop when its rate is steady. Only a server that knows steady rates
    /// asks for it: an older one would find that the rate does not follow from bytes and time.
    pub speed_test_early_stop: bool,
    /// How long a speed test is put off, once, while others use the line, seconds at most.
    pub speed_test_defer_s: u64,
    /// Mean time between path checks, seconds.
    pub path_check_interval_s: u64,
    /// Packets in one path check.
    pub path_check_packets: u32,
    /// Mean spacing of those packets, milliseconds (Poisson, RFC 2330 section 11.1.1).
    pub path_check_spacing_ms: u64,
    /// A packet not answered in this time is lost, milliseconds (RFC 7680, Tmax).
    pub path_check_timeout_ms: u64,
    /// Learning platforms whose first answer is timed, as `https://` URLs. None: no page check.
    pub page_targets: Vec<String>,
    /// Mean time between checks of all these pages, seconds.
    pub page_check_every_s: u64,
    /// Time between two looks at whether the internet is there, seconds.
    pub presence_interval_s: u64,
    /// A span of presence is reported at the latest after so long, seconds.
    pub presence_report_interval_s: u64,
    /// Host and port asked when our server does not answer, to tell the line from the server; blank:
    /// none, and a silent server is then taken for a silent line.
    pub presence_target: String,
    /// Proxy between the schools and the internet, `http://host:port`; blank: none. A probe's own
    /// environment (`HTTPS_PROXY`) goes before it, and where it does not lead to the server, probes
    /// also try without it.
    pub proxy: String,
    /// One speed test in each of these. None: `speed_test_interval_s` says when.
    pub speed_test_windows: Vec<TestWindow>,
    /// A full test, without an early stop, at least so many days after the last; 0 for never.
    pub full_test_every_days: u64,
    /// What local time is ahead of UTC now, seconds.
    pub utc_offset_s: i32,
    /// Week days with school, 1 = Monday … 7 = Sunday (ISO 8601).
    pub school_days: Vec<u8>,
    /// When the school is open, on its days.
    pub opening: DaySpan,
    /// Local days without school, `YYYY-MM-DD`.
    pub closed_dates: Vec<String>,
    /// When the school fetches its own content: no speed test is made then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sync_slot: Option<DaySpan>,
    /// What to measure against. None: the server itself.
    pub targets: Vec<PolicyTarget>,
    /// Where the server believes the probe to sit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vantage: Option<Vantage>,
    /// Most megabytes (10^6 bytes) that measuring and reporting may cost in a local month.
    pub budget_mb_per_month: u64,
    /// The same in a local day.
    pub budget_mb_per_day: u64,
}

impl Default for ProbeConfig {
    /// Four speed tests and 96 path checks a day: the cadence that Giga Meter made customary.
    fn default() -> Self {
        Self {
            version: 1,
            speed_test_interval_s: 6 * 3600,
            speed_test_max_duration_ms: 10_000,
            speed_test_max_bytes: 250_000_000,
            speed_test_early_stop: false,
            speed_test_defer_s: 60,
            path_check_interval_s: 900,
            path_check_packets: 20,
            path_check_spacing_ms: 250,
            path_check_timeout_ms: 3_000,
            page_targets: Vec::new(),
            page_check_every_s: 3_600,
            presence_interval_s: 60,
            presence_report_interval_s: 900,
            presence_target: "1.1.1.1:443".to_owned(),
            proxy: String::new(),
            speed_test_windows: Vec::new(),
            full_test_every_days: 7,
            utc_offset_s: 0,
            school_days: vec![1, 2, 3, 4, 5],
            opening: DaySpan {
                from_minute: 8 * 60,
                to_minute: 16 * 60,
            },
            closed_dates: Vec::new(),
            sync_slot: None,
            targets: Vec::new(),
            vantage: None,
            budget_mb_per_month: 1_000,
            budget_mb_per_day: 50,
        }
    }
}

/// Body of every error that the server answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// The error.
    pub error: ErrorDetail,
}

/// What went wrong, for a program (`code`) and for a person (`message`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorDetail {
    /// Stable slug, such as `enrolment_code_expired`.
    pub code: String,
    /// A sentence that says what, where and how to mend it.
    pub message: String,
    /// The field at fault, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The request's id, as in the server's log.
    #[serde(default)]
    pub request_id: String,
}
