//! Round trips beside fping on one delayed link at one time, and losses beside what was dropped.

use std::{process::Stdio, time::Duration};

use schoolbeat_wire::{Outcome, PathCheck, PathMethod};

use crate::{
    lab::{INTERNET, Lab},
    programs::Programs,
    table::{Table, median, off, percent},
};

/// Delays of one direction.
const ONE_WAYS_MS: [u64; 3] = [1, 20, 150];
const PINGS: u32 = 300;
const SPACING_MS: u32 = 20;
/// As [`crate::inside`] has it: fping's own would be the spacing.
const TIMEOUT_MS: u32 = 1_000;
/// Losses in a thousand.
const LOSSES: [u32; 2] = [20, 100];
const BURST: u32 = 1_000;
const BURST_SPACING_MS: u32 = 5;

/// The median by the probe's ICMP and by fping, both running at once.
pub fn round_trips(_: &Programs, table: &mut Table) {
    for one_way_ms in ONE_WAYS_MS {
        let lab = Lab::delayed(Duration::from_millis(one_way_ms));
        let line = format!("fping -q -C {PINGS} -p {SPACING_MS} -t {TIMEOUT_MS} {INTERNET}");
        let fping = lab
            .at_school(&line)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("fping runs");
        let check = icmp(&lab, PINGS, SPACING_MS);
        let said = fping.wait_with_output().expect("fping ends").stderr;
        let fping_ms = median(&round_trips_ms(&String::from_utf8_lossy(&said)));
        let probe_ms = check.rtt_median_ms.expect("the internet answers");
        let difference_ms = probe_ms - fping_ms;
        table.row(
            &format!("RTT median, {} ms of delay", 2 * one_way_ms),
            &format!("{probe_ms:.3} ms"),
            &format!(
                "fping {fping_ms:.3} ms ({difference_ms:+.3} ms, {})",
                percent(off(probe_ms, fping_ms))
            ),
            "within 2 % or 0.1 ms",
            difference_ms.abs() <= (0.02 * fping_ms).max(0.1),
        );
    }
}

/// `10.0.0.1 : 1.23 - 1.25`: a time, or a dash for what was lost.
fn round_trips_ms(said: &str) -> Vec<f64> {
    let (_, times) = said
        .rsplit_once(" : ")
        .unwrap_or_else(|| panic!("fping said {said:?}"));
    times
        .split_whitespace()
        .filter_map(|time| time.parse().ok())
        .collect()
}

/// A check of the path whose method must be ICMP.
fn icmp(lab: &Lab, packets: u32, spacing_ms: u32) -> PathCheck {
    let check: PathCheck = lab.measure(&format!("path http://{INTERNET} {packets} {spacing_ms}"));
    let is_sound = check.outcome == Outcome::Ok && check.method == PathMethod::Icmp;
    assert!(is_sound && check.sent == packets, "{check:?}");
    check
}

/// Losses of known probability. What nftables dropped is what the probe must have lost.
pub fn losses(_: &Programs, table: &mut Table) {
    for permille in LOSSES {
        let lab = Lab::direct();
        lab.lose(permille);
        let check = icmp(&lab, BURST, BURST_SPACING_MS);
        let lost = check.sent - check.received;
        let (least, most) = likely(BURST, f64::from(permille) / 1_000.0);
        table.row(
            &format!("loss of {} %, {BURST} packets", permille / 10),
            &format!("{lost} lost"),
            &format!("nftables dropped {}", lab.lost()),
            &format!("95 % of the binomial: {least} to {most}"),
            (least..=most).contains(&lost),
        );
    }
}

/// The central 95 % of the binomial distribution: how many of `trials` come about with this probability.
fn likely(trials: u32, probability: f64) -> (u32, u32) {
    let odds = probability / (1.0 - probability);
    let mut exactly = (1.0 - probability).powi(i32::try_from(trials).expect("few trials"));
    let mut up_to = exactly;
    let (mut count, mut least) = (0, None);
    while up_to < 0.975 && count < trials {
        if up_to > 0.025 {
            least = least.or(Some(count));
        }
        exactly *= odds * f64::from(trials - count) / f64::from(count + 1);
        count += 1;
        up_to += exactly;
    }
    (least.unwrap_or(count), count)
}
