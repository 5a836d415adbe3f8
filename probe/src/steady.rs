//! Has a transfer shown its rate? Pure: it is given how many bytes had moved at which time.
//!
//! A transfer may stop once it has lasted max(1 s, 10 round trips), slow start is over, and two windows
//! in a row differ by less than 5 %. A window is 500 ms, and on a slow line as long as it takes for so
//! many bytes that a packet more or less does not matter: at 0.5 Mbps 500 ms are 21 packets, one of
//! which is 5 %. Slow start is over when the rate has not grown by a
//! quarter in three rounds in a row, BBR's own sign of a full pipe (Cardwell et al., "BBR:
//! Congestion-Based Congestion Control", ACM Queue 14(5), 2016).

use std::time::Duration;

use schoolbeat_wire::{MAX_SAMPLES, STEADY_SPAN_MS};

use crate::units;

/// How far apart samples are, microseconds.
const SAMPLE_US: u64 = 100_000;
const WINDOW_US: u64 = STEADY_SPAN_MS * 1_000 / 2;
/// What a window holds at least: 90 packets of 1,448 bytes, so that one of them is about 1 %.
const WINDOW_BYTES: f64 = 130_000.0;
/// How far two windows may differ, as a share of the faster.
const TOLERANCE: f64 = 0.05;
/// Points that a window needs: between two counts only a straight line is known.
const POINTS_A_WINDOW: usize = 2;
const GROWTH: f64 = 1.25;
const ROUNDS_WITHOUT_GROWTH: u32 = 3;
/// Enough for 15 s of samples and for what any server counts; more is not noted.
const MAX_POINTS: usize = 1_000;

/// How many bytes had moved at which time, in ascending order; it begins with nothing at 0.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    points: Vec<(u64, u64)>,
}

impl Progress {
    /// At this time since the start so many bytes had moved. What runs backwards is not believed.
    pub fn note(&mut self, elapsed: Duration, bytes: u64) {
        let at_us = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
        let (last_us, last_bytes) = self.last();
        if at_us > last_us && bytes >= last_bytes && self.points.len() < MAX_POINTS {
            self.points.push((at_us, bytes));
        }
    }

    /// Bytes that had moved when it was last noted.
    pub fn bytes(&self) -> u64 {
        self.last().1
    }

    fn last(&self) -> (u64, u64) {
        self.points.last().copied().unwrap_or((0, 0))
    }

    /// Bytes at a time, linear between the points around it.
    fn bytes_at(&self, at_us: u64) -> f64 {
        let after = self
            .points
            .partition_point(|(point_us, _)| *point_us < at_us);
        let before = match after {
            0 => (0, 0),
            _ => self.points.get(after - 1).copied().unwrap_or((0, 0)),
        };
        let Some(next) = self.points.get(after) else {
            return units::count(before.1);
        };
        let share = units::count(at_us - before.0) / units::count(next.0 - before.0);
        units::count(before.1) + share * units::count(next.1 - before.1)
    }

    fn points_within(&self, from_us: u64, to_us: u64) -> usize {
        let within = |(at_us, _): &&(u64, u64)| *at_us > from_us && *at_us <= to_us;
        self.points.iter().filter(within).count()
    }

    /// Bytes in each whole 100 ms, at most [`MAX_SAMPLES`] of them.
    pub fn per_100_ms(&self) -> Vec<u64> {
        let samples = usize::try_from(self.last().0 / SAMPLE_US).unwrap_or(0);
        let mut at_us = 0;
        let mut before = 0;
        (0..samples.min(MAX_SAMPLES))
            .map(|_| {
                at_us += SAMPLE_US;
                let bytes = units::rounded(self.bytes_at(at_us));
                let moved = bytes.saturating_sub(before);
                before = bytes;
                moved
            })
            .collect()
    }

    /// The rate of the last two windows in megabits per second, if the transfer may stop now.
    pub fn steady_mbps(&self, rtt_min_ms: Option<f64>) -> Option<f64> {
        let end_us = self.last().0;
        let rtt_us = rtt_min_ms.map_or(0, |ms| units::rounded(ms * 1_000.0));
        if end_us < (2 * WINDOW_US).max(rtt_us.saturating_mul(10)) {
            return None;
        }
        let window_us = self.window_us()?;
        let (start_us, middle_us) = (end_us - 2 * window_us, end_us - window_us);
        if self.points_within(start_us, middle_us) < POINTS_A_WINDOW
            || self.points_within(middle_us, end_us) < POINTS_A_WINDOW
        {
            return None;
        }
        let middle = self.bytes_at(middle_us);
        let (start, end) = (self.bytes_at(start_us), self.bytes_at(end_us));
        let (first, second) = (middle - start, end - middle);
        let faster = first.max(second);
        let is_steady = faster > 0.0 && (first - second).abs() < TOLERANCE * faster;
        (is_steady && self.has_left_slow_start(rtt_us))
            .then(|| (end - start) * 8.0 / units::count(2 * window_us))
    }

    /// The shortest window of which the last two in a row each hold enough.
    fn window_us(&self) -> Option<u64> {
        let end_us = self.last().0;
        let moved = |from_us, to_us| self.bytes_at(to_us) - self.bytes_at(from_us);
        let mut window_us = WINDOW_US;
        while 2 * window_us <= end_us {
            let middle_us = end_us - window_us;
            let least = moved(middle_us, end_us).min(moved(middle_us - window_us, middle_us));
            if least >= WINDOW_BYTES {
                return Some(window_us);
            }
            window_us += SAMPLE_US;
        }
        None
    }

    fn has_left_slow_start(&self, rtt_us: u64) -> bool {
        let round_us = rtt_us.max(SAMPLE_US);
        let (mut best, mut without_growth) = (0.0, 0);
        let mut at_us = 0;
        while at_us + round_us <= self.last().0 {
            let moved = self.bytes_at(at_us + round_us) - self.bytes_at(at_us);
            at_us += round_us;
            if moved > best * GROWTH || best <= 0.0 {
                (best, without_growth) = (moved, 0);
            } else {
                without_growth += 1;
                if without_growth >= ROUNDS_WITHOUT_GROWTH {
                    return true;
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A transfer noted every 100 ms, with these bytes in each.
    fn transfer(samples: &[u64]) -> Progress {
        let mut progress = Progress::default();
        let mut moved = 0;
        for (index, bytes) in (1_u32..).zip(samples) {
            moved += bytes;
            progress.note(Duration::from_millis(100) * index, moved);
        }
        progress
    }

    fn is_near(actual: Option<f64>, expected: f64) -> bool {
        actual.is_some_and(|actual| (actual - expected).abs() < expected * 0.001)
    }

    #[test]
    fn a_constant_rate_is_steady_after_a_second_and_not_before() {
        assert_eq!(transfer(&[125_000; 9]).steady_mbps(Some(10.0)), None);
        assert!(is_near(
            transfer(&[125_000; 10]).steady_mbps(Some(10.0)),
            10.0
        ));
        assert!(is_near(transfer(&[125_000; 10]).steady_mbps(None), 10.0));
    }

    #[test]
    fn a_slow_line_is_looked_at_for_longer() {
        // 0.5 Mbps: 130 kB take 2.1 s.
        assert_eq!(transfer(&[6_250; 41]).steady_mbps(Some(10.0)), None);
        assert!(is_near(transfer(&[6_250; 42]).steady_mbps(Some(10.0)), 0.5));
        // A burst at the start, as a shaper lets it pass, is no rate.
        let mut samples = vec![20_000; 10];
        samples.extend([6_250; 41]);
        assert_eq!(transfer(&samples).steady_mbps(Some(10.0)), None);
    }

    #[test]
    fn ten_round_trips_are_waited_for() {
        assert_eq!(transfer(&[125_000; 59]).steady_mbps(Some(600.0)), None);
        assert!(transfer(&[125_000; 60]).steady_mbps(Some(600.0)).is_some());
    }

    #[test]
    fn a_rate_that_grows_is_not_steady_and_slow_start_is_left_out_of_it() {
        let doubling: Vec<u64> = (0..12).map(|round| 1_000 << round).collect();
        assert_eq!(transfer(&doubling).steady_mbps(Some(100.0)), None);
        let mut samples = doubling;
        samples.extend([4_096_000; 10]);
        assert!(is_near(transfer(&samples).steady_mbps(Some(100.0)), 327.68));
    }

    #[test]
    fn a_stalled_transfer_is_never_steady() {
        let mut samples = vec![125_000; 5];
        samples.extend([0; 30]);
        assert_eq!(transfer(&samples).steady_mbps(None), None);
    }

    #[test]
    fn a_straight_line_between_two_counts_proves_nothing() {
        let mut progress = Progress::default();
        progress.note(Duration::from_millis(1_500), 1_000_000);
        assert_eq!(progress.steady_mbps(None), None);
        progress.note(Duration::from_millis(3_000), 2_000_000);
        assert_eq!(progress.steady_mbps(None), None);
    }

    #[test]
    fn what_runs_backwards_is_not_believed() {
        let mut progress = Progress::default();
        progress.note(Duration::from_secs(1), 1_000);
        progress.note(Duration::from_millis(500), 2_000);
        progress.note(Duration::from_secs(2), 500);
        assert_eq!(progress.per_100_ms().iter().sum::<u64>(), 1_000);
    }

    proptest! {
        #[test]
        fn samples_are_bounded_and_sum_up(samples in prop::collection::vec(0_u64..10_000_000, 0..400)) {
            let shown = transfer(&samples).per_100_ms();
            prop_assert_eq!(&shown[..], &samples[..samples.len().min(MAX_SAMPLES)]);
        }

        #[test]
        fn a_steady_rate_lies_between_the_slowest_and_the_fastest_sample(
            samples in prop::collection::vec(90_000_u64..110_000, 10..100)) {
            if let Some(mbps) = transfer(&samples).steady_mbps(Some(1.0)) {
                prop_assert!((7.2..=8.8).contains(&mbps), "{}", mbps);
            }
        }
    }
}
