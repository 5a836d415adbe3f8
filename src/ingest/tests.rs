//! The rules, as laws and boundary cases.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::domain::{
    measurement::InvalidReason,
    record::{NoticeKind, StopReason, TimeBasis},
    retention::Kept,
};

fn reporter() -> Reporter {
    Reporter {
        kept: Kept::usual(now()),
        probe_id: ProbeId(Uuid::nil()),
        school_id: SchoolId(Uuid::nil()),
        vantage: Vantage::Device,
        calendar: Arc::new(SchoolCalendar {
            time_zone: chrono_tz::UTC,
            opens_at: NaiveTime::from_hms_opt(8, 0, 0).unwrap(),
            closes_at: NaiveTime::from_hms_opt(16, 0, 0).unwrap(),
            school_days: vec![1, 2, 3, 4, 5],
            closed: vec![],
        }),
    }
}

fn now() -> DateTime<Utc> {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

fn now_ms() -> i64 {
    now().timestamp_millis()
}

/// A fine test of 10 Mbps, taken 60 s before it was sent.
fn record() -> Value {
    json!({
        "sequence": 1, "boot_id": "b1", "boot_ms": 940_000, "wall_unix_ms": now_ms() - 60_000,
        "kind": "speed_test", "outcome": "ok", "protocol": "ndt7", "server": "s:1",
        "download_mbps": 10.0, "upload_mbps": 5.0,
        "bytes_down": 12_500_000, "download_duration_ms": 10_000,
        "bytes_up": 6_250_000, "upload_duration_ms": 10_000
    })
}

fn report(records: &[Value]) -> Vec<u8> {
    let body = json!({
        "boot_id": "b1", "sent_boot_ms": 1_000_000, "sent_wall_unix_ms": now_ms(),
        "software_version": "0.1.0", "records": records
    });
    body.to_string().into_bytes()
}

fn judged(records: &[Value]) -> Vec<Judged> {
    Envelope::parse(&report(records))
        .unwrap()
        .judge(&reporter(), now())
}

fn with(changes: &Value) -> Value {
    let mut changed = record();
    for (key, value) in changes.as_object().unwrap() {
        changed[key] = value.clone();
    }
    changed
}

fn origin_of(changes: &Value) -> crate::domain::record::Origin {
    judged(&[with(changes)])[0].origin().unwrap().clone()
}

#[test]
fn a_fine_record_is_a_valid_measurement() {
    let origin = origin_of(&json!({}));
    assert_eq!(origin.invalid, None);
    assert_eq!(origin.measured_at, now() - TimeDelta::seconds(60));
    assert_eq!(origin.time_basis, TimeBasis::Monotonic);
    assert!(origin.in_opening_hours);
}

#[test]
fn a_wrong_clock_does_not_matter_within_one_boot() {
    for wall_unix_ms in [0, now_ms() + 31_536_000_000, i64::MIN, i64::MAX] {
        let origin = origin_of(&json!({ "wall_unix_ms": wall_unix_ms }));
        assert_eq!(
            origin.measured_at,
            now() - TimeDelta::seconds(60),
            "{wall_unix_ms}"
        );
        assert_eq!(origin.invalid, None);
    }
}

#[test]
fn after_a_reboot_the_clock_is_corrected_by_its_offset() {
    let origin = origin_of(&json!({"boot_id": "b0", "wall_unix_ms": now_ms() - 3_600_000}));
    assert_eq!(origin.measured_at, now() - TimeDelta::hours(1));
    assert_eq!(origin.time_basis, TimeBasis::CorrectedClock);
}

#[test]
fn a_future_or_ancient_time_is_kept_with_its_reason() {
    let day_ms = 86_400_000;
    for (wall_unix_ms, reason) in [
        (now_ms() + 5 * 60_000, None),
        (now_ms() + 5 * 60_000 + 1, Some(InvalidReason::TimeInFuture)),
        (i64::MAX, Some(InvalidReason::TimeInFuture)),
        (now_ms() - 400 * day_ms, None),
        (now_ms() - 400 * day_ms - 1, Some(InvalidReason::TimeTooOld)),
        (i64::MIN, Some(InvalidReason::TimeTooOld)),
    ] {
        let origin = origin_of(&json!({"boot_id": "b0", "wall_unix_ms": wall_unix_ms}));
        assert_eq!(origin.invalid, reason, "{wall_unix_ms}");
        assert!(origin.measured_at <= now());
        if reason.is_some() {
            assert_eq!(
                (origin.measured_at, origin.time_basis),
                (now(), TimeBasis::Arrival)
            );
        }
    }
}

#[test]
fn nonsense_is_rejected_with_its_reason_and_kept_as_it_came() {
    for (changes, reason) in [
        (json!({"download_mbps": -1.0}), "out_of_range"),
        (json!({"download_mbps": 1e300}), "out_of_range"),
        (json!({"rtt_min_ms": -0.1}), "out_of_range"),
        (json!({"retransmit_ratio": 1.5}), "out_of_range"),
        (json!({"bytes_down": u64::MAX}), "out_of_range"),
        (json!({"sequence": 0}), "out_of_range"),
        (json!({"attempts": 0}), "out_of_range"),
        (json!({"upload_mean_mbps": -1.0}), "out_of_range"),
        (
            json!({"upload_bytes_per_100_ms": vec![1; 151]}),
            "out_of_range",
        ),
        (
            json!({"download_bytes_per_100_ms": [1_u64 << 40]}),
            "out_of_range",
        ),
        (json!({"download_mbps": "fast"}), "malformed"),
        (json!({"kind": "telepathy"}), "malformed"),
        (json!({"outcome": "failed"}), "missing_failed_stage"),
    ] {
        let bad = with(&changes);
        let Judged::Rejected(rejected) = &judged(std::slice::from_ref(&bad))[0] else {
            panic!("{changes} was taken");
        };
        assert_eq!(rejected.reason, reason, "{changes}");
        assert_eq!(
            serde_json::from_str::<Value>(&rejected.record).unwrap(),
            bad
        );
    }
}

#[test]
fn a_rejected_record_still_says_its_number() {
    let bad = with(&json!({"download_mbps": "fast", "sequence": 7}));
    assert_eq!(judged(&[bad])[0].sequence(), Some(7));
}

#[test]
fn a_bad_record_does_not_fail_its_neighbours() {
    let records = [record(), json!({"not": "a record"}), json!(17), record()];
    let kinds: Vec<_> = judged(&records)
        .iter()
        .map(|judged| judged.origin().is_some())
        .collect();
    assert_eq!(kinds, [true, false, false, true]);
}

/// The same line, stopped after 1.5 s because it was steady: slow start drags the mean down.
fn steady() -> Value {
    with(&json!({
        "download_mbps": 10.0, "download_mean_mbps": 8.0, "download_steady_mbps": 10.0,
        "download_stop_reason": "steady", "bytes_down": 1_500_000, "download_duration_ms": 1_500,
        "download_bytes_per_100_ms": vec![100_000; 15], "cross_traffic": true, "attempts": 2,
        "upload_stop_reason": "a_reason_of_the_future", "upload_bytes_per_100_ms": [7, 8]
    }))
}

#[test]
fn a_steady_rate_may_exceed_the_mean_that_follows_from_the_bytes() {
    let Judged::SpeedTest(test) = &judged(&[steady()])[0] else {
        panic!()
    };
    assert_eq!(test.origin.invalid, None);
    let evidence = &test.evidence;
    assert_eq!(evidence.download_stop_reason, Some(StopReason::Steady));
    assert_eq!(evidence.upload_stop_reason, Some(StopReason::Other));
    assert_eq!(
        (evidence.cross_traffic, evidence.attempts),
        (Some(true), Some(2))
    );
    assert_eq!(
        evidence.download_samples, None,
        "nothing else can be tried on it"
    );
    assert_eq!(evidence.upload_samples, Some(vec![7, 8]));
}

#[test]
fn a_steady_rate_that_the_bytes_do_not_carry_proves_nothing() {
    for (field, value) in [
        ("download_mbps", json!(13.0)),
        ("download_mean_mbps", json!(9.0)),
        ("download_mean_mbps", Value::Null),
        ("download_stop_reason", json!("full")),
    ] {
        let mut record = steady();
        record[field] = value;
        let origin = judged(&[record])[0].origin().unwrap().clone();
        assert_eq!(origin.invalid, Some(InvalidReason::Inconsistent), "{field}");
    }
}

#[test]
fn a_word_on_missing_records_is_kept() {
    let notice = json!({
        "sequence": 9, "boot_id": "b1", "boot_ms": 940_000, "wall_unix_ms": now_ms(),
        "kind": "notice", "notice": "dropped", "of": "speed_test", "count": 7, "reason": "spool_full"
    });
    let Judged::Notice(kept) = &judged(std::slice::from_ref(&notice))[0] else {
        panic!()
    };
    assert_eq!((kept.kind, kept.count), (NoticeKind::Dropped, 7));
    let mut unknown = notice;
    unknown["notice"] = json!("forgotten");
    assert!(matches!(judged(&[unknown])[0], Judged::Rejected(_)));
}

#[test]
fn half_a_test_is_kept_as_invalid() {
    let origin = origin_of(&json!({"upload_mbps": null}));
    assert_eq!(origin.invalid, Some(InvalidReason::Incomplete));
}

#[test]
fn a_failed_test_is_a_result() {
    let failed = with(
        &json!({"outcome": "failed", "failed_stage": "connect", "download_mbps": null,
        "failure": "connection\u{0} refused"}),
    );
    let Judged::SpeedTest(test) = &judged(&[failed])[0] else {
        panic!()
    };
    assert_eq!(test.failure.as_ref().unwrap().message, "connection refused");
    assert_eq!(test.origin.invalid, None);
}

#[test]
fn loss_follows_from_the_counts() {
    let check = json!({
        "sequence": 2, "boot_id": "b1", "boot_ms": 1, "wall_unix_ms": 0, "kind": "path_check",
        "outcome": "ok", "target": "s", "target_kind": "server", "method": "icmp",
        "sent": 20, "received": 15, "timeout_ms": 3000, "loss_ratio": 0.0
    });
    let Judged::PathCheck(check) = &judged(&[check])[0] else {
        panic!()
    };
    assert!((check.loss_ratio.unwrap() - 0.25).abs() < 1e-12);
}

#[test]
fn a_report_too_large_or_malformed_is_refused_whole() {
    let many = vec![json!(1); MAX_RECORDS_PER_REPORT + 1];
    assert_eq!(
        Envelope::parse(&report(&many)).unwrap_err(),
        ReportError::TooManyRecords {
            count: MAX_RECORDS_PER_REPORT + 1
        }
    );
    for body in [&b"{\"records\": [NaN]}"[..], b"", b"[]", b"{}", b"\xff\xfe"] {
        assert!(matches!(
            Envelope::parse(body),
            Err(ReportError::Malformed { .. })
        ));
    }
}

proptest! {
    #[test]
    fn no_clock_reading_panics_or_lands_in_the_future(
        boot in prop::sample::select(vec!["b1", "b0", ""]), boot_ms: u64, wall: i64, sent: i64,
    ) {
        let body = json!({
            "boot_id": "b1", "sent_boot_ms": 1_000_000, "sent_wall_unix_ms": sent,
            "software_version": "", "records": [with(&json!({
                "boot_id": boot, "boot_ms": boot_ms, "wall_unix_ms": wall
            }))]
        });
        let body = body.to_string();
        let envelope = Envelope::parse(body.as_bytes()).unwrap();
        let judged = envelope.judge(&reporter(), now());
        let origin = judged[0].origin().unwrap();
        prop_assert!(origin.measured_at <= now());
        prop_assert!(origin.measured_at >= now() - TimeDelta::days(400));
    }

    #[test]
    fn no_bytes_panic(body: Vec<u8>) {
        let _ = Envelope::parse(&body);
    }
}
