//! What makes a measurement valid. Invalid ones are kept and shown, never averaged.

use std::fmt;

use uuid::Uuid;

/// Opaque id of a probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProbeId(pub Uuid);

impl fmt::Display for ProbeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a measurement counts in no average.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum InvalidReason {
    /// Its time lies in the future by more than the tolerance.
    TimeInFuture,
    /// It is older than what the service keeps.
    TimeTooOld,
    /// Fewer bytes than any real test moves (ndt7: the first message has 8,192).
    TooFewBytes,
    /// Longer than a test may last.
    TooLong,
    /// One direction is missing.
    Incomplete,
    /// The rate does not follow from the bytes and the time reported with it.
    Inconsistent,
    /// The measurement server saw less than is claimed.
    AboveServerCount,
    /// Tests together filled the measurement server's own line.
    ServerContended,
    /// It names our own measurement server, which has not seen it.
    NotSeenByServer,
    /// It says no bytes or no time from which its rate could follow.
    NoEvidence,
}

impl InvalidReason {
    /// The reason's stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::TimeInFuture => "time_in_future",
            Self::TimeTooOld => "time_too_old",
            Self::TooFewBytes => "too_few_bytes",
            Self::TooLong => "too_long",
            Self::Incomplete => "incomplete",
            Self::Inconsistent => "inconsistent",
            Self::AboveServerCount => "above_server_count",
            Self::ServerContended => "server_contended",
            Self::NotSeenByServer => "not_seen_by_server",
            Self::NoEvidence => "no_evidence",
        }
    }

    /// The reason in words, for who reads the answer.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::TimeInFuture => "its time lies in the future: set the probe's clock",
            Self::TimeTooOld => "it is older than the service keeps measurements",
            Self::TooFewBytes => "fewer than 8192 bytes moved in one direction",
            Self::TooLong => "one direction lasted longer than 60 s",
            Self::Incomplete => "only one direction was measured",
            Self::Inconsistent => "the rate does not follow from the bytes and the duration",
            Self::AboveServerCount => "the measurement server saw less than is claimed",
            Self::ServerContended => "tests together filled the measurement server's own line",
            Self::NotSeenByServer => "our measurement server has not seen this test",
            Self::NoEvidence => "it names no bytes or no duration that its rate follows from",
        }
    }
}

/// Fewest bytes that one direction of a valid test moves: the first ndt7 message.
pub const MIN_BYTES: u64 = 8192;
/// Longest that one direction of a valid test lasts, milliseconds.
pub const MAX_DURATION_MS: u64 = 60_000;
/// How far a reported rate may lie from bytes ÷ time.
const RATE_TOLERANCE: f64 = 0.05;

/// One direction of a finished speed test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Transfer {
    /// Reported mean rate, megabits per second.
    pub mbps: f64,
    /// Reported rate of its last part, if it stopped because that was steady.
    pub steady_mbps: Option<f64>,
    /// How long that last part is at least, milliseconds.
    pub steady_span_ms: u64,
    /// Application bytes moved.
    pub bytes: u64,
    /// Time it took, milliseconds.
    pub duration_ms: u64,
    /// Whether `bytes` are exactly what the rate was computed from. An upload's are not: the rate
    /// is the receiver's, the bytes are the sender's, some of them still in a buffer.
    pub bytes_are_exact: bool,
}

/// Whether both directions of a finished test hold together.
pub fn judge_transfers(
    download: Option<Transfer>,
    upload: Option<Transfer>,
) -> Option<InvalidReason> {
    let (Some(download), Some(upload)) = (download, upload) else {
        return Some(InvalidReason::Incomplete);
    };
    judge_transfer(download).or_else(|| judge_transfer(upload))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of bytes and ms lie far below 2^53"
)]
fn judge_transfer(transfer: Transfer) -> Option<InvalidReason> {
    if transfer.bytes < MIN_BYTES {
        return Some(InvalidReason::TooFewBytes);
    }
    if transfer.duration_ms > MAX_DURATION_MS {
        return Some(InvalidReason::TooLong);
    }
    let kilobits = transfer.bytes as f64 * 8.0 / 1000.0;
    let computed = kilobits / (transfer.duration_ms.max(1)) as f64;
    // The last part cannot have moved more than the whole.
    let most_steady = kilobits / (transfer.steady_span_ms.max(1)) as f64;
    let beyond = |mbps: f64| mbps > most_steady * (1.0 + RATE_TOLERANCE);
    if transfer.steady_mbps.is_some_and(beyond) {
        return Some(InvalidReason::Inconsistent);
    }
    let too_fast = transfer.mbps > computed * (1.0 + RATE_TOLERANCE);
    let too_slow = transfer.bytes_are_exact && transfer.mbps < computed * (1.0 - RATE_TOLERANCE);
    (too_fast || too_slow).then_some(InvalidReason::Inconsistent)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 10 Mbps for 10 s.
    const FINE: Transfer = Transfer {
        mbps: 10.0,
        steady_mbps: None,
        steady_span_ms: 1_000,
        bytes: 12_500_000,
        duration_ms: 10_000,
        bytes_are_exact: true,
    };

    #[test]
    fn each_fault_has_its_reason() {
        let cases = [
            (FINE, None),
            (
                Transfer {
                    bytes: 8191,
                    mbps: 0.0066,
                    ..FINE
                },
                Some(InvalidReason::TooFewBytes),
            ),
            (
                Transfer {
                    bytes: 8192,
                    mbps: 0.006_55,
                    ..FINE
                },
                None,
            ),
            (
                Transfer {
                    duration_ms: 60_001,
                    ..FINE
                },
                Some(InvalidReason::TooLong),
            ),
            (
                Transfer {
                    mbps: 900.0,
                    ..FINE
                },
                Some(InvalidReason::Inconsistent),
            ),
            (
                Transfer { mbps: 1.0, ..FINE },
                Some(InvalidReason::Inconsistent),
            ),
        ];
        for (transfer, reason) in cases {
            assert_eq!(
                judge_transfers(Some(transfer), Some(FINE)),
                reason,
                "{transfer:?}"
            );
            assert_eq!(
                judge_transfers(Some(FINE), Some(transfer)),
                reason,
                "{transfer:?}"
            );
        }
    }

    #[test]
    fn a_receiver_may_see_less_than_was_sent_but_never_more() {
        let sent = Transfer {
            bytes_are_exact: false,
            ..FINE
        };
        assert_eq!(
            judge_transfers(Some(FINE), Some(Transfer { mbps: 6.0, ..sent })),
            None
        );
        let claimed = Transfer { mbps: 16.0, ..sent };
        assert_eq!(
            judge_transfers(Some(FINE), Some(claimed)),
            Some(InvalidReason::Inconsistent)
        );
    }

    #[test]
    fn a_steady_rate_is_bounded_by_what_moved_at_all() {
        let stopped = |mbps, steady_mbps| Transfer {
            mbps,
            steady_mbps: Some(steady_mbps),
            bytes: 1_500_000,
            duration_ms: 1_500,
            ..FINE
        };
        let judged = |transfer| judge_transfers(Some(transfer), Some(FINE));
        assert_eq!(judged(stopped(8.0, 10.0)), None);
        let inconsistent = Some(InvalidReason::Inconsistent);
        assert_eq!(judged(stopped(8.0, 13.0)), inconsistent);
        assert_eq!(
            judged(stopped(f64::INFINITY, 10.0)),
            inconsistent,
            "no mean"
        );
    }

    #[test]
    fn half_a_test_is_incomplete() {
        assert_eq!(
            judge_transfers(Some(FINE), None),
            Some(InvalidReason::Incomplete)
        );
        assert_eq!(
            judge_transfers(None, Some(FINE)),
            Some(InvalidReason::Incomplete)
        );
    }
}
