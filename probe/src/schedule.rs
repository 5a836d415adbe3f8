//! When is what measured next? Pure: `now_ms` (monotonic, suspend included) and randomness come in.
//!
//! Times are random on purpose. Fixed minutes make every probe of a country measure at once, and a
//! fixed phase can hide whatever repeats with the same period (RFC 2330, section 11.1).

use crate::units;

/// What can be due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// A speed test.
    SpeedTest,
    /// A path check.
    PathCheck,
    /// A check of the learning platforms' pages.
    PageCheck,
}

/// Mean times between measurements of each kind, seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Intervals {
    /// Between speed tests.
    pub speed_test_s: u64,
    /// Between path checks.
    pub path_check_s: u64,
    /// Between page checks; `None`: there are no pages to check.
    pub page_check_s: Option<u64>,
}

/// How far a gap may be from its mean: uniform within ±30 %.
const SPREAD: f64 = 0.3;
/// What sets the offset of page checks apart from the others'.
const PAGE_CHECK: &str = "page_check";

/// The times of each kind of measurement. Only one is ever due at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    speed_test: Series,
    path_check: Series,
    page_check: Option<Series>,
    /// What an offset within an interval depends on.
    probe_id: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Series {
    interval_ms: u64,
    next_ms: u64,
}

impl Schedule {
    /// A schedule that begins now. With `immediately` all are due at once; otherwise the first of
    /// each comes after an offset within [0, interval) that depends only on `probe_id`, so that a
    /// country whose power returns does not start every test in the same minute.
    pub fn begin(now_ms: u64, intervals: Intervals, probe_id: &str, immediately: bool) -> Self {
        let first = |interval_s: u64, salt: &str| {
            let mut series = Series::begin(now_ms, interval_s, probe_id, salt);
            if immediately {
                series.next_ms = now_ms;
            }
            series
        };
        let pages = intervals.page_check_s;
        Self {
            speed_test: first(intervals.speed_test_s, "speed_test"),
            path_check: first(intervals.path_check_s, "path_check"),
            page_check: pages.map(|interval_s| first(interval_s, PAGE_CHECK)),
            probe_id: probe_id.to_owned(),
        }
    }

    /// What is due at `now_ms`; the light check first, so that the first news of a school is early, and
    /// the pages last, since the school's status does not wait for them.
    pub fn due(&self, now_ms: u64) -> Option<Due> {
        if self.path_check.next_ms <= now_ms {
            Some(Due::PathCheck)
        } else if self.speed_test.next_ms <= now_ms {
            Some(Due::SpeedTest)
        } else {
            let pages = self.page_check.as_ref()?;
            (pages.next_ms <= now_ms).then_some(Due::PageCheck)
        }
    }

    /// Milliseconds until something is due.
    pub fn wait_ms(&self, now_ms: u64) -> u64 {
        let pages_ms = self.page_check.as_ref().map(|pages| pages.next_ms);
        self.path_check
            .next_ms
            .min(self.speed_test.next_ms)
            .min(pages_ms.unwrap_or(u64::MAX))
            .saturating_sub(now_ms)
    }

    /// The next speed test is due at this time, whatever its interval.
    pub fn appoint_speed_test(&mut self, at_ms: u64) {
        self.speed_test.next_ms = at_ms;
    }

    /// A measurement has ended (or was skipped) at `now_ms`: sets its next time.
    pub fn done(&mut self, what: Due, now_ms: u64, unit_random: f64) {
        let series = match what {
            Due::SpeedTest => Some(&mut self.speed_test),
            Due::PathCheck => Some(&mut self.path_check),
            Due::PageCheck => self.page_check.as_mut(),
        };
        if let Some(series) = series {
            series.advance(now_ms, unit_random);
        }
    }

    /// The server asked for other intervals. A longer interval keeps the time already set; a shorter
    /// one takes effect within one new interval.
    pub fn set_intervals(&mut self, now_ms: u64, intervals: Intervals, unit_random: f64) {
        self.speed_test
            .set_interval(now_ms, intervals.speed_test_s, unit_random);
        self.path_check
            .set_interval(now_ms, intervals.path_check_s, unit_random);
        self.page_check = match (self.page_check.take(), intervals.page_check_s) {
            (_, None) => None,
            (None, Some(interval_s)) => {
                // The policy reaches all probes at about the same time; their pages come one by one.
                Some(Series::begin(
                    now_ms,
                    interval_s,
                    &self.probe_id,
                    PAGE_CHECK,
                ))
            }
            (Some(mut pages), Some(interval_s)) => {
                pages.set_interval(now_ms, interval_s, unit_random);
                Some(pages)
            }
        };
    }
}

impl Series {
    /// The first time comes after an offset that depends only on the probe and the kind.
    fn begin(now_ms: u64, interval_s: u64, probe_id: &str, salt: &str) -> Self {
        let interval_ms = interval_s.max(1).saturating_mul(1_000);
        Self {
            interval_ms,
            next_ms: now_ms.saturating_add(offset_ms(interval_ms, probe_id, salt)),
        }
    }

    fn gap_ms(&self, unit_random: f64) -> u64 {
        let factor = 1.0 - SPREAD + 2.0 * SPREAD * unit_random.clamp(0.0, 1.0);
        units::rounded(units::count(self.interval_ms) * factor).max(1)
    }

    /// Counts from the time that was due, so that the mean gap stays the interval; after a long
    /// sleep it counts from now: missed measurements are not made up for.
    fn advance(&mut self, now_ms: u64, unit_random: f64) {
        let gap_ms = self.gap_ms(unit_random);
        let from_due_ms = self.next_ms.saturating_add(gap_ms);
        self.next_ms = if from_due_ms > now_ms {
            from_due_ms
        } else {
            now_ms.saturating_add(gap_ms)
        };
    }

    fn set_interval(&mut self, now_ms: u64, seconds: u64, unit_random: f64) {
        let interval_ms = seconds.max(1).saturating_mul(1_000);
        if interval_ms != self.interval_ms {
            self.interval_ms = interval_ms;
            self.next_ms = self
                .next_ms
                .min(now_ms.saturating_add(self.gap_ms(unit_random)));
        }
    }
}

/// CRC-32 spreads the ids over the interval; it need not be secret.
fn offset_ms(interval_ms: u64, probe_id: &str, salt: &str) -> u64 {
    let hash = crc32fast::hash(format!("{salt}:{probe_id}").as_bytes());
    let fraction = f64::from(hash) / (f64::from(u32::MAX) + 1.0);
    units::rounded((units::count(interval_ms) * fraction).floor()).min(interval_ms - 1)
}

/// The gap to the next packet of a path check: exponential with this mean (a Poisson stream, RFC
/// 2330 section 11.1.1), kept within a tenth and four times of it so that a window ends.
pub fn packet_gap_ms(mean_ms: u64, unit_random: f64) -> u64 {
    let mean = units::count(mean_ms);
    let uniform = unit_random.clamp(0.0, 1.0 - 1e-12);
    let gap = -(1.0 - uniform).ln() * mean;
    units::rounded(gap.clamp(mean / 10.0, mean * 4.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "0198c0de-0000-7000-8000-000000000001";

    /// Of a policy without pages.
    fn every(speed_test_s: u64, path_check_s: u64) -> Intervals {
        Intervals {
            speed_test_s,
            path_check_s,
            page_check_s: None,
        }
    }

    fn with_pages(page_check_s: u64) -> Intervals {
        Intervals {
            page_check_s: Some(page_check_s),
            ..every(21_600, 900)
        }
    }

    #[test]
    fn pages_come_last_and_only_if_there_are_any() {
        let mut schedule = Schedule::begin(5_000, with_pages(3_600), ID, true);
        schedule.done(Due::PathCheck, 5_000, 0.5);
        schedule.done(Due::SpeedTest, 5_000, 0.5);
        assert_eq!(schedule.due(5_000), Some(Due::PageCheck));
        schedule.done(Due::PageCheck, 5_000, 0.5);
        assert_eq!(schedule.due(5_000), None);
        assert_eq!(schedule.due(3_605_000), Some(Due::PathCheck));
        schedule.done(Due::PathCheck, 3_605_000, 0.5);
        assert_eq!(schedule.due(3_605_000), Some(Due::PageCheck));
        schedule.set_intervals(3_605_000, every(21_600, 900), 0.5);
        assert_eq!(schedule.due(3_605_000), None);
    }

    #[test]
    fn pages_that_a_new_policy_names_come_at_the_probes_own_time() {
        let first = |id: &str| {
            let mut schedule = Schedule::begin(0, every(86_400, 86_400), id, true);
            schedule.done(Due::PathCheck, 0, 0.5);
            schedule.done(Due::SpeedTest, 0, 0.5);
            let asked = Intervals {
                page_check_s: Some(3_600),
                ..every(86_400, 86_400)
            };
            schedule.set_intervals(0, asked, rand::random());
            schedule.wait_ms(0)
        };
        assert_eq!(first(ID), first(ID));
        assert_ne!(first(ID), first("0198c0de-0000-7000-8000-000000000002"));
        assert!(first(ID) < 3_600_000);
    }

    #[test]
    fn immediately_means_now_and_the_light_one_first() {
        let mut schedule = Schedule::begin(5_000, every(3_600, 900), ID, true);
        assert_eq!(schedule.due(5_000), Some(Due::PathCheck));
        schedule.done(Due::PathCheck, 5_000, 0.5);
        assert_eq!(schedule.due(5_000), Some(Due::SpeedTest));
        schedule.done(Due::SpeedTest, 5_000, 0.5);
        assert_eq!(schedule.due(5_000), None);
        assert_eq!(schedule.wait_ms(5_000), 900_000);
    }

    #[test]
    fn the_offset_is_stable_for_a_probe_and_differs_between_probes() {
        let one = Schedule::begin(0, with_pages(3_600), ID, false);
        assert_eq!(one, Schedule::begin(0, with_pages(3_600), ID, false));
        let other = "0198c0de-0000-7000-8000-000000000002";
        assert_ne!(one, Schedule::begin(0, with_pages(3_600), other, false));
    }

    #[test]
    fn a_long_sleep_is_not_made_up_for() {
        let mut schedule = Schedule::begin(0, every(100_000, 60), ID, true);
        schedule.done(Due::SpeedTest, 0, 0.5);
        schedule.done(Due::PathCheck, 86_400_000, 0.0);
        assert_eq!(schedule.wait_ms(86_400_000), 42_000);
    }

    #[test]
    fn a_shorter_interval_takes_effect_and_a_longer_one_keeps_the_appointment() {
        let mut schedule = Schedule::begin(0, every(100_000, 900), ID, true);
        schedule.done(Due::SpeedTest, 0, 0.5);
        schedule.done(Due::PathCheck, 0, 0.5);
        schedule.set_intervals(0, every(100_000, 60), 0.5);
        assert_eq!(schedule.wait_ms(0), 60_000);
        schedule.set_intervals(0, every(100_000, 3_600), 0.5);
        assert_eq!(schedule.wait_ms(0), 60_000);
    }

    proptest! {
        #[test]
        fn the_first_run_comes_within_one_interval(id in "[0-9a-f]{8}", interval_s in 1_u64..100_000) {
            let schedule = Schedule::begin(7, every(interval_s, interval_s), &id, false);
            prop_assert!(schedule.wait_ms(7) < interval_s * 1_000);
        }

        #[test]
        fn gaps_stay_within_thirty_percent(unit in 0.0_f64..1.0, interval_s in 1_u64..100_000) {
            let mut schedule = Schedule::begin(0, every(u64::from(u32::MAX), interval_s), ID, true);
            schedule.done(Due::SpeedTest, 0, 0.5);
            schedule.done(Due::PathCheck, 0, unit);
            let gap = schedule.wait_ms(0);
            prop_assert!(gap >= interval_s * 700 - 1 && gap <= interval_s * 1_300 + 1);
        }

        #[test]
        fn the_next_time_is_always_ahead(now in 0_u64..1_000_000_000, unit in 0.0_f64..1.0) {
            let mut schedule = Schedule::begin(0, every(60, 60), ID, true);
            schedule.done(Due::PathCheck, now, unit);
            schedule.done(Due::SpeedTest, now, unit);
            prop_assert!(schedule.due(now).is_none());
        }

        #[test]
        fn packet_gaps_are_clamped(mean in 10_u64..5_000, unit in 0.0_f64..1.0) {
            let gap = packet_gap_ms(mean, unit);
            prop_assert!(gap >= mean / 10 && gap <= mean * 4 + 1);
        }
    }

    #[test]
    fn packet_gaps_have_about_the_mean_asked_for() {
        let total: u64 = (0..10_000_u32)
            .map(|step| packet_gap_ms(250, (f64::from(step) + 0.5) / 10_000.0))
            .sum();
        assert!(
            (235..=260).contains(&(total / 10_000)),
            "{}",
            total / 10_000
        );
    }
}
