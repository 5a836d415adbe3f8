//! The gap report: as JSON for the page, as a file to hand on.

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse,
    http::header::{
        CONTENT_SECURITY_POLICY, ContentDisposition, DispositionParam, DispositionType,
    },
    web::{Data, Json, Path, Query},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    ApiError, AppState,
    bodies::{self, BenchmarkBody, CountryBody},
};
use crate::{
    domain::gap::{GapArea, GapCounts},
    reports::{Format, GapReport},
    store::gaps,
};

#[derive(Deserialize)]
pub(super) struct Parameters {
    country: String,
    level: Option<i16>,
}

#[derive(Serialize)]
pub(super) struct Gaps {
    country: CountryBody,
    level: i16,
    as_of: DateTime<Utc>,
    window_days: i32,
    benchmark: BenchmarkBody,
    rows: Vec<RowBody>,
    total: RowBody,
}

#[derive(Serialize)]
struct RowBody {
    area: Option<AreaBody>,
    schools: i64,
    connected: i64,
    not_connected: i64,
    unknown: i64,
    measured: i64,
    connected_unmeasured: i64,
    good: i64,
    moderate: i64,
    bad: i64,
    schools_with_students: i64,
    students_known: i64,
    students_meeting_target: i64,
    students_below_target: i64,
    students_not_measured: i64,
}

#[derive(Serialize)]
pub(super) struct AreaBody {
    id: Uuid,
    name: String,
    names: BTreeMap<String, String>,
    code: Option<String>,
}

impl From<GapArea> for AreaBody {
    fn from(area: GapArea) -> Self {
        Self {
            id: area.id.0,
            name: area.name,
            names: area.names,
            code: area.code,
        }
    }
}

impl RowBody {
    fn new(area: Option<GapArea>, counts: &GapCounts) -> Self {
        Self {
            area: area.map(AreaBody::from),
            schools: counts.schools,
            connected: counts.connected(),
            not_connected: counts.not_connected,
            unknown: counts.unknown,
            measured: counts.measured(),
            connected_unmeasured: counts.connected_unmeasured,
            good: counts.good,
            moderate: counts.moderate,
            bad: counts.bad,
            schools_with_students: counts.schools_with_students,
            students_known: counts.students_known,
            students_meeting_target: counts.students_meeting_target,
            students_below_target: counts.students_below_target,
            students_not_measured: counts.students_not_measured,
        }
    }
}

async fn report(state: &AppState, parameters: &Parameters) -> Result<GapReport, ApiError> {
    let level = bodies::level(parameters.level.unwrap_or(1))?;
    let db = state.store.client().await?;
    let country = bodies::country(&db, &parameters.country).await?;
    let rows = gaps::by_area(&db, &country.code, level).await?;
    Ok(GapReport::new(country, level, Utc::now(), rows))
}

/// `GET /api/v1/gaps?country=&level=`
pub(super) async fn show(
    state: Data<AppState>,
    parameters: Query<Parameters>,
) -> Result<Json<Gaps>, ApiError> {
    let report = report(&state, &parameters).await?;
    let total = RowBody::new(None, &report.total());
    Ok(Json(Gaps {
        country: CountryBody::of_report(&report),
        level: report.level.number(),
        as_of: report.as_of,
        window_days: report.window_days,
        benchmark: report.benchmark.into(),
        rows: report
            .rows
            .into_iter()
            .map(|row| RowBody::new(row.area, &row.counts))
            .collect(),
        total,
    }))
}

/// `GET /reports/gaps.{csv|html}?country=&level=`
pub(super) async fn download(
    state: Data<AppState>,
    format: Path<String>,
    parameters: Query<Parameters>,
) -> Result<HttpResponse, ApiError> {
    let format = Format::from_slug(&format)
        .ok_or_else(|| ApiError::not_found("report format", format.as_str()))?;
    let report = report(&state, &parameters).await?;
    let disposition = ContentDisposition {
        disposition: match format {
            Format::Csv => DispositionType::Attachment,
            Format::Html => DispositionType::Inline,
        },
        parameters: vec![DispositionParam::Filename(report.file_name(format))],
    };
    Ok(HttpResponse::Ok()
        .content_type(format.content_type())
        .insert_header(disposition)
        // A page that stands for itself: its own style, no scripts, nothing from anywhere.
        .insert_header((
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'",
        ))
        .body(report.render(format)))
}
