//! What the app says, and what we make of it.

use std::sync::Arc;

use chrono::{DateTime, NaiveTime, Utc};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::{
    domain::{
        calendar::SchoolCalendar,
        measurement::{InvalidReason, ProbeId},
        record::{SpeedTest, TimeBasis, Vantage},
        retention::Kept,
        school::SchoolId,
    },
    ingest::Reporter,
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

/// 80 Mbps down and 16 up for ten seconds, an hour ago.
fn measurement() -> Value {
    json!({
        "UUID": "ndt-abc_1690_00000001", "BrowserID": "b6e0", "Timestamp": "2026-11-24T09:00:00.250Z",
        "DeviceType": "windows", "Notes": "daily", "giga_id_school": " 7C32006A-c3d1-3798-9082-be9b8222d872 ",
        "country_code": "AL", "ip_address": "84.1.2.3", "app_version": "2.0.3",
        "Download": 80_000.0, "Upload": 16_000.0, "Latency": "5",
        "ClientInfo": {"IP": "84.1.2.3", "Latitude": 41.3, "ISP": "Example"},
        "ServerInfo": {"FQDN": "ndt-tgd01.example", "City": "Podgorica", "IPv4": "192.0.2.9"},
        "Results": {
            "NDTResult.S2C": {
                "LastClientMeasurement": {"ElapsedTime": 10.0, "NumBytes": 100_000_000, "MeanClientMbps": 80.0},
                "LastServerMeasurement": {
                    "ConnectionInfo": {"Client": "84.1.2.3:50000", "UUID": "x"},
                    "TCPInfo": {"MinRTT": 4200, "BytesSent": 104_000_000, "BytesRetrans": 1_040_000}
                }
            },
            "NDTResult.C2S": {
                "LastClientMeasurement": {"ElapsedTime": 10.0, "NumBytes": 20_000_000}
            }
        },
        "device_hardware_id": "HW-1", "windows_username": "amina", "installed_path": "C:\\Users\\amina",
        "wifi_connections": [{"ssid": "School", "signalLevel": -70.5}],
        "geolocation": {"location": {"lat": 41.3, "lng": 19.7}, "accuracy": 18.5}
    })
}

fn with(changes: &Value) -> Value {
    let mut changed = measurement();
    for (key, value) in changes.as_object().unwrap() {
        changed[key] = value.clone();
    }
    changed
}

fn said(record: &Value) -> Said {
    Said::parse(&record.to_string()).unwrap()
}

fn judged(record: &Value) -> Result<SpeedTest, Fault> {
    speed_test(&said(record), &reporter(), now())
}

#[test]
fn kilobits_become_megabits_and_microseconds_milliseconds() {
    let test = judged(&measurement()).unwrap();
    assert_eq!(test.download_mbps, Some(80.0));
    assert_eq!(test.upload_mbps, Some(16.0));
    assert_eq!(test.rtt_min_ms, Some(4.2));
    assert_eq!(test.retransmit_ratio, Some(0.01));
    assert_eq!((test.bytes_down, test.bytes_up), (100_000_000, 20_000_000));
    assert_eq!(test.download_duration_ms, 10_000);
    assert_eq!(
        (&*test.protocol, &*test.server),
        ("ndt7", "ndt-tgd01.example")
    );
    assert_eq!(test.origin.invalid, None);
    assert!(test.origin.in_opening_hours);
    assert_eq!(test.origin.time_basis, TimeBasis::ProbeClock);
    assert_eq!(test.origin.measured_at, test.origin.probe_clock_at.unwrap());
}

#[test]
fn a_time_that_cannot_be_believed_is_kept_at_its_arrival() {
    for (time, reason) in [
        ("2026-11-24T10:05:01Z", InvalidReason::TimeInFuture),
        ("2025-10-01T10:00:00Z", InvalidReason::TimeTooOld),
    ] {
        let origin = judged(&with(&json!({"Timestamp": time}))).unwrap().origin;
        assert_eq!(origin.invalid, Some(reason));
        assert_eq!(
            (origin.measured_at, origin.time_basis),
            (now(), TimeBasis::Arrival)
        );
        assert_eq!(origin.probe_clock_at, Some(time.parse().unwrap()));
    }
    let near = judged(&with(&json!({"Timestamp": "2026-11-24T10:04:59Z"}))).unwrap();
    assert_eq!(
        (near.origin.invalid, near.origin.measured_at),
        (None, now())
    );
}

#[test]
fn what_cannot_be_is_refused_and_named() {
    for (changes, reason, word) in [
        (json!({"Download": -5}), "out_of_range", "Download is -5"),
        (json!({"Upload": 2e9}), "out_of_range", "kilobits a second"),
        (
            json!({"Download": "fast"}),
            "malformed",
            "Download is \"fast\"",
        ),
        (json!({"Download": [1]}), "malformed", "Download"),
        (json!({"Latency": -1}), "out_of_range", "milliseconds"),
        (json!({"Timestamp": "yesterday"}), "malformed", "Timestamp"),
        (json!({"Timestamp": null}), "time_missing", "2026-06-17"),
    ] {
        let fault = judged(&with(&changes)).unwrap_err();
        assert_eq!(fault.reason, reason, "{changes}");
        assert!(fault.detail.contains(word), "{changes}: {}", fault.detail);
    }
    for text in ["[]", "7", "\"x\"", "{\"UUID\": "] {
        assert_eq!(Said::parse(text).unwrap_err().reason, "malformed", "{text}");
    }
}

#[test]
fn what_is_absent_is_unknown_and_never_a_fault() {
    let record = with(
        &json!({"Latency": null, "app_version": "unknown", "country_code": null,
                              "ServerInfo": null}),
    );
    let test = judged(&record).unwrap();
    assert_eq!(test.protocol, "ndt");
    assert_eq!(test.origin.invalid, None);
    let mut record = measurement();
    let server = "/Results/NDTResult.S2C/LastServerMeasurement";
    *record.pointer_mut(server).unwrap() = json!(null);
    assert_eq!(
        judged(&record).unwrap().rtt_min_ms,
        Some(5.0),
        "the app's own"
    );
    record["Latency"] = json!("0");
    assert_eq!(judged(&record).unwrap().rtt_min_ms, None, "rounded away");
}

#[test]
fn a_rate_must_follow_from_bytes_and_time() {
    for (changes, reason) in [
        (json!({"Download": 160_000}), InvalidReason::Inconsistent),
        (json!({"Download": 20_000}), InvalidReason::Inconsistent),
        (json!({"Upload": 20_000}), InvalidReason::Inconsistent),
        (json!({"Upload": null}), InvalidReason::Incomplete),
        (json!({"Results": {}}), InvalidReason::NoEvidence),
        (json!({"Results": "lost"}), InvalidReason::NoEvidence),
    ] {
        let invalid = judged(&with(&changes)).unwrap().origin.invalid;
        assert_eq!(invalid, Some(reason), "{changes}");
    }
    let lower = judged(&with(&json!({"Upload": 9_000}))).unwrap();
    assert_eq!(
        lower.origin.invalid, None,
        "what was sent is not yet received"
    );
}

#[test]
fn the_kernel_of_the_server_speaks_where_the_app_is_silent() {
    let mut record = measurement();
    record["Results"]["NDTResult.S2C"] = json!({"LastServerMeasurement": {"TCPInfo": {
        "BytesAcked": 103_000_000, "ElapsedTime": 10_000_000, "MinRTT": 4_294_967_295_u32}}});
    let test = judged(&record).unwrap();
    assert_eq!(
        (test.bytes_down, test.download_duration_ms),
        (103_000_000, 10_000)
    );
    assert_eq!(
        test.origin.invalid, None,
        "it counts what surrounds the data too"
    );
    assert_eq!(
        test.rtt_min_ms,
        Some(5.0),
        "a round trip that it has not seen"
    );
}

#[test]
fn ids_lose_their_blanks_and_empty_ones_are_none() {
    let record = said(&measurement());
    assert_eq!(record.giga_id(), "7c32006a-c3d1-3798-9082-be9b8222d872");
    assert_eq!(record.installation(), "b6e0");
    for none in [json!(""), json!(" undefined "), json!(null), json!(7)] {
        let record = said(&with(&json!({"UUID": none})));
        assert_eq!(record.uuid(), None, "{none}");
        assert!(record.identity().starts_with("record {"));
    }
    let of_path = said(&json!({"isConnected": true})).or_giga_id("ABC");
    assert_eq!(of_path.giga_id(), "abc");
    assert_eq!(
        record.or_giga_id("ABC").giga_id().len(),
        36,
        "its own counts"
    );
}

#[test]
fn what_is_kept_names_nobody() {
    let kept = said(&measurement()).kept();
    for personal in [
        "84.1.2.3",
        "192.0.2.9",
        "amina",
        "HW-1",
        "ssid",
        "School",
        "41.3",
        "19.7",
        "b6e0",
        "Example",
    ] {
        assert!(!kept.contains(personal), "{personal} in {kept}");
    }
    let again = said(&serde_json::from_str(&kept).unwrap());
    assert_eq!(again.kept(), kept);
    let (then, now) = (
        judged(&measurement()).unwrap(),
        judged(&serde_json::from_str(&kept).unwrap()),
    );
    assert_eq!(
        then,
        now.unwrap(),
        "it is the same measurement when it is taken up"
    );
}

#[test]
fn a_look_is_of_an_instant() {
    let calendar = reporter().calendar;
    let record = json!({"timestamp": "2026-11-24T09:00:00Z", "isConnected": false,
                        "errorMessage": "timeout", "app_local_uuid": "u1", "latency": null});
    let found = look(
        &said(&record),
        &calendar,
        now(),
        Kept::usual(now()).looks_since,
    )
    .unwrap();
    assert!(!found.is_connected && found.in_opening_hours);
    assert_eq!(
        (found.latency_ms, found.failure.as_deref()),
        (None, Some("timeout"))
    );
    for (field, value, reason) in [
        ("timestamp", json!("2026-11-24T11:00:00Z"), "time_in_future"),
        ("timestamp", json!("2024-11-24T11:00:00Z"), "time_too_old"),
        ("isConnected", json!("maybe"), "malformed"),
        ("latency", json!(-3), "out_of_range"),
    ] {
        let mut changed = record.clone();
        changed[field] = value;
        let fault = look(
            &said(&changed),
            &calendar,
            now(),
            Kept::usual(now()).looks_since,
        )
        .unwrap_err();
        assert_eq!(fault.reason, reason, "{changed}");
    }
}

proptest! {
    #[test]
    fn any_object_is_judged_or_refused_in_words(
        download in prop_oneof![any::<f64>().prop_map(|n| json!(n)), any::<String>().prop_map(Value::from)],
        time in any::<String>(),
        bytes in any::<i64>(),
    ) {
        let mut record = with(&json!({"Download": download, "Timestamp": time}));
        record["Results"]["NDTResult.S2C"]["LastClientMeasurement"]["NumBytes"] = json!(bytes);
        match judged(&record) {
            Ok(test) => prop_assert!(test.download_mbps.is_none_or(|mbps| mbps >= 0.0)),
            Err(fault) => prop_assert!(!fault.detail.is_empty()),
        }
    }
}
