//! What a measurement server of somebody else's tells the Schoolbeat server, so that claims of probes
//! can be put beside it.

use serde::{Deserialize, Serialize};

/// Transfers that ended since the last telling.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeenReport {
    /// The measurement server's clock when it sent this, milliseconds since 1970. Times are understood
    /// from it, so a wrong clock does no harm.
    pub sent_unix_ms: i64,
    /// At most [`crate::MAX_SEEN_PER_REPORT`] of them.
    pub transfers: Vec<SeenTransfer>,
}

/// One direction of a test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeenTransfer {
    /// The UUID by which the client named its measurement.
    pub measurement_id: String,
    /// `download` or `upload`, as the school sees it.
    pub direction: String,
    /// When it began, by the same clock as `sent_unix_ms`.
    pub started_unix_ms: i64,
    /// How long it took, milliseconds.
    pub duration_ms: u64,
    /// Application bytes.
    pub bytes: u64,
    /// Bytes of TCP's payload that were acknowledged or received, by the kernel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tcp_bytes: Option<u64>,
    /// Bytes that TCP sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retransmitted_bytes: Option<u64>,
    /// Smallest round trip, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rtt_min_ms: Option<f64>,
    /// Rate of the best second, megabits per second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_mbps: Option<f64>,
    /// Whether tests together filled the server's own line.
    pub contended: bool,
    /// How it ended, such as `complete` or `client_closed`.
    pub ending: String,
    /// What the client calls itself.
    pub client_name: String,
}
