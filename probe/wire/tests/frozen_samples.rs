//! Every JSON that was ever released still parses and means the same. The samples are never edited:
//! a change of the wire adds a sample beside them.

use schoolbeat_wire::{
    Enrolled, ErrorBody, NoticeKind, Outcome, PathMethod, PresenceDetail, PresenceState,
    ProbeConfig, Record, RecordKind, RecordVerdict, Redeem, Release, Report, ReportAnswer,
    SignedRelease, Stage, StopReason, TargetKind, Vantage,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Parses a sample, and checks that writing it again loses nothing that is known.
fn sample<T: Serialize + DeserializeOwned>(text: &str) -> T {
    let value: T = serde_json::from_str(text).expect("a released sample parses");
    let again: T = serde_json::from_str(&serde_json::to_string(&value).expect("it can be written"))
        .expect("what is written parses");
    let (value_json, again_json) = (serde_json::to_value(&value), serde_json::to_value(&again));
    assert_eq!(value_json.expect("JSON"), again_json.expect("JSON"));
    value
}

fn path_check(record: &Record) -> &schoolbeat_wire::PathCheck {
    match &record.kind {
        RecordKind::PathCheck(check) => check,
        _ => panic!("record {} is a path check", record.sequence),
    }
}

fn speed_test(record: &Record) -> &schoolbeat_wire::SpeedTest {
    match &record.kind {
        RecordKind::SpeedTest(test) => test,
        _ => panic!("record {} is a speed test", record.sequence),
    }
}

#[test]
fn a_report_of_version_1() {
    let released = include_str!("../samples/report-1.json");
    let report: Report<Record> = sample(released);
    assert_eq!(report.software_version, "0.1.0");
    assert_eq!(report.sent_boot_ms, 93_600_000);
    let check = path_check(&report.records[0]);
    assert_eq!(
        (check.outcome, check.method, check.target_kind),
        (Outcome::Ok, PathMethod::Icmp, TargetKind::Server)
    );
    assert_eq!(
        (check.sent, check.received, check.loss_ratio),
        (20, 19, Some(0.05))
    );
    let test = speed_test(&report.records[1]);
    assert_eq!(
        (test.download_mbps, test.upload_mbps),
        (Some(12.34), Some(3.21))
    );
    assert_eq!(
        (test.bytes_down, test.upload_duration_ms),
        (15_425_000, 10_000)
    );
    // Nothing of this sample is lost on the way through the types.
    assert_eq!(
        serde_json::to_value(&report).expect("JSON"),
        serde_json::from_str::<Value>(released).expect("JSON")
    );
}

#[test]
fn spans_of_presence_of_version_1() {
    let released = include_str!("../samples/report-presence-1.json");
    let report: Report<Record> = sample(released);
    let spans: Vec<_> = report
        .records
        .iter()
        .map(|record| match &record.kind {
            RecordKind::Presence(span) => (span.state, span.detail, span.duration_ms),
            _ => panic!("record {} is a span of presence", record.sequence),
        })
        .collect();
    assert_eq!(
        spans,
        [
            (PresenceState::Online, None, 900_000),
            (
                PresenceState::IspDown,
                Some(PresenceDetail::CaptivePortal),
                120_000
            ),
        ]
    );
    assert_eq!(
        serde_json::to_value(&report).expect("JSON"),
        serde_json::from_str::<Value>(released).expect("JSON")
    );
}

#[test]
fn a_report_that_says_what_its_rates_rest_on() {
    let released = include_str!("../samples/report-evidence-1.json");
    let report: Report<Record> = sample(released);
    let evidence = &speed_test(&report.records[0]).evidence;
    assert_eq!(evidence.download_stop_reason, Some(StopReason::Steady));
    assert_eq!(
        evidence.upload_stop_reason,
        Some(StopReason::Other),
        "a reason of the future"
    );
    assert_eq!(evidence.download_mean_mbps, Some(11.9));
    assert_eq!(evidence.download_bytes_per_100_ms, [80_000, 160_000]);
    assert_eq!(evidence.cross_traffic, Some(false));
    let RecordKind::Notice(notice) = &report.records[1].kind else {
        panic!("record 46 is a notice");
    };
    assert_eq!(
        (notice.notice, notice.of.as_str(), notice.count),
        (NoticeKind::Dropped, "speed_test", 7)
    );
}

#[test]
fn stages_of_a_path_and_pages_of_version_1() {
    let released = include_str!("../samples/report-path-1.json");
    let report: Report<Record> = sample(released);
    let check = path_check(&report.records[0]);
    assert_eq!(
        (check.target_kind, check.pdv_p95_ms),
        (TargetKind::Resolver, Some(16.0))
    );
    let pages: Vec<_> = report.records[1..]
        .iter()
        .map(|record| match &record.kind {
            RecordKind::PageCheck(page) => page,
            _ => panic!("record {} is a page check", record.sequence),
        })
        .collect();
    assert_eq!(
        (pages[0].dns_ms, pages[0].http_ms, pages[0].http_status),
        (Some(31.5), Some(95.75), Some(206))
    );
    assert_eq!(
        (pages[1].outcome, pages[1].failed_stage, pages[1].tls_ms),
        (Outcome::Failed, Some(Stage::Handshake), None)
    );
    assert_eq!(
        serde_json::to_value(&report).expect("JSON"),
        serde_json::from_str::<Value>(released).expect("JSON")
    );
}

#[test]
fn failures_and_absent_values_of_version_1() {
    let report: Report<Record> = sample(include_str!("../samples/report-failures-1.json"));
    assert_eq!(
        path_check(&report.records[0]).failed_stage,
        Some(Stage::Resolve)
    );
    let silent = path_check(&report.records[1]);
    assert_eq!(
        (silent.method, silent.target_kind),
        (PathMethod::Tcp, TargetKind::Gateway)
    );
    assert_eq!(
        (silent.outcome, silent.loss_ratio, silent.rtt_min_ms),
        (Outcome::Ok, Some(1.0), None)
    );
    let broken = speed_test(&report.records[2]);
    assert_eq!(
        (broken.failed_stage, broken.bytes_down, broken.bytes_up),
        (Some(Stage::Transfer), 123_456, 0)
    );
    assert_eq!(
        report.records[2].wall_unix_ms, -1,
        "a clock may be wrong in any way"
    );
    assert_eq!(
        speed_test(&report.records[3]).failed_stage,
        Some(Stage::Handshake)
    );
}

#[test]
fn an_answer_of_version_1() {
    let answer: ReportAnswer = sample(include_str!("../samples/report-answer-1.json"));
    assert_eq!(
        (answer.acknowledged_sequence, answer.config_version),
        (44, 3)
    );
    let verdicts: Vec<_> = answer.results.iter().map(|result| result.verdict).collect();
    assert_eq!(
        verdicts,
        [
            RecordVerdict::Stored,
            RecordVerdict::StoredInvalid,
            RecordVerdict::Duplicate,
            RecordVerdict::Rejected
        ]
    );
    assert_eq!(answer.results[3].sequence, None);
}

#[test]
fn an_enrolment_of_version_1() {
    let redeem: Redeem = sample(include_str!("../samples/redeem-1.json"));
    assert_eq!(
        (redeem.code.as_str(), redeem.vantage),
        ("K7QD-M2XW", Vantage::Device)
    );
    let enrolled: Enrolled = sample(include_str!("../samples/enrolled-1.json"));
    assert_eq!(enrolled.school.name, "École Primaire de Korhogo");
    assert_eq!(
        enrolled.config,
        ProbeConfig {
            version: 3,
            ..ProbeConfig::default()
        }
    );
    assert!(!format!("{enrolled:?}").contains("example-secret"));
}

#[test]
fn a_configuration_with_gaps_and_news() {
    let config: ProbeConfig = sample(include_str!("../samples/config-sparse-1.json"));
    assert_eq!((config.version, config.speed_test_interval_s), (7, 3_600));
    assert_eq!(
        (config.page_targets.len(), config.page_check_every_s),
        (0, 3_600),
        "an older server asks for no pages"
    );
    assert_eq!(
        config.path_check_packets,
        ProbeConfig::default().path_check_packets
    );
}

#[test]
fn an_error_of_version_1() {
    let body: ErrorBody = sample(include_str!("../samples/error-1.json"));
    assert_eq!(body.error.code, "enrolment_code_expired");
    assert_eq!(body.error.field.as_deref(), Some("code"));
}

fn word(value: impl Serialize) -> String {
    serde_json::to_string(&value)
        .expect("a word is JSON")
        .trim_matches('"')
        .to_owned()
}

#[test]
fn the_words_on_the_wire_are_these() {
    use Stage::{Connect, Deadline, Handshake, Resolve, Transfer};
    use TargetKind::{Gateway, Other, Resolver, Server};
    use Vantage::{Browser, Device, Isp, Router};
    let stages = [Resolve, Connect, Handshake, Transfer, Deadline].map(word);
    assert_eq!(
        stages,
        ["resolve", "connect", "handshake", "transfer", "deadline"]
    );
    let targets = [Gateway, Resolver, Server, Other].map(word);
    assert_eq!(targets, ["gateway", "resolver", "server", "other"]);
    let vantages = [Device, Router, Isp, Browser].map(word);
    assert_eq!(vantages, ["device", "router", "isp", "browser"]);
    assert_eq!(
        [PathMethod::Icmp, PathMethod::Tcp].map(word),
        ["icmp", "tcp"]
    );
    assert_eq!([Outcome::Ok, Outcome::Failed].map(word), ["ok", "failed"]);
}

#[test]
fn a_release_of_format_1() {
    let signed: SignedRelease = sample(include_str!("../samples/release-1.json"));
    assert_eq!(signed.signature.len(), 128);
    let release: Release = sample(&signed.release);
    assert_eq!((release.format, &*release.version), (1, "0.2.0"));
    assert_eq!(release.builds[0].size_bytes, 8_123_456);
}
