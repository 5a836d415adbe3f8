//! A school's path, stage by stage, and its pages, day by day. Methods, targets and vantages are never
//! mixed.

use chrono::{DateTime, NaiveDate, Utc};
use deadpool_postgres::GenericClient;
use tokio_postgres::Row;

use super::{StoreError, query::sql};
use crate::domain::{calendar::SchoolCalendar, school::SchoolId};

/// The valid path checks of one local day to one target by one method.
#[derive(Debug, Clone, PartialEq)]
pub struct PathDay {
    /// The day.
    pub day: NaiveDate,
    /// `gateway`, `resolver`, `server` or `other`.
    pub target_kind: String,
    /// Host that was asked.
    pub target: String,
    /// `icmp` or `tcp`.
    pub method: String,
    /// Where the probe sits.
    pub vantage: String,
    /// After this a packet is lost, milliseconds.
    pub timeout_ms: i64,
    /// Checks, failed ones included.
    pub checks: i32,
    /// Checks whose packets could not be sent.
    pub failed_checks: i32,
    /// Packets sent.
    pub sent: i64,
    /// Packets answered in time.
    pub received: i64,
    /// Smallest round trip of the day.
    pub rtt_min_ms: Option<f64>,
    /// Median of the checks' medians.
    pub rtt_median_ms: Option<f64>,
    /// Median of the checks' 95th percentiles.
    pub rtt_p95_ms: Option<f64>,
    /// Largest round trip of the day.
    pub rtt_max_ms: Option<f64>,
    /// Median of the checks' mean absolute differences (IPDV).
    pub jitter_ms: Option<f64>,
    /// Median of the checks' delay variations (PDV).
    pub pdv_p95_ms: Option<f64>,
    /// Packets lost ÷ sent.
    pub loss_ratio: Option<f64>,
    /// When the newest of them was taken.
    pub newest_at: DateTime<Utc>,
}

/// The valid page checks of one local day of one page.
#[derive(Debug, Clone, PartialEq)]
pub struct PageDay {
    /// The day.
    pub day: NaiveDate,
    /// The page.
    pub url: String,
    /// Where the probe sits.
    pub vantage: String,
    /// Checks, failed ones included.
    pub checks: i32,
    /// Checks without an HTTP answer.
    pub failed_checks: i32,
    /// Median time of the name lookup of answered checks.
    pub dns_ms: Option<f64>,
    /// Median time of their TCP connects.
    pub connect_ms: Option<f64>,
    /// Median time of their TLS handshakes.
    pub tls_ms: Option<f64>,
    /// Median time to their first byte.
    pub http_ms: Option<f64>,
    /// Status of the newest answer.
    pub http_status: Option<i16>,
    /// Where the newest failed check failed.
    pub failed_stage: Option<String>,
    /// When the newest of them was taken.
    pub newest_at: DateTime<Utc>,
}

/// The newest `limit` days of paths since `from`, newest first.
pub async fn paths(
    db: &impl GenericClient,
    school: SchoolId,
    calendar: &SchoolCalendar,
    from: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<PathDay>, StoreError> {
    let zone = calendar.time_zone.name();
    let rows = sql!("path_check_series")
        .rows(db, &[&school.0, &from, &zone, &limit])
        .await?;
    let day = |row: &Row| PathDay {
        day: row.get("day"),
        target_kind: row.get("target_kind"),
        target: row.get("target"),
        method: row.get("method"),
        vantage: row.get("vantage"),
        timeout_ms: row.get("timeout_ms"),
        checks: row.get("checks"),
        failed_checks: row.get("failed_checks"),
        sent: row.get("sent"),
        received: row.get("received"),
        rtt_min_ms: row.get("rtt_min_ms"),
        rtt_median_ms: row.get("rtt_median_ms"),
        rtt_p95_ms: row.get("rtt_p95_ms"),
        rtt_max_ms: row.get("rtt_max_ms"),
        jitter_ms: row.get("jitter_ms"),
        pdv_p95_ms: row.get("pdv_p95_ms"),
        loss_ratio: row.get("loss_ratio"),
        newest_at: row.get("newest_at"),
    };
    Ok(rows.iter().map(day).collect())
}

/// The newest `limit` days of pages since `from`, newest first.
pub async fn pages(
    db: &impl GenericClient,
    school: SchoolId,
    calendar: &SchoolCalendar,
    from: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<PageDay>, StoreError> {
    let zone = calendar.time_zone.name();
    let rows = sql!("page_check_series")
        .rows(db, &[&school.0, &from, &zone, &limit])
        .await?;
    let day = |row: &Row| PageDay {
        day: row.get("day"),
        url: row.get("url"),
        vantage: row.get("vantage"),
        checks: row.get("checks"),
        failed_checks: row.get("failed_checks"),
        dns_ms: row.get("dns_ms"),
        connect_ms: row.get("connect_ms"),
        tls_ms: row.get("tls_ms"),
        http_ms: row.get("http_ms"),
        http_status: row.get("http_status"),
        failed_stage: row.get("failed_stage"),
        newest_at: row.get("newest_at"),
    };
    Ok(rows.iter().map(day).collect())
}
