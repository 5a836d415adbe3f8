//! What the measurement server can carry: alone on the loopback, and many tests through one link.

use std::time::Duration;

use schoolbeat_wire::{Outcome, SpeedTest};
use serde_json::Value;

use crate::{
    iperf::{self, Direction},
    lab::{Lab, must},
    programs::Programs,
    rates::measured_mbps,
    table::{Table, off, percent},
};

const CLIENTS: usize = 50;
const LINK_MBPS: f64 = 500.0;
/// A link without a delay is none: BBR sizes its window by the shortest round trip, which whoever came
/// before the queue did has seen and whoever came after has not, and the former starves.
const ONE_WAY: Duration = Duration::from_millis(20);
/// Of each frame of 1,514 bytes that the link counts, 1,448 are TCP's payload (IPv4, timestamps).
const PAYLOAD: f64 = 1_448.0 / 1_514.0;
const SLOTS: usize = 4;

/// The server against a client that nobody here wrote, and a plain stream of iperf3.
pub fn loopback(programs: &Programs, table: &mut Table) {
    let lab = Lab::direct();
    let _ndt7 = lab.serve_ndt7(programs, SLOTS);
    let _iperf = iperf::serve(&lab);
    let client = programs.ndt7_client.display();
    let server = Lab::ndt7_loopback();
    let line = format!("{client} --server {server} --no-locate --no-tls --quiet --format json");
    let said = must(lab.in_internet(&line));
    for direction in Direction::BOTH {
        let ndt7_mbps = summary_mbps(&said, direction);
        let iperf_mbps = iperf::loopback_mbps(&lab, direction);
        let share = ndt7_mbps / iperf_mbps;
        table.row(
            &format!("ndt7 server on loopback, {}", direction.word()),
            &format!("ndt7-client {ndt7_mbps:.0} Mbps"),
            &format!("iperf3 {iperf_mbps:.0} Mbps ({:.0} %)", share * 100.0),
            "at least 60 %",
            share >= 0.6,
        );
    }
}

/// The rate in the summary that the client prints, a JSON document on a line of its own.
fn summary_mbps(said: &str, direction: Direction) -> f64 {
    let key = match direction {
        Direction::Down => "Download",
        Direction::Up => "Upload",
    };
    let found = said.lines().find_map(|line| {
        let document: Value = serde_json::from_str(line).ok()?;
        document["Summary"][key]["ThroughputMbps"].as_f64()
    });
    found.unwrap_or_else(|| panic!("ndt7-client said no rate {key}: {said}"))
}

/// Many tests that begin together: none may starve, and together they fill the link.
pub fn crowd(programs: &Programs, table: &mut Table) {
    let lab = Lab::delayed(ONE_WAY);
    lab.rate(LINK_MBPS);
    // A download's place is free when the server has closed it, a little after the client begins its
    // upload: with as many places as clients some would wait, and the uploads not be at once.
    let _ndt7 = lab.serve_ndt7(programs, 2 * CLIENTS);
    let _iperf = iperf::serve(&lab);
    let tests: Vec<SpeedTest> = lab.measure(&format!("speed {} full {CLIENTS}", Lab::ndt7_url()));
    let iperf = iperf::crowd_mbps(&lab, CLIENTS);
    for test in &tests {
        assert_eq!(test.outcome, Outcome::Ok, "{test:?}");
    }
    let payload_mbps = LINK_MBPS * PAYLOAD;
    let share_mbps = payload_mbps / CLIENTS as f64;
    for direction in Direction::BOTH {
        let rates: Vec<f64> = tests
            .iter()
            .map(|test| measured_mbps(test, direction))
            .collect();
        let [sum_mbps, least_mbps, most_mbps] = spread(&rates);
        let difference = off(sum_mbps, payload_mbps);
        let beside = match (direction, &iperf) {
            (Direction::Down, Some(rates)) => {
                let [sum, least, most] = spread(rates);
                format!("iperf3 -P {CLIENTS} {sum:.0} Mbps, {least:.2} to {most:.2} each")
            }
            // With so many streams up the client of iperf3 3.12 does not come to its end.
            (Direction::Up, _) => "no iperf3".to_owned(),
            (Direction::Down, None) => "iperf3 did not end".to_owned(),
        };
        table.row(
            &format!("{CLIENTS} tests at once through {LINK_MBPS} Mbps, {}", direction.word()),
            &format!("sum {sum_mbps:.0} Mbps, {least_mbps:.2} to {most_mbps:.2} Mbps each"),
            &format!(
                "{payload_mbps:.0} Mbps of payload ({}), share {share_mbps:.2} Mbps ({} tests ended); {beside}",
                percent(difference),
                rates.len()
            ),
            "sum within 5 %, none under half its share",
            difference.abs() <= 0.05
                && least_mbps >= share_mbps / 2.0
                && rates.len() == CLIENTS,
        );
    }
}

/// The sum, the least and the most of some rates.
fn spread(rates: &[f64]) -> [f64; 3] {
    [
        rates.iter().sum(),
        rates.iter().copied().fold(f64::INFINITY, f64::min),
        rates.iter().copied().fold(0.0, f64::max),
    ]
}
