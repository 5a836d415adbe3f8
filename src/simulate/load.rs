//! A virtual probe's records as they come, for a server under load: when its machine is on, what its line
//! does, how its clock is off. The same seed gives the same records at the same times. Pure; holds no
//! more than the record that comes next, so that a machine can be fifty thousand of them.

use std::{collections::VecDeque, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use schoolbeat_wire::{
    Outcome, PathCheck, PathMethod, Presence, PresenceState, Record, RecordKind, SpeedEvidence,
    SpeedTest, Stage, TargetKind,
};

use super::dice::Dice;
use crate::domain::calendar::SchoolCalendar;

/// From one path check to the next.
const STEP: TimeDelta = TimeDelta::minutes(15);
/// Speed tests of a school day.
const TESTS_A_DAY: f64 = 4.0;
/// Spans of presence are closed after so many steps, or when the state changes.
const STEPS_A_SPAN: u32 = 4;
/// An outage begins with this chance at each step: one in five days.
const OUTAGE: f64 = 1.0 / 480.0;
/// Share of machines that are on day and night, as a router is.
const ALWAYS_ON: f64 = 0.3;
/// Share of clocks that are off by hours, and by years.
const OFF_BY_HOURS: f64 = 0.03;
const OFF_BY_YEARS: f64 = 0.005;

/// What a virtual probe says next.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// When it is taken, by a right clock.
    pub at: DateTime<Utc>,
    /// It.
    pub record: Record,
    /// Whether a report could be sent then.
    pub is_online: bool,
}

/// One virtual probe.
#[derive(Debug, Clone)]
pub struct VirtualProbe {
    dice: Dice,
    calendar: Arc<SchoolCalendar>,
    number: u64,
    is_always_on: bool,
    rtt_ms: f64,
    download_mbps: f64,
    clock_off: TimeDelta,
    at: DateTime<Utc>,
    to: DateTime<Utc>,
    sequence: u64,
    boot: u64,
    booted_at: Option<DateTime<Utc>>,
    outage_steps: u32,
    span: Option<(DateTime<Utc>, PresenceState, u32)>,
    pending: VecDeque<Taken>,
}

impl VirtualProbe {
    /// The `number`th probe of a seed, which measures from one instant to another.
    pub fn new(
        seed: u64,
        number: u64,
        calendar: Arc<SchoolCalendar>,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Self {
        let mut dice = Dice::of(&[seed, number, 0x10AD]);
        let clock_off_s = if dice.chance(OFF_BY_YEARS) {
            -dice.between(3e7, 4e8)
        } else if dice.chance(OFF_BY_HOURS) {
            dice.between(-30_000.0, 30_000.0)
        } else {
            dice.normal() * 4.0
        };
        let first = TimeDelta::milliseconds(whole(dice.unit() * 900_000.0));
        Self {
            is_always_on: dice.chance(ALWAYS_ON),
            rtt_ms: dice.between(8.0, 300.0),
            download_mbps: dice.between(0.5, 60.0),
            clock_off: TimeDelta::milliseconds(whole(clock_off_s * 1000.0)),
            dice,
            calendar,
            number,
            at: from + first,
            to,
            sequence: 0,
            boot: 0,
            booted_at: None,
            outage_steps: 0,
            span: None,
            pending: VecDeque::new(),
        }
    }

    /// How far its own clock is from a right one.
    pub fn clock_off(&self) -> TimeDelta {
        self.clock_off
    }

    /// The boot that it is in, and when that began; a machine that was off was switched on to report.
    pub fn boot(&self, now: DateTime<Utc>) -> (String, DateTime<Utc>) {
        match self.booted_at {
            Some(booted_at) => (self.boot_id(self.boot), booted_at),
            None => (self.boot_id(self.boot + 1), now),
        }
    }

    fn boot_id(&self, boot: u64) -> String {
        format!("load-{}-{boot}", self.number)
    }

    fn is_on(&self) -> bool {
        self.is_always_on || self.calendar.is_open(self.at)
    }

    fn take(&mut self, at: DateTime<Utc>, kind: RecordKind) {
        let booted_at = self.booted_at.unwrap_or(at);
        self.sequence += 1;
        let record = Record {
            sequence: self.sequence,
            boot_id: self.boot_id(self.boot),
            boot_ms: u64::try_from((at - booted_at).num_milliseconds()).unwrap_or_default(),
            wall_unix_ms: (at + self.clock_off).timestamp_millis(),
            kind,
        };
        self.pending.push_back(Taken {
            // What the end cuts off is said at the end.
            at: self.at.min(self.to),
            record,
            is_online: self.outage_steps == 0,
        });
    }

    /// What happens in the quarter of an hour that begins now.
    fn step(&mut self) {
        if !self.is_on() {
            self.close_span();
            self.booted_at = None;
            self.at += STEP;
            return;
        }
        if self.booted_at.is_none() {
            self.boot += 1;
            self.booted_at = Some(self.at);
        }
        if self.outage_steps > 0 {
            self.outage_steps -= 1;
        } else if self.dice.chance(OUTAGE) {
            self.outage_steps = 1 + u32::try_from(whole(self.dice.between(0.0, 24.0))).unwrap_or(0);
        }
        let is_down = self.outage_steps > 0;
        let state = if is_down {
            PresenceState::IspDown
        } else {
            PresenceState::Online
        };
        if self
            .span
            .is_some_and(|(_, known, steps)| known != state || steps >= STEPS_A_SPAN)
        {
            self.close_span();
        }
        let (began, _, steps) = self.span.unwrap_or((self.at, state, 0));
        self.span = Some((began, state, steps + 1));
        let check = self.path_check(is_down);
        self.take(self.at, RecordKind::PathCheck(check));
        let chance = TESTS_A_DAY / (self.open_steps()).max(1.0);
        if self.calendar.is_open(self.at) && self.dice.chance(chance) {
            let test = self.speed_test(is_down);
            self.take(self.at, RecordKind::SpeedTest(test));
        }
        self.at += STEP;
    }

    fn open_steps(&self) -> f64 {
        let open = self.calendar.closes_at - self.calendar.opens_at;
        let steps = open.num_minutes() / STEP.num_minutes();
        f64::from(u32::try_from(steps).unwrap_or_default())
    }

    fn close_span(&mut self) {
        let Some((began, state, steps)) = self.span.take() else {
            return;
        };
        let duration = STEP * i32::try_from(steps).unwrap_or(1);
        let presence = Presence {
            state,
            duration_ms: u64::try_from(duration.num_milliseconds()).unwrap_or_default(),
            detail: None,
        };
        self.take(began, RecordKind::Presence(presence));
    }

    fn path_check(&mut self, is_down: bool) -> PathCheck {
        let rtt_ms = self.rtt_ms * self.dice.between(0.9, 1.6);
        let received = if is_down {
            0
        } else {
            20 - u32::from(self.dice.chance(0.1))
        };
        let seen = |factor: f64| (received > 0).then_some(rtt_ms * factor);
        PathCheck {
            outcome: Outcome::Ok,
            failed_stage: None,
            failure: None,
            target: "load.invalid".into(),
            target_kind: TargetKind::Server,
            method: PathMethod::Icmp,
            sent: 20,
            received,
            timeout_ms: 3000,
            rtt_min_ms: seen(0.9),
            rtt_median_ms: seen(1.0),
            rtt_p95_ms: seen(1.5),
            rtt_max_ms: seen(2.0),
            jitter_ms: seen(0.1),
            pdv_p95_ms: seen(0.6),
            loss_ratio: Some(f64::from(20 - received) / 20.0),
        }
    }

    fn speed_test(&mut self, is_down: bool) -> SpeedTest {
        let mbps = self.download_mbps * self.dice.between(0.5, 1.2);
        let done = |value: f64| (!is_down).then_some(value);
        let bytes = if is_down {
            0
        } else {
            u64::try_from(whole(mbps * 1e6)).unwrap_or_default()
        };
        SpeedTest {
            outcome: if is_down {
                Outcome::Failed
            } else {
                Outcome::Ok
            },
            failed_stage: is_down.then_some(Stage::Connect),
            failure: is_down.then(|| "no route to host".into()),
            protocol: "ndt7".into(),
            server: "load.invalid".into(),
            measurement_id: None,
            download_mbps: done(mbps),
            upload_mbps: done(mbps / 3.0),
            rtt_min_ms: done(self.rtt_ms),
            rtt_loaded_ms: done(self.rtt_ms * 3.0),
            retransmit_ratio: done(0.01),
            bytes_down: bytes,
            bytes_up: bytes / 3,
            download_duration_ms: if is_down { 0 } else { 8000 },
            upload_duration_ms: if is_down { 0 } else { 8000 },
            evidence: SpeedEvidence::default(),
        }
    }
}

impl Iterator for VirtualProbe {
    type Item = Taken;

    fn next(&mut self) -> Option<Taken> {
        while self.pending.is_empty() {
            if self.at >= self.to {
                self.close_span();
                return self.pending.pop_front();
            }
            self.step();
        }
        self.pending.pop_front()
    }
}

fn whole(number: f64) -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "all draws are far below 2^53"
    )]
    let whole = number as i64;
    whole
}

#[cfg(test)]
mod tests {
    use chrono::NaiveTime;

    use super::*;

    fn calendar() -> Arc<SchoolCalendar> {
        Arc::new(SchoolCalendar {
            time_zone: chrono_tz::Africa::Nairobi,
            opens_at: NaiveTime::from_hms_opt(8, 0, 0).unwrap(),
            closes_at: NaiveTime::from_hms_opt(16, 0, 0).unwrap(),
            school_days: vec![1, 2, 3, 4, 5],
            closed: vec![],
        })
    }

    fn to() -> DateTime<Utc> {
        "2026-11-27T18:00:00Z".parse().unwrap()
    }

    fn week(number: u64) -> VirtualProbe {
        VirtualProbe::new(7, number, calendar(), to() - TimeDelta::days(7), to())
    }

    #[test]
    fn the_same_seed_says_the_same() {
        assert!(week(3).eq(week(3)));
        assert!(!week(3).eq(week(4)));
    }

    #[test]
    fn records_are_numbered_without_a_gap_and_time_goes_forward_within_a_boot() {
        for number in 0..200 {
            let records: Vec<Taken> = week(number).collect();
            assert!(records.len() > 5 * 32, "{}", records.len());
            for (expected, taken) in (1..).zip(&records) {
                assert_eq!(taken.record.sequence, expected);
            }
            for pair in records.windows(2) {
                assert!(pair[0].at <= pair[1].at);
            }
            assert!(
                records.iter().all(|taken| taken.at <= to()),
                "nobody waits for more"
            );
        }
    }

    #[test]
    fn a_fleet_has_outages_wrong_clocks_and_machines_that_are_off_at_night() {
        let fleet: Vec<VirtualProbe> = (0..400).map(week).collect();
        let hours = |probe: &VirtualProbe| probe.clock_off().num_hours().abs();
        assert!(fleet.iter().any(|probe| hours(probe) > 8000));
        assert!(fleet.iter().filter(|probe| hours(probe) < 1).count() > 350);
        let counts: Vec<usize> = fleet.iter().cloned().map(Iterator::count).collect();
        let at_night = counts.iter().filter(|count| **count > 600).count();
        assert!(
            (80..160).contains(&at_night),
            "{at_night} of 400 run at night"
        );
        let down = fleet
            .into_iter()
            .flatten()
            .filter(|taken| !taken.is_online)
            .count();
        assert!(down > 500, "{down}");
    }
}
