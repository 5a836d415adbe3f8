//! What a measurement server saw of a speed test, and whether a probe's claim follows from it.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::measurement::InvalidReason;

/// Which way a transfer goes, as the school sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// Towards the school.
    Download,
    /// From the school.
    Upload,
}

impl Direction {
    /// The direction's stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Download => "download",
            Self::Upload => "upload",
        }
    }

    /// The direction of that name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        match slug {
            "download" => Some(Self::Download),
            "upload" => Some(Self::Upload),
            _ => None,
        }
    }
}

/// How one direction of a test ended at the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ending {
    /// The server closed it: its time or its bytes were up.
    Complete,
    /// The client closed it before, in good order.
    ClientClosed,
    /// The connection broke, was reset or ended without a word.
    ConnectionLost,
    /// It was still open at the hard limit.
    CutOff,
    /// The client did not keep to the protocol.
    Violation,
    /// The server was stopped.
    ServerStopped,
}

impl Ending {
    /// The ending's stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::ClientClosed => "client_closed",
            Self::ConnectionLost => "connection_lost",
            Self::CutOff => "cut_off",
            Self::Violation => "violation",
            Self::ServerStopped => "server_stopped",
        }
    }

    /// The ending of that name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        let all = [
            Self::Complete,
            Self::ClientClosed,
            Self::ConnectionLost,
            Self::CutOff,
            Self::Violation,
            Self::ServerStopped,
        ];
        all.into_iter().find(|ending| ending.slug() == slug)
    }
}

/// One direction of a test, as the server saw it. It says nothing of who the client was.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenTransfer {
    /// The id by which the client named its measurement, if it did.
    pub measurement_id: Option<Uuid>,
    /// Which way.
    pub direction: Direction,
    /// When the WebSocket was open.
    pub started_at: DateTime<Utc>,
    /// From then to the end of the transfer, milliseconds.
    pub duration_ms: i64,
    /// Application bytes handed to the kernel, or received from it.
    pub bytes: i64,
    /// Bytes of TCP's payload that the client has acknowledged (download) or that arrived (upload).
    pub tcp_bytes: Option<i64>,
    /// Bytes that TCP sent again.
    pub retransmitted_bytes: Option<i64>,
    /// Smallest round trip, milliseconds.
    pub rtt_min_ms: Option<f64>,
    /// Rate of its best second, megabits per second; absent if it was shorter.
    pub peak_mbps: Option<f64>,
    /// Whether tests together filled the server's own line.
    pub contended: bool,
    /// How it ended.
    pub ending: Ending,
    /// What the client calls itself.
    pub client_name: String,
    /// Host and port of the server, as clients know it.
    pub server: String,
}

/// What the server was doing meanwhile cannot be told apart below this, milliseconds.
const SLACK_MS: f64 = 100.0;
/// How far a claim may lie above what the server saw.
const TOLERANCE: f64 = 1.1;

impl SeenTransfer {
    /// Mean rate over the whole transfer, megabits per second: of what the kernel says came or was
    /// acknowledged, else of what the application moved. `None` if it took no time.
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of bytes and ms lie far below 2^53"
    )]
    pub fn mean_mbps(&self) -> Option<f64> {
        let bytes = self.tcp_bytes.unwrap_or(self.bytes) as f64;
        (self.duration_ms > 0).then(|| bytes * 8.0 / 1000.0 / self.duration_ms as f64)
    }

    /// The highest rate that the client can have measured, megabits per second. The server hears of
    /// an end later than the client, by up to two round trips and what its scheduler takes.
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of bytes and ms lie far below 2^53"
    )]
    pub fn most_mbps(&self) -> f64 {
        let duration_ms = self.duration_ms as f64;
        let late_ms = SLACK_MS + 2.0 * self.rtt_min_ms.unwrap_or(0.0);
        let least_ms = (duration_ms - late_ms).max(duration_ms / 4.0).max(1.0);
        let bytes = self.bytes.max(self.tcp_bytes.unwrap_or(0)) as f64;
        let mean_mbps = bytes * 8.0 / 1000.0 / least_ms;
        mean_mbps.max(self.peak_mbps.unwrap_or(0.0)) * TOLERANCE
    }
}

/// What a probe says of one direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Claim {
    /// Its rate, megabits per second.
    pub mbps: f64,
    /// Application bytes received, for a download.
    pub received_bytes: Option<i64>,
}

/// Whether a claim follows from what the server saw of the same transfer. A client has not received
/// more than was sent, nor faster.
pub fn compare(claim: Claim, seen: &SeenTransfer) -> Option<InvalidReason> {
    let too_many = claim.received_bytes.is_some_and(|bytes| bytes > seen.bytes);
    if too_many || claim.mbps > seen.most_mbps() {
        return Some(InvalidReason::AboveServerCount);
    }
    seen.contended.then_some(InvalidReason::ServerContended)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 10 Mbps for 10 s.
    fn seen() -> SeenTransfer {
        SeenTransfer {
            measurement_id: None,
            direction: Direction::Download,
            started_at: DateTime::UNIX_EPOCH,
            duration_ms: 10_000,
            bytes: 12_600_000,
            tcp_bytes: Some(12_500_000),
            retransmitted_bytes: Some(0),
            rtt_min_ms: Some(50.0),
            peak_mbps: Some(10.4),
            contended: false,
            ending: Ending::Complete,
            client_name: String::new(),
            server: String::new(),
        }
    }

    fn claim(mbps: f64) -> Claim {
        Claim {
            mbps,
            received_bytes: Some(12_500_000),
        }
    }

    #[test]
    fn what_the_server_saw_may_be_claimed_and_not_much_more() {
        assert_eq!(seen().mean_mbps(), Some(10.0));
        assert_eq!(compare(claim(10.0), &seen()), None);
        assert_eq!(compare(claim(10.4), &seen()), None, "its best second");
        assert_eq!(compare(claim(2.0), &seen()), None, "a slow reader");
        let above = Some(InvalidReason::AboveServerCount);
        assert_eq!(compare(claim(11.9), &seen()), above);
        let more = Claim {
            received_bytes: Some(12_600_001),
            ..claim(10.0)
        };
        assert_eq!(compare(more, &seen()), above);
    }

    #[test]
    fn a_client_far_away_ends_two_round_trips_before_the_server_hears_of_it() {
        let far = SeenTransfer {
            duration_ms: 2_900,
            bytes: 1_875_000,
            tcp_bytes: Some(1_875_000),
            rtt_min_ms: Some(700.0),
            peak_mbps: None,
            ..seen()
        };
        let ten = Claim {
            mbps: 10.0,
            received_bytes: Some(1_875_000),
        };
        assert_eq!(compare(ten, &far), None);
    }

    #[test]
    fn a_test_among_others_on_a_full_line_counts_in_no_average() {
        let contended = SeenTransfer {
            contended: true,
            ..seen()
        };
        let verdict = compare(claim(9.0), &contended);
        assert_eq!(verdict, Some(InvalidReason::ServerContended));
    }
}
