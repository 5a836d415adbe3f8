//! The gap model, rendered for whoever it is handed to. Must not ask where it comes from.

mod csv_table;
mod html_page;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::domain::{
    area::{AreaLevel, CountryCode},
    benchmark::Benchmark,
    country::Country,
    gap::{self, GapCounts, GapRow},
};

/// Everything that a gap report says.
#[derive(Debug, Clone, PartialEq)]
pub struct GapReport {
    /// The country.
    pub country_code: CountryCode,
    /// Its name.
    pub country_name: String,
    /// Whether it is made up.
    pub invented: bool,
    /// Whose data it rests on.
    pub credit: Option<String>,
    /// Where its readers are.
    pub time_zone: Tz,
    /// Days over which verdicts look back.
    pub window_days: i32,
    /// What schools were judged by.
    pub benchmark: Benchmark,
    /// Level of the areas.
    pub level: AreaLevel,
    /// When the figures were read.
    pub as_of: DateTime<Utc>,
    /// A line an area, and one for schools in none.
    pub rows: Vec<GapRow>,
}

/// How a report is handed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A table for programs and spreadsheets.
    Csv,
    /// A page for people, and for printing.
    Html,
}

impl Format {
    /// The format of that name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        match slug {
            "csv" => Some(Self::Csv),
            "html" => Some(Self::Html),
            _ => None,
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Html => "html",
        }
    }

    /// Its media type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
        }
    }
}

impl GapReport {
    /// The report of a country's rows.
    pub fn new(
        country: Country,
        level: AreaLevel,
        as_of: DateTime<Utc>,
        rows: Vec<GapRow>,
    ) -> Self {
        Self {
            country_code: country.code,
            country_name: country.name,
            invented: country.invented,
            credit: country.credit,
            time_zone: country.calendar.time_zone,
            window_days: country.window_days,
            benchmark: country.benchmark,
            level,
            as_of,
            rows,
        }
    }

    /// The sum of all lines.
    pub fn total(&self) -> GapCounts {
        gap::total(&self.rows)
    }

    /// A name for the file: country, level and day, so that copies can be told apart.
    pub fn file_name(&self, format: Format) -> String {
        let day = self.as_of.with_timezone(&self.time_zone).format("%Y-%m-%d");
        let (code, level) = (&self.country_code, self.level);
        let invented = if self.invented { "-invented" } else { "" };
        format!(
            "gaps-{code}{invented}-level{level}-{day}.{}",
            format.extension()
        )
    }

    /// The report's bytes.
    pub fn render(&self, format: Format) -> Vec<u8> {
        match format {
            Format::Csv => csv_table::render(self),
            Format::Html => html_page::render(self).into_bytes(),
        }
    }
}

#[cfg(test)]
mod tests;
