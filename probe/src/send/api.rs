//! The server's HTTP interface: redeem, report, config. Each call has a deadline and one try; what
//! failed is told apart by what should be done about it. It must not touch the spool.

use std::{
    io::{self, Write as _},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use flate2::{Compression, write::GzEncoder};
use schoolbeat_wire::{
    CONFIG_PATH, Enrolled, ErrorBody, ErrorDetail, ProbeConfig, REDEEM_PATH, REPORTS_PATH,
    RecordVerdict, Redeem, Report, ReportAnswer,
};
use serde::{Serialize, de::DeserializeOwned};
use ureq::{Agent, Body, Proxy, http::Response};

use crate::{
    budget::BYTES_A_REPORT,
    measure::{self, proxy},
    server_url::ServerUrl,
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const TOTAL_TIMEOUT: Duration = Duration::from_mins(1);
const MAX_ANSWER_BYTES: u64 = 1 << 20;

/// A call that has no good answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// No whole answer came: no line, no server, a time-out, TLS.
    #[error("{url} cannot be reached: {cause}")]
    Unreachable {
        /// What was asked.
        url: String,
        /// Why, and how to mend it.
        cause: String,
    },
    /// The server, or something that answers in its place, said no.
    #[error("{url} answered {status}{}", said(.detail.as_deref()))]
    Status {
        /// What was asked.
        url: String,
        /// The HTTP status.
        status: u16,
        /// The pause that it asked for, milliseconds.
        retry_after_ms: Option<u64>,
        /// The server's own words; `None` if the body is not a Schoolbeat server's.
        detail: Option<Box<ErrorDetail>>,
    },
    /// The answer is good, but not one of a Schoolbeat server.
    #[error(
        "{url} answered something that is not of a Schoolbeat server ({cause}): check the address, and \
         whether a login page of the network answers in its place"
    )]
    NotUnderstood {
        /// What was asked.
        url: String,
        /// What was wrong.
        cause: String,
    },
}

fn said(detail: Option<&ErrorDetail>) -> String {
    detail.map_or_else(String::new, |detail| {
        format!(": {} ({})", detail.message, detail.code)
    })
}

/// A call's answer.
pub type Answered<T> = Result<T, ApiError>;

/// An agent and the proxy that it goes through.
type Built = (Option<Proxy>, Agent);

/// The server as one probe sees it.
#[derive(Clone)]
pub struct Api {
    agent: Arc<Mutex<Built>>,
    deadline: Duration,
    server: ServerUrl,
    secret: Option<String>,
    /// Bytes that calls have cost, about.
    traffic: Arc<AtomicU64>,
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

impl Api {
    /// A server, asked with a probe's secret or (to redeem a code) without one.
    pub fn new(server: ServerUrl, secret: Option<String>) -> Self {
        Self::within(TOTAL_TIMEOUT, server, secret)
    }

    /// The same, with this time for a whole call.
    pub fn within(deadline: Duration, server: ServerUrl, secret: Option<String>) -> Self {
        let proxy = proxy::current();
        let built = (proxy.clone(), built(deadline, proxy));
        Self {
            agent: Arc::new(Mutex::new(built)),
            deadline,
            server,
            secret,
            traffic: Arc::default(),
        }
    }

    /// The agent of before, unless another proxy is to be used by now.
    fn agent(&self) -> Agent {
        let proxy = proxy::current();
        let mut agent = self.agent.lock().unwrap_or_else(PoisonError::into_inner);
        if agent.0 != proxy {
            *agent = (proxy.clone(), built(self.deadline, proxy));
        }
        agent.1.clone()
    }

    /// Adds what each call costs to this count.
    #[must_use]
    pub fn counting(mut self, traffic: Arc<AtomicU64>) -> Self {
        self.traffic = traffic;
        self
    }

    fn count(&self, body_bytes: usize) {
        let bytes = u64::try_from(body_bytes).unwrap_or(0) + BYTES_A_REPORT;
        self.traffic.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Redeems a one-time code.
    pub fn redeem(&self, redeem: &Redeem) -> Answered<Enrolled> {
        let url = self.server.join(REDEEM_PATH);
        let response = self.agent().post(&url).send_json(redeem);
        understood(&url, response)
    }

    /// Sends a report.
    pub fn report(&self, report: &Report<impl Serialize>) -> Answered<ReportAnswer> {
        let url = self.server.join(REPORTS_PATH);
        let body = gzip(report).map_err(|error| ApiError::NotUnderstood {
            url: url.clone(),
            cause: format!("the report cannot be written: {error}"),
        })?;
        self.count(body.len());
        let request = self
            .agent()
            .post(&url)
            .header("Authorization", self.bearer())
            .header("Content-Type", "application/json")
            .header("Content-Encoding", "gzip");
        understood(&url, request.send(&body[..]))
    }

    /// Asks for the configuration.
    pub fn config(&self) -> Answered<ProbeConfig> {
        let url = self.server.join(CONFIG_PATH);
        self.count(0);
        let response = self
            .agent()
            .get(&url)
            .header("Authorization", self.bearer())
            .call();
        understood(&url, response)
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.secret.as_deref().unwrap_or_default())
    }
}

fn built(deadline: Duration, proxy: Option<Proxy>) -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        // A redirected report is more likely a network's login page than a moved server.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_connect(Some(CONNECT_TIMEOUT))
        .timeout_global(Some(deadline))
        .max_idle_connections(1)
        .tls_config(measure::tls())
        .proxy(proxy)
        .input_buffer_size(16 << 10)
        .output_buffer_size(16 << 10)
        .user_agent(concat!("schoolbeat-probe/", env!("CARGO_PKG_VERSION")))
        .build()
        .new_agent()
}

fn gzip(report: &Report<impl Serialize>) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    serde_json::to_writer(&mut encoder, report)?;
    encoder.flush()?;
    encoder.finish()
}

fn understood<T: DeserializeOwned>(
    url: &str,
    response: Result<Response<Body>, ureq::Error>,
) -> Answered<T> {
    let unreachable = |error: &ureq::Error| ApiError::Unreachable {
        url: url.to_owned(),
        cause: explained(error),
    };
    let mut response = response.map_err(|error| unreachable(&error))?;
    let status = response.status().as_u16();
    let retry_after_ms = response
        .headers()
        .get("retry-after")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.trim().parse::<u64>().ok())
        .map(|seconds| seconds.saturating_mul(1_000));
    let body = response
        .body_mut()
        .with_config()
        .limit(MAX_ANSWER_BYTES)
        .read_to_vec()
        .map_err(|error| unreachable(&error))?;
    if status != 200 {
        let detail = serde_json::from_slice::<ErrorBody>(&body)
            .ok()
            .map(|body| Box::new(body.error));
        return Err(ApiError::Status {
            url: url.to_owned(),
            status,
            retry_after_ms,
            detail,
        });
    }
    serde_json::from_slice(&body).map_err(|error| ApiError::NotUnderstood {
        url: url.to_owned(),
        cause: error.to_string(),
    })
}

/// What a person can do about it.
fn explained(error: &ureq::Error) -> String {
    match error {
        ureq::Error::HostNotFound => {
            "the name is not known; check the address, and whether this machine has a line"
                .to_owned()
        }
        ureq::Error::Timeout(_) => format!("{error}; the line or the server is too slow or gone"),
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) => format!(
            "its certificate is not trusted or TLS failed ({error}); check the address and this \
             machine's clock; a certificate of your own authority needs --ca-file"
        ),
        ureq::Error::Io(io) if is_tls(io) => format!(
            "its certificate is not trusted or TLS failed ({io}); check the address and this \
             machine's clock; a certificate of your own authority needs --ca-file"
        ),
        _ => format!("{error}; check the address and the line"),
    }
}

fn is_tls(error: &io::Error) -> bool {
    error
        .get_ref()
        .is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>)
}

/// What the server said of the records that it did not simply take.
pub(super) fn remarks(answer: ReportAnswer) -> Vec<String> {
    let taken = [RecordVerdict::Stored, RecordVerdict::Duplicate];
    answer
        .results
        .into_iter()
        .filter(|result| !taken.contains(&result.verdict))
        .map(|result| {
            let number = result
                .sequence
                .map_or_else(|| "?".to_owned(), |number| number.to_string());
            let verdict = match result.verdict {
                RecordVerdict::Rejected => "rejected",
                _ => "stored as invalid",
            };
            let reason = result
                .reason
                .unwrap_or_else(|| "no reason given".to_owned());
            let detail = result
                .detail
                .map_or_else(String::new, |detail| format!(" ({detail})"));
            format!("record {number} was {verdict}: {reason}{detail}")
        })
        .collect()
}
