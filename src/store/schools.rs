//! Schools as people look them up: one by its id or another's, many by name, area and status.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use deadpool_postgres::GenericClient;
use serde_json::Value;
use tokio_postgres::Row;
use uuid::Uuid;

use super::{
    StoreError, areas, merges,
    query::{Query, sql},
};
use crate::domain::{
    area::{AreaId, CountryCode},
    benchmark::RuleSetId,
    school::SchoolId,
    school_facts::{BUSIEST_SHIFT, SchoolFacts, TECHNOLOGY},
    status::Status,
};

/// A line of a list of schools.
#[derive(Debug, Clone, PartialEq)]
pub struct SchoolEntry {
    /// Its id.
    pub id: SchoolId,
    /// Its name.
    pub name: String,
    /// Its country.
    pub country: String,
    /// Its status.
    pub status: Status,
    /// Longitude and latitude.
    pub position: Option<(f64, f64)>,
    /// Its deepest area.
    pub area: Option<String>,
    /// Median download in the window.
    pub download_median_mbps: Option<f64>,
    /// When it was last measured.
    pub last_measured_at: Option<DateTime<Utc>>,
}

/// What a list of schools is narrowed to. Everything given must hold.
#[derive(Debug, Clone, Default)]
pub struct SchoolFilter {
    /// Only of this country.
    pub country: Option<CountryCode>,
    /// Only within this area.
    pub area: Option<AreaId>,
    /// Only with this status.
    pub status: Option<Status>,
    /// Only with this text in the name, or as the start of an id.
    pub text: Option<String>,
    /// Only within west, south, east, north.
    pub bounds: Option<[f64; 4]>,
}

/// One page, ordered by name and id.
#[derive(Debug, Clone, PartialEq)]
pub struct SchoolPage {
    /// The schools.
    pub items: Vec<SchoolEntry>,
    /// How many there are on all pages.
    pub total: i64,
}

/// Where a page begins: after this name and id.
pub type After<'a> = Option<(&'a str, SchoolId)>;

/// The page of at most `limit` schools that begins after `after`.
pub async fn list(
    db: &impl GenericClient,
    filter: &SchoolFilter,
    after: After<'_>,
    limit: i64,
) -> Result<SchoolPage, StoreError> {
    const QUERY: Query = sql!("school_list");
    const COUNT: Query = sql!("school_count");
    let country = filter.country.as_ref().map(CountryCode::as_str);
    let area = filter.area.map(|area| area.0);
    let status = filter.status.map(Status::slug);
    let text = filter.text.as_deref().map(like_pattern);
    let bounds = filter.bounds.map(Vec::from);
    let (name, id) = (after.map(|(name, _)| name), after.map(|(_, id)| id.0));
    let rows = QUERY
        .rows(
            db,
            &[&country, &area, &status, &text, &bounds, &name, &id, &limit],
        )
        .await?;
    let total = COUNT
        .one(db, &[&country, &area, &status, &text, &bounds])
        .await?
        .get("total");
    let items = rows
        .iter()
        .map(|row| entry(QUERY, row))
        .collect::<Result<_, _>>()?;
    Ok(SchoolPage { items, total })
}

/// What a person types is text, not a pattern.
fn like_pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

fn entry(query: Query, row: &Row) -> Result<SchoolEntry, StoreError> {
    let position: Option<f64> = row.get("longitude");
    Ok(SchoolEntry {
        id: SchoolId(row.get("id")),
        name: row.get("name"),
        country: row.get("country_code"),
        status: status(query, row)?,
        position: position.map(|longitude| (longitude, row.get("latitude"))),
        area: row.get("area"),
        download_median_mbps: row.get("download_median_mbps"),
        last_measured_at: row.get("last_measured_at"),
    })
}

pub(super) fn status(query: Query, row: &Row) -> Result<Status, StoreError> {
    let slug: String = row.get("status");
    Status::from_slug(&slug).ok_or_else(|| query.unexpected(format!("status {slug:?}")))
}

/// The verdict on a school, and the evidence for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The status.
    pub status: Status,
    /// Valid tests in the window.
    pub valid_tests: i32,
    /// Failed tests in the window.
    pub failed_tests: i32,
    /// Whether the window held no test in opening hours.
    pub off_hours_only: bool,
    /// Median download.
    pub download_median_mbps: Option<f64>,
    /// Median upload.
    pub upload_median_mbps: Option<f64>,
    /// Median of the smallest round trips.
    pub rtt_median_ms: Option<f64>,
    /// What it was judged by.
    pub target_download_mbps: f64,
    /// What it was judged by.
    pub floor_download_mbps: f64,
    /// The rule set that it was judged by.
    pub benchmark: RuleSetId,
    /// What its list says of the school, as rules care.
    pub facts: SchoolFacts,
    /// Packets lost ÷ sent, where the rule set asks for it.
    pub loss_ratio: Option<f64>,
    /// When it was last measured, ever.
    pub last_measured_at: Option<DateTime<Utc>>,
    /// When it was judged.
    pub computed_at: DateTime<Utc>,
    /// Whose tests it rests on, where not our own probes'.
    pub software: Option<String>,
}

/// Everything about one school.
#[derive(Debug, Clone, PartialEq)]
pub struct School {
    /// Its id.
    pub id: SchoolId,
    /// Its name.
    pub name: String,
    /// Code of its country.
    pub country: CountryCode,
    /// Longitude and latitude.
    pub position: Option<(f64, f64)>,
    /// Why it has no position.
    pub location_problem: Option<String>,
    /// Its areas, from the country down.
    pub areas: Vec<SchoolArea>,
    /// Scheme and value of the ids that others know it by.
    pub aliases: Vec<(String, String)>,
    /// As the list states it.
    pub education_level: Option<String>,
    /// As the list states it.
    pub student_count: Option<i32>,
    /// `yes`, `no` or `unknown`.
    pub connectivity_declared: String,
    /// What else the list states.
    pub attributes: Value,
    /// The verdict on it.
    pub verdict: Verdict,
}

/// An area that a school lies in.
#[derive(Debug, Clone, PartialEq)]
pub struct SchoolArea {
    /// 0 to 4.
    pub level: i16,
    /// Its id.
    pub id: AreaId,
    /// Its name.
    pub name: String,
    /// Its names by language.
    pub names: BTreeMap<String, String>,
}

/// The school of that id.
pub async fn find(db: &impl GenericClient, id: SchoolId) -> Result<Option<School>, StoreError> {
    const QUERY: Query = sql!("school_find");
    QUERY
        .maybe(db, &[&id.0])
        .await?
        .map(|row| school(QUERY, &row))
        .transpose()
}

fn school(query: Query, row: &Row) -> Result<School, StoreError> {
    let code: String = row.get("country_code");
    let position: Option<f64> = row.get("longitude");
    let levels: Vec<i16> = row.get("area_levels");
    let ids: Vec<Uuid> = row.get("area_ids");
    let names: Vec<String> = row.get("area_names");
    let translations: Vec<Value> = row.get("area_translations");
    let schemes: Vec<String> = row.get("alias_schemes");
    let values: Vec<String> = row.get("alias_values");
    Ok(School {
        id: SchoolId(row.get("id")),
        name: row.get("name"),
        country: CountryCode::new(&code)
            .ok_or_else(|| query.unexpected(format!("country {code:?}")))?,
        position: position.map(|longitude| (longitude, row.get("latitude"))),
        location_problem: row.get("location_problem"),
        areas: levels
            .into_iter()
            .zip(ids)
            .zip(names)
            .zip(translations)
            .map(|(((level, id), name), names)| SchoolArea {
                level,
                id: AreaId(id),
                name,
                names: areas::texts(Some(names)),
            })
            .collect(),
        aliases: schemes.into_iter().zip(values).collect(),
        education_level: row.get("education_level"),
        student_count: row.get("student_count"),
        connectivity_declared: row.get("connectivity_declared"),
        attributes: row.get("attributes"),
        verdict: Verdict {
            status: status(query, row)?,
            valid_tests: row.get("valid_tests"),
            failed_tests: row.get("failed_tests"),
            off_hours_only: row.get("off_hours_only"),
            download_median_mbps: row.get("download_median_mbps"),
            upload_median_mbps: row.get("upload_median_mbps"),
            rtt_median_ms: row.get("rtt_median_ms"),
            target_download_mbps: row.get("target_download_mbps"),
            floor_download_mbps: row.get("floor_download_mbps"),
            benchmark: RuleSetId {
                rule_set: row.get("rule_set"),
                version: row.get("rule_version"),
            },
            facts: facts(row),
            loss_ratio: row.get("loss_ratio"),
            last_measured_at: row.get("last_measured_at"),
            computed_at: row.get("computed_at"),
            software: row.get("software"),
        },
    })
}

fn facts(row: &Row) -> SchoolFacts {
    let attributes: Value = row.get("attributes");
    SchoolFacts::stated(
        row.get("student_count"),
        row.get("education_level"),
        attributes[TECHNOLOGY].as_str(),
        attributes[BUSIEST_SHIFT].as_str(),
    )
}

/// Schools that anybody knows by this id: ours, Giga's, the ministry's or another's.
pub async fn find_by_any_id(
    db: &impl GenericClient,
    id: &str,
) -> Result<Vec<(SchoolId, String, String)>, StoreError> {
    let mut own = Uuid::parse_str(id).ok();
    if let Some(merged) = own {
        let survivor = merges::survivor(db, SchoolId(merged)).await?;
        own = survivor.map_or(own, |survivor| Some(survivor.0));
    }
    let rows = sql!("school_by_any_id").rows(db, &[&own, &id]).await?;
    let named = |row: &Row| {
        (
            SchoolId(row.get("id")),
            row.get("name"),
            row.get("country_code"),
        )
    };
    Ok(rows.iter().map(named).collect())
}
