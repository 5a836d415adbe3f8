//! A school's measurements over time.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path, Query},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    ApiError, AppState,
    bodies::TestBody,
    metric_series,
    path_series::{self, Days, PageDayBody, PathDayBody},
    schools,
};
use crate::{
    domain::{
        calendar::SchoolCalendar,
        presence::{self, Shares, Span},
        record::PresenceDetail,
        school::SchoolId,
    },
    store::{countries, giga_meter, presence as store_presence, series, series::SchoolDay},
};

/// Days that a chart covers, unless asked otherwise, and at most.
const DAYS: (i64, i64) = (28, 400);
/// Single tests that a chart draws at most.
const MAX_TESTS: i64 = 1000;
/// Spans of presence that are read at most: a line that goes up and down every few minutes for weeks.
const MAX_SPANS: i64 = 5000;

#[derive(Deserialize)]
pub(super) struct Parameters {
    days: Option<i64>,
    #[serde(flatten)]
    one: metric_series::Parameters,
}

#[derive(Serialize)]
pub(super) struct Series {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    time_zone: &'static str,
    days: Vec<DayBody>,
    tests: Vec<TestBody>,
    tests_truncated: bool,
    presence: PresenceBody,
    path: Days<PathDayBody>,
    pages: Days<PageDayBody>,
    /// Giga Meter's looks at the internet: instants, not spans.
    giga_meter: ChecksBody,
}

#[derive(Serialize)]
struct ChecksBody {
    checks: i64,
    connected: i64,
}

/// Whether the internet was there. What no span covers is unknown.
#[derive(Serialize)]
struct PresenceBody {
    /// In order, never overlapping: of several probes the best state counts.
    spans: Vec<SpanBody>,
    /// Older spans were left out.
    truncated: bool,
    /// Seconds of opening hours in each state.
    opening_hours: SharesBody,
    /// Online ÷ (online + gateway down + provider down), in opening hours.
    uptime_ratio: Option<f64>,
}

#[derive(Serialize)]
struct SpanBody {
    state: &'static str,
    detail: Option<&'static str>,
    started_at: DateTime<Utc>,
    ended_at: DateTime<Utc>,
}

#[derive(Serialize)]
#[allow(clippy::struct_field_names, reason = "the names carry their unit")]
struct SharesBody {
    online_s: i64,
    lan_down_s: i64,
    isp_down_s: i64,
    service_down_s: i64,
    off_s: i64,
    no_data_s: i64,
}

impl PresenceBody {
    fn new(
        mut spans: Vec<Span>,
        calendar: &SchoolCalendar,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Self {
        let most = usize::try_from(MAX_SPANS).unwrap_or(usize::MAX);
        let truncated = spans.len() > most;
        spans.truncate(most);
        let best = presence::best(&spans);
        let since = if truncated {
            best.first().map_or(from, |span| span.started_at.max(from))
        } else {
            from
        };
        let shares = Shares::of(&best, calendar, since, to);
        let spans = best.into_iter().filter(|span| span.ended_at > from);
        Self {
            spans: spans.map(SpanBody::from).collect(),
            truncated,
            opening_hours: SharesBody {
                online_s: shares.online_s,
                lan_down_s: shares.lan_down_s,
                isp_down_s: shares.isp_down_s,
                service_down_s: shares.service_down_s,
                off_s: shares.off_s,
                no_data_s: shares.no_data_s,
            },
            uptime_ratio: shares.uptime_ratio(),
        }
    }
}

impl From<Span> for SpanBody {
    fn from(span: Span) -> Self {
        Self {
            state: span.state.slug(),
            detail: span.detail.map(PresenceDetail::slug),
            started_at: span.started_at,
            ended_at: span.ended_at,
        }
    }
}

#[derive(Serialize)]
struct DayBody {
    day: NaiveDate,
    tests: i32,
    valid_tests: i32,
    failed_tests: i32,
    download_median_mbps: Option<f64>,
    download_p5_mbps: Option<f64>,
    download_p95_mbps: Option<f64>,
    upload_median_mbps: Option<f64>,
    rtt_median_ms: Option<f64>,
    loss_ratio: Option<f64>,
    bytes_used: i64,
    /// Whose tests the medians are of, where not our own probes'.
    software: Option<String>,
}

impl DayBody {
    /// A day of which nothing is known: no tests, and no values rather than zeros.
    fn empty(day: NaiveDate) -> Self {
        Self {
            day,
            tests: 0,
            valid_tests: 0,
            failed_tests: 0,
            download_median_mbps: None,
            download_p5_mbps: None,
            download_p95_mbps: None,
            upload_median_mbps: None,
            rtt_median_ms: None,
            loss_ratio: None,
            bytes_used: 0,
            software: None,
        }
    }
}

/// Every day from the first to the last, also those without a summary: gaps are shown as gaps.
fn every_day(first: NaiveDate, last: NaiveDate, summaries: Vec<SchoolDay>) -> Vec<DayBody> {
    let mut summaries = summaries.into_iter().peekable();
    first
        .iter_days()
        .take_while(|day| *day <= last)
        .map(
            |day| match summaries.next_if(|summary| summary.day == day) {
                Some(summary) => DayBody::from(summary),
                None => DayBody::empty(day),
            },
        )
        .collect()
}

impl From<SchoolDay> for DayBody {
    fn from(day: SchoolDay) -> Self {
        Self {
            day: day.day,
            tests: day.tests,
            valid_tests: day.valid_tests,
            failed_tests: day.failed_tests,
            download_median_mbps: day.download_median_mbps,
            download_p5_mbps: day.download_p5_mbps,
            download_p95_mbps: day.download_p95_mbps,
            upload_median_mbps: day.upload_median_mbps,
            rtt_median_ms: day.rtt_median_ms,
            loss_ratio: day.loss_ratio,
            bytes_used: day.bytes_used,
            software: day.software,
        }
    }
}

/// `GET /api/v1/schools/{id}/series?days=`; with `metric=` that one alone.
pub(super) async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    parameters: Query<Parameters>,
) -> Result<HttpResponse, ApiError> {
    if parameters.one.is_asked() {
        return metric_series::of_school(&state, &request, SchoolId(*id), &parameters.one).await;
    }
    let days = parameters.days.unwrap_or(DAYS.0);
    if !(1..=DAYS.1).contains(&days) {
        return Err(ApiError::field(
            "days",
            format!("days must be from 1 to {}", DAYS.1),
        ));
    }
    let db = state.store.client().await?;
    let id = SchoolId(*id);
    let school = schools::found(&db, id, &request).await?;
    let country = countries::find(&db, &school.country)
        .await?
        .ok_or_else(|| ApiError::not_found("country", &school.country))?;
    let to = Utc::now();
    let from = to - TimeDelta::days(days);
    let (first, last) = (
        country.calendar.local_day(from),
        country.calendar.local_day(to),
    );
    let summaries = series::days(&db, id, first, last).await?;
    let spans = store_presence::of_school(&db, id, from, MAX_SPANS + 1).await?;
    let path = path_series::paths(&db, id, &country.calendar, from).await?;
    let pages = path_series::pages(&db, id, &country.calendar, from).await?;
    let checks = giga_meter::check_counts(&db, id, from).await?;
    let mut tests = series::tests(&db, id, from, MAX_TESTS + 1).await?;
    let most = usize::try_from(MAX_TESTS).unwrap_or(usize::MAX);
    let tests_truncated = tests.len() > most;
    tests.truncate(most);
    Ok(HttpResponse::Ok().json(Series {
        from,
        to,
        time_zone: country.calendar.time_zone.name(),
        days: every_day(first, last, summaries),
        tests: tests.into_iter().map(TestBody::from).collect(),
        tests_truncated,
        presence: PresenceBody::new(spans, &country.calendar, from, to),
        path,
        pages,
        giga_meter: ChecksBody {
            checks: checks.checks,
            connected: checks.connected,
        },
    }))
}
