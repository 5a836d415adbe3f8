//! When an invented computer was on, and whether it had internet: spans as a probe would have seen
//! them, with outages of each kind. Takes what was measured, so that the two never contradict.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::{dice::Dice, events::opening};
use crate::domain::{
    calendar::SchoolCalendar,
    presence::{LONGEST_ROW, Span},
    record::{PresenceDetail, PresenceState},
};

/// How finely the day is looked at.
const STEP: Duration = Duration::minutes(5);
/// Outages that no test fell into, by kind: how probable on a day, and their longest minutes.
const SMALL_OUTAGES: [(PresenceState, Option<PresenceDetail>, f64, f64); 4] = [
    (PresenceState::LanDown, None, 0.05, 60.0),
    (PresenceState::IspDown, None, 0.09, 90.0),
    (
        PresenceState::IspDown,
        Some(PresenceDetail::CaptivePortal),
        0.01,
        40.0,
    ),
    (PresenceState::ServiceDown, None, 0.015, 20.0),
];

/// Times at which an outage of a bad day may be tried to fit in.
const TRIES: usize = 50;

/// What presence follows from.
pub(super) struct Traces<'a> {
    pub calendar: &'a SchoolCalendar,
    /// When something was measured, whether it worked or not.
    pub measured: &'a [DateTime<Utc>],
    /// The first and the last instant that the probe was there.
    pub reporting: (DateTime<Utc>, DateTime<Utc>),
    pub now: DateTime<Utc>,
    /// Whether the last whole day has an outage of each kind.
    pub has_bad_day: bool,
}

type Outage = (
    DateTime<Utc>,
    DateTime<Utc>,
    PresenceState,
    Option<PresenceDetail>,
);

impl Traces<'_> {
    /// The spans, oldest first. `is_down` says whether the provider's line was down.
    pub fn spans(&self, dice: &mut Dice, is_down: impl Fn(DateTime<Utc>) -> bool) -> Vec<Span> {
        let days: BTreeSet<NaiveDate> = self
            .measured
            .iter()
            .map(|at| self.calendar.local_day(*at))
            .collect();
        let today = self.calendar.local_day(self.now);
        let bad_day = days.range(..today).next_back().copied();
        let bad_day = bad_day.filter(|_| self.has_bad_day);
        let mut spans: Vec<Span> = vec![];
        for day in days {
            let Some((opens, closes)) = opening(self.calendar, day) else {
                continue;
            };
            let on = opens - minutes(dice.between(2.0, 40.0));
            let off = (closes + minutes(dice.between(5.0, 70.0))).min(self.now);
            let (on, off) = (on.max(self.reporting.0), off.min(self.reporting.1));
            if on >= off {
                continue;
            }
            if let Some(last) = spans.last() {
                spans.extend(switched_off(last.ended_at, on));
            }
            let outages = if Some(day) == bad_day {
                self.all_outages(dice, (on, off))
            } else {
                self.small_outages(dice, (on, off))
            };
            spans.extend(day_spans((on, off), &outages, &is_down));
        }
        spans
    }

    fn small_outages(
        &self,
        dice: &mut Dice,
        (on, off): (DateTime<Utc>, DateTime<Utc>),
    ) -> Vec<Outage> {
        let mut outages = vec![];
        for (state, detail, chance, longest) in SMALL_OUTAGES {
            if !dice.chance(chance) {
                continue;
            }
            let begin = on + minutes(dice.unit() * minutes_between(on, off));
            let end = begin + minutes(dice.between(5.0, longest));
            if self.is_free(begin, end) {
                outages.push((begin, end, state, detail));
            }
        }
        outages
    }

    /// One of each kind, apart from each other as far as the day has room.
    fn all_outages(
        &self,
        dice: &mut Dice,
        (on, off): (DateTime<Utc>, DateTime<Utc>),
    ) -> Vec<Outage> {
        let mut outages: Vec<Outage> = vec![];
        for (state, detail, ..) in SMALL_OUTAGES {
            let length = STEP * 4;
            let found = (0..TRIES).find_map(|_| {
                let begin = on + minutes(dice.unit() * minutes_between(on, off - length));
                let end = begin + length;
                let is_apart = |outage: &Outage| end + STEP < outage.0 || begin - STEP > outage.1;
                (self.is_free(begin, end) && outages.iter().all(is_apart)).then_some((begin, end))
            });
            if let Some((begin, end)) = found {
                outages.push((begin, end, state, detail));
            }
        }
        outages
    }

    /// Whether no test or check fell into it: they worked.
    fn is_free(&self, begin: DateTime<Utc>, end: DateTime<Utc>) -> bool {
        !self.measured.iter().any(|at| (begin..end).contains(at))
    }
}

fn day_spans(
    (on, off): (DateTime<Utc>, DateTime<Utc>),
    outages: &[Outage],
    is_down: &impl Fn(DateTime<Utc>) -> bool,
) -> Vec<Span> {
    let mut spans: Vec<Span> = vec![];
    let mut at = on;
    while at < off {
        let next = (at + STEP).min(off);
        let outage = outages
            .iter()
            .find(|(begin, end, ..)| *begin <= at && at < *end);
        let (state, detail) = match outage {
            _ if is_down(at) => (PresenceState::IspDown, None),
            Some((_, _, state, detail)) => (*state, *detail),
            None => (PresenceState::Online, None),
        };
        match spans.last_mut() {
            Some(last) if (last.state, last.detail) == (state, detail) => last.ended_at = next,
            _ => spans.push(Span {
                started_at: at,
                ended_at: next,
                state,
                detail,
            }),
        }
        at = next;
    }
    spans
}

/// Between two days the computer is off, in rows as they are kept.
fn switched_off(from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Span> {
    let mut spans = vec![];
    let mut at = from;
    while at < to {
        let ended_at = to.min(at + LONGEST_ROW);
        spans.push(Span {
            started_at: at,
            ended_at,
            state: PresenceState::Off,
            detail: None,
        });
        at = ended_at;
    }
    spans
}

#[expect(clippy::cast_possible_truncation, reason = "minutes of a day")]
fn minutes(minutes: f64) -> Duration {
    Duration::seconds((minutes * 60.0) as i64)
}

#[expect(clippy::cast_precision_loss, reason = "minutes of a day")]
fn minutes_between(from: DateTime<Utc>, to: DateTime<Utc>) -> f64 {
    (to - from).num_seconds() as f64 / 60.0
}
