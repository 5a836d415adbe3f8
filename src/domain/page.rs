//! Checks of learning platforms' pages as they are kept.

use super::record::{Failure, Origin};

/// One HTTPS request, its steps timed one by one. Times in milliseconds; a step that was not reached is
/// absent.
#[derive(Debug, Clone, PartialEq)]
pub struct PageCheck {
    /// Who and when.
    pub origin: Origin,
    /// Absent: an HTTP answer came, whatever its status.
    pub failure: Option<Failure>,
    /// The page.
    pub url: String,
    /// Time of the name lookup; a cache may have answered.
    pub dns_ms: Option<f64>,
    /// Time of the TCP connect.
    pub connect_ms: Option<f64>,
    /// Time of the TLS handshake.
    pub tls_ms: Option<f64>,
    /// Time from the request to the first byte of the answer.
    pub http_ms: Option<f64>,
    /// Status of the answer.
    pub http_status: Option<i16>,
    /// Version of IP: 4 or 6.
    pub ip_version: Option<i16>,
    /// Bytes of the answer that were read.
    pub bytes_down: i64,
}
