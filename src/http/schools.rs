//! Schools: a list by pages, and one in full.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest,
    web::{Data, Json, Path, Query},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{
    ApiError, AppState, auth,
    bodies::{AliasBody, CountryBody, PositionBody, TestBody},
    infrastructure::NearestBody,
    merges::MergedBody,
    verdict::VerdictBody,
};
use crate::{
    domain::{
        area::{AreaId, CountryCode},
        benchmark::Benchmark,
        school::SchoolId,
        status::Status,
    },
    store::{
        Client, benchmarks, countries, infrastructure,
        merges::{self, MergedSchool},
        probes,
        probes::ProbeEntry,
        schools::{self, School, SchoolArea, SchoolEntry, SchoolFilter},
        series,
    },
};

/// Schools on a page, unless asked otherwise, and at most.
const PAGE: (i64, i64) = (50, 500);

#[derive(Deserialize)]
pub(super) struct Parameters {
    country: Option<String>,
    area: Option<Uuid>,
    status: Option<String>,
    q: Option<String>,
    bbox: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Page {
    total: i64,
    next_cursor: Option<String>,
    items: Vec<EntryBody>,
}

#[derive(Serialize)]
struct EntryBody {
    id: Uuid,
    name: String,
    country: String,
    status: &'static str,
    location: Option<PositionBody>,
    area: Option<String>,
    download_median_mbps: Option<f64>,
    last_measured_at: Option<DateTime<Utc>>,
}

impl From<SchoolEntry> for EntryBody {
    fn from(entry: SchoolEntry) -> Self {
        Self {
            id: entry.id.0,
            name: entry.name,
            country: entry.country,
            status: entry.status.slug(),
            location: entry.position.map(PositionBody::from),
            area: entry.area,
            download_median_mbps: entry.download_median_mbps,
            last_measured_at: entry.last_measured_at,
        }
    }
}

impl Parameters {
    fn filter(&self) -> Result<SchoolFilter, ApiError> {
        let country = |code: &String| {
            CountryCode::new(code)
                .ok_or_else(|| ApiError::field("country", "country must be a code such as KEN"))
        };
        let status = |slug: &String| {
            let known = Status::ALL.map(Status::slug).join(", ");
            Status::from_slug(slug)
                .ok_or_else(|| ApiError::field("status", format!("status must be one of {known}")))
        };
        if self.q.as_deref().is_some_and(has_zero) {
            return Err(ApiError::field("q", "q must be text, without a zero byte"));
        }
        Ok(SchoolFilter {
            country: self.country.as_ref().map(country).transpose()?,
            area: self.area.map(AreaId),
            status: self.status.as_ref().map(status).transpose()?,
            text: self
                .q
                .as_deref()
                .map(str::trim)
                .filter(|q| !q.is_empty())
                .map(str::to_owned),
            bounds: self.bbox.as_deref().map(bounds).transpose()?,
        })
    }
}

/// PostgreSQL's text cannot hold it.
fn has_zero(text: &str) -> bool {
    text.contains('\0')
}

pub(super) fn bounds(text: &str) -> Result<[f64; 4], ApiError> {
    let numbers: Option<Vec<f64>> = text
        .split(',')
        .map(|part| part.trim().parse().ok())
        .collect();
    numbers
        .filter(|numbers| numbers.iter().all(|number| number.is_finite()))
        .and_then(|numbers| <[f64; 4]>::try_from(numbers).ok())
        .ok_or_else(|| ApiError::field("bbox", "bbox must be west,south,east,north in degrees"))
}

/// A cursor is the last name and id of a page; nobody else needs to know.
fn cursor(entry: &SchoolEntry) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}{}", entry.id.0.simple(), entry.name))
}

fn read_cursor(cursor: &str) -> Result<(String, SchoolId), ApiError> {
    let read = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        let (id, name) = text.split_at_checked(32)?;
        if has_zero(name) {
            return None;
        }
        Some((name.to_owned(), SchoolId(Uuid::parse_str(id).ok()?)))
    };
    read().ok_or_else(|| ApiError::field("cursor", "cursor must be a next_cursor of this list"))
}

/// `GET /api/v1/schools`
pub(super) async fn list(
    state: Data<AppState>,
    parameters: Query<Parameters>,
) -> Result<Json<Page>, ApiError> {
    let filter = parameters.filter()?;
    let limit = parameters.limit.unwrap_or(PAGE.0);
    if !(1..=PAGE.1).contains(&limit) {
        return Err(ApiError::field(
            "limit",
            format!("limit must be from 1 to {}", PAGE.1),
        ));
    }
    let after = parameters.cursor.as_deref().map(read_cursor).transpose()?;
    let after = after.as_ref().map(|(name, id)| (name.as_str(), *id));
    let db = state.store.client().await?;
    // One more than asked for tells whether there is another page.
    let mut page = schools::list(&db, &filter, after, limit + 1).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = page.items.len() > wanted;
    page.items.truncate(wanted);
    let next_cursor = page.items.last().filter(|_| more).map(cursor);
    let items = page.items.into_iter().map(EntryBody::from).collect();
    Ok(Json(Page {
        total: page.total,
        next_cursor,
        items,
    }))
}

#[derive(Serialize)]
pub(super) struct SchoolBody {
    id: Uuid,
    name: String,
    country: CountryBody,
    location: Option<PositionBody>,
    location_problem: Option<String>,
    areas: Vec<AreaBody>,
    ids: Vec<AliasBody>,
    education_level: Option<String>,
    student_count: Option<i32>,
    connectivity_declared: String,
    status: VerdictBody,
    window_days: i32,
    probes: Vec<ProbeBody>,
    latest: Option<TestBody>,
    /// Schools that this one is as well.
    merged: Vec<MergedBody>,
    /// What is nearest of each kind and generation: what is there, then what is planned.
    infrastructure: Vec<NearestBody>,
    /// What else the list states: only for who is logged in. A ministry's list may name people.
    #[serde(skip_serializing_if = "Option::is_none")]
    attributes: Option<Value>,
}

#[derive(Serialize)]
struct AreaBody {
    level: i16,
    id: Uuid,
    name: String,
    names: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct ProbeBody {
    id: Uuid,
    vantage: String,
    invented: bool,
    enrolled_at: DateTime<Utc>,
    last_report_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    software: String,
    software_version: String,
}

impl From<ProbeEntry> for ProbeBody {
    fn from(probe: ProbeEntry) -> Self {
        Self {
            id: probe.id.0,
            vantage: probe.vantage,
            invented: probe.invented,
            enrolled_at: probe.enrolled_at,
            last_report_at: probe.last_report_at,
            revoked_at: probe.revoked_at,
            software: probe.software,
            software_version: probe.software_version,
        }
    }
}

/// The school of the `{id}` in a path. One that was merged is elsewhere: the same path with the
/// survivor's id.
pub(super) async fn found(
    db: &Client,
    id: SchoolId,
    request: &HttpRequest,
) -> Result<School, ApiError> {
    if let Some(school) = schools::find(db, id).await? {
        return Ok(school);
    }
    let survivor = merges::survivor(db, id).await?;
    let into = survivor.ok_or_else(|| ApiError::not_found("school", id))?;
    let into = into.to_string();
    let (asked, path) = (request.match_info().query("id"), request.uri().to_string());
    let location = path.replacen(asked, &into, 1);
    Err(ApiError::Merged { location, into })
}

/// `GET /api/v1/schools/{id}`
pub(super) async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
) -> Result<Json<SchoolBody>, ApiError> {
    let is_public = auth::account(&request, &state).await?.is_none();
    let db = state.store.client().await?;
    let id = SchoolId(*id);
    let school = found(&db, id, &request).await?;
    let country = countries::find(&db, &school.country)
        .await?
        .ok_or_else(|| ApiError::not_found("country", &school.country))?;
    let now = Utc::now();
    let probes = probes::of_school(&db, id).await?;
    let window_begin = now - TimeDelta::days(i64::from(country.window_days));
    let latest = series::tests(&db, id, window_begin, 1).await?.pop();
    let merged = merges::merged_into(&db, id).await?;
    let nearest = infrastructure::of_school(&db, id).await?;
    let benchmark = benchmarks::find(&db, &school.verdict.benchmark).await?;
    Ok(Json(body(
        school,
        Facts {
            country: &country,
            now,
            is_public,
            nearest,
            benchmark,
        },
        probes,
        latest,
        merged,
    )))
}

struct Facts<'a> {
    country: &'a countries::Country,
    now: DateTime<Utc>,
    is_public: bool,
    nearest: Vec<infrastructure::Nearest>,
    benchmark: Option<Benchmark>,
}

fn body(
    school: School,
    facts: Facts<'_>,
    probes: Vec<ProbeEntry>,
    latest: Option<series::ShownTest>,
    merged: Vec<MergedSchool>,
) -> SchoolBody {
    let area = |area: SchoolArea| AreaBody {
        level: area.level,
        id: area.id.0,
        name: area.name,
        names: area.names,
    };
    SchoolBody {
        id: school.id.0,
        name: school.name,
        country: CountryBody::from(facts.country),
        location: school.position.map(PositionBody::from),
        location_problem: school.location_problem,
        areas: school.areas.into_iter().map(area).collect(),
        ids: school.aliases.into_iter().map(AliasBody::from).collect(),
        education_level: school.education_level,
        student_count: school.student_count,
        connectivity_declared: school.connectivity_declared,
        status: VerdictBody::new(&school.verdict, facts.benchmark, facts.now),
        window_days: facts.country.window_days,
        probes: probes.into_iter().map(ProbeBody::from).collect(),
        latest: latest.map(TestBody::from),
        merged: merged.into_iter().map(MergedBody::from).collect(),
        infrastructure: facts.nearest.into_iter().map(NearestBody::from).collect(),
        attributes: (!facts.is_public).then_some(school.attributes),
    }
}
