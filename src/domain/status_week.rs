//! Statuses by ISO week as they are kept: one byte a week of a year. Knows no table.

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

use super::status::Status;

/// ISO weeks that a year may have.
pub const WEEKS_OF_A_YEAR: usize = 53;

/// The byte of a status: its place in [`Status::ALL`], from 1. 0 is nothing recorded.
pub fn code_of(status: Status) -> u8 {
    (1..)
        .zip(Status::ALL)
        .find(|(_, known)| *known == status)
        .map_or(0, |(code, _)| code)
}

/// The status of a byte; `None` for 0, and for what is none.
pub fn status_of(code: u8) -> Option<Status> {
    let place = usize::from(code).checked_sub(1)?;
    Status::ALL.get(place).copied()
}

/// The Mondays of the weeks from the one that holds `from` to the one that holds `to`.
pub fn mondays(from: NaiveDate, to: NaiveDate) -> Vec<NaiveDate> {
    let week = from.week(Weekday::Mon);
    let first = week.checked_first_day();
    let mondays = std::iter::successors(first, |day| day.checked_add_signed(TimeDelta::weeks(1)));
    mondays.take_while(|monday| *monday <= to).collect()
}

/// ISO year and the place of a week's byte in it.
pub fn place(monday: NaiveDate) -> (i32, usize) {
    let week = monday.iso_week();
    (week.year(), usize::try_from(week.week0()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn bytes_are_read_back_and_zero_is_nothing() {
        for status in Status::ALL {
            assert_eq!(status_of(code_of(status)), Some(status));
        }
        assert_eq!(code_of(Status::Good), 1);
        assert_eq!(code_of(Status::Unknown), 6);
        for none in [0, 7, 255] {
            assert_eq!(status_of(none), None);
        }
    }

    #[test]
    fn a_week_belongs_to_the_year_of_its_thursday() {
        for (monday, year, week0) in [
            ("2024-12-30", 2025, 0),
            ("2026-12-28", 2026, 52),
            ("2027-01-04", 2027, 0),
            ("2026-11-23", 2026, 47),
        ] {
            assert_eq!(place(day(monday)), (year, week0), "{monday}");
        }
    }

    #[test]
    fn the_weeks_between_two_days_hold_both() {
        let weeks = mondays(day("2026-11-29"), day("2026-12-07"));
        assert_eq!(weeks, ["2026-11-23", "2026-11-30", "2026-12-07"].map(day));
        assert!(mondays(day("2026-12-07"), day("2026-11-29")).is_empty());
    }
}
