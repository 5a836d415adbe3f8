//! The invented country's probes and their measurements, and the note of how it was invented.
//! Knows tables; must not know how a history is made up.

pub mod load;

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use deadpool_postgres::GenericClient;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Client, StoreError, audit, changes,
    measurements::{self, DirtyDay},
    page_checks,
    presence::{self, SpanRow},
    query::{Query, sql},
};
use crate::domain::{
    area::CountryCode,
    calendar::SchoolCalendar,
    measurement::ProbeId,
    page::PageCheck,
    presence::Span,
    record::{PathCheck, SpeedTest, TimeBasis, Vantage},
    school::SchoolId,
};

const ACTOR: &str = "command line";

/// What an invented country follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recipe {
    /// Seed of all chance.
    pub seed: i64,
    /// Number of schools.
    pub schools: i64,
    /// Days of history.
    pub days: i64,
    /// When the history ends.
    pub now: DateTime<Utc>,
}

/// A recipe that was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begun {
    /// The recipe.
    pub recipe: Recipe,
    /// Whether everything that follows from it is stored.
    pub finished: bool,
}

/// A probe that never was, and what it never measured.
#[derive(Debug, Clone, PartialEq)]
pub struct InventedProbe {
    /// Its id.
    pub id: ProbeId,
    /// Its school.
    pub school_id: SchoolId,
    /// Where it sits.
    pub vantage: Vantage,
    /// When it joined.
    pub enrolled_at: DateTime<Utc>,
    /// When its last report came.
    pub last_report_at: DateTime<Utc>,
    /// Number of its last record.
    pub last_sequence: i64,
    /// Its speed tests.
    pub speed_tests: Vec<SpeedTest>,
    /// Its path checks.
    pub path_checks: Vec<PathCheck>,
    /// Its page checks.
    pub page_checks: Vec<PageCheck>,
    /// Whether it had internet.
    pub presence: Vec<Span>,
}

/// How this country was invented, if it was.
pub async fn begun(
    db: &impl GenericClient,
    country: &CountryCode,
) -> Result<Option<Begun>, StoreError> {
    const QUERY: Query = sql!("simulation_state");
    let Some(row) = QUERY.maybe(db, &[&country.as_str()]).await? else {
        return Ok(None);
    };
    let detail: Value = row.get("detail");
    let number = |name: &str| detail[name].as_i64();
    let recipe = || {
        Some(Recipe {
            seed: number("seed")?,
            schools: number("schools")?,
            days: number("days")?,
            now: detail["now"].as_str()?.parse().ok()?,
        })
    };
    let recipe = recipe().ok_or_else(|| QUERY.unexpected(format!("the recipe {detail}")))?;
    Ok(Some(Begun {
        recipe,
        finished: row.get("finished"),
    }))
}

/// Notes that the country is being invented, before anything of it is stored.
pub async fn begin(
    db: &impl GenericClient,
    country: &CountryCode,
    recipe: &Recipe,
) -> Result<(), StoreError> {
    let Recipe {
        seed,
        schools,
        days,
        now,
    } = recipe;
    let detail = json!({"seed": seed, "schools": schools, "days": days, "now": now.to_rfc3339()});
    audit::record(db, ACTOR, "simulate begin", country.as_str(), &detail).await
}

/// Notes that all of it is stored, and tells every server.
pub async fn finish(client: &mut Client, country: &CountryCode) -> Result<(), StoreError> {
    const QUERY: Query = sql!("simulation_end", "COMMIT");
    let tx = client.transaction().await.map_err(|e| QUERY.failed(e))?;
    audit::record(&tx, ACTOR, "simulate end", country.as_str(), &json!({})).await?;
    changes::announce(&tx, &[]).await?;
    tx.commit().await.map_err(|e| QUERY.failed(e))
}

/// The country's schools by their government id.
pub async fn schools_by_government_id(
    db: &impl GenericClient,
    country: &CountryCode,
) -> Result<HashMap<String, SchoolId>, StoreError> {
    let rows = sql!("simulation_schools")
        .rows(db, &[&country.as_str()])
        .await?;
    Ok(rows
        .iter()
        .map(|row| (row.get("value"), SchoolId(row.get("school_id"))))
        .collect())
}

/// Makes room for measurements of these days, also where they are older than what is kept.
pub async fn make_room(
    db: &impl GenericClient,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<(), StoreError> {
    sql!("simulation_partitions")
        .execute(db, &[&first, &last])
        .await
        .map(drop)
}

/// Stores probes with all that they measured; those that are known already are left as they are.
pub async fn insert(
    client: &mut Client,
    calendar: &SchoolCalendar,
    probes: Vec<InventedProbe>,
) -> Result<(), StoreError> {
    const QUERY: Query = sql!("simulation_insert", "COMMIT");
    let tx = client.transaction().await.map_err(|e| QUERY.failed(e))?;
    let new = add_probes(&tx, &probes).await?;
    let probes: Vec<&InventedProbe> = probes
        .iter()
        .filter(|probe| new.contains(&probe.id.0))
        .collect();
    let speed_tests: Vec<_> = probes
        .iter()
        .flat_map(|probe| probe.speed_tests.iter().map(|test| (probe.school_id, test)))
        .collect();
    let path_checks: Vec<_> = probes
        .iter()
        .flat_map(|probe| {
            probe
                .path_checks
                .iter()
                .map(|check| (probe.school_id, check))
        })
        .collect();
    let pages: Vec<_> = probes
        .iter()
        .flat_map(|probe| {
            probe
                .page_checks
                .iter()
                .map(|check| (probe.school_id, check))
        })
        .collect();
    let spans: Vec<_> = probes.iter().flat_map(|probe| span_rows(probe)).collect();
    let tests = speed_tests
        .iter()
        .map(|(school, test)| (school, &test.origin));
    let checks = path_checks
        .iter()
        .map(|(school, check)| (school, &check.origin));
    let dirty: HashSet<(SchoolId, NaiveDate)> = tests
        .chain(checks)
        .map(|(school, origin)| (*school, calendar.local_day(origin.measured_at)))
        .chain(days_of_spans(calendar, &spans))
        .collect();
    presence::insert_rows(&tx, &spans).await?;
    measurements::insert_speed_tests(&tx, &speed_tests).await?;
    measurements::insert_path_checks(&tx, &path_checks).await?;
    page_checks::insert(&tx, &pages).await?;
    let dirty = dirty.into_iter().map(|(school, day)| DirtyDay {
        school,
        day,
        within: Duration::ZERO,
    });
    measurements::mark_dirty(&tx, &dirty.collect::<Vec<_>>()).await?;
    tx.commit().await.map_err(|e| QUERY.failed(e))
}

/// The days that spans reach into.
fn days_of_spans(
    calendar: &SchoolCalendar,
    spans: &[SpanRow<'_>],
) -> impl Iterator<Item = (SchoolId, NaiveDate)> {
    spans.iter().flat_map(|row| {
        let last = calendar.local_day(row.span.ended_at - TimeDelta::milliseconds(1));
        let days = calendar.local_day(row.span.started_at).iter_days();
        days.take_while(move |day| *day <= last)
            .map(|day| (row.school, day))
    })
}

/// Of the probes that are new, spans that begin.
fn span_rows(probe: &InventedProbe) -> impl Iterator<Item = SpanRow<'_>> {
    probe.presence.iter().map(|span| SpanRow {
        school: probe.school_id,
        probe: probe.id,
        span,
        time_basis: TimeBasis::Monotonic,
        vantage: probe.vantage,
        received_at: span.ended_at,
    })
}

/// Adds those that are not known yet and returns their ids.
async fn add_probes(
    db: &impl GenericClient,
    probes: &[InventedProbe],
) -> Result<HashSet<Uuid>, StoreError> {
    let ids: Vec<Uuid> = probes.iter().map(|probe| probe.id.0).collect();
    let schools: Vec<Uuid> = probes.iter().map(|probe| probe.school_id.0).collect();
    let vantages: Vec<&str> = probes.iter().map(|probe| probe.vantage.slug()).collect();
    let sequences: Vec<i64> = probes.iter().map(|probe| probe.last_sequence).collect();
    let reported: Vec<DateTime<Utc>> = probes.iter().map(|probe| probe.last_report_at).collect();
    let enrolled: Vec<DateTime<Utc>> = probes.iter().map(|probe| probe.enrolled_at).collect();
    let rows = sql!("simulation_probe_add")
        .rows(
            db,
            &[&ids, &schools, &vantages, &sequences, &reported, &enrolled],
        )
        .await?;
    Ok(rows.iter().map(|row| row.get("id")).collect())
}
