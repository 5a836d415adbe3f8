//! The rows that the atlas is made from: every placed school, or those that changed.

use deadpool_postgres::GenericClient;
use tokio_postgres::Row;
use uuid::Uuid;

use super::{
    StoreError,
    query::{Query, sql},
    schools,
};
use crate::domain::{location::Location, school::SchoolId, status::Status};

/// A school as the atlas holds it. Without a location it is not on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct AtlasRow {
    /// Its id.
    pub id: SchoolId,
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: Status,
    /// Where it is.
    pub location: Option<Location>,
}

/// Every school that has a place.
pub async fn all(db: &impl GenericClient) -> Result<Vec<AtlasRow>, StoreError> {
    const QUERY: Query = sql!("atlas_all");
    QUERY
        .rows(db, &[])
        .await?
        .iter()
        .map(|row| atlas_row(QUERY, row))
        .collect()
}

/// These schools as they are now; one that is not among the rows is gone.
pub async fn some(
    db: &impl GenericClient,
    schools: &[SchoolId],
) -> Result<Vec<AtlasRow>, StoreError> {
    const QUERY: Query = sql!("atlas_some");
    let ids: Vec<Uuid> = schools.iter().map(|school| school.0).collect();
    QUERY
        .rows(db, &[&ids])
        .await?
        .iter()
        .map(|row| atlas_row(QUERY, row))
        .collect()
}

fn atlas_row(query: Query, row: &Row) -> Result<AtlasRow, StoreError> {
    let longitude: Option<f64> = row.get("longitude");
    let location = longitude.map(|longitude| {
        let latitude: f64 = row.get("latitude");
        Location::new(longitude, latitude)
            .map_err(|_| query.unexpected(format!("the position {longitude}, {latitude}")))
    });
    Ok(AtlasRow {
        id: SchoolId(row.get("id")),
        name: row.get("name"),
        status: schools::status(query, row)?,
        location: location.transpose()?,
    })
}
