//! ndt7 by the probe's library: the full test beside iperf3, the early stop beside the full test.

use std::time::Duration;

use schoolbeat_probe::measure::moved;
use schoolbeat_wire::{Outcome, SpeedTest, StopReason};

use crate::{
    iperf::{self, Direction},
    lab::Lab,
    programs::Programs,
    table::{Table, median, off, percent},
};

const RATES_MBPS: [f64; 5] = [0.5, 2.0, 10.0, 50.0, 200.0];
/// Links with a delay, on which an early stop is tried too: the relay carries no more.
const DELAYED_MBPS: [f64; 2] = [2.0, 20.0];
const ONE_WAY: Duration = Duration::from_millis(20);
/// Early stops on each link.
const EARLY_TESTS: usize = 3;
const SLOTS: usize = 4;

/// The rate of a full test and iperf3's, one after the other on one link.
pub fn full(programs: &Programs, table: &mut Table) {
    let lab = Lab::direct();
    let _ndt7 = lab.serve_ndt7(programs, SLOTS);
    let _iperf = iperf::serve(&lab);
    for rate_mbps in RATES_MBPS {
        lab.rate(rate_mbps);
        let test = speed(&lab, "full");
        for direction in Direction::BOTH {
            let probe_mbps = measured_mbps(&test, direction);
            let iperf_mbps = iperf::at_school_mbps(&lab, direction);
            let difference = off(probe_mbps, iperf_mbps);
            table.row(
                &format!("full ndt7 at {rate_mbps} Mbps {}", direction.word()),
                &format!("{probe_mbps:.3} Mbps"),
                &format!("iperf3 {iperf_mbps:.3} Mbps ({})", percent(difference)),
                "within 3 %",
                difference.abs() <= 0.03,
            );
        }
    }
}

/// What the early stop gets wrong and what it saves, over all links, with and without a delay.
pub fn early(programs: &Programs, table: &mut Table) {
    let mut seen = Seen::default();
    let lab = Lab::direct();
    let ndt7 = lab.serve_ndt7(programs, SLOTS);
    for rate_mbps in RATES_MBPS {
        seen.link(&lab, rate_mbps);
    }
    drop((ndt7, lab));
    let lab = Lab::delayed(ONE_WAY);
    let _ndt7 = lab.serve_ndt7(programs, SLOTS);
    for rate_mbps in DELAYED_MBPS {
        seen.link(&lab, rate_mbps);
    }
    let worst = seen.errors.iter().copied().fold(0.0, f64::max);
    let error = median(&seen.errors);
    table.row(
        "early stop, error of its rate",
        &format!("{:.1} % median", error * 100.0),
        &format!(
            "full tests, {} comparisons, worst {:.1} %; {} of them stopped early",
            seen.errors.len(),
            worst * 100.0,
            seen.stopped
        ),
        "median under 5 %",
        error < 0.05,
    );
    let saved = median(&seen.saved);
    let least = seen.saved.iter().copied().fold(1.0, f64::min);
    table.row(
        "early stop, data saved",
        &format!("{:.0} % median", saved * 100.0),
        &format!(
            "full tests, least {:.0} % ({})",
            least * 100.0,
            seen.each.join(", ")
        ),
        "at least 70 %",
        saved >= 0.7,
    );
}

/// What early stops showed so far.
#[derive(Default)]
struct Seen {
    /// Shares of the full test's rate, without a sign.
    errors: Vec<f64>,
    /// Shares of the full test's bytes, as the school's interface counted both.
    saved: Vec<f64>,
    /// The median of `saved` by link.
    each: Vec<String>,
    /// Directions that did stop early.
    stopped: usize,
}

impl Seen {
    fn link(&mut self, lab: &Lab, rate_mbps: f64) {
        lab.rate(rate_mbps);
        let full = speed(lab, "full");
        let before = self.saved.len();
        for _ in 0..EARLY_TESTS {
            let early = speed(lab, "early");
            for direction in Direction::BOTH {
                let full_mbps = measured_mbps(&full, direction);
                let error = off(measured_mbps(&early, direction), full_mbps);
                eprintln!(
                    "early stop at {rate_mbps} Mbps {}: {} after {} ms",
                    direction.word(),
                    percent(error),
                    early.download_duration_ms
                );
                self.errors.push(error.abs());
            }
            let reasons = [
                early.evidence.download_stop_reason,
                early.evidence.upload_stop_reason,
            ];
            self.stopped += reasons
                .iter()
                .filter(|reason| **reason == Some(StopReason::Steady))
                .count();
            self.saved
                .push(-off(moved(&early) as f64, moved(&full) as f64));
        }
        let saved = median(&self.saved[before..]);
        self.each
            .push(format!("{rate_mbps} Mbps {:.0} %", saved * 100.0));
    }
}

/// One speed test at the school, which must succeed.
fn speed(lab: &Lab, manner: &str) -> SpeedTest {
    let tests: Vec<SpeedTest> = lab.measure(&format!("speed {} {manner} 1", Lab::ndt7_url()));
    let test = tests.into_iter().next().expect("the server has a place");
    assert_eq!(test.outcome, Outcome::Ok, "{test:?}");
    test
}

/// The rate that a test shows.
pub fn measured_mbps(test: &SpeedTest, direction: Direction) -> f64 {
    let mbps = match direction {
        Direction::Down => test.download_mbps,
        Direction::Up => test.upload_mbps,
    };
    mbps.unwrap_or_else(|| panic!("no rate {}: {test:?}", direction.word()))
}
