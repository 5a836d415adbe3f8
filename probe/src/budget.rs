//! May a speed test be made, and how large may it be? Pure: what was spent and the date come in.
//!
//! Nothing is planned beyond the budget of the local day and month, and what path checks and reports will
//! still need is set aside first. A line too fast for a test in every window is tested less often, at
//! windows drawn by lot, rather than in tests too small to mean anything. Near the end of the budget tests
//! get smaller, then stop; path checks go on.

mod light;

use schoolbeat_wire::ProbeConfig;

pub use light::{
    BYTES_A_REPORT, check_bytes, light_bytes_per_day, nearer_every, page_bytes, page_interval_s,
};

use crate::units;

const MEGABYTE: u64 = 1_000_000;
/// One direction of a test with fewer bytes says nothing even of a slow line.
const LEAST_BYTES: u64 = 100_000;
/// What a test may cost beyond its own bytes: headers and retransmissions as a share of them, and the
/// round trips beside it, names, TLS and what was on its way when it stopped.
const OVERHEAD: f64 = 1.1;
const OVERHEAD_BYTES: u64 = 200_000;
/// A test that stops early takes about so long in each direction, seconds.
const USUAL_TEST_S: f64 = 1.6;

/// What was spent so far, bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// In this local day.
    pub day_bytes: u64,
    /// In this local month.
    pub month_bytes: u64,
}

/// Where in the month a day lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayOfMonth {
    /// 1 for the first.
    pub day: u32,
    /// How many days the month has.
    pub days: u32,
}

/// What the last test found, as far as it says what the next one will cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// Megabits per second.
    pub download_mbps: f64,
    /// Megabits per second.
    pub upload_mbps: f64,
}

impl Rates {
    /// What a test costs whose directions take so long.
    fn cost_bytes(self, seconds: f64) -> u64 {
        let bytes = (self.download_mbps + self.upload_mbps) * 1e6 / 8.0 * seconds;
        units::rounded(bytes * OVERHEAD).saturating_add(OVERHEAD_BYTES)
    }
}

/// What may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// A test that moves at most so many bytes in each direction.
    Measure {
        /// Most bytes of one direction.
        max_bytes: u64,
        /// Whether it may run its whole time instead of stopping early.
        full: bool,
    },
    /// Not this time: a test in every window would cost more than there is.
    NotThisTime,
    /// There is no room for a test that means anything.
    Exhausted,
}

/// The budget in words.
pub fn in_words(config: &ProbeConfig, spent: Spent) -> String {
    format!(
        "{} of {} MB today, {} of {} MB this month",
        spent.day_bytes / MEGABYTE,
        config.budget_mb_per_day,
        spent.month_bytes / MEGABYTE,
        config.budget_mb_per_month
    )
}

/// Decides about the next speed test. `lot` is a number in [0, 1); `tests_today` is how many windows this
/// day has; `full_is_due` asks for a full test, which is made if it costs little of what is left.
pub fn decide(
    config: &ProbeConfig,
    spent: Spent,
    today: DayOfMonth,
    tests_today: u32,
    last: Option<Rates>,
    full_is_due: bool,
    lot: f64,
) -> Decision {
    let light = light_bytes_per_day(config);
    let days_left = u64::from(today.days.saturating_sub(today.day)) + 1;
    let month = config.budget_mb_per_month.saturating_mul(MEGABYTE);
    let day = config.budget_mb_per_day.saturating_mul(MEGABYTE);
    let month_left = month
        .saturating_sub(spent.month_bytes)
        .saturating_sub(light.saturating_mul(days_left));
    let day_left = day.saturating_sub(spent.day_bytes).saturating_sub(light);
    let share = month_left / days_left;
    let tests = u64::from(tests_today.max(1));
    let mut available = month_left.min(day_left);
    if share < month / u64::from(today.days.max(1)) / 4 {
        available = available.min(share / tests);
    }
    let Some(last) = last else {
        // Nothing is known of the line: a tenth of the month shows how fast it is.
        return measure(config, available.min(month_left / 10), false);
    };
    let full_s = units::count(config.speed_test_max_duration_ms) / 1_000.0;
    let full_cost = last.cost_bytes(full_s);
    if full_is_due && full_cost <= available.min(month_left / 10) {
        return measure(config, available, true);
    }
    let cost = last.cost_bytes(USUAL_TEST_S).max(1).saturating_mul(tests);
    if cost > share && lot >= units::count(share) / units::count(cost) && available >= LEAST_BYTES {
        return Decision::NotThisTime;
    }
    measure(config, available, false)
}

fn measure(config: &ProbeConfig, available: u64, full: bool) -> Decision {
    let both = units::count(available.saturating_sub(OVERHEAD_BYTES)) / OVERHEAD;
    let affordable = units::rounded((both / 2.0).floor());
    if affordable < LEAST_BYTES {
        return Decision::Exhausted;
    }
    Decision::Measure {
        max_bytes: config.speed_test_max_bytes.min(affordable),
        full,
    }
}

/// The most that a test of this size can cost.
pub fn most_bytes(max_bytes: u64) -> u64 {
    units::rounded(units::count(max_bytes) * 2.0 * OVERHEAD).saturating_add(OVERHEAD_BYTES)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use schoolbeat_wire::TestWindow;

    use super::*;
    use crate::windows;

    const DAY_MS: i64 = 86_400_000;
    /// 2026-11-01, 00:00 UTC, a Sunday.
    const NOVEMBER_MS: i64 = 1_793_491_200_000;
    const DAYS: u32 = 30;

    fn config(mb_per_month: u64) -> ProbeConfig {
        ProbeConfig {
            speed_test_windows: TestWindow::usual(),
            speed_test_early_stop: true,
            budget_mb_per_month: mb_per_month,
            ..ProbeConfig::default()
        }
    }

    #[derive(Debug, Default)]
    struct Month {
        tests: u32,
        steady: u32,
        full: u32,
        not_this_time: u32,
        exhausted: u32,
        spent_bytes: u64,
        most_a_day: u64,
    }

    /// A month of a line by the real schedule and budget. One direction takes 1.5 s to be steady and
    /// costs 6 % for headers; the upload is a quarter as fast as the download.
    fn month(config: &ProbeConfig, mbps: f64, id: &str) -> Month {
        let light = light_bytes_per_day(config);
        let (mut month, mut last, mut slot) = (Month::default(), None, None);
        let (mut day_bytes, mut day_now, mut last_full) = (light, 1, -30);
        let mut now = NOVEMBER_MS;
        month.spent_bytes = light;
        while let Some(next) = windows::next(config, id, now, NOVEMBER_MS, slot) {
            let day = i32::try_from((next.at_unix_ms - NOVEMBER_MS) / DAY_MS).unwrap() + 1;
            if day > i32::try_from(DAYS).unwrap() {
                break;
            }
            if day > day_now {
                month.spent_bytes += light * u64::try_from(day - day_now).unwrap();
                (day_bytes, day_now) = (light, day);
            }
            (now, slot) = (next.at_unix_ms, Some(next.slot));
            // What this day's path checks cost is in both; it is not set aside twice.
            let spent = Spent {
                day_bytes: day_bytes - light,
                month_bytes: month.spent_bytes - light,
            };
            let today = DayOfMonth {
                day: u32::try_from(day).unwrap(),
                days: DAYS,
            };
            let tests = windows::tests_on(config, next.slot.0);
            let lot = windows::share_of(&format!("{id}:{slot:?}"));
            let decision = decide(config, spent, today, tests, last, day - last_full >= 7, lot);
            let Decision::Measure { max_bytes, full } = decision else {
                month.not_this_time += u32::from(decision == Decision::NotThisTime);
                month.exhausted += u32::from(decision == Decision::Exhausted);
                continue;
            };
            let seconds = if full { 10.0 } else { 1.5 };
            let asked = [mbps, mbps / 4.0].map(|mbps| units::rounded(mbps * 125_000.0 * seconds));
            let max_bytes = next.max_bytes.unwrap_or(max_bytes).min(max_bytes);
            let moved: u64 = asked.map(|bytes| bytes.min(max_bytes)).iter().sum();
            let cost = units::rounded(units::count(moved) * 1.06) + 40_000;
            month.tests += 1;
            month.full += u32::from(full);
            month.steady += u32::from(asked[0] <= max_bytes);
            month.spent_bytes += cost;
            day_bytes += cost;
            month.most_a_day = month.most_a_day.max(day_bytes);
            last = Some(Rates {
                download_mbps: mbps,
                upload_mbps: mbps / 4.0,
            });
            last_full = if full { day } else { last_full };
        }
        month
    }

    #[test]
    fn two_hundred_megabytes_a_month_still_show_the_line() {
        println!(
            "Mbps  MB/month  tests  steady  full  not this time  none left  MB spent  most a day"
        );
        for budget in [200, 1_000] {
            for mbps in [1.0, 5.0, 20.0, 100.0] {
                let config = config(budget);
                let month = month(&config, mbps, "a probe");
                println!(
                    "{mbps:>4}  {budget:>8}  {:>5}  {:>6}  {:>4}  {:>13}  {:>9}  {:>8}  {:>10}",
                    month.tests,
                    month.steady,
                    month.full,
                    month.not_this_time,
                    month.exhausted,
                    month.spent_bytes / MEGABYTE,
                    month.most_a_day / MEGABYTE,
                );
                assert!(month.spent_bytes <= budget * MEGABYTE, "{month:?}");
                assert!(month.most_a_day <= 50 * MEGABYTE, "{month:?}");
                let (least, steady) = match (budget, mbps) {
                    (200, 100.0) => (4, 3),
                    (200, 20.0) => (12, 12),
                    (200, 5.0) => (45, 45),
                    (1_000, 100.0) => (20, 20),
                    _ => (80, 80),
                };
                assert!(
                    month.tests >= least && month.steady >= steady,
                    "{mbps}: {month:?}"
                );
            }
        }
    }

    #[test]
    fn near_the_end_tests_get_smaller_and_then_stop() {
        let config = config(1_000);
        let today = DayOfMonth { day: 15, days: 30 };
        let rates = Some(Rates {
            download_mbps: 1.0,
            upload_mbps: 0.5,
        });
        let size = |month_bytes| {
            let spent = Spent {
                day_bytes: 0,
                month_bytes,
            };
            decide(&config, spent, today, 4, rates, false, 0.0)
        };
        let Decision::Measure {
            max_bytes: early, ..
        } = size(300 * MEGABYTE)
        else {
            panic!()
        };
        let Decision::Measure {
            max_bytes: late, ..
        } = size(900 * MEGABYTE)
        else {
            panic!()
        };
        assert!(late < early / 10, "{late} of {early}");
        assert_eq!(size(999 * MEGABYTE), Decision::Exhausted);
    }

    proptest! {
        #[test]
        fn a_test_never_costs_more_than_is_left(
            day_bytes in 0_u64..60_000_000, month_bytes in 0_u64..1_100_000_000, day in 1_u32..=30,
            tests in 0_u32..10, mbps in prop::option::of(0.1_f64..1_000.0), full: bool, lot in 0.0_f64..1.0,
            budget in 0_u64..2_000)
        {
            let config = config(budget);
            let spent = Spent { day_bytes, month_bytes };
            let rates = mbps.map(|mbps| Rates { download_mbps: mbps, upload_mbps: mbps });
            let today = DayOfMonth { day, days: 30 };
            if let Decision::Measure { max_bytes, .. } = decide(&config, spent, today, tests, rates, full, lot) {
                prop_assert!(month_bytes + most_bytes(max_bytes) <= budget * MEGABYTE);
                prop_assert!(day_bytes + most_bytes(max_bytes) <= config.budget_mb_per_day * MEGABYTE);
            }
        }

        #[test]
        fn no_month_of_any_line_exceeds_its_budget(mbps in 0.1_f64..2_000.0, budget in 30_u64..2_000, id in "[a-z]{4}") {
            let month = month(&config(budget), mbps, &id);
            prop_assert!(month.spent_bytes <= budget * MEGABYTE, "{:?}", month);
            prop_assert!(month.most_a_day <= 50 * MEGABYTE, "{:?}", month);
        }
    }
}
