//! Probes that need somebody, and how much of a country is measured at all.

use chrono::{DateTime, Utc};
use deadpool_postgres::GenericClient;
use tokio_postgres::Row;
use uuid::Uuid;

use super::{
    StoreError, gaps,
    query::{Query, sql},
};
use crate::domain::{
    area::{AreaId, AreaLevel, CountryCode},
    gap::GapArea,
    measurement::ProbeId,
    probe_health::{Action, Circumstances, Cutoffs, ProbeState, Reason, diagnose},
    school::SchoolId,
};

/// Which probes are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct WorkFilter {
    /// Of schools in this area.
    pub area: Option<AreaId>,
    /// In this state; without one, all that need somebody.
    pub state: Option<ProbeState>,
    /// After this one.
    pub after: Option<Place>,
}

/// Where in the list a probe is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// By its state.
    pub urgency: i32,
    /// Students of its school.
    pub students: i32,
    /// It.
    pub probe: ProbeId,
}

/// A probe that needs somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// Where in the list.
    pub place: Place,
    /// Its school.
    pub school: SchoolId,
    /// That school's name.
    pub school_name: String,
    /// Its students, if known.
    pub student_count: Option<i32>,
    /// Longitude and latitude, if known.
    pub position: Option<(f64, f64)>,
    /// The smallest area that it lies in.
    pub area: Option<(AreaId, String)>,
    /// Where the probe sits.
    pub vantage: String,
    /// Its program.
    pub software: String,
    /// That program's version.
    pub software_version: String,
    /// When it joined.
    pub enrolled_at: DateTime<Utc>,
    /// When it was last heard of.
    pub last_report_at: Option<DateTime<Utc>>,
    /// How it is.
    pub state: ProbeState,
    /// Why, as far as is known.
    pub reason: Reason,
    /// What to do first.
    pub action: Action,
}

/// Probes by state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateCounts {
    /// Live.
    pub live: i64,
    /// Of those, at schools without a valid test in the window.
    pub live_without_tests: i64,
    /// Late.
    pub late: i64,
    /// Silent.
    pub silent: i64,
    /// Never heard of.
    pub never_reported: i64,
    /// No longer allowed to report.
    pub retired: i64,
}

/// How much of an area is measured. What is connected is in exactly one of `live` to `without_probe`.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// The area; absent: schools that lie in none.
    pub area: Option<GapArea>,
    /// All schools.
    pub schools: i64,
    /// Measured, or declared connected.
    pub connected: i64,
    /// Of those, with a live probe.
    pub live: i64,
    /// With a late one at best.
    pub late: i64,
    /// With a silent one at best.
    pub silent: i64,
    /// With one that was never heard of.
    pub never_reported: i64,
    /// With none.
    pub without_probe: i64,
}

/// Probes that need somebody: most urgent first, then where most students are. And how many there are.
pub async fn worklist(
    db: &impl GenericClient,
    country: &CountryCode,
    cutoffs: Cutoffs,
    filter: &WorkFilter,
    limit: i64,
) -> Result<(Vec<Work>, i64), StoreError> {
    const QUERY: Query = sql!("probe_worklist");
    let rows = QUERY
        .rows(
            db,
            &[
                &country.as_str(),
                &cutoffs.late_before,
                &cutoffs.silent_before,
                &filter.area.map(|area| area.0),
                &filter.state.map(ProbeState::slug),
                &filter.after.map(|place| place.urgency),
                &filter.after.map(|place| place.students),
                &filter.after.map(|place| place.probe.0),
                &limit,
            ],
        )
        .await?;
    let total = rows.first().map_or(0, |row| row.get("total"));
    let work: Result<Vec<_>, _> = rows.iter().map(|row| work(QUERY, row)).collect();
    Ok((work?, total))
}

fn work(query: Query, row: &Row) -> Result<Work, StoreError> {
    let state: &str = row.get("state");
    let state = ProbeState::from_slug(state)
        .ok_or_else(|| query.unexpected(format!("probe state {state:?}")))?;
    let seconds = |column| row.get::<_, Option<i64>>(column).unwrap_or_default();
    let around = Circumstances {
        others_live: row.get("others_live"),
        neighbours: row.get("neighbours"),
        neighbours_quiet: row.get("neighbours_quiet"),
        online_s: seconds("online_s"),
        lan_down_s: seconds("lan_down_s"),
        isp_down_s: seconds("isp_down_s"),
        off_s: seconds("off_s"),
        valid_tests: row.get("valid_tests"),
        failed_tests: row.get("failed_tests"),
    };
    let (reason, action) = diagnose(state, &around);
    let position: (Option<f64>, Option<f64>) = (row.get("longitude"), row.get("latitude"));
    let area: (Option<Uuid>, Option<String>) = (row.get("area_id"), row.get("area_name"));
    Ok(Work {
        place: Place {
            urgency: row.get("urgency"),
            students: row.get("students"),
            probe: ProbeId(row.get("id")),
        },
        school: SchoolId(row.get("school_id")),
        school_name: row.get("school_name"),
        student_count: row.get("student_count"),
        position: position.0.zip(position.1),
        area: area.0.map(AreaId).zip(area.1),
        vantage: row.get("vantage"),
        software: row.get("software"),
        software_version: row.get("software_version"),
        enrolled_at: row.get("enrolled_at"),
        last_report_at: row.get("last_report_at"),
        state,
        reason,
        action,
    })
}

/// How many probes are in which state.
pub async fn states(
    db: &impl GenericClient,
    country: &CountryCode,
    cutoffs: Cutoffs,
    area: Option<AreaId>,
) -> Result<StateCounts, StoreError> {
    let row = sql!("probe_states")
        .one(
            db,
            &[
                &country.as_str(),
                &cutoffs.late_before,
                &cutoffs.silent_before,
                &area.map(|area| area.0),
            ],
        )
        .await?;
    Ok(StateCounts {
        live: row.get("live"),
        live_without_tests: row.get("live_without_tests"),
        late: row.get("late"),
        silent: row.get("silent"),
        never_reported: row.get("never_reported"),
        retired: row.get("retired"),
    })
}

/// How much of each area of a level is measured, by name; the schools in no area last, if there are any.
pub async fn coverage(
    db: &impl GenericClient,
    country: &CountryCode,
    level: AreaLevel,
    cutoffs: Cutoffs,
) -> Result<Vec<Coverage>, StoreError> {
    let rows = sql!("metering_coverage")
        .rows(
            db,
            &[
                &country.as_str(),
                &level.number(),
                &cutoffs.late_before,
                &cutoffs.silent_before,
            ],
        )
        .await?;
    let coverage = |row: &Row| Coverage {
        area: gaps::area(row),
        schools: row.get("schools"),
        connected: row.get("connected"),
        live: row.get("live"),
        late: row.get("late"),
        silent: row.get("silent"),
        never_reported: row.get("never_reported"),
        without_probe: row.get("without_probe"),
    };
    Ok(rows.iter().map(coverage).collect())
}
