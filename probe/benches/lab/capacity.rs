//! What the measurement server can carry: alone on the loopback, and many tests through one link.

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
    let lab = Lab::direct();
    lab.rate(LINK_MBPS);
    // A download's place is free when the server has closed it, a little after the client begins its
    // upload: with as many places as clients some would wait, and the uploads not be at once.
    let _ndt7 = lab.serve_ndt7(programs, 2 * CLIENTS);
    let tests: Vec<SpeedTest> = lab.measure(&format!("speed {} full {CLIENTS}", Lab::ndt7_url()));
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
        let sum_mbps: f64 = rates.iter().sum();
        let least_mbps = rates.iter().copied().fold(f64::INFINITY, f64::min);
        let most_mbps = rates.iter().copied().fold(0.0, f64::max);
        let difference = off(sum_mbps, payload_mbps);
        table.row(
            &format!("{CLIENTS} tests at once through {LINK_MBPS} Mbps, {}", direction.word()),
            &format!("sum {sum_mbps:.0} Mbps, {least_mbps:.2} to {most_mbps:.2} Mbps each"),
            &format!(
                "{payload_mbps:.0} Mbps of payload ({}), share {share_mbps:.2} Mbps ({} tests ended)",
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
