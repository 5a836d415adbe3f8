//! Areas: lists, and the tiles of their outlines.

use deadpool_postgres::GenericClient;
use tokio_postgres::Row;

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
    /// Its code.
    pub code: Option<String>,
    /// Its level.
    pub level: i16,
    /// The area that it lies in.
    pub parent: Option<AreaId>,
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
    let parent: Option<uuid::Uuid> = row.get("parent_id");
    AreaEntry {
        id: AreaId(row.get("id")),
        country: row.get("country_code"),
        name: row.get("name"),
        code: row.get("code"),
        level: row.get("level"),
        parent: parent.map(AreaId),
        bounds: [
            row.get("west"),
            row.get("south"),
            row.get("east"),
            row.get("north"),
        ],
    }
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
