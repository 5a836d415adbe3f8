//! What this program does when it calls itself within a network: one measurement by the probe's
//! library, printed as JSON.

use std::thread;

use schoolbeat_probe::{
    measure::{SpeedVerdict, path_check, speed_test},
    server_url::ServerUrl,
};
use schoolbeat_wire::{ProbeConfig, SpeedTest};
use tokio::runtime::{Builder, Runtime};

/// A packet that is not answered in this time is lost, milliseconds.
const TIMEOUT_MS: u64 = 1_000;
/// No test here may be stopped by its bytes.
const MANY_BYTES: u64 = 20_000_000_000;

/// `path URL PACKETS SPACING_MS` or `speed URL full|early CLIENTS`.
pub fn run(arguments: &[String]) {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let document = match words[..] {
        ["path", url, packets, spacing_ms] => {
            let config = ProbeConfig {
                path_check_packets: packets.parse().expect("packets are a number"),
                path_check_spacing_ms: spacing_ms.parse().expect("the spacing is a number"),
                path_check_timeout_ms: TIMEOUT_MS,
                ..ProbeConfig::default()
            };
            serde_json::to_string(&runtime().block_on(path_check(&server(url), &config)))
        }
        ["speed", url, manner, clients] => {
            let clients = clients.parse().expect("clients are a number");
            serde_json::to_string(&speed_tests(url, manner == "early", clients))
        }
        _ => panic!("{words:?} is no measurement"),
    };
    println!("{}", document.expect("it has a JSON form"));
}

fn server(url: &str) -> ServerUrl {
    ServerUrl::parse(url).expect("the URL is sound")
}

/// As the probe's own measuring thread has it.
fn runtime() -> Runtime {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

/// So many tests at once, each on a thread of its own. A test that the server had no place for is
/// absent.
fn speed_tests(url: &str, stops_early: bool, clients: usize) -> Vec<SpeedTest> {
    let config = ProbeConfig {
        speed_test_early_stop: stops_early,
        speed_test_max_bytes: MANY_BYTES,
        // Clients that begin together would wait for each other.
        speed_test_defer_s: 0,
        ..ProbeConfig::default()
    };
    let test = || match runtime().block_on(speed_test(&server(url), &config)) {
        SpeedVerdict::Measured(test) => Some(*test),
        SpeedVerdict::ServerBusy => None,
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..clients).map(|_| scope.spawn(test)).collect();
        let ended = running.into_iter().map(thread::ScopedJoinHandle::join);
        ended
            .filter_map(|test| test.expect("no client panics"))
            .collect()
    })
}
