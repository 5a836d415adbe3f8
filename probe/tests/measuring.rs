//! The measurements against peers whose rate and manners are known.

mod support;

use schoolbeat_probe::{
    measure::{SpeedVerdict, path_check, speed_test},
    server_url::ServerUrl,
};
use schoolbeat_wire::{Outcome, ProbeConfig, SpeedTest, Stage, StopReason};
use support::{
    fake_server::quick_config,
    ndt7_peer::{self, Manner, Stop, Way},
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

/// What is to become of a test at a peer of this manner.
struct Case {
    manner: Manner,
    config: ProbeConfig,
    stage: Option<Stage>,
    says: &'static str,
    /// Whether each direction has a rate: down, up.
    rates: [bool; 2],
}

fn case(
    manner: Manner,
    config: ProbeConfig,
    (stage, says): (Option<Stage>, &'static str),
    rates: [bool; 2],
) -> Case {
    Case {
        manner,
        config,
        stage,
        says,
        rates,
    }
}

impl Case {
    fn holds(&self) {
        let test = measured(&ndt7_peer::start(self.manner), &self.config);
        let told = format!("{:?}: {test:?}", self.manner);
        assert_eq!(test.failed_stage, self.stage, "{told}");
        let is_failed = test.outcome == Outcome::Failed;
        assert_eq!(is_failed, self.stage.is_some(), "{told}");
        let said = test.failure.as_deref().unwrap_or_default();
        assert!(said.contains(self.says), "{told}");
        let rates = [test.download_mbps, test.upload_mbps];
        assert_eq!(rates.map(|rate| rate.is_some()), self.rates, "{told}");
        // The peer moves a million bytes a second in the time of the test, and stops at some time.
        let allowed_s = self.config.speed_test_max_duration_ms.max(1_000) / 1_000;
        assert!(test.bytes_down <= 1_100_000 * allowed_s, "{told}");
    }
}

const MOST_BYTES: u64 = 250_000_000;
/// So few that a second try would say nothing, and none is made.
const FEW_BYTES: u64 = 90_000;

/// Each of these waits for some deadlines of the probe: they wait side by side.
#[test]
fn a_peer_that_hangs_or_half_closes_has_its_stage_and_no_rate_that_it_did_not_have() {
    use Manner::{Mute, Stops};
    use Stop::{HalfCloses, Hangs};
    use Way::{Down, Up};
    let mute = (Some(Stage::Handshake), "no answer to the upgrade in 7 s");
    let silent = (Some(Stage::Transfer), "no data came for 7 s");
    let uncounted = (Some(Stage::Transfer), "the server's last count came after");
    let cut = (Some(Stage::Transfer), "");
    let (second, two_seconds) = (lasting(1_000, MOST_BYTES), lasting(2_000, MOST_BYTES));
    let short = || lasting(1_000, FEW_BYTES);
    let cases = [
        case(Mute(Down), short(), mute, [false, false]),
        case(Mute(Up), short(), mute, [true, false]),
        case(
            Stops(Down, Hangs, 100_000),
            lasting(9_000, 190_000),
            silent,
            [false, false],
        ),
        case(
            Stops(Up, Hangs, 300_000),
            second.clone(),
            uncounted,
            [true, false],
        ),
        case(
            Stops(Down, HalfCloses, 300_000),
            two_seconds.clone(),
            cut,
            [false, false],
        ),
        case(
            Stops(Up, HalfCloses, 300_000),
            two_seconds.clone(),
            cut,
            [true, false],
        ),
        // The protocol bears with a peer that goes without a close at the end.
        case(
            Stops(Down, HalfCloses, 1_980_000),
            two_seconds.clone(),
            (None, ""),
            [true, true],
        ),
        case(
            Stops(Up, HalfCloses, 1_980_000),
            two_seconds,
            (None, ""),
            [true, true],
        ),
    ];
    std::thread::scope(|scope| {
        for case in &cases {
            scope.spawn(|| case.holds());
        }
    });
}

/// Less than the 7 s after which silence is a failure; before, the rate of the first half was told.
#[test]
fn the_time_in_which_a_line_says_nothing_counts_into_its_rate() {
    let peer = ndt7_peer::start(Manner::Stops(Way::Down, Stop::Hangs, 500_000));
    let test = measured(&peer, &lasting(2_000, MOST_BYTES));
    assert_eq!(test.outcome, Outcome::Ok, "{test:?}");
    assert!(is_near(test.download_mbps, 2.0), "not 8: {test:?}");
    assert_eq!(test.download_mbps, test.evidence.download_mean_mbps);
    assert!(test.download_duration_ms > 1_500, "{test:?}");
    assert!(is_near(test.upload_mbps, 8.0), "{test:?}");
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
