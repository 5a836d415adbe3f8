//! Days, weeks and months that measurements are summarised by, and what a summary says.

use chrono::{Datelike, Days, Months, NaiveDate};

/// A span of local days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// One day.
    Day,
    /// Seven days from a Monday (ISO 8601).
    Week,
    /// A calendar month.
    Month,
}

impl Period {
    /// From the shortest.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// Its stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The period of that name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.slug() == slug)
    }

    /// The first day of the span that a day lies in.
    pub fn start_of(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => day,
            Self::Week => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
            Self::Month => day.with_day(1).unwrap_or(day),
        }
    }

    /// The first day of the next span, of one that begins on this day.
    pub fn next(self, start: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => start + Days::new(1),
            Self::Week => start + Days::new(7),
            Self::Month => start + Months::new(1),
        }
    }
}

/// Something that summaries hold a figure of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Metric {
    /// Rate towards the school.
    Download,
    /// Rate from the school.
    Upload,
    /// Round trip of path checks to our server.
    Rtt,
    /// Round trip while a speed test loads the line.
    RttLoaded,
    /// IPDV of path checks (RFC 3393).
    Jitter,
    /// Packets lost ÷ sent (RFC 7680).
    Loss,
    /// Online ÷ (online + gateway down + provider down), in opening hours.
    Uptime,
    /// Seconds switched off ÷ opening hours.
    Off,
    /// Seconds of which nothing is known ÷ opening hours.
    NoData,
    /// Speed tests of any outcome.
    Tests,
    /// What measuring cost.
    BytesUsed,
}

impl Metric {
    /// In the order in which they are told.
    pub const ALL: [Self; 11] = [
        Self::Download,
        Self::Upload,
        Self::Rtt,
        Self::RttLoaded,
        Self::Jitter,
        Self::Loss,
        Self::Uptime,
        Self::Off,
        Self::NoData,
        Self::Tests,
        Self::BytesUsed,
    ];

    /// Its stable name, with its unit.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Download => "download_mbps",
            Self::Upload => "upload_mbps",
            Self::Rtt => "rtt_ms",
            Self::RttLoaded => "rtt_loaded_ms",
            Self::Jitter => "jitter_ms",
            Self::Loss => "loss_ratio",
            Self::Uptime => "uptime_ratio",
            Self::Off => "off_ratio",
            Self::NoData => "no_data_ratio",
            Self::Tests => "tests",
            Self::BytesUsed => "bytes_used",
        }
    }

    /// The metric of that name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.slug() == slug)
    }
}

/// A figure of a span: its middle, its spread, and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Figure {
    /// The median; of a count or a share, the value itself.
    pub value: Option<f64>,
    /// The 5th percentile.
    pub p5: Option<f64>,
    /// The 95th percentile.
    pub p95: Option<f64>,
}

/// A span with a summary: of a school, or of the schools of a country, an area, a provider or a technology.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Its first day.
    pub starts_on: NaiveDate,
    /// Schools of which anything is known; 1 in a school's own.
    pub schools: i64,
    /// Schools that the metric's figure is made of.
    pub schools_counted: i64,
    /// Speed tests that finished and are valid.
    pub valid_tests: i64,
    /// Path checks to our server that count.
    pub path_checks: i64,
    /// What the metric was.
    pub figure: Figure,
    /// Whose tests the figures are of, where not our own probes'.
    pub software: Option<String>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_their_first() {
        for (period, on, start, next) in [
            (Period::Day, "2026-11-28", "2026-11-28", "2026-11-29"),
            (Period::Week, "2026-11-28", "2026-11-23", "2026-11-30"),
            (Period::Week, "2026-11-23", "2026-11-23", "2026-11-30"),
            // The week that two years share.
            (Period::Week, "2027-01-01", "2026-12-28", "2027-01-04"),
            (Period::Month, "2026-12-31", "2026-12-01", "2027-01-01"),
            (Period::Month, "2028-02-29", "2028-02-01", "2028-03-01"),
        ] {
            assert_eq!(period.start_of(day(on)), day(start), "{period:?} {on}");
            assert_eq!(period.next(day(start)), day(next), "{period:?} {on}");
        }
    }

    #[test]
    fn names_are_unique_and_read_back() {
        for period in Period::ALL {
            assert_eq!(Period::from_slug(period.slug()), Some(period));
        }
        for metric in Metric::ALL {
            assert_eq!(Metric::from_slug(metric.slug()), Some(metric));
        }
    }

    proptest! {
        #[test]
        fn every_day_is_in_exactly_one_span(days in -20_000..20_000_i32) {
            let day = NaiveDate::from_num_days_from_ce_opt(739_000 + days).unwrap();
            for period in Period::ALL {
                let start = period.start_of(day);
                prop_assert!(start <= day && day < period.next(start));
                prop_assert_eq!(period.start_of(start), start);
                prop_assert_eq!(period.start_of(period.next(start)), period.next(start));
            }
        }
    }
}
