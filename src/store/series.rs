//! A school's measurements over time: its days, and its newest tests.

use chrono::{DateTime, NaiveDate, Utc};
use deadpool_postgres::GenericClient;
use tokio_postgres::Row;

use super::{StoreError, query::sql};
use crate::domain::{school::SchoolId, summary::Period};

/// One local day of a school.
#[derive(Debug, Clone, PartialEq)]
pub struct SchoolDay {
    /// The day.
    pub day: NaiveDate,
    /// Speed tests, of any outcome.
    pub tests: i32,
    /// Finished and valid.
    pub valid_tests: i32,
    /// Failed.
    pub failed_tests: i32,
    /// Median download of the valid ones.
    pub download_median_mbps: Option<f64>,
    /// 5th percentile of them.
    pub download_p5_mbps: Option<f64>,
    /// 95th percentile of them.
    pub download_p95_mbps: Option<f64>,
    /// Median upload.
    pub upload_median_mbps: Option<f64>,
    /// Median of the path checks' medians.
    pub rtt_median_ms: Option<f64>,
    /// Packets lost ÷ sent.
    pub loss_ratio: Option<f64>,
    /// Bytes that measuring cost.
    pub bytes_used: i64,
    /// Whose tests the medians are of, where not our own probes'.
    pub software: Option<String>,
}

/// The days from `from` to `to`, inclusive, that have a summary. A day without one is a gap.
pub async fn days(
    db: &impl GenericClient,
    school: SchoolId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<SchoolDay>, StoreError> {
    let rows = sql!("school_summary_series")
        .rows(db, &[&school.0, &Period::Day.slug(), &from, &to])
        .await?;
    let day = |row: &Row| SchoolDay {
        day: row.get("starts_on"),
        tests: row.get("tests"),
        valid_tests: row.get("valid_tests"),
        failed_tests: row.get("failed_tests"),
        download_median_mbps: row.get("download_median_mbps"),
        download_p5_mbps: row.get("download_p5_mbps"),
        download_p95_mbps: row.get("download_p95_mbps"),
        upload_median_mbps: row.get("upload_median_mbps"),
        rtt_median_ms: row.get("rtt_median_ms"),
        loss_ratio: row.get("loss_ratio"),
        bytes_used: row.get("bytes_used"),
        software: row.get("software"),
    };
    Ok(rows.iter().map(day).collect())
}

/// A speed test as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownTest {
    /// When it was taken.
    pub measured_at: DateTime<Utc>,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// `ok` or `failed`.
    pub outcome: String,
    /// Where it failed.
    pub failed_stage: Option<String>,
    /// Rate towards the school.
    pub download_mbps: Option<f64>,
    /// Rate from the school.
    pub upload_mbps: Option<f64>,
    /// Smallest idle round trip.
    pub rtt_min_ms: Option<f64>,
    /// Median round trip under load.
    pub rtt_loaded_ms: Option<f64>,
    /// Why it counts in no average.
    pub invalid_reason: Option<String>,
    /// Whether the school was open.
    pub in_opening_hours: bool,
    /// Where the probe sits.
    pub vantage: String,
    /// What it measured against.
    pub server: String,
    /// Such as `ndt7`.
    pub protocol: String,
    /// What its time was derived from.
    pub time_basis: String,
    /// Whose program took it, such as `giga_meter`.
    pub software: Option<String>,
}

/// The newest `limit` tests since `from`, newest first.
pub async fn tests(
    db: &impl GenericClient,
    school: SchoolId,
    from: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<ShownTest>, StoreError> {
    let rows = sql!("speed_test_series")
        .rows(db, &[&school.0, &from, &limit])
        .await?;
    let test = |row: &Row| ShownTest {
        measured_at: row.get("measured_at"),
        received_at: row.get("received_at"),
        outcome: row.get("outcome"),
        failed_stage: row.get("failed_stage"),
        download_mbps: row.get("download_mbps"),
        upload_mbps: row.get("upload_mbps"),
        rtt_min_ms: row.get("rtt_min_ms"),
        rtt_loaded_ms: row.get("rtt_loaded_ms"),
        invalid_reason: row.get("invalid_reason"),
        in_opening_hours: row.get("in_opening_hours"),
        vantage: row.get("vantage"),
        server: row.get("server"),
        protocol: row.get("protocol"),
        time_basis: row.get("time_basis"),
        software: row.get("software"),
    };
    Ok(rows.iter().map(test).collect())
}
