//! A school's path stage by stage, and its pages, as a series shows them.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::ApiError;
use crate::{
    domain::{calendar::SchoolCalendar, school::SchoolId},
    store::{
        Client, path_series,
        path_series::{PageDay, PathDay},
    },
};

/// Days of one target by one method that are answered at most: three targets over 400 days, and more.
const MAX_PATH_DAYS: i64 = 2000;
/// Days of one page that are answered at most.
const MAX_PAGE_DAYS: i64 = 4000;

/// Days, newest first. A stage without a row on a day was not measured on it.
#[derive(Serialize)]
pub(super) struct Days<T> {
    days: Vec<T>,
    /// Older days were left out.
    truncated: bool,
}

impl<T> Days<T> {
    fn new<R: Into<T>>(mut rows: Vec<R>, limit: i64) -> Self {
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let truncated = rows.len() > most;
        rows.truncate(most);
        Self {
            days: rows.into_iter().map(Into::into).collect(),
            truncated,
        }
    }
}

/// The checks of one day to one target by one method.
#[derive(Serialize)]
pub(super) struct PathDayBody {
    day: NaiveDate,
    target_kind: String,
    target: String,
    method: String,
    vantage: String,
    timeout_ms: i64,
    checks: i32,
    failed_checks: i32,
    sent: i64,
    received: i64,
    rtt_min_ms: Option<f64>,
    rtt_median_ms: Option<f64>,
    rtt_p95_ms: Option<f64>,
    rtt_max_ms: Option<f64>,
    jitter_ms: Option<f64>,
    pdv_p95_ms: Option<f64>,
    loss_ratio: Option<f64>,
    newest_at: DateTime<Utc>,
}

impl From<PathDay> for PathDayBody {
    fn from(day: PathDay) -> Self {
        Self {
            day: day.day,
            target_kind: day.target_kind,
            target: day.target,
            method: day.method,
            vantage: day.vantage,
            timeout_ms: day.timeout_ms,
            checks: day.checks,
            failed_checks: day.failed_checks,
            sent: day.sent,
            received: day.received,
            rtt_min_ms: day.rtt_min_ms,
            rtt_median_ms: day.rtt_median_ms,
            rtt_p95_ms: day.rtt_p95_ms,
            rtt_max_ms: day.rtt_max_ms,
            jitter_ms: day.jitter_ms,
            pdv_p95_ms: day.pdv_p95_ms,
            loss_ratio: day.loss_ratio,
            newest_at: day.newest_at,
        }
    }
}

/// The checks of one day of one page.
#[derive(Serialize)]
pub(super) struct PageDayBody {
    day: NaiveDate,
    url: String,
    vantage: String,
    checks: i32,
    failed_checks: i32,
    dns_ms: Option<f64>,
    connect_ms: Option<f64>,
    tls_ms: Option<f64>,
    http_ms: Option<f64>,
    http_status: Option<i16>,
    failed_stage: Option<String>,
    newest_at: DateTime<Utc>,
}

impl From<PageDay> for PageDayBody {
    fn from(day: PageDay) -> Self {
        Self {
            day: day.day,
            url: day.url,
            vantage: day.vantage,
            checks: day.checks,
            failed_checks: day.failed_checks,
            dns_ms: day.dns_ms,
            connect_ms: day.connect_ms,
            tls_ms: day.tls_ms,
            http_ms: day.http_ms,
            http_status: day.http_status,
            failed_stage: day.failed_stage,
            newest_at: day.newest_at,
        }
    }
}

/// The paths of a school since a time.
pub(super) async fn paths(
    db: &Client,
    school: SchoolId,
    calendar: &SchoolCalendar,
    from: DateTime<Utc>,
) -> Result<Days<PathDayBody>, ApiError> {
    let rows = path_series::paths(db, school, calendar, from, MAX_PATH_DAYS + 1).await?;
    Ok(Days::new(rows, MAX_PATH_DAYS))
}

/// The pages of a school since a time.
pub(super) async fn pages(
    db: &Client,
    school: SchoolId,
    calendar: &SchoolCalendar,
    from: DateTime<Utc>,
) -> Result<Days<PageDayBody>, ApiError> {
    let rows = path_series::pages(db, school, calendar, from, MAX_PAGE_DAYS + 1).await?;
    Ok(Days::new(rows, MAX_PAGE_DAYS))
}
