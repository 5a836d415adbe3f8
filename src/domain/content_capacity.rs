//! How much content a line can fetch overnight, for schools that keep a copy (Kolibri, a cache): what it
//! sustains nine nights in ten, over the hours when nobody learns.

use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::Tz;

use super::{
    calendar::SchoolCalendar,
    presence::{Shares, Span},
};

/// The night: from this hour of the evening, local time.
pub const FROM_HOUR: u32 = 21;
/// To this hour of the morning.
pub const TO_HOUR: u32 = 5;
/// Gigabytes (10^9 bytes) that 1 Mbps fetches in those 8 hours: 8 h × 3600 s × 10^6 bits ÷ 8 ÷ 10^9.
pub const GB_PER_MBPS: f64 = 3.6;
/// A tenth of fewer tests is less than one test.
pub const FEWEST_TESTS: i32 = 10;

/// Why a capacity is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyNot {
    /// Fewer tests outside of school hours than [`FEWEST_TESTS`].
    FewTests,
    /// Nobody looked at night whether the internet was there.
    AvailabilityNotKnown,
}

impl WhyNot {
    /// The reason's stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::FewTests => "few_tests",
            Self::AvailabilityNotKnown => "availability_not_known",
        }
    }
}

/// What is known of a line outside of school hours.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct OffHours {
    /// Valid, finished tests outside of school hours.
    pub tests: i32,
    /// The 10th percentile of their download: nine in ten were faster. Megabits per second.
    pub p10_mbps: Option<f64>,
    /// Share of the known time at night in which the internet was there.
    pub availability: Option<f64>,
}

/// Gigabytes a night.
pub fn gb_per_night(line: &OffHours) -> Result<f64, WhyNot> {
    let p10_mbps = line
        .p10_mbps
        .filter(|_| line.tests >= FEWEST_TESTS)
        .ok_or(WhyNot::FewTests)?;
    let availability = line.availability.ok_or(WhyNot::AvailabilityNotKnown)?;
    Ok(p10_mbps * availability * GB_PER_MBPS)
}

/// Share of the nights between two instants in which the internet was there, of the time of which that is
/// known; spans must not overlap. A machine that was off says nothing of the line.
pub fn availability(
    spans: &[Span],
    time_zone: Tz,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Option<f64> {
    let mut night = Shares::default();
    for calendar in nights(time_zone) {
        let part = Shares::of(spans, &calendar, from, to);
        night.online_s += part.online_s;
        night.lan_down_s += part.lan_down_s;
        night.isp_down_s += part.isp_down_s;
    }
    night.uptime_ratio()
}

/// Evening and morning of every day.
fn nights(time_zone: Tz) -> [SchoolCalendar; 2] {
    let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
    let midnight = NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default();
    [(hour(FROM_HOUR), midnight), (hour(0), hour(TO_HOUR))].map(|(opens_at, closes_at)| {
        SchoolCalendar {
            time_zone,
            opens_at,
            closes_at,
            school_days: (1..=7).collect(),
            closed: vec![],
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::record::PresenceState;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn off_hours(tests: i32, p10_mbps: f64, availability: Option<f64>) -> OffHours {
        OffHours {
            tests,
            p10_mbps: Some(p10_mbps),
            availability,
        }
    }

    #[test]
    fn a_night_by_hand() {
        for (p10, availability, gb) in [(1.0, 1.0, 3.6), (5.0, 0.5, 9.0), (0.0, 1.0, 0.0)] {
            let capacity = gb_per_night(&off_hours(10, p10, Some(availability))).unwrap();
            assert!((capacity - gb).abs() < 1e-9, "{capacity}");
        }
    }

    #[test]
    fn what_is_not_known_is_no_zero() {
        assert_eq!(gb_per_night(&OffHours::default()), Err(WhyNot::FewTests));
        assert_eq!(
            gb_per_night(&off_hours(9, 5.0, Some(1.0))),
            Err(WhyNot::FewTests)
        );
        assert_eq!(
            gb_per_night(&off_hours(10, 5.0, None)),
            Err(WhyNot::AvailabilityNotKnown)
        );
    }

    #[test]
    fn only_the_night_counts_and_a_machine_that_is_off_says_nothing() {
        // Nairobi is three hours east of Greenwich: its night is from 18:00 to 02:00.
        let span = |from: &str, to: &str, state| Span {
            started_at: at(from),
            ended_at: at(to),
            state,
            detail: None,
        };
        let spans = [
            span(
                "2026-11-24T06:00:00Z",
                "2026-11-24T18:00:00Z",
                PresenceState::IspDown,
            ),
            span(
                "2026-11-24T18:00:00Z",
                "2026-11-24T20:00:00Z",
                PresenceState::Online,
            ),
            span(
                "2026-11-24T20:00:00Z",
                "2026-11-24T22:00:00Z",
                PresenceState::IspDown,
            ),
            span(
                "2026-11-24T22:00:00Z",
                "2026-11-25T06:00:00Z",
                PresenceState::Off,
            ),
        ];
        let (from, to) = (at("2026-11-24T00:00:00Z"), at("2026-11-26T00:00:00Z"));
        let share = |spans: &[Span]| availability(spans, chrono_tz::Africa::Nairobi, from, to);
        let known = share(&spans).unwrap();
        assert!((known - 0.5).abs() < 0.001, "{known}");
        assert_eq!(share(&spans[3..]), None);
        assert_eq!(share(&[]), None);
    }

    proptest! {
        #[test]
        fn more_of_either_never_fetches_less(a in 0.0..1000.0_f64, b in 0.0..1000.0_f64,
                                             c in 0.0..1.0_f64, d in 0.0..1.0_f64) {
            let less = gb_per_night(&off_hours(30, a.min(b), Some(c.min(d)))).unwrap();
            let more = gb_per_night(&off_hours(30, a.max(b), Some(c.max(d)))).unwrap();
            prop_assert!(less <= more);
        }
    }
}
