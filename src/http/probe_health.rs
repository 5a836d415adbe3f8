//! The technician's worklist, and how much of a country is measured at all.

use actix_web::{
    HttpRequest,
    web::{Data, Json, Query},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    ApiError, AppState, auth,
    bodies::{self, PositionBody},
    gaps::AreaBody,
};
use crate::{
    domain::{
        account::Action,
        area::AreaId,
        measurement::ProbeId,
        probe_health::{Cutoffs, LATE_AFTER, ProbeState, SILENT_AFTER},
    },
    store::probe_health::{self, Coverage, Place, StateCounts, Work, WorkFilter},
};

/// Probes on a page, unless asked otherwise, and at most.
const PAGE: (i64, i64) = (50, 200);

#[derive(Deserialize)]
pub(super) struct Parameters {
    country: String,
    area: Option<Uuid>,
    state: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Worklist {
    as_of: DateTime<Utc>,
    /// School days without a report after which a probe is late, and silent.
    late_after_school_days: usize,
    silent_after_school_days: usize,
    counts: CountsBody,
    total: i64,
    next_cursor: Option<String>,
    items: Vec<WorkBody>,
}

#[derive(Serialize)]
struct CountsBody {
    live: i64,
    live_without_tests: i64,
    late: i64,
    silent: i64,
    never_reported: i64,
    retired: i64,
}

#[derive(Serialize)]
struct WorkBody {
    probe_id: Uuid,
    vantage: String,
    software: String,
    software_version: String,
    enrolled_at: DateTime<Utc>,
    last_report_at: Option<DateTime<Utc>>,
    state: &'static str,
    reason: &'static str,
    action: &'static str,
    school: SchoolBody,
}

#[derive(Serialize)]
struct SchoolBody {
    id: Uuid,
    name: String,
    student_count: Option<i32>,
    location: Option<PositionBody>,
    area_id: Option<Uuid>,
    area_name: Option<String>,
}

impl From<StateCounts> for CountsBody {
    fn from(counts: StateCounts) -> Self {
        Self {
            live: counts.live,
            live_without_tests: counts.live_without_tests,
            late: counts.late,
            silent: counts.silent,
            never_reported: counts.never_reported,
            retired: counts.retired,
        }
    }
}

impl From<Work> for WorkBody {
    fn from(work: Work) -> Self {
        let (area_id, area_name) = work.area.unzip();
        Self {
            probe_id: work.place.probe.0,
            vantage: work.vantage,
            software: work.software,
            software_version: work.software_version,
            enrolled_at: work.enrolled_at,
            last_report_at: work.last_report_at,
            state: work.state.slug(),
            reason: work.reason.slug(),
            action: work.action.slug(),
            school: SchoolBody {
                id: work.school.0,
                name: work.school_name,
                student_count: work.student_count,
                location: work.position.map(PositionBody::from),
                area_id: area_id.map(|area| area.0),
                area_name,
            },
        }
    }
}

/// Where the next page begins, as text that means nothing to who reads it.
fn cursor(place: Place) -> String {
    format!("{}.{}.{}", place.urgency, place.students, place.probe.0)
}

fn place(cursor: &str) -> Option<Place> {
    let mut parts = cursor.splitn(3, '.');
    Some(Place {
        urgency: parts.next()?.parse().ok()?,
        students: parts.next()?.parse().ok()?,
        probe: ProbeId(parts.next()?.parse().ok()?),
    })
}

impl Parameters {
    fn filter(&self) -> Result<WorkFilter, ApiError> {
        let known = ProbeState::ALL.map(ProbeState::slug).join(", ");
        let state = |slug: &String| {
            ProbeState::from_slug(slug)
                .ok_or_else(|| ApiError::field("state", format!("state must be one of {known}")))
        };
        let after = |cursor: &String| {
            place(cursor).ok_or_else(|| {
                ApiError::field("cursor", "cursor must be the next_cursor of another page")
            })
        };
        Ok(WorkFilter {
            area: self.area.map(AreaId),
            state: self.state.as_ref().map(state).transpose()?,
            after: self.cursor.as_ref().map(after).transpose()?,
        })
    }
}

/// `GET /api/v1/probes/worklist?country=&area=&state=&limit=&cursor=`: for who works in the field.
pub(super) async fn worklist(
    state: Data<AppState>,
    request: HttpRequest,
    parameters: Query<Parameters>,
) -> Result<Json<Worklist>, ApiError> {
    auth::actor(&request, &state, Action::EnrolProbe).await?;
    let filter = parameters.filter()?;
    let limit = parameters.limit.unwrap_or(PAGE.0);
    if !(1..=PAGE.1).contains(&limit) {
        let message = format!("limit must be from 1 to {}", PAGE.1);
        return Err(ApiError::field("limit", message));
    }
    let db = state.store.client().await?;
    let country = bodies::country(&db, &parameters.country).await?;
    let as_of = Utc::now();
    let cutoffs = Cutoffs::of(&country.calendar, as_of);
    let counts = probe_health::states(&db, &country.code, cutoffs, filter.area).await?;
    let (mut work, total) =
        probe_health::worklist(&db, &country.code, cutoffs, &filter, limit + 1).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = work.len() > wanted;
    work.truncate(wanted);
    let next_cursor = work.last().filter(|_| more).map(|work| cursor(work.place));
    Ok(Json(Worklist {
        as_of,
        late_after_school_days: LATE_AFTER,
        silent_after_school_days: SILENT_AFTER,
        counts: counts.into(),
        total,
        next_cursor,
        items: work.into_iter().map(WorkBody::from).collect(),
    }))
}

#[derive(Deserialize)]
pub(super) struct CoverageParameters {
    country: String,
    level: Option<i16>,
}

#[derive(Serialize)]
pub(super) struct CoverageTable {
    country: String,
    level: i16,
    as_of: DateTime<Utc>,
    /// School days without a report after which a probe is no longer live.
    late_after_school_days: usize,
    rows: Vec<CoverageBody>,
    total: CoverageBody,
}

#[derive(Serialize, Default)]
struct CoverageBody {
    /// From 1, best covered first; none where no school is connected.
    rank: Option<usize>,
    area: Option<AreaBody>,
    schools: i64,
    connected_schools: i64,
    live: i64,
    late: i64,
    silent: i64,
    never_reported: i64,
    without_probe: i64,
    /// Connected schools with a live probe ÷ connected schools.
    coverage_ratio: Option<f64>,
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of schools lie far below 2^53"
)]
fn ratio(live: i64, connected: i64) -> Option<f64> {
    (connected > 0).then(|| live as f64 / connected as f64)
}

impl From<Coverage> for CoverageBody {
    fn from(coverage: Coverage) -> Self {
        Self {
            rank: None,
            area: coverage.area.map(AreaBody::from),
            schools: coverage.schools,
            connected_schools: coverage.connected,
            live: coverage.live,
            late: coverage.late,
            silent: coverage.silent,
            never_reported: coverage.never_reported,
            without_probe: coverage.without_probe,
            coverage_ratio: ratio(coverage.live, coverage.connected),
        }
    }
}

impl CoverageBody {
    fn add(&mut self, other: &Self) {
        self.schools += other.schools;
        self.connected_schools += other.connected_schools;
        self.live += other.live;
        self.late += other.late;
        self.silent += other.silent;
        self.never_reported += other.never_reported;
        self.without_probe += other.without_probe;
        self.coverage_ratio = ratio(self.live, self.connected_schools);
    }
}

/// Best covered first; where as many are, the larger area; those without a connected school by name. The
/// schools in no area are no area: they come last and have no rank.
fn rank(rows: &mut [CoverageBody]) {
    rows.sort_by(|a, b| {
        let shares = b.coverage_ratio.unwrap_or(-1.0);
        let shares = shares.total_cmp(&a.coverage_ratio.unwrap_or(-1.0));
        let sizes = b.connected_schools.cmp(&a.connected_schools);
        let placed = a.area.is_none().cmp(&b.area.is_none());
        placed.then(shares).then(sizes)
    });
    for (index, row) in rows.iter_mut().enumerate() {
        let is_ranked = row.area.is_some() && row.coverage_ratio.is_some();
        row.rank = is_ranked.then_some(index + 1);
    }
}

/// `GET /api/v1/metering-coverage?country=&level=`
pub(super) async fn coverage(
    state: Data<AppState>,
    parameters: Query<CoverageParameters>,
) -> Result<Json<CoverageTable>, ApiError> {
    let level = bodies::level(parameters.level.unwrap_or(1))?;
    let db = state.store.client().await?;
    let country = bodies::country(&db, &parameters.country).await?;
    let as_of = Utc::now();
    let cutoffs = Cutoffs::of(&country.calendar, as_of);
    let rows = probe_health::coverage(&db, &country.code, level, cutoffs).await?;
    let mut rows: Vec<CoverageBody> = rows.into_iter().map(CoverageBody::from).collect();
    let mut total = CoverageBody::default();
    for row in &rows {
        total.add(row);
    }
    rank(&mut rows);
    Ok(Json(CoverageTable {
        country: country.code.to_string(),
        level: level.number(),
        as_of,
        late_after_school_days: LATE_AFTER,
        rows,
        total,
    }))
}
