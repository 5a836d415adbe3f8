//! What a record must satisfy to be kept as a measurement. Numbers out of range are refused;
//! measurements that merely prove nothing are kept as invalid.

use schoolbeat_wire::{self as wire, Outcome, Stage};
use uuid::Uuid;

use super::evidence;
use crate::domain::{
    measurement::InvalidReason,
    record::{
        FailedStage, Failure, Notice, NoticeKind, Origin, PathCheck, PathMethod, Presence,
        PresenceDetail, PresenceState, SpeedTest, TargetKind,
    },
};

/// Why a record is no measurement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Stable slug.
    pub reason: &'static str,
    /// The same in words.
    pub detail: String,
}

pub(super) type Checked<T> = Result<T, Fault>;

/// Faster than any school's line, megabits per second.
pub(super) const MAX_MBPS: f64 = 1_000_000.0;
/// Longer than any timeout of ours, milliseconds.
pub(super) const MAX_MS: f64 = 600_000.0;
/// Longer than any span is kept, milliseconds: 400 days.
const MAX_SPAN_MS: i64 = 400 * 24 * 3600 * 1000;
/// JSON numbers are exact up to here.
const MAX_COUNT: u64 = 1 << 53;
/// Longest text of a probe's that is kept, in characters.
const MAX_TEXT: usize = 500;

pub(super) fn out_of_range(
    field: &str,
    value: impl std::fmt::Display,
    wants: impl std::fmt::Display,
) -> Fault {
    Fault {
        reason: "out_of_range",
        detail: format!("{field} is {value}; it must be {wants}"),
    }
}

/// Record numbers start at 1.
pub(super) fn sequence(number: u64) -> Checked<i64> {
    i64::try_from(number)
        .ok()
        .filter(|_| (1..=MAX_COUNT).contains(&number))
        .ok_or_else(|| out_of_range("sequence", number, "from 1 to 2^53"))
}

pub(super) fn number(field: &str, value: Option<f64>, max: f64) -> Checked<Option<f64>> {
    match value {
        Some(number) if !number.is_finite() || number < 0.0 || number > max => {
            Err(out_of_range(field, number, format!("from 0 to {max}")))
        }
        value => Ok(value),
    }
}

pub(super) fn count(field: &str, value: u64) -> Checked<i64> {
    i64::try_from(value)
        .ok()
        .filter(|_| value <= MAX_COUNT)
        .ok_or_else(|| out_of_range(field, value, "from 0 to 2^53"))
}

/// Bounded, and without the characters that PostgreSQL or a log would choke on.
pub(super) fn text(value: &str) -> String {
    value
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_TEXT)
        .collect()
}

pub(super) fn failure(
    outcome: Outcome,
    stage: Option<Stage>,
    message: Option<&str>,
) -> Checked<Option<Failure>> {
    match (outcome, stage) {
        (Outcome::Ok, _) => Ok(None),
        (Outcome::Failed, None) => Err(Fault {
            reason: "missing_failed_stage",
            detail: "outcome is failed; failed_stage must say where".into(),
        }),
        (Outcome::Failed, Some(stage)) => {
            let stage = match stage {
                Stage::Resolve => FailedStage::Resolve,
                Stage::Connect => FailedStage::Connect,
                Stage::Handshake => FailedStage::Handshake,
                Stage::Transfer => FailedStage::Transfer,
                Stage::Deadline => FailedStage::Deadline,
            };
            Ok(Some(Failure {
                stage,
                message: text(message.unwrap_or_default()),
            }))
        }
    }
}

/// The rates of a test, within bounds.
pub(super) struct Transfers {
    pub download_mbps: Option<f64>,
    pub upload_mbps: Option<f64>,
}

/// A speed test, valid or not.
pub(super) fn speed_test(mut origin: Origin, test: &wire::SpeedTest) -> Checked<SpeedTest> {
    let failure = failure(test.outcome, test.failed_stage, test.failure.as_deref())?;
    let download_mbps = number("download_mbps", test.download_mbps, MAX_MBPS)?;
    let upload_mbps = number("upload_mbps", test.upload_mbps, MAX_MBPS)?;
    let mut evidence = evidence::evidence(&test.evidence)?;
    let id = test.measurement_id.as_deref();
    evidence.measurement_id = id.and_then(|id| Uuid::try_parse(id).ok());
    if origin.invalid.is_none() && failure.is_none() {
        let rates = Transfers {
            download_mbps,
            upload_mbps,
        };
        origin.invalid = evidence::judge(test, &rates, &evidence);
    }
    Ok(SpeedTest {
        origin,
        failure,
        protocol: text(&test.protocol),
        server: text(&test.server),
        download_mbps,
        upload_mbps,
        rtt_min_ms: number("rtt_min_ms", test.rtt_min_ms, MAX_MS)?,
        rtt_loaded_ms: number("rtt_loaded_ms", test.rtt_loaded_ms, MAX_MS)?,
        retransmit_ratio: number("retransmit_ratio", test.retransmit_ratio, 1.0)?,
        bytes_down: count("bytes_down", test.bytes_down)?,
        bytes_up: count("bytes_up", test.bytes_up)?,
        download_duration_ms: count("download_duration_ms", test.download_duration_ms)?,
        upload_duration_ms: count("upload_duration_ms", test.upload_duration_ms)?,
        evidence,
    })
}

/// What a probe says of records that do not exist.
pub(super) fn notice(origin: Origin, notice: &wire::Notice) -> Checked<Notice> {
    Ok(Notice {
        origin,
        kind: match notice.notice {
            wire::NoticeKind::Skipped => NoticeKind::Skipped,
            wire::NoticeKind::Dropped => NoticeKind::Dropped,
            wire::NoticeKind::Other => {
                return Err(out_of_range("notice", "unknown", "skipped or dropped"));
            }
        },
        of_kind: text(&notice.of),
        count: count("count", notice.count)?,
        reason: text(&notice.reason),
        detail: text(notice.detail.as_deref().unwrap_or_default()),
    })
}

/// A span of presence. One whose time is not known says nothing, for it has no place in time.
pub(super) fn presence(
    origin: Origin,
    boot_id: &str,
    presence: &wire::Presence,
) -> Checked<Presence> {
    if let Some(reason) = origin.invalid {
        return Err(Fault {
            reason: "time_unknown",
            detail: format!("a span of presence needs its time: {}", reason.in_words()),
        });
    }
    let duration_ms = count("duration_ms", presence.duration_ms)?;
    if !(1..=MAX_SPAN_MS).contains(&duration_ms) {
        let wants = format!("from 1 to {MAX_SPAN_MS}");
        return Err(out_of_range("duration_ms", duration_ms, wants));
    }
    Ok(Presence {
        origin,
        boot_id: text(boot_id),
        state: match presence.state {
            wire::PresenceState::Online => PresenceState::Online,
            wire::PresenceState::LanDown => PresenceState::LanDown,
            wire::PresenceState::IspDown => PresenceState::IspDown,
            wire::PresenceState::ServiceDown => PresenceState::ServiceDown,
            wire::PresenceState::Off => PresenceState::Off,
        },
        detail: presence.detail.map(|detail| match detail {
            wire::PresenceDetail::CaptivePortal => PresenceDetail::CaptivePortal,
            wire::PresenceDetail::NoNames => PresenceDetail::NoNames,
            wire::PresenceDetail::Tls => PresenceDetail::Tls,
            wire::PresenceDetail::ServerError => PresenceDetail::ServerError,
        }),
        duration_ms,
    })
}

/// A path check, valid or not. The loss follows from the counts, whatever the probe says.
pub(super) fn path_check(mut origin: Origin, check: &wire::PathCheck) -> Checked<PathCheck> {
    let failure = failure(check.outcome, check.failed_stage, check.failure.as_deref())?;
    if check.received > check.sent {
        return Err(out_of_range(
            "received",
            check.received,
            format!("at most {}", check.sent),
        ));
    }
    if origin.invalid.is_none() && failure.is_none() && check.sent == 0 {
        origin.invalid = Some(InvalidReason::Incomplete);
    }
    let packets = |field, packets: u32| {
        i32::try_from(packets).map_err(|_| out_of_range(field, packets, "below 2^31"))
    };
    let answered = f64::from(check.received) / f64::from(check.sent.max(1));
    Ok(PathCheck {
        origin,
        failure,
        target: text(&check.target),
        target_kind: match check.target_kind {
            wire::TargetKind::Gateway => TargetKind::Gateway,
            wire::TargetKind::Resolver => TargetKind::Resolver,
            wire::TargetKind::Server => TargetKind::Server,
            wire::TargetKind::Other => TargetKind::Other,
        },
        method: match check.method {
            wire::PathMethod::Icmp => PathMethod::Icmp,
            wire::PathMethod::Tcp => PathMethod::Tcp,
        },
        sent: packets("sent", check.sent)?,
        received: packets("received", check.received)?,
        timeout_ms: count("timeout_ms", check.timeout_ms)?,
        rtt_min_ms: number("rtt_min_ms", check.rtt_min_ms, MAX_MS)?,
        rtt_median_ms: number("rtt_median_ms", check.rtt_median_ms, MAX_MS)?,
        rtt_p95_ms: number("rtt_p95_ms", check.rtt_p95_ms, MAX_MS)?,
        rtt_max_ms: number("rtt_max_ms", check.rtt_max_ms, MAX_MS)?,
        jitter_ms: number("jitter_ms", check.jitter_ms, MAX_MS)?,
        pdv_p95_ms: number("pdv_p95_ms", check.pdv_p95_ms, MAX_MS)?,
        loss_ratio: (check.sent > 0).then_some(1.0 - answered),
    })
}
