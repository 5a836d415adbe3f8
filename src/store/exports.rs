//! Schools and areas on their way out: row by row, so that a country of any size fits.

use deadpool_postgres::GenericClient;
use futures_util::{Stream, TryStreamExt};
use serde_json::{Map, Value};
use tokio_postgres::Row;

use super::{
    StoreError,
    query::{Query, sql},
};
use crate::domain::{
    area::{AreaLevel, CountryCode},
    school::SchoolId,
};

/// A school as a list states it.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportedSchool {
    /// Our id of it.
    pub id: SchoolId,
    /// Its name.
    pub name: String,
    /// Longitude and latitude, degrees.
    pub position: Option<(f64, f64)>,
    /// Its level.
    pub education_level: Option<String>,
    /// Its students.
    pub student_count: Option<i32>,
    /// `yes`, `no` or `unknown`.
    pub connectivity_declared: String,
    /// Giga's id.
    pub giga_id: Option<String>,
    /// The ministry's id.
    pub government_id: Option<String>,
    /// OpenStreetMap's id.
    pub osm_id: Option<String>,
    /// Everything else that its list stated.
    pub attributes: Map<String, Value>,
}

/// The attributes that any school of a country has, by name.
pub async fn school_attributes(
    db: &impl GenericClient,
    country: &CountryCode,
) -> Result<Vec<String>, StoreError> {
    let rows = sql!("export_school_attributes")
        .rows(db, &[&country.as_str()])
        .await?;
    Ok(rows.iter().map(|row| row.get("name")).collect())
}

/// Every school of a country, by name.
pub async fn schools(
    db: &impl GenericClient,
    country: &CountryCode,
) -> Result<impl Stream<Item = Result<ExportedSchool, StoreError>>, StoreError> {
    const QUERY: Query = sql!("export_school");
    let rows = QUERY.stream(db, &[&country.as_str()]).await?;
    Ok(rows.map_ok(|row| school(&row)).map_err(|e| QUERY.failed(e)))
}

fn school(row: &Row) -> ExportedSchool {
    let longitude: Option<f64> = row.get("longitude");
    ExportedSchool {
        id: SchoolId(row.get("id")),
        name: row.get("name"),
        position: longitude.map(|longitude| (longitude, row.get("latitude"))),
        education_level: row.get("education_level"),
        student_count: row.get("student_count"),
        connectivity_declared: row.get("connectivity_declared"),
        giga_id: row.get("giga_id"),
        government_id: row.get("government_id"),
        osm_id: row.get("osm_id"),
        attributes: object(row.get("attributes")),
    }
}

/// An area as its file states it.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedArea {
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: Option<String>,
    /// Its names by language.
    pub names: Map<String, Value>,
    /// How many people live there.
    pub population: Option<i64>,
    /// Everything else that its file stated.
    pub attributes: Map<String, Value>,
}

/// An area with its outline.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportedArea {
    /// What its file states of it.
    pub named: NamedArea,
    /// Its outline, as well-known binary: not a digit of it is lost.
    pub outline: Vec<u8>,
}

/// What the areas of a level are called.
pub async fn area_names(
    db: &impl GenericClient,
    country: &CountryCode,
    level: AreaLevel,
) -> Result<Vec<NamedArea>, StoreError> {
    let rows = sql!("export_area_names")
        .rows(db, &[&country.as_str(), &level.number()])
        .await?;
    Ok(rows.iter().map(named).collect())
}

/// Every area of a level, by name.
pub async fn areas(
    db: &impl GenericClient,
    country: &CountryCode,
    level: AreaLevel,
) -> Result<impl Stream<Item = Result<ExportedArea, StoreError>>, StoreError> {
    const QUERY: Query = sql!("export_area");
    let rows = QUERY
        .stream(db, &[&country.as_str(), &level.number()])
        .await?;
    let area = |row: Row| ExportedArea {
        named: named(&row),
        outline: row.get("outline"),
    };
    Ok(rows.map_ok(area).map_err(|e| QUERY.failed(e)))
}

fn named(row: &Row) -> NamedArea {
    NamedArea {
        name: row.get("name"),
        code: row.get("code"),
        names: object(row.get("names")),
        population: row.get("population"),
        attributes: object(row.get("attributes")),
    }
}

/// The columns hold objects; anything else would be empty.
fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
