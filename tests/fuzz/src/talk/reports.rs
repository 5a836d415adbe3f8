//! Reports of probes and records of Giga Meter, up to what would be stored of them.

use std::sync::Arc;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{
    domain::{
        calendar::SchoolCalendar,
        measurement::ProbeId,
        record::{Judged, Origin, PathCheck, SpeedTest, Vantage},
        retention::Kept,
        school::SchoolId,
    },
    ingest::{
        Envelope, Reporter, compare_with_seen,
        giga_meter::{Said, look, speed_test},
        measured_here,
    },
};

const KEPT: TimeDelta = TimeDelta::days(400);
const LONGEST_TEXT: usize = 500;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_514_400, 0).unwrap_or_default()
}

fn reporter() -> Reporter {
    Reporter {
        kept: Kept::usual(now()),
        probe_id: ProbeId(Uuid::nil()),
        school_id: SchoolId(Uuid::nil()),
        vantage: Vantage::Device,
        calendar: Arc::new(SchoolCalendar {
            time_zone: chrono_tz::Africa::Nairobi,
            opens_at: NaiveTime::MIN,
            closes_at: NaiveTime::from_hms_opt(16, 0, 0).unwrap_or_default(),
            school_days: vec![1, 2, 3, 4, 5],
            closed: vec![],
        }),
    }
}

pub fn report(bytes: &[u8]) {
    let Ok(envelope) = Envelope::parse(bytes) else {
        return;
    };
    let version = envelope.software_version();
    assert!(version.chars().count() <= 64 && !version.contains(char::is_control));
    let _ = envelope.clock_offset_ms(now());
    let mut judged = envelope.judge(&reporter(), now());
    assert_eq!(judged, envelope.judge(&reporter(), now()), "the same again");
    for one in &judged {
        holds(one);
    }
    let here = "schoolbeat.example:443";
    let comparable = measured_here(&judged, here).len();
    assert!(comparable <= judged.len());
    let before = judged.clone();
    compare_with_seen(&mut judged, &[], here);
    for (before, after) in before.iter().zip(&judged) {
        let was_invalid = before.origin().and_then(|origin| origin.invalid);
        let is_invalid = after.origin().and_then(|origin| origin.invalid);
        assert!(was_invalid.is_none() || is_invalid == was_invalid);
        holds(after);
    }
}

/// What is stored of a record, whatever the record said.
fn holds(judged: &Judged) {
    if let Some(sequence) = judged.sequence() {
        assert!((1..=1 << 53).contains(&sequence));
    }
    if let Some(origin) = judged.origin() {
        is_in_time(origin);
    }
    match judged {
        Judged::SpeedTest(test) => is_possible(test),
        Judged::PathCheck(check) => is_possible_path(check),
        Judged::PageCheck(_) => {}
        Judged::Presence(presence) => {
            assert!(presence.origin.invalid.is_none() && presence.duration_ms > 0);
            // The span has an end that a calendar knows.
            let ends_at = TimeDelta::try_milliseconds(presence.duration_ms)
                .and_then(|lasts| presence.origin.measured_at.checked_add_signed(lasts));
            assert!(ends_at.is_some());
        }
        Judged::Notice(notice) => {
            is_text(&notice.of_kind);
            is_text(&notice.reason);
            is_text(&notice.detail);
        }
        Judged::Rejected(rejected) => assert!(!rejected.reason.is_empty()),
    }
}

fn is_in_time(origin: &Origin) {
    assert!(origin.measured_at <= now() && origin.measured_at >= now() - KEPT);
    assert_eq!(origin.received_at, now());
}

fn is_text(text: &str) {
    assert!(text.chars().count() <= LONGEST_TEXT && !text.contains(char::is_control));
}

fn is_possible(test: &SpeedTest) {
    let evidence = &test.evidence;
    let numbers = [
        test.download_mbps,
        test.upload_mbps,
        test.rtt_min_ms,
        test.rtt_loaded_ms,
        test.retransmit_ratio,
        evidence.download_mean_mbps,
        evidence.upload_mean_mbps,
        evidence.download_steady_mbps,
        evidence.upload_steady_mbps,
    ];
    for number in numbers.into_iter().flatten() {
        assert!(number.is_finite() && number >= 0.0);
    }
    let counts = [
        test.bytes_down,
        test.bytes_up,
        test.download_duration_ms,
        test.upload_duration_ms,
    ];
    assert!(counts.iter().all(|count| (0..=1 << 53).contains(count)));
    is_text(&test.protocol);
    is_text(&test.server);
    if let Some(failure) = &test.failure {
        is_text(&failure.message);
    } else if test.origin.invalid.is_none() {
        assert!(test.download_mbps.is_some() && test.upload_mbps.is_some());
    }
}

fn is_possible_path(check: &PathCheck) {
    assert!(check.sent >= check.received && check.received >= 0);
    let loss = check.loss_ratio.unwrap_or_default();
    assert!((0.0..=1.0).contains(&loss));
    is_text(&check.target);
}

pub fn report_refusal(bytes: &[u8]) -> Option<String> {
    match Envelope::parse(bytes) {
        Err(error) => Some(format!("{error:?}")),
        Ok(envelope) => {
            let judged = envelope.judge(&reporter(), now());
            let mut refused = judged.iter().filter_map(|one| match one {
                Judged::Rejected(rejected) => Some(rejected.detail.clone()),
                _ => None,
            });
            refused.next()
        }
    }
}

pub fn report_seeds() -> Vec<Vec<u8>> {
    let samples: [&[u8]; 5] = [
        include_bytes!("../../../../probe/wire/samples/report-1.json"),
        include_bytes!("../../../../probe/wire/samples/report-evidence-1.json"),
        include_bytes!("../../../../probe/wire/samples/report-failures-1.json"),
        include_bytes!("../../../../probe/wire/samples/report-path-1.json"),
        include_bytes!("../../../../probe/wire/samples/report-presence-1.json"),
    ];
    samples.map(<[u8]>::to_vec).into()
}

/// A body of any of the app's requests, as its records.
fn records(bytes: &[u8]) -> Vec<&RawValue> {
    #[derive(Deserialize)]
    struct Looks<'a> {
        #[serde(borrow)]
        records: Vec<&'a RawValue>,
    }
    if let Ok(several) = serde_json::from_slice::<Vec<&RawValue>>(bytes) {
        return several;
    }
    if let Ok(looks) = serde_json::from_slice::<Looks<'_>>(bytes) {
        return looks.records;
    }
    serde_json::from_slice(bytes).into_iter().collect()
}

pub fn giga_meter(bytes: &[u8]) {
    for raw in records(bytes) {
        if let Ok(said) = Said::parse(raw.get()) {
            giga_meter_record(raw.get(), &said);
        }
    }
}

fn giga_meter_record(raw: &str, said: &Said) {
    let words = [said.giga_id(), said.installation(), said.app_version()];
    for word in words.iter().chain(&said.uuid()) {
        is_text(word);
        assert_eq!(word.trim(), word);
    }
    let test = speed_test(said, &reporter(), now());
    let seen = look(said, &reporter().calendar, now());
    if let Ok(test) = &test {
        is_in_time(&test.origin);
        is_possible(test);
    }
    if let Ok(look) = &seen {
        assert!(look.latency_ms.is_none_or(|ms| ms.is_finite() && ms >= 0.0));
    }
    let kept = said.kept();
    for secret in ["ip_address", "windows_username", "geolocation", "\"IP\""] {
        assert!(!kept.contains(secret) || raw.len() != kept.len() && !raw.contains(secret));
    }
    let Ok(again) = Said::parse(&kept) else {
        panic!("what is kept is a record: {kept}");
    };
    assert_eq!(again.kept(), kept, "of the same record the same text");
    let _ = (said.identity(), said.substance());
    let with_id = said.clone().or_giga_id(" 7c32 ");
    assert!(!with_id.giga_id().is_empty());
    // What waits for its school is judged by what was kept. Long texts and groups are kept in part.
    if raw.len() < LONGEST_TEXT && !raw.contains("\\u00") {
        assert_eq!(speed_test(&again, &reporter(), now()).ok(), test.ok());
        assert_eq!(
            format!("{:?}", look(&again, &reporter().calendar, now()).ok()),
            format!("{:?}", seen.ok())
        );
    }
}

pub fn giga_meter_refusal(bytes: &[u8]) -> Option<String> {
    let mut refusals = records(bytes).into_iter().map(|raw| {
        let said = Said::parse(raw.get()).map_err(|fault| fault.detail)?;
        let test = speed_test(&said, &reporter(), now()).map(drop);
        let look = look(&said, &reporter().calendar, now()).map(drop);
        test.or(look).map_err(|fault| fault.detail)
    });
    refusals.find_map(Result::err)
}

pub fn giga_meter_seeds() -> Vec<Vec<u8>> {
    let small = r#"{"UUID":"u1","Timestamp":"2026-11-24T09:00:00.250Z","Download":80000.0,"Upload":16000,
        "Latency":"5","giga_id_school":" 7C32006A-c3d1-3798-9082-be9b8222d872 ","app_version":"2.0.3",
        "Results":{"NDTResult.S2C":{"LastClientMeasurement":{"ElapsedTime":10.0,"NumBytes":100000000}},
        "NDTResult.C2S":{"LastClientMeasurement":{"ElapsedTime":10.0,"NumBytes":20000000}}}}"#;
    let full = r#"{"UUID":"ndt-abc_1690_1","BrowserID":"b6e0","Timestamp":1795510800000,"DeviceType":"windows",
        "Notes":"daily","country_code":"AL","ip_address":"84.1.2.3","app_version":"1.9.9","Download":80000.0,
        "Upload":16000.0,"Latency":5,"ClientInfo":{"IP":"84.1.2.3","Latitude":41.3},
        "ServerInfo":{"FQDN":"ndt-tgd01.example","City":"Podgorica","IPv4":"192.0.2.9"},
        "Results":{"NDTResult.S2C":{"LastServerMeasurement":{"ConnectionInfo":{"Client":"84.1.2.3:5"},
        "BBRInfo":{"MinRTT":4300},"TCPInfo":{"MinRTT":4200,"BytesAcked":99000000,"ElapsedTime":10000000,
        "BytesSent":104000000,"BytesRetrans":1040000}}},
        "NDTResult.C2S":{"LastServerMeasurement":{"TCPInfo":{"BytesReceived":20000000,"ElapsedTime":10000000}}}},
        "windows_username":"amina","geolocation":{"location":{"lat":41.3,"lng":19.7}}}"#;
    let looks = r#"{"records":[{"timestamp":"2026-11-24T09:00:00Z","isConnected":false,"errorMessage":"no line",
        "app_local_uuid":"l1","giga_id_school":"a"},{"timestamp":"2026-11-24T09:05:00Z","isConnected":true,
        "latency":"41.5","browserId":"b"}]}"#;
    let several = format!("[{small},{full}]");
    [small, full, looks, &several]
        .map(|text| text.as_bytes().to_vec())
        .into()
}
