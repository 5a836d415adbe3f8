//! At which time of the day is a speed test made? Pure: the policy, the probe's id and `now` come in.
//!
//! One test in each window, at a time that is random between probes and steady for one probe and day
//! (a hash of both), so that the probes of a nation never start together.

use schoolbeat_wire::{DaySpan, ProbeConfig, TestWindow, WindowDays};

use crate::{clock, units};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;
/// A test must end within its window, so it begins so long before the window's end.
const ROOM_MS: i64 = 2 * MINUTE_MS;
/// A machine that was off at the time of its test makes it within so long after its start.
const CATCH_UP_MS: i64 = 15 * MINUTE_MS;
/// A week of holidays is looked across, and a little more.
const DAYS_AHEAD: i64 = 15;

/// Which window of which local day, in the order of time.
pub type Slot = (i64, u16);

/// When the next speed test is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appointment {
    /// Of which window.
    pub slot: Slot,
    /// When, milliseconds since the Unix epoch. It may have passed: then it is due.
    pub at_unix_ms: i64,
    /// Most bytes of one direction, if the window has its own.
    pub max_bytes: Option<u64>,
}

/// The number of a local day since 1970-01-01.
pub fn local_day(config: &ProbeConfig, unix_ms: i64) -> i64 {
    local_ms(config, unix_ms).div_euclid(DAY_MS)
}

fn local_ms(config: &ProbeConfig, unix_ms: i64) -> i64 {
    unix_ms.saturating_add(i64::from(config.utc_offset_s) * 1_000)
}

/// Whether there is school on a local day.
pub fn is_school_day(config: &ProbeConfig, day: i64) -> bool {
    // 1970-01-01 was a Thursday.
    let weekday = u8::try_from((day + 3).rem_euclid(7) + 1).unwrap_or(0);
    config.school_days.contains(&weekday) && !config.closed_dates.contains(&clock::date(day))
}

fn counts_on(config: &ProbeConfig, window: &TestWindow, day: i64) -> bool {
    match window.on {
        WindowDays::SchoolDays => is_school_day(config, day),
        WindowDays::EveryDay => true,
        WindowDays::Other => false,
    }
}

/// How many windows a local day has.
pub fn tests_on(config: &ProbeConfig, day: i64) -> u32 {
    let windows = config.speed_test_windows.iter();
    let count = windows
        .filter(|window| counts_on(config, window, day))
        .count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The slot whose window holds this moment.
pub fn slot_at(config: &ProbeConfig, unix_ms: i64) -> Option<Slot> {
    let day = local_day(config, unix_ms);
    let minute = (local_ms(config, unix_ms) - day * DAY_MS) / MINUTE_MS;
    let mut windows = config.speed_test_windows.iter();
    windows
        .find(|window| {
            counts_on(config, window, day)
                && (i64::from(window.span.from_minute)..i64::from(window.span.to_minute))
                    .contains(&minute)
        })
        .map(|window| (day, window.span.from_minute))
}

/// The next test after the slot that was used last. `started_unix_ms` is when the program began to
/// run: a time before it was missed, and is made up for within the window, a little later.
pub fn next(
    config: &ProbeConfig,
    probe_id: &str,
    now_unix_ms: i64,
    started_unix_ms: i64,
    last: Option<Slot>,
) -> Option<Appointment> {
    let today = local_day(config, now_unix_ms);
    (today..today + DAYS_AHEAD)
        .flat_map(|day| {
            let windows = config.speed_test_windows.iter();
            windows
                .filter(move |window| counts_on(config, window, day))
                .filter_map(move |window| in_window(config, probe_id, window, day, started_unix_ms))
        })
        .filter(|(appointment, ends_ms)| {
            // A slot far ahead is of a clock that was wrong.
            let used = last.is_some_and(|last| appointment.slot <= last && last.0 <= today + 1);
            !used && *ends_ms > now_unix_ms
        })
        .map(|(appointment, _)| appointment)
        .min_by_key(|appointment| appointment.at_unix_ms)
}

fn in_window(
    config: &ProbeConfig,
    probe_id: &str,
    window: &TestWindow,
    day: i64,
    started_unix_ms: i64,
) -> Option<(Appointment, i64)> {
    let midnight_ms = day * DAY_MS - i64::from(config.utc_offset_s) * 1_000;
    let free = free_spans(window.span, config.sync_slot);
    let key = format!("{probe_id}:{day}:{}", window.span.from_minute);
    let share = share_of(&key);
    let planned_ms = midnight_ms + within(&free, share)?;
    let at_unix_ms = if planned_ms >= started_unix_ms {
        planned_ms
    } else {
        let late_ms = started_unix_ms + scaled(CATCH_UP_MS, share_of(&format!("late:{key}")));
        midnight_ms + not_before(&free, late_ms - midnight_ms)?
    };
    let ends_ms = midnight_ms + free.iter().flatten().map(|span| span.1).max()?;
    let appointment = Appointment {
        slot: (day, window.span.from_minute),
        at_unix_ms,
        max_bytes: window.max_bytes,
    };
    Some((appointment, ends_ms))
}

/// The window without the school's own slot, as at most two spans of milliseconds.
fn free_spans(window: DaySpan, sync: Option<DaySpan>) -> [Option<(i64, i64)>; 2] {
    let ms = |minute: u16| i64::from(minute) * MINUTE_MS;
    let (from, to) = (ms(window.from_minute), ms(window.to_minute));
    let span = |from: i64, to: i64| (to - ROOM_MS > from).then_some((from, to - ROOM_MS));
    match sync {
        Some(sync) if ms(sync.from_minute) < to && ms(sync.to_minute) > from => [
            span(from, ms(sync.from_minute)),
            span(ms(sync.to_minute).max(from), to),
        ],
        _ => [span(from, to), None],
    }
}

/// The moment at a share of all the time that is free.
fn within(free: &[Option<(i64, i64)>; 2], share: f64) -> Option<i64> {
    let total: i64 = free.iter().flatten().map(|(from, to)| to - from).sum();
    let mut offset = scaled(total, share);
    let last = free.iter().flatten().last()?;
    for (from, to) in free.iter().flatten() {
        if offset < to - from {
            return Some(from + offset);
        }
        offset -= to - from;
    }
    Some(last.1)
}

/// The first free moment from here on.
fn not_before(free: &[Option<(i64, i64)>; 2], at: i64) -> Option<i64> {
    free.iter()
        .flatten()
        .find(|(_, to)| at < *to)
        .map(|(from, _)| at.max(*from))
}

/// A number in [0, 1) that only the key decides. It need not be secret.
pub fn share_of(key: &str) -> f64 {
    f64::from(crc32fast::hash(key.as_bytes())) / (f64::from(u32::MAX) + 1.0)
}

fn scaled(whole_ms: i64, share: f64) -> i64 {
    let whole = units::count(u64::try_from(whole_ms).unwrap_or(0));
    i64::try_from(units::rounded((whole * share).floor())).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR_MS: i64 = 60 * MINUTE_MS;
    /// Monday 2026-11-23, 00:00 in Nairobi (UTC+3).
    const MONDAY_MS: i64 = 1_795_381_200_000;

    fn nairobi() -> ProbeConfig {
        ProbeConfig {
            speed_test_windows: TestWindow::usual(),
            utc_offset_s: 3 * 3_600,
            ..ProbeConfig::default()
        }
    }

    /// The tests of a probe that is always on, over so many days.
    fn tests(config: &ProbeConfig, id: &str, days: i64) -> Vec<Appointment> {
        let (mut now, mut last, mut made) = (MONDAY_MS, None, Vec::new());
        while let Some(next) = next(config, id, now, MONDAY_MS - DAY_MS, last) {
            if next.at_unix_ms >= MONDAY_MS + days * DAY_MS {
                break;
            }
            (now, last) = (next.at_unix_ms.max(now), Some(next.slot));
            made.push(next);
        }
        made
    }

    #[test]
    fn a_week_has_three_tests_a_school_day_and_one_each_night() {
        let made = tests(&nairobi(), "p", 7);
        assert_eq!(made.len(), 5 * 3 + 7);
        for test in &made {
            let of_day = (test.at_unix_ms - MONDAY_MS).rem_euclid(DAY_MS);
            let from_ms = i64::from(test.slot.1) * MINUTE_MS;
            assert!(
                (from_ms..from_ms + 5 * HOUR_MS).contains(&of_day),
                "{test:?}"
            );
            assert_eq!(test.max_bytes.is_some(), test.slot.1 == 0);
        }
    }

    #[test]
    fn a_probe_keeps_its_time_and_probes_do_not_meet() {
        let config = nairobi();
        assert_eq!(tests(&config, "p", 3), tests(&config, "p", 3));
        let mut minutes: Vec<i64> = (0..1_000)
            .filter_map(|number| {
                tests(&config, &format!("probe {number}"), 1)
                    .first()
                    .copied()
            })
            .map(|first| first.at_unix_ms / MINUTE_MS)
            .collect();
        assert_eq!(minutes.len(), 1_000);
        minutes.sort_unstable();
        let most = minutes.chunk_by(|a, b| a == b).map(<[i64]>::len).max();
        assert!(most < Some(20), "{most:?} of 1000 in one of 298 minutes");
    }

    #[test]
    fn holidays_and_other_rules_are_not_school_days() {
        let mut config = nairobi();
        config.closed_dates = vec!["2026-11-24".to_owned()];
        assert_eq!(tests(&config, "p", 5).len(), 4 * 3 + 5);
        for window in &mut config.speed_test_windows {
            window.on = WindowDays::Other;
        }
        assert_eq!(next(&config, "p", MONDAY_MS, MONDAY_MS, None), None);
    }

    #[test]
    fn a_machine_switched_on_late_in_a_window_still_makes_its_test() {
        let config = nairobi();
        let switched_on = MONDAY_MS + 11 * HOUR_MS + 30 * MINUTE_MS;
        let first = next(&config, "p", switched_on, switched_on, None).unwrap();
        assert_eq!(first.slot.1, 8 * 60);
        assert!(first.at_unix_ms >= switched_on);
        assert!(first.at_unix_ms <= switched_on + CATCH_UP_MS);
        let after = next(
            &config,
            "p",
            first.at_unix_ms,
            switched_on,
            Some(first.slot),
        )
        .unwrap();
        assert_eq!(after.slot.1, 12 * 60);
    }

    #[test]
    fn a_slot_used_under_a_wrong_clock_does_not_silence_the_probe() {
        let config = nairobi();
        let far = Some((local_day(&config, MONDAY_MS) + 30_000, 0));
        assert!(next(&config, "p", MONDAY_MS, MONDAY_MS, far).is_some());
    }

    #[test]
    fn the_slot_of_a_moment_is_its_windows() {
        let config = nairobi();
        let monday = local_day(&config, MONDAY_MS);
        let at = |hour: i64| slot_at(&config, MONDAY_MS + hour * HOUR_MS);
        assert_eq!(at(3), Some((monday, 0)));
        assert_eq!(at(13), Some((monday, 720)));
        assert_eq!(at(22), None);
    }

    proptest! {
        #[test]
        fn no_test_is_made_while_the_school_fetches(
            id in "[a-z]{1,8}", from in 0_u16..1_400, length in 1_u16..300, started in 0_i64..DAY_MS) {
            let mut config = nairobi();
            let sync = DaySpan { from_minute: from, to_minute: (from + length).min(1_440) };
            config.sync_slot = Some(sync);
            let started = MONDAY_MS + started;
            let (mut now, mut last) = (started, None);
            for _ in 0..8 {
                let Some(test) = next(&config, &id, now, started, last) else { break };
                let of_day = (test.at_unix_ms - MONDAY_MS).rem_euclid(DAY_MS) / MINUTE_MS;
                prop_assert!(
                    !(i64::from(sync.from_minute)..i64::from(sync.to_minute)).contains(&of_day),
                    "{:?}", test);
                (now, last) = (test.at_unix_ms.max(now), Some(test.slot));
            }
        }
    }
}
