//! Areas: lists, what they were before, and the tiles of their outlines.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use deadpool_postgres::GenericClient;
use serde_json::Value;
use tokio_postgres::Row;
use uuid::Uuid;

use super::{StoreError, query::sql};
use crate::domain::area::{AreaId, AreaLevel, CountryCode};

/// A line of a list of areas.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaEntry {
    /// Its id.
    pub id: AreaId,
    /// Its country.
    pub country: String,
    /// Its name.
    pub name: String,
    /// Its names by language.
    pub names: BTreeMap<String, String>,
    /// Its code.
    pub code: Option<String>,
    /// Its level.
    pub level: i16,
    /// The area that it lies in.
    pub parent: Option<AreaId>,
    /// How many people live there.
    pub population: Option<i64>,
    /// The year that the population is of.
    pub population_year: Option<i16>,
    /// Since when it is no more.
    pub retired_at: Option<DateTime<Utc>>,
    /// West, south, east, north.
    pub bounds: [f64; 4],
}

/// The areas of a level, by name. A country has at most some ten thousand of any level.
pub async fn list(
    db: &impl GenericClient,
    country: &CountryCode,
    level: AreaLevel,
    limit: i64,
) -> Result<Vec<AreaEntry>, StoreError> {
    let rows = sql!("area_list")
        .rows(db, &[&country.as_str(), &level.number(), &limit])
        .await?;
    Ok(rows.iter().map(entry).collect())
}

/// The area of that id.
pub async fn find(db: &impl GenericClient, id: AreaId) -> Result<Option<AreaEntry>, StoreError> {
    Ok(sql!("area_find")
        .maybe(db, &[&id.0])
        .await?
        .as_ref()
        .map(entry))
}

fn entry(row: &Row) -> AreaEntry {
    let parent: Option<Uuid> = row.get("parent_id");
    AreaEntry {
        id: AreaId(row.get("id")),
        country: row.get("country_code"),
        name: row.get("name"),
        names: texts(row.get("names")),
        code: row.get("code"),
        level: row.get("level"),
        parent: parent.map(AreaId),
        population: row.get("population"),
        population_year: row.get("population_year"),
        retired_at: row.get("retired_at"),
        bounds: [
            row.get("west"),
            row.get("south"),
            row.get("east"),
            row.get("north"),
        ],
    }
}

/// Texts by name, as the column of names holds them.
pub(super) fn texts(column: Option<Value>) -> BTreeMap<String, String> {
    let Some(Value::Object(texts)) = column else {
        return BTreeMap::new();
    };
    let texts = texts.into_iter().filter_map(|(name, text)| match text {
        Value::String(text) => Some((name, text)),
        _ => None,
    });
    texts.collect()
}

/// What an area was for a time.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaVersion {
    /// Since when.
    pub valid_from: DateTime<Utc>,
    /// Until when; `None` is today.
    pub valid_to: Option<DateTime<Utc>>,
    /// Its name then.
    pub name: String,
    /// Its names by language then.
    pub names: BTreeMap<String, String>,
    /// Its code then.
    pub code: Option<String>,
    /// The area that it lay in at the end.
    pub parent: Option<AreaId>,
    /// How many people lived there.
    pub population: Option<i64>,
    /// The year that the population is of.
    pub population_year: Option<i16>,
    /// Everything that its file stated.
    pub attributes: Value,
    /// The file that said so, where that is known.
    pub source: Option<VersionSource>,
    /// Its outline as a GeoJSON geometry, if it was asked for.
    pub geometry: Option<String>,
}

/// The file that an area's version came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionSource {
    /// The import.
    pub import_id: Uuid,
    /// The file's name.
    pub file_name: String,
    /// SHA-256 of its bytes.
    pub sha256: Vec<u8>,
}

/// What an area was when, the latest first; at most `limit` versions.
pub async fn history(
    db: &impl GenericClient,
    id: AreaId,
    with_geometry: bool,
    limit: i64,
) -> Result<Vec<AreaVersion>, StoreError> {
    let rows = sql!("area_history")
        .rows(db, &[&id.0, &with_geometry, &limit])
        .await?;
    let versions = rows.iter().map(|row| {
        let import: Option<Uuid> = row.get("import_id");
        AreaVersion {
            valid_from: row.get("valid_from"),
            valid_to: row.get("valid_to"),
            name: row.get("name"),
            names: texts(row.get("names")),
            code: row.get("code"),
            parent: row.get::<_, Option<Uuid>>("parent_id").map(AreaId),
            population: row.get("population"),
            population_year: row.get("population_year"),
            attributes: row.get("attributes"),
            source: import.and_then(|import_id| {
                Some(VersionSource {
                    import_id,
                    file_name: row.get::<_, Option<String>>("file_name")?,
                    sha256: row.get::<_, Option<Vec<u8>>>("file_sha256")?,
                })
            }),
            geometry: row.get("geometry"),
        }
    });
    Ok(versions.collect())
}

/// An area as a person tells it from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaName {
    /// Its id.
    pub id: AreaId,
    /// Its country.
    pub country: String,
    /// Its name.
    pub name: String,
    /// Its level.
    pub level: i16,
    /// Whether it is no more.
    pub retired: bool,
}

/// Areas that a person means by an id, a code or a name; at most 20, those in force first.
pub async fn find_by_any_id(
    db: &impl GenericClient,
    id: &str,
    country: Option<&CountryCode>,
) -> Result<Vec<AreaName>, StoreError> {
    let country = country.map(CountryCode::as_str);
    let rows = sql!("area_by_any_id").rows(db, &[&id, &country]).await?;
    let areas = rows.iter().map(|row| AreaName {
        id: AreaId(row.get("id")),
        country: row.get("country_code"),
        name: row.get("name"),
        level: row.get("level"),
        retired: row.get("retired"),
    });
    Ok(areas.collect())
}

/// An area with what hangs on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaLine {
    /// Its id.
    pub id: AreaId,
    /// Its level.
    pub level: i16,
    /// Its code.
    pub code: Option<String>,
    /// Its name.
    pub name: String,
    /// How many people live there.
    pub population: Option<i64>,
    /// Name of the area that it lies in.
    pub parent: Option<String>,
    /// Schools that lie in it.
    pub schools: i64,
}

/// The first areas of a country by level and name, and how many there are.
pub async fn lines(
    db: &impl GenericClient,
    country: &CountryCode,
    level: Option<AreaLevel>,
    limit: i64,
) -> Result<(Vec<AreaLine>, i64), StoreError> {
    let level = level.map(AreaLevel::number);
    let rows = sql!("area_lines")
        .rows(db, &[&country.as_str(), &level, &limit])
        .await?;
    let lines = rows.iter().map(|row| AreaLine {
        id: AreaId(row.get("id")),
        level: row.get("level"),
        code: row.get("code"),
        name: row.get("name"),
        population: row.get("population"),
        parent: row.get("parent_name"),
        schools: row.get("schools"),
    });
    let total = rows.first().map_or(0, |row| row.get("total"));
    Ok((lines.collect(), total))
}

/// The outlines of a level's areas in one tile, as a Mapbox Vector Tile; empty if there are none.
pub async fn tile(
    db: &impl GenericClient,
    level: AreaLevel,
    z: i32,
    x: i32,
    y: i32,
) -> Result<Vec<u8>, StoreError> {
    let row = sql!("area_tile")
        .one(db, &[&level.number(), &z, &x, &y])
        .await?;
    Ok(row.get("tile"))
}
