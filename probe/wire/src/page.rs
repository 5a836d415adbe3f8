//! A page check: how long the first answer of a learning platform takes, step by step.

use serde::{Deserialize, Serialize};

use crate::record::{Outcome, Stage};

/// One HTTPS request, its steps timed one by one. A step that was not reached is absent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageCheck {
    /// Whether an HTTP answer came, whatever its status.
    pub outcome: Outcome,
    /// Where it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_stage: Option<Stage>,
    /// What the failure said, at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// The page, as the policy names it.
    pub url: String,
    /// Time of the system's name lookup (getaddrinfo), milliseconds. A cache on the machine or on its
    /// network may have answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns_ms: Option<f64>,
    /// Time of the TCP connect to the address that answered, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connect_ms: Option<f64>,
    /// Time of the TLS handshake, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_ms: Option<f64>,
    /// Time from the request to the first byte of the answer, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_ms: Option<f64>,
    /// Status of the answer, 100 to 999. A redirect is not followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// Version of IP that the connection used: 4 or 6.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_version: Option<u8>,
    /// Bytes of the answer that were read, head and body, without TLS.
    #[serde(default)]
    pub bytes_down: u64,
}
