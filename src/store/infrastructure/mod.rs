//! What a school could be connected to, and how far away it is. Knows tables; must not know how
//! files are read.

mod distances;

use chrono::NaiveDate;
use deadpool_postgres::GenericClient;
pub(super) use distances::{LOCK_CLASS, LOCK_NAME, measure, measure_tables};
pub use distances::{Schools, is_known, refresh_distances};
use futures_util::{Stream, TryStreamExt};
use serde_json::{Map, Value};
use tokio_postgres::Row;
use uuid::Uuid;

use super::{
    StoreError,
    query::{Query, sql},
};
use crate::domain::{area::CountryCode, infrastructure::Kind, school::SchoolId};

/// Where something is known from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Who says so.
    pub source: String,
    /// Under which licence.
    pub licence: String,
    /// The day that it describes.
    pub as_of: NaiveDate,
}

impl Origin {
    fn read(row: &Row) -> Self {
        Self {
            source: row.get("source"),
            licence: row.get("licence"),
            as_of: row.get("as_of"),
        }
    }
}

/// The nearest thing of a kind and generation.
#[derive(Debug, Clone, PartialEq)]
pub struct Nearest {
    /// What it is.
    pub kind: String,
    /// `2G` to `5G`, where the kind has any and the source says which.
    pub generation: Option<String>,
    /// Whether it is only planned or being built.
    pub planned: bool,
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: Option<String>,
    /// `live`, `under_construction`, `planned` or `unknown`.
    pub status: String,
    /// Who runs it.
    pub operator: Option<String>,
    /// In its source's word.
    pub technology: Option<String>,
    /// How far it reaches, metres.
    pub range_m: Option<f64>,
    /// Geodesic distance on the WGS 84 spheroid, metres; 0 within a coverage.
    pub distance_m: f64,
    /// Where it is known from.
    pub origin: Origin,
}

/// What is nearest to a school: what is there first, then what is planned.
pub async fn of_school(
    db: &impl GenericClient,
    school: SchoolId,
) -> Result<Vec<Nearest>, StoreError> {
    let rows = sql!("infrastructure_of_school")
        .rows(db, &[&school.0])
        .await?;
    let nearest = |row: &Row| Nearest {
        kind: row.get("kind"),
        generation: row.get("generation"),
        planned: row.get("planned"),
        id: row.get("id"),
        name: row.get("name"),
        status: row.get("status"),
        operator: row.get("operator"),
        technology: row.get("technology"),
        range_m: row.get("range_m"),
        distance_m: row.get("distance_m"),
        origin: Origin::read(row),
    };
    Ok(rows.iter().map(nearest).collect())
}

/// A thing of infrastructure.
#[derive(Debug, Clone, PartialEq)]
pub struct Thing {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub kind: String,
    /// Its name.
    pub name: Option<String>,
    /// `live`, `under_construction`, `planned`, `retired` or `unknown`.
    pub status: String,
    /// Who runs it.
    pub operator: Option<String>,
    /// In its source's word.
    pub technology: Option<String>,
    /// `2G` to `5G`, oldest first.
    pub generations: Vec<String>,
    /// How far it reaches, metres.
    pub range_m: Option<f64>,
    /// Where it is known from.
    pub origin: Origin,
    /// The country that its file was about, if one.
    pub country: Option<String>,
    /// A GeoJSON geometry.
    pub geometry: String,
}

/// Things on a page, and how many there are on all pages.
#[derive(Debug, Clone, PartialEq)]
pub struct ThingPage {
    /// The things.
    pub items: Vec<Thing>,
    /// How many there are.
    pub total: i64,
}

/// The page of at most `limit` things that begins after `after`; `bounds` is west, south, east,
/// north.
pub async fn list(
    db: &impl GenericClient,
    kind: Option<Kind>,
    bounds: Option<[f64; 4]>,
    after: Option<Uuid>,
    limit: i64,
) -> Result<ThingPage, StoreError> {
    let kind = kind.map(Kind::slug);
    let bounds = bounds.map(Vec::from);
    let rows = sql!("infrastructure_list")
        .rows(db, &[&kind, &bounds, &after, &limit])
        .await?;
    let total = sql!("infrastructure_count")
        .one(db, &[&kind, &bounds])
        .await?
        .get("total");
    let thing = |row: &Row| Thing {
        id: row.get("id"),
        kind: row.get("kind"),
        name: row.get("name"),
        status: row.get("status"),
        operator: row.get("operator"),
        technology: row.get("technology"),
        generations: row.get("generations"),
        range_m: row.get("range_m"),
        origin: Origin::read(row),
        country: row.get("country_code"),
        geometry: row.get("geometry"),
    };
    Ok(ThingPage {
        items: rows.iter().map(thing).collect(),
        total,
    })
}

/// What one source says of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    /// What it is about.
    pub kind: String,
    /// The country that it is about, if one.
    pub country: Option<String>,
    /// Where it is known from.
    pub origin: Origin,
    /// How many things it names.
    pub things: i64,
}

/// Everything that is known, by kind and source.
pub async fn datasets(db: &impl GenericClient) -> Result<Vec<Dataset>, StoreError> {
    let rows = sql!("infrastructure_datasets").rows(db, &[]).await?;
    let dataset = |row: &Row| Dataset {
        kind: row.get("kind"),
        country: row.get("country_code"),
        origin: Origin::read(row),
        things: row.get("things"),
    };
    Ok(rows.iter().map(dataset).collect())
}

/// What lies in one tile, as a Mapbox Vector Tile; empty if there is nothing.
pub async fn tile(
    db: &impl GenericClient,
    kinds: &[Kind],
    z: i32,
    x: i32,
    y: i32,
) -> Result<Vec<u8>, StoreError> {
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.slug()).collect();
    let row = sql!("infrastructure_tile")
        .one(db, &[&z, &x, &y, &kinds])
        .await?;
    Ok(row.get("tile"))
}

/// A thing on its way out.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportedThing {
    /// What an import recognises it by.
    pub match_key: String,
    /// Its name.
    pub name: Option<String>,
    /// `live`, `under_construction`, `planned`, `retired` or `unknown`.
    pub status: String,
    /// Who runs it.
    pub operator: Option<String>,
    /// In its source's word.
    pub technology: Option<String>,
    /// `2G` to `5G`, oldest first.
    pub generations: Vec<String>,
    /// How far it reaches, metres.
    pub range_m: Option<f64>,
    /// What its file stated, by column.
    pub attributes: Map<String, Value>,
    /// Where it is known from.
    pub origin: Origin,
    /// Longitude and latitude, where it is a point.
    pub position: Option<(f64, f64)>,
    /// Well-known binary, where it is none.
    pub geometry: Option<Vec<u8>>,
}

/// The attributes that any thing of a kind has, by name.
pub async fn attributes(
    db: &impl GenericClient,
    kind: Kind,
    source: Option<&str>,
    country: Option<&CountryCode>,
) -> Result<Vec<String>, StoreError> {
    let country = country.map(CountryCode::as_str);
    let rows = sql!("export_infrastructure_attributes")
        .rows(db, &[&kind.slug(), &source, &country])
        .await?;
    Ok(rows.iter().map(|row| row.get("name")).collect())
}

/// Every thing of a kind, of one source or of all.
pub async fn export(
    db: &impl GenericClient,
    kind: Kind,
    source: Option<&str>,
    country: Option<&CountryCode>,
) -> Result<impl Stream<Item = Result<ExportedThing, StoreError>>, StoreError> {
    const QUERY: Query = sql!("export_infrastructure");
    let country = country.map(CountryCode::as_str);
    let rows = QUERY.stream(db, &[&kind.slug(), &source, &country]).await?;
    Ok(rows
        .map_ok(|row| exported(&row))
        .map_err(|e| QUERY.failed(e)))
}

fn exported(row: &Row) -> ExportedThing {
    let longitude: Option<f64> = row.get("longitude");
    let attributes: Value = row.get("attributes");
    ExportedThing {
        match_key: row.get("match_key"),
        name: row.get("name"),
        status: row.get("status"),
        operator: row.get("operator"),
        technology: row.get("technology"),
        generations: row.get("generations"),
        range_m: row.get("range_m"),
        // The column holds objects; anything else would be empty.
        attributes: attributes.as_object().cloned().unwrap_or_default(),
        origin: Origin::read(row),
        position: longitude.map(|longitude| (longitude, row.get("latitude"))),
        geometry: row.get("geometry"),
    }
}
