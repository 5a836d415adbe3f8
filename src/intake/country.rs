//! What is assumed of a country that is not known yet: its name by ISO 3166, its time zone by the
//! system's tables.

use chrono::NaiveTime;
use chrono_tz::Tz;

use crate::domain::{
    area::CountryCode, benchmark::Benchmark, calendar::SchoolCalendar, country::Country,
};

const ZONE_TABLE: &str = "/usr/share/zoneinfo/zone.tab";
/// Days over which a status looks back, until the country says otherwise.
const WINDOW_DAYS: i32 = 28;

/// A country, and what was assumed that a person should know of.
#[derive(Debug)]
pub struct Proposal {
    /// The country as it will be added if it is new.
    pub country: Country,
    /// What was assumed.
    pub notices: Vec<String>,
}

/// Why there can be no such country.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CountryError {
    /// The code is none.
    #[error(
        "{0:?} is no country: it wants an ISO 3166-1 alpha-3 code, such as KEN, or XAA to XZZ for \
         an invented country"
    )]
    UnknownCode(String),
    /// The time zone is none.
    #[error("{0:?} is no time zone; name one such as Africa/Nairobi")]
    UnknownTimeZone(String),
}

impl CountryError {
    /// A stable slug.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownCode(_) => "unknown_country",
            Self::UnknownTimeZone(_) => "unknown_time_zone",
        }
    }
}

/// The country of that code as it will be added if it is new.
pub fn propose(
    code: &str,
    name: Option<&str>,
    time_zone: Option<&str>,
    credit: Option<&str>,
) -> Result<Proposal, CountryError> {
    let unknown = || CountryError::UnknownCode(code.to_owned());
    let code = CountryCode::new(code).ok_or_else(unknown)?;
    let known = Known::find(&code).ok_or_else(unknown)?;
    let mut notices = vec![];
    let zone = match time_zone.map(str::trim) {
        Some(zone) => zone
            .parse()
            .map_err(|_| CountryError::UnknownTimeZone(zone.to_owned()))?,
        None => assumed_zone(&known, &mut notices),
    };
    let stated = |text: Option<&str>| {
        text.map(str::trim)
            .filter(|t| !t.is_empty())
            .map(Into::into)
    };
    let country = Country {
        name: stated(name).unwrap_or(known.name),
        code,
        calendar: calendar(zone),
        window_days: WINDOW_DAYS,
        invented: known.invented,
        credit: stated(credit),
        benchmark: Benchmark::default(),
    };
    Ok(Proposal { country, notices })
}

struct Known {
    name: String,
    alpha2: Option<String>,
    invented: bool,
}

impl Known {
    fn find(code: &CountryCode) -> Option<Self> {
        if let Some(country) = rust_iso3166::from_alpha3(code.as_str()) {
            return Some(Self {
                name: country.name.into(),
                alpha2: Some(country.alpha2.into()),
                invented: false,
            });
        }
        // In wide use, though ISO 3166 leaves it to its users.
        if code.as_str() == "XKX" {
            return Some(Self {
                name: "Kosovo".into(),
                alpha2: Some("XK".into()),
                invented: false,
            });
        }
        code.as_str().starts_with('X').then(|| Self {
            name: format!("Invented country {code}"),
            alpha2: None,
            invented: true,
        })
    }
}

/// School days from Monday to Friday, 8 to 16 o'clock, until the country says otherwise.
fn calendar(time_zone: Tz) -> SchoolCalendar {
    let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
    SchoolCalendar {
        time_zone,
        opens_at: hour(8),
        closes_at: hour(16),
        school_days: (1..=5).collect(),
        closed: vec![],
    }
}

fn assumed_zone(known: &Known, notices: &mut Vec<String>) -> Tz {
    let Some(alpha2) = &known.alpha2 else {
        return Tz::UTC;
    };
    let Ok(table) = std::fs::read_to_string(ZONE_TABLE) else {
        notices.push(format!(
            "{ZONE_TABLE} cannot be read: the time zone of {} is taken as UTC; --time-zone sets it",
            known.name
        ));
        return Tz::UTC;
    };
    let zones = zones_of(&table, alpha2);
    let Some(first) = zones.first() else {
        notices.push(format!(
            "no time zone of {} is known: UTC is taken; --time-zone sets it",
            known.name
        ));
        return Tz::UTC;
    };
    if zones.len() > 1 {
        notices.push(format!(
            "{} has {} time zones; {} is taken: --time-zone sets another",
            known.name,
            zones.len(),
            first.name()
        ));
    }
    *first
}

/// The zones of a country in the order of the table, which puts the most populous first.
fn zones_of(table: &str, alpha2: &str) -> Vec<Tz> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let mut fields = line.split('\t');
            (fields.next()? == alpha2).then(|| fields.nth(1))?
        })
        .filter_map(|name| name.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of(code: &str) -> Result<Country, CountryError> {
        propose(code, None, Some("UTC"), None).map(|proposal| proposal.country)
    }

    #[test]
    fn a_code_is_a_country_or_an_invented_one_or_an_error() {
        let kenya = name_of("ken").unwrap();
        assert_eq!((kenya.name.as_str(), kenya.invented), ("Kenya", false));
        assert!(name_of("XAA").unwrap().invented);
        assert!(!name_of("XKX").unwrap().invented);
        for code in ["ZZZ", "KE", "", "Kenya"] {
            let error = name_of(code).unwrap_err();
            assert_eq!(error.code(), "unknown_country");
            assert!(error.to_string().contains("such as KEN"), "{error}");
        }
    }

    #[test]
    fn the_first_zone_of_the_table_is_taken() {
        let table = "# comment\nKE\t-0117+03649\tAfrica/Nairobi\n\
                     MD\t+4700+02850\tEurope/Chisinau\n\
                     US\t+404251-0740023\tAmerica/New_York\tEastern\n\
                     US\t+340308-1181434\tAmerica/Los_Angeles\tPacific\n";
        let names = |alpha2| {
            zones_of(table, alpha2)
                .iter()
                .map(|zone| zone.name())
                .collect::<Vec<_>>()
        };
        assert_eq!(names("KE"), ["Africa/Nairobi"]);
        assert_eq!(names("US")[0], "America/New_York");
        assert!(names("XX").is_empty());
    }

    #[test]
    fn a_time_zone_that_is_none_is_refused() {
        let error = propose("KEN", None, Some("Nairobi"), None).unwrap_err();
        assert_eq!(error.code(), "unknown_time_zone");
    }
}
