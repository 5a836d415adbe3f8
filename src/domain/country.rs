//! A country as the service knows it.

use super::{area::CountryCode, benchmark::Benchmark, calendar::SchoolCalendar};

/// Its name, its school days, and what its schools are judged by.
#[derive(Debug, Clone, PartialEq)]
pub struct Country {
    /// Its code.
    pub code: CountryCode,
    /// Its name.
    pub name: String,
    /// When its schools are open.
    pub calendar: SchoolCalendar,
    /// Days over which a status looks back.
    pub window_days: i32,
    /// Whether it is made up, which is said wherever it is shown.
    pub invented: bool,
    /// Whose data it is, and under which licence.
    pub credit: Option<String>,
    /// What its schools are judged by.
    pub benchmark: Benchmark,
}
