//! The measurements against peers whose rate and manners are known.

mod support;

use schoolbeat_probe::{
    measure::{SpeedVerdict, path_check, speed_test},
    server_url::ServerUrl,
};
use schoolbeat_wire::{Outcome, ProbeConfig, SpeedTest, Stage, StopReason};
use support::{
    fake_server::quick_config,
    ndt7_peer::{self, Manner},
};

fn measure(url: &str, config: &ProbeConfig) -> SpeedVerdict {
    let server = ServerUrl::parse(url).expect("the URL is sound");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime
        .expect("a runtime")
        .block_on(speed_test(&server, config))
}

fn measured(url: &str, config: &ProbeConfig) -> SpeedTest {
    match measure(url, config) {
        SpeedVerdict::Measured(test) => *test,
        SpeedVerdict::ServerBusy => panic!("the peer is not busy"),
    }
}

fn lasting(duration_ms: u64, max_bytes: u64) -> ProbeConfig {
    ProbeConfig {
        speed_test_max_duration_ms: duration_ms,
        speed_test_max_bytes: max_bytes,
        ..quick_config()
    }
}

fn stopping_early(duration_ms: u64) -> ProbeConfig {
    ProbeConfig {
        speed_test_early_stop: true,
        ..lasting(duration_ms, 250_000_000)
    }
}

fn is_near(actual: Option<f64>, expected: f64) -> bool {
    actual.is_some_and(|actual| (actual - expected).abs() < expected * 0.2)
}

#[test]
fn a_paced_peer_is_measured_at_its_pace() {
    let url = ndt7_peer::start(Manner::Paced(1_000_000.0));
    let test = measured(&url, &lasting(2_000, 250_000_000));
    assert_eq!(test.outcome, Outcome::Ok, "{test:?}");
    assert!(is_near(test.download_mbps, 8.0), "{test:?}");
    assert!(
        is_near(test.upload_mbps, 8.0),
        "what arrived counts, not what was sent: {test:?}"
    );
    assert!(
        (1_600_000..2_400_000).contains(&test.bytes_down),
        "{test:?}"
    );
    assert!(
        (1_700..=2_300).contains(&test.download_duration_ms),
        "{test:?}"
    );
    assert_eq!(test.retransmit_ratio, Some(0.02));
    assert!(
        test.rtt_min_ms.is_some() && test.rtt_loaded_ms.is_some(),
        "{test:?}"
    );
    assert_eq!(format!("http://{}", test.server), url);
}

#[test]
fn a_steady_line_is_measured_in_a_fraction_of_the_time() {
    let url = ndt7_peer::start(Manner::Paced(1_000_000.0));
    let test = measured(&url, &stopping_early(8_000));
    assert_eq!(test.outcome, Outcome::Ok, "{test:?}");
    assert_eq!(test.evidence.download_stop_reason, Some(StopReason::Steady));
    assert!(is_near(test.download_mbps, 8.0), "{test:?}");
    assert_eq!(test.download_mbps, test.evidence.download_steady_mbps);
    assert!(is_near(test.evidence.download_mean_mbps, 8.0), "{test:?}");
    assert!(
        (900..=3_000).contains(&test.download_duration_ms),
        "{test:?}"
    );
    assert!(test.bytes_down < 3_200_000, "{test:?}");
    assert!(test.evidence.download_bytes_per_100_ms.len() >= 10);
    assert!(is_near(test.upload_mbps, 8.0), "{test:?}");
    let id = test.measurement_id.expect("it has a name");
    assert_eq!(id.len(), 36);
}

#[test]
fn a_full_test_says_what_an_early_stop_would_have_said() {
    let url = ndt7_peer::start(Manner::Paced(1_000_000.0));
    let test = measured(&url, &lasting(2_000, 250_000_000));
    assert_eq!(test.evidence.download_stop_reason, Some(StopReason::Full));
    assert_eq!(test.download_mbps, test.evidence.download_mean_mbps);
    assert!(is_near(test.evidence.download_steady_mbps, 8.0), "{test:?}");
}

#[test]
fn a_cap_on_bytes_is_kept_in_both_directions() {
    let url = ndt7_peer::start(Manner::Fast);
    let test = measured(&url, &lasting(5_000, 20_000_000));
    assert!(
        test.bytes_down <= 20_000_000 && test.bytes_down > 19_000_000,
        "{test:?}"
    );
    assert!(
        test.bytes_up <= 20_000_000 && test.bytes_up > 19_990_000,
        "{test:?}"
    );
    assert!(test.download_duration_ms < 5_000);
    let capped = Some(StopReason::BytesCap);
    assert_eq!(test.evidence.download_stop_reason, capped);
    assert_eq!(test.evidence.upload_stop_reason, capped);
}

#[test]
fn a_busy_peer_is_no_failure_of_the_line() {
    let url = ndt7_peer::start(Manner::Busy);
    assert_eq!(measure(&url, &quick_config()), SpeedVerdict::ServerBusy);
}

fn fails_at(url: &str, stage: Stage) -> SpeedTest {
    let test = measured(url, &lasting(1_000, 250_000_000));
    assert_eq!(
        (test.outcome, test.failed_stage),
        (Outcome::Failed, Some(stage)),
        "{test:?}"
    );
    assert!(test.failure.is_some());
    test
}

#[test]
fn a_peer_without_the_subprotocol_fails_at_the_handshake() {
    fails_at(&ndt7_peer::start(Manner::NoSubprotocol), Stage::Handshake);
}

#[test]
fn a_line_that_breaks_fails_at_the_transfer_and_says_what_came() {
    let test = fails_at(
        &ndt7_peer::start(Manner::BreaksAfter(100_000)),
        Stage::Transfer,
    );
    assert!(test.bytes_down >= 90_000, "{test:?}");
    assert_eq!(test.evidence.attempts, Some(2), "tried again");
    assert!(test.evidence.earlier_bytes >= Some(90_000), "{test:?}");
    assert_eq!(test.download_mbps, None);
}

#[test]
fn an_upload_that_nobody_counted_has_no_rate() {
    let test = fails_at(&ndt7_peer::start(Manner::Silent), Stage::Transfer);
    assert!(
        test.download_mbps.is_some() && test.upload_mbps.is_none(),
        "{test:?}"
    );
    assert!(test.bytes_up > 0);
}

#[test]
fn no_listener_fails_at_connect_and_no_name_at_resolve() {
    fails_at("http://127.0.0.1:1", Stage::Connect);
    fails_at("http://schoolbeat.invalid", Stage::Resolve);
}

#[tokio::test]
async fn a_path_check_of_this_machine_is_answered() {
    let url = ndt7_peer::start(Manner::Fast);
    let check = path_check(&ServerUrl::parse(&url).unwrap(), &quick_config()).await;
    assert_eq!(
        (check.outcome, check.sent, check.received),
        (Outcome::Ok, 2, 2),
        "{check:?}"
    );
    assert!(check.rtt_median_ms.unwrap() < 200.0);
    assert_eq!(check.target, "127.0.0.1");
}

#[tokio::test]
async fn a_path_check_of_an_unknown_name_fails_at_resolve() {
    let server = ServerUrl::parse("http://schoolbeat.invalid").unwrap();
    let check = path_check(&server, &quick_config()).await;
    assert_eq!(
        (check.outcome, check.failed_stage),
        (Outcome::Failed, Some(Stage::Resolve))
    );
    assert_eq!(
        check.loss_ratio, None,
        "nothing was sent, so nothing was lost"
    );
}
