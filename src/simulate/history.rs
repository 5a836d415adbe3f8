//! Weeks of plausible measurements of one school at a time. Takes `now`; every row would have
//! passed the judgement of a real report.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use uuid::Uuid;

use super::{
    World,
    dice::Dice,
    events::{Events, Troubles, opening},
    lines::Line,
    measurements::{Conditions, Taker},
    presence::Traces,
    schools::School,
};
use crate::domain::{
    calendar::SchoolCalendar,
    measurement::ProbeId,
    page::PageCheck,
    presence::Span,
    record::{PathCheck, SpeedTest, TimeBasis, Vantage},
    school::SchoolId,
};

/// Speed tests on a school day, on average.
const TESTS_A_DAY: f64 = 3.4;
/// Path checks on a school day, on average. A real probe makes 96; the loss and the jitter of a
/// day show with four, and a demonstration starts within seconds.
const CHECKS_A_DAY: f64 = 4.0;
/// Of the last days the history also knows gateway, name server and pages: the page shows the newest of
/// them, and older ones would cost as much as all the rest.
const STAGE_DAYS: i64 = 7;
/// Schools whose last whole day has an outage of each kind, as a share.
const BAD_DAYS_SHARE: f64 = 0.004;
/// One round of pages for so many path checks.
const PAGES_SHARE: f64 = 0.25;
/// Learning platforms that cannot exist (RFC 2606).
const PAGES: [&str; 2] = [
    "https://lessons.thalassia.invalid/",
    "https://library.thalassia.invalid/",
];
/// Days on which nobody switches the computer on.
const DAY_OFF: f64 = 0.07;
/// Namespace of the ids of invented probes.
const PROBE_NAMESPACE: Uuid = Uuid::from_u128(0x5c40_01be_a7d1_4ce0_8000_5c40_01be_a7d1);

/// The measurements of all schools, to be asked for one school after the other.
#[derive(Debug)]
pub struct History {
    seed: u64,
    calendar: SchoolCalendar,
    now: DateTime<Utc>,
    days: u32,
    events: Events,
    /// Province of every district.
    provinces: Vec<usize>,
}

/// An invented probe and what it measured, in the order of its numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct ProbeHistory {
    /// The probe's id; the same seed and school give the same.
    pub probe_id: ProbeId,
    /// Where it sits.
    pub vantage: Vantage,
    /// When it joined.
    pub enrolled_at: DateTime<Utc>,
    /// When its last report came.
    pub last_report_at: DateTime<Utc>,
    /// Number of its last record.
    pub last_sequence: i64,
    /// Its speed tests.
    pub speed_tests: Vec<SpeedTest>,
    /// Its path checks.
    pub path_checks: Vec<PathCheck>,
    /// Its page checks.
    pub page_checks: Vec<PageCheck>,
    /// Whether it had internet while it was on.
    pub presence: Vec<Span>,
}

impl History {
    /// The history of so many days up to `now`.
    pub fn new(world: &World, calendar: SchoolCalendar, now: DateTime<Utc>, days: u32) -> Self {
        let land = &world.land;
        Self {
            seed: world.seed,
            events: Events::befall(world.seed, &calendar, now, days, land.provinces()),
            provinces: (0..land.districts()).map(|d| land.province_of(d)).collect(),
            calendar,
            now,
            days,
        }
    }

    /// What the probe of this school measured; none where no probe was set up.
    pub fn of(&self, school: &School, school_id: SchoolId) -> Option<ProbeHistory> {
        let line = school.line.filter(|_| school.has_probe)?;
        let number = school.index as u64;
        let mut dice = Dice::of(&[self.seed, 50, number]);
        let troubles = Troubles::befall(&mut dice, &line, self.now, self.days);
        let vantage = if dice.chance(0.22) {
            Vantage::Router
        } else {
            Vantage::Device
        };
        let name = format!("{} {number}", self.seed);
        let probe_id = ProbeId(Uuid::new_v5(&PROBE_NAMESPACE, name.as_bytes()));
        let mut taker = Taker::new(&mut dice, school_id, probe_id, vantage, line);
        let (mut speed_tests, mut path_checks, mut page_checks) = (vec![], vec![], vec![]);
        let mut stages = Dice::of(&[self.seed, 70, number]);
        let staged_from = self.now - Duration::days(STAGE_DAYS);
        for (at, is_speed_test) in self.moments(&mut dice, school, &troubles) {
            let conditions = self.conditions(school, &line, &troubles, at);
            if is_speed_test {
                speed_tests.push(taker.speed_test(&mut dice, &conditions));
            } else {
                path_checks.push(taker.path_check(&mut dice, &conditions));
                if at >= staged_from {
                    path_checks.push(taker.gateway_check(&mut stages, &conditions));
                    path_checks.push(taker.resolver_check(&mut stages, &conditions));
                    if stages.chance(PAGES_SHARE) {
                        let pages = PAGES.iter();
                        let checks =
                            pages.map(|url| taker.page_check(&mut stages, &conditions, url));
                        page_checks.extend(checks);
                    }
                }
            }
        }
        let origins = speed_tests.iter().map(|test| &test.origin);
        let origins = origins.chain(path_checks.iter().map(|check| &check.origin));
        let origins = origins.chain(page_checks.iter().map(|check| &check.origin));
        let last = origins.max_by_key(|origin| origin.sequence)?;
        let presence = self.presence(school, &line, &troubles, (&speed_tests, &path_checks));
        Some(ProbeHistory {
            probe_id,
            vantage,
            enrolled_at: troubles.reporting.0,
            last_report_at: last.received_at,
            last_sequence: last.sequence,
            speed_tests,
            path_checks,
            page_checks,
            presence,
        })
    }

    fn presence(
        &self,
        school: &School,
        line: &Line,
        troubles: &Troubles,
        (tests, checks): (&[SpeedTest], &[PathCheck]),
    ) -> Vec<Span> {
        let mut dice = Dice::of(&[self.seed, 60, school.index as u64]);
        let tests = tests.iter().map(|test| test.origin.measured_at);
        let measured: Vec<_> = tests
            .chain(checks.iter().map(|check| check.origin.measured_at))
            .collect();
        let traces = Traces {
            calendar: &self.calendar,
            measured: &measured,
            reporting: troubles.reporting,
            now: self.now,
            has_bad_day: Dice::of(&[self.seed, 61, school.index as u64]).chance(BAD_DAYS_SHARE),
        };
        traces.spans(&mut dice, |at| {
            self.conditions(school, line, troubles, at).is_down
        })
    }

    /// When this school measured, and whether that was a speed test; oldest first.
    fn moments(
        &self,
        dice: &mut Dice,
        school: &School,
        troubles: &Troubles,
    ) -> Vec<(DateTime<Utc>, bool)> {
        let province = self.provinces[school.district];
        let mut moments = vec![];
        for &day in &self.events.school_days {
            let is_off = dice.chance(DAY_OFF) || self.events.is_holiday(province, day);
            let Some(hours) = opening(&self.calendar, day).filter(|_| !is_off) else {
                continue;
            };
            for (mean, is_speed_test) in [(TESTS_A_DAY, true), (CHECKS_A_DAY, false)] {
                let times = (0..dice.about(mean)).map(|_| (some_time(dice, hours), is_speed_test));
                moments.extend(times.collect::<Vec<_>>());
            }
        }
        let (joined, left) = troubles.reporting;
        // A test takes half a minute and its report comes after it: none ends beyond now.
        let last = left.min(self.now - Duration::minutes(1));
        moments.retain(|(at, _)| (joined..=last).contains(at));
        moments.sort_unstable();
        moments
    }

    fn conditions(
        &self,
        school: &School,
        line: &Line,
        troubles: &Troubles,
        at: DateTime<Utc>,
    ) -> Conditions {
        let province = self.provinces[school.district];
        let day: NaiveDate = self.calendar.local_day(at);
        let cut = self.events.is_cut(line.provider, province, day);
        let local = at.with_timezone(&self.calendar.time_zone).time();
        Conditions {
            at,
            is_down: cut || troubles.is_down(at),
            rate_factor: self.events.slowness(line.provider, province, day)
                * (1.0 - line.dip * busyness(local)),
            in_opening_hours: self.calendar.is_open(at),
            time_basis: TimeBasis::Monotonic,
            now: self.now,
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "seconds of a day"
)]
fn some_time(dice: &mut Dice, (opens, closes): (DateTime<Utc>, DateTime<Utc>)) -> DateTime<Utc> {
    let span_ms = (closes - opens).num_milliseconds() as f64;
    opens + Duration::milliseconds((dice.unit() * span_ms) as i64)
}

/// How busy the country's lines are at a local hour, 0 to 1: most from ten to noon.
fn busyness(time: chrono::NaiveTime) -> f64 {
    use chrono::Timelike;
    let hour = f64::from(time.num_seconds_from_midnight()) / 3600.0;
    match hour {
        h if h < 8.0 => 0.15,
        h if h < 10.0 => 0.15 + 0.425 * (h - 8.0),
        h if h < 12.0 => 1.0,
        h if h < 15.0 => 1.0 - 0.2 * (h - 12.0),
        _ => 0.4,
    }
}
