//! What happened in the country: holidays, providers' bad days, and each school's own troubles.
//! Knows days and hours, never measurements.

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, TimeZone, Utc};

use super::{
    dice::Dice,
    lines::{Line, Provider},
};
use crate::domain::calendar::SchoolCalendar;

/// A provider that was down in a province for a day.
#[derive(Debug, Clone, Copy)]
struct Cut {
    provider: Provider,
    province: usize,
    day: NaiveDate,
}

/// A provider that was slow in a province from a day on.
#[derive(Debug, Clone, Copy)]
struct SlowSpell {
    provider: Provider,
    province: usize,
    days: (NaiveDate, NaiveDate),
    factor: f64,
}

/// Everything that befell more than one school.
#[derive(Debug)]
pub(super) struct Events {
    /// Days with school by the calendar, holidays left out, oldest first.
    pub school_days: Vec<NaiveDate>,
    province_holidays: Vec<Option<NaiveDate>>,
    cuts: Vec<Cut>,
    slow_spells: Vec<SlowSpell>,
}

impl Events {
    /// The events of the days up to `now`.
    pub fn befall(
        seed: u64,
        calendar: &SchoolCalendar,
        now: DateTime<Utc>,
        days: u32,
        provinces: usize,
    ) -> Self {
        let mut dice = Dice::of(&[seed, 40]);
        let school_days = school_days(calendar, now, days);
        // Days that lie well back, so that the first page a visitor sees is an ordinary one.
        let settled = &school_days[..school_days.len() * 3 / 4];
        let some_day = |dice: &mut Dice| (!settled.is_empty()).then(|| *dice.pick(settled));
        let province_holidays = (0..provinces).map(|_| some_day(&mut dice)).collect();
        let mut cuts = vec![];
        for provider in [Provider::Mobile, Provider::Fibre, Provider::Copper] {
            let province = dice.below(provinces);
            let day = some_day(&mut dice);
            cuts.extend(day.map(|day| Cut {
                provider,
                province,
                day,
            }));
        }
        let recent = school_days.len() / 2;
        let bounds = school_days.get(recent).zip(school_days.last());
        let slow_spells = bounds.map(|(first, last)| SlowSpell {
            provider: Provider::Copper,
            province: dice.below(provinces),
            days: (*first, *last),
            factor: 0.35,
        });
        Self {
            school_days,
            province_holidays,
            cuts,
            slow_spells: slow_spells.into_iter().collect(),
        }
    }

    /// Whether the schools of a province are closed on a school day of the country.
    pub fn is_holiday(&self, province: usize, day: NaiveDate) -> bool {
        self.province_holidays[province] == Some(day)
    }

    /// Whether a provider is down in a province.
    pub fn is_cut(&self, provider: Provider, province: usize, day: NaiveDate) -> bool {
        let hit =
            |cut: &Cut| cut.provider == provider && cut.province == province && cut.day == day;
        self.cuts.iter().any(hit)
    }

    /// What a provider's rate is multiplied by in a province that day.
    pub fn slowness(&self, provider: Provider, province: usize, day: NaiveDate) -> f64 {
        let hit = |spell: &&SlowSpell| {
            spell.provider == provider
                && spell.province == province
                && (spell.days.0..=spell.days.1).contains(&day)
        };
        self.slow_spells
            .iter()
            .find(hit)
            .map_or(1.0, |spell| spell.factor)
    }
}

/// The calendar's school days up to now, without the national long weekend: the Thursday and
/// Friday of the week before last.
fn school_days(calendar: &SchoolCalendar, now: DateTime<Utc>, days: u32) -> Vec<NaiveDate> {
    let today = calendar.local_day(now);
    let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
    let holidays = [monday - Days::new(11), monday - Days::new(10)];
    (0..days)
        .rev()
        .map(|back| today - Days::new(u64::from(back)))
        .filter(|day| {
            let weekday = i16::try_from(day.weekday().number_from_monday()).unwrap_or_default();
            calendar.school_days.contains(&weekday) && !holidays.contains(day)
        })
        .collect()
}

/// One school's probe: from when to when it reported, and when its line was down.
#[derive(Debug)]
pub(super) struct Troubles {
    /// The first and the last instant that the probe was there.
    pub reporting: (DateTime<Utc>, DateTime<Utc>),
    outages: Vec<(DateTime<Utc>, DateTime<Utc>)>,
}

impl Troubles {
    /// What befell one school in the days up to `now`.
    pub fn befall(dice: &mut Dice, line: &Line, now: DateTime<Utc>, days: u32) -> Self {
        let first = now - Duration::days(i64::from(days));
        let span_h = f64::from(days) * 24.0;
        let joined = if dice.chance(0.12) {
            first + hours(dice.between(0.1, 0.6) * span_h)
        } else {
            first
        };
        // A probe that fell silent: a computer that was moved, a contract that ended.
        let left = if dice.chance(0.06) {
            now - hours(dice.between(0.36, 0.72) * span_h)
        } else {
            now
        };
        let reporting = (joined, left.max(joined + hours(30.0)).min(now));
        let mut outages = vec![];
        // A few lines never work: a bill unpaid, a cable cut.
        if dice.chance(0.025) {
            outages.push((first, now));
        }
        let count = if dice.chance(0.05 + 3.0 * line.loss) {
            1 + dice.below(3)
        } else {
            0
        };
        for _ in 0..count {
            let begin = first + hours(dice.unit() * span_h);
            outages.push((begin, begin + hours(dice.log_normal(9.0, 1.1))));
        }
        Self { reporting, outages }
    }

    /// Whether the school's own line is down.
    pub fn is_down(&self, at: DateTime<Utc>) -> bool {
        self.outages
            .iter()
            .any(|(begin, end)| *begin <= at && at < *end)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "hours of a month")]
fn hours(hours: f64) -> Duration {
    Duration::seconds((hours * 3600.0) as i64)
}

/// The opening hours of a local day as instants; none where the clocks skip them.
pub(super) fn opening(
    calendar: &SchoolCalendar,
    day: NaiveDate,
) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let instant = |time| {
        let local = calendar
            .time_zone
            .from_local_datetime(&day.and_time(time))
            .earliest()?;
        Some(local.with_timezone(&Utc))
    };
    Some((instant(calendar.opens_at)?, instant(calendar.closes_at)?))
}
