//! Shapes that several resources answer with.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::ApiError;
use crate::{
    domain::{
        area::{AreaLevel, CountryCode},
        benchmark::Benchmark,
        gap::GapCounts,
    },
    reports::GapReport,
    store::{Client, countries, countries::Country, series::ShownTest},
};

/// A benchmark, with its source: which one a figure was judged by is always shown.
#[derive(Serialize)]
pub(super) struct BenchmarkBody {
    rule_set: String,
    version: i32,
    name: String,
    source: String,
    source_url: Option<String>,
    /// A day, a month or a year.
    published: Option<String>,
    /// What the source leaves open, and what is taken then.
    note: String,
    /// What it asks for, in a sentence a metric.
    in_words: String,
    /// The download rate that can stand for it in a sentence; absent where schools are asked for different
    /// ones, or for more than a download rate.
    headline_mbps: Option<f64>,
    /// Of a school of which nothing else is known.
    floor_download_mbps: f64,
    target_download_mbps: f64,
    /// 0 where large schools are asked for the same.
    large_school_students: i32,
    large_school_kbps_per_student: f64,
}

impl From<Benchmark> for BenchmarkBody {
    fn from(benchmark: Benchmark) -> Self {
        let download = benchmark.of_unknown_school().download();
        let (students, kbps) = benchmark.large_school().unwrap_or_default();
        Self {
            in_words: benchmark.in_words(),
            headline_mbps: benchmark.headline_mbps(),
            rule_set: benchmark.id.rule_set,
            version: benchmark.id.version,
            name: benchmark.name,
            source: benchmark.source,
            source_url: benchmark.source_url,
            published: benchmark.published,
            note: benchmark.note,
            floor_download_mbps: download.floor.unwrap_or(0.0),
            target_download_mbps: download.target,
            large_school_students: students,
            large_school_kbps_per_student: kbps,
        }
    }
}

/// A country, as what it contains names it.
#[derive(Serialize)]
pub(super) struct CountryBody {
    code: String,
    name: String,
    invented: bool,
    time_zone: &'static str,
}

impl From<&Country> for CountryBody {
    fn from(country: &Country) -> Self {
        Self {
            code: country.code.to_string(),
            name: country.name.clone(),
            invented: country.invented,
            time_zone: country.calendar.time_zone.name(),
        }
    }
}

impl CountryBody {
    /// The country that a report is about.
    pub(super) fn of_report(report: &GapReport) -> Self {
        Self {
            code: report.country_code.to_string(),
            name: report.country_name.clone(),
            invented: report.invented,
            time_zone: report.time_zone.name(),
        }
    }
}

/// A position in WGS 84 degrees.
#[derive(Serialize)]
pub(super) struct PositionBody {
    longitude: f64,
    latitude: f64,
}

impl From<(f64, f64)> for PositionBody {
    fn from((longitude, latitude): (f64, f64)) -> Self {
        Self {
            longitude,
            latitude,
        }
    }
}

/// An id that others know a school by.
#[derive(Serialize)]
pub(super) struct AliasBody {
    scheme: String,
    value: String,
}

impl From<(String, String)> for AliasBody {
    fn from((scheme, value): (String, String)) -> Self {
        Self { scheme, value }
    }
}

/// Counts of schools by status, exclusive.
#[derive(Serialize)]
pub(super) struct StatusCountsBody {
    good: i64,
    moderate: i64,
    bad: i64,
    connected_unmeasured: i64,
    not_connected: i64,
    unknown: i64,
}

impl From<&GapCounts> for StatusCountsBody {
    fn from(counts: &GapCounts) -> Self {
        Self {
            good: counts.good,
            moderate: counts.moderate,
            bad: counts.bad,
            connected_unmeasured: counts.connected_unmeasured,
            not_connected: counts.not_connected,
            unknown: counts.unknown,
        }
    }
}

/// A speed test.
#[derive(Serialize)]
pub(super) struct TestBody {
    measured_at: DateTime<Utc>,
    received_at: DateTime<Utc>,
    outcome: String,
    failed_stage: Option<String>,
    download_mbps: Option<f64>,
    upload_mbps: Option<f64>,
    rtt_min_ms: Option<f64>,
    rtt_loaded_ms: Option<f64>,
    invalid_reason: Option<String>,
    in_opening_hours: bool,
    vantage: String,
    server: String,
    protocol: String,
    time_basis: String,
    software: Option<String>,
}

impl From<ShownTest> for TestBody {
    fn from(test: ShownTest) -> Self {
        Self {
            measured_at: test.measured_at,
            received_at: test.received_at,
            outcome: test.outcome,
            failed_stage: test.failed_stage,
            download_mbps: test.download_mbps,
            upload_mbps: test.upload_mbps,
            rtt_min_ms: test.rtt_min_ms,
            rtt_loaded_ms: test.rtt_loaded_ms,
            invalid_reason: test.invalid_reason,
            in_opening_hours: test.in_opening_hours,
            vantage: test.vantage,
            server: test.server,
            protocol: test.protocol,
            time_basis: test.time_basis,
            software: test.software,
        }
    }
}

/// The bytes of a hash, in hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The country of a query parameter.
pub(super) async fn country(db: &Client, code: &str) -> Result<Country, ApiError> {
    let code = country_code(code)?;
    countries::find(db, &code)
        .await?
        .ok_or_else(|| ApiError::not_found("country", code))
}

/// The code of a query parameter.
pub(super) fn country_code(code: &str) -> Result<CountryCode, ApiError> {
    let wanted = || ApiError::field("country", "country must be an ISO 3166-1 alpha-3 code");
    CountryCode::new(code).ok_or_else(wanted)
}

/// The level of a query parameter.
pub(super) fn level(level: i16) -> Result<AreaLevel, ApiError> {
    AreaLevel::new(level).ok_or_else(|| ApiError::field("level", "level must be from 0 to 4"))
}
