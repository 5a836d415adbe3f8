//! When a school is open: local days and hours. Takes instants, never asks what time it is.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

/// Opening hours of a country's schools.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchoolCalendar {
    /// Time zone in which the hours and days are meant.
    pub time_zone: Tz,
    /// First minute of the school day.
    pub opens_at: NaiveTime,
    /// End of the school day, exclusive.
    pub closes_at: NaiveTime,
    /// Week days with school, 1 = Monday … 7 = Sunday (ISO 8601).
    pub school_days: Vec<i16>,
    /// First and last local day of spans without school.
    pub closed: Vec<(NaiveDate, NaiveDate)>,
}

impl SchoolCalendar {
    /// The school's local day at an instant.
    pub fn local_day(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.time_zone).date_naive()
    }

    /// Whether a local day has school.
    pub fn has_school(&self, day: NaiveDate) -> bool {
        let weekday = i16::try_from(day.weekday().number_from_monday()).unwrap_or_default();
        let is_closed = |(first, last): &(NaiveDate, NaiveDate)| (*first..=*last).contains(&day);
        self.school_days.contains(&weekday) && !self.closed.iter().any(is_closed)
    }

    /// Whether an instant lies in opening hours.
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        let local = at.with_timezone(&self.time_zone);
        let time = local.time();
        self.has_school(local.date_naive()) && time >= self.opens_at && time < self.closes_at
    }

    /// The local days without school that are in a holiday, from this instant, for so many days.
    pub fn closed_days(&self, from: DateTime<Utc>, days: usize) -> Vec<NaiveDate> {
        let coming = self.local_day(from).iter_days().take(days);
        let is_closed = |day: &NaiveDate| {
            self.closed
                .iter()
                .any(|(first, last)| (*first..=*last).contains(day))
        };
        coming.filter(is_closed).collect()
    }

    /// When the last school days began that were over before an instant, newest first: at most so many,
    /// looking back over so many days.
    pub fn past_openings(
        &self,
        before: DateTime<Utc>,
        most: usize,
        days: usize,
    ) -> Vec<DateTime<Utc>> {
        let today = self.local_day(before);
        let back = std::iter::successors(Some(today), NaiveDate::pred_opt).take(days);
        let openings = back.filter(|day| self.has_school(*day)).filter_map(|day| {
            let over = self.instant(day, self.closes_at) <= before;
            over.then(|| self.instant(day, self.opens_at))
        });
        openings.take(most).collect()
    }

    /// Where clocks are put forward over the hour, it begins when it would have.
    fn instant(&self, day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        let local = day.and_time(time);
        let zoned = self.time_zone.from_local_datetime(&local).earliest();
        zoned.map_or_else(|| local.and_utc(), |zoned| zoned.to_utc())
    }

    /// When a local day begins.
    pub fn midnight(&self, day: NaiveDate) -> DateTime<Utc> {
        self.instant(day, NaiveTime::MIN)
    }

    /// The opening hours between two instants, cut to them.
    pub fn open_hours(
        &self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        let last = self.local_day(to);
        let days = self.local_day(from).iter_days();
        let hours = days.take_while(|day| *day <= last).filter_map(|day| {
            if !self.has_school(day) {
                return None;
            }
            let (opens, closes) = (
                self.instant(day, self.opens_at).max(from),
                self.instant(day, self.closes_at).min(to),
            );
            (opens < closes).then_some((opens, closes))
        });
        hours.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nairobi() -> SchoolCalendar {
        SchoolCalendar {
            time_zone: chrono_tz::Africa::Nairobi,
            opens_at: NaiveTime::from_hms_opt(8, 0, 0).unwrap(),
            closes_at: NaiveTime::from_hms_opt(16, 0, 0).unwrap(),
            school_days: vec![1, 2, 3, 4, 5],
            closed: vec![],
        }
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_holiday_has_no_hours_on_both_its_ends() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let calendar = SchoolCalendar {
            closed: vec![(day("2026-12-21"), day("2026-12-23"))],
            ..nairobi()
        };
        for (text, open) in [
            ("2026-12-18T08:00:00Z", true),
            ("2026-12-21T08:00:00Z", false),
            ("2026-12-23T08:00:00Z", false),
            ("2026-12-24T08:00:00Z", true),
        ] {
            assert_eq!(calendar.is_open(at(text)), open, "{text}");
        }
        let closed = calendar.closed_days(at("2026-12-20T22:00:00Z"), 3);
        let expected = ["2026-12-21", "2026-12-22", "2026-12-23"].map(day);
        assert_eq!(closed, expected);
        let hours = calendar.open_hours(at("2026-12-18T00:00:00Z"), at("2026-12-25T00:00:00Z"));
        assert_eq!(hours.len(), 2, "Friday and Thursday");
    }

    #[test]
    fn hours_are_local_and_the_end_is_exclusive() {
        // Nairobi is UTC+3; 2026-11-24 is a Tuesday.
        for (instant, open) in [
            ("2026-11-24T04:59:59Z", false),
            ("2026-11-24T05:00:00Z", true),
            ("2026-11-24T12:59:59Z", true),
            ("2026-11-24T13:00:00Z", false),
            ("2026-11-22T08:00:00Z", false),
        ] {
            assert_eq!(nairobi().is_open(at(instant)), open, "{instant}");
        }
    }

    #[test]
    fn a_day_begins_at_local_midnight() {
        let day = nairobi().local_day(at("2026-11-23T21:00:00Z"));
        assert_eq!(day, NaiveDate::from_ymd_opt(2026, 11, 24).unwrap());
    }
}
