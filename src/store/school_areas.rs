//! The areas of one school whose position changed. Must not know why it did.

use deadpool_postgres::Transaction;

use super::{StoreError, imports::assign, query::sql};
use crate::domain::{area::CountryCode, location::Location, school::SchoolId};

/// Makes the school's areas those that cover where it is now. Once in a transaction.
pub(super) async fn reassign(
    tx: &Transaction<'_>,
    country: &CountryCode,
    school: SchoolId,
) -> Result<(), StoreError> {
    assign::prepare(tx).await?;
    sql!(
        "school_locate",
        "INSERT INTO located (school_id, location) SELECT id, location FROM school WHERE id = $1"
    )
    .execute(tx, &[&school.0])
    .await?;
    assign::cover(tx, country).await?;
    assign::settle(tx).await.map(drop)
}

/// The area that is nearest to a position, and how far beyond it the position lies.
#[derive(Debug, Clone, PartialEq)]
pub struct Nearest {
    /// Its name.
    pub name: String,
    /// Metres on the spheroid; 0 within.
    pub distance_m: f64,
}

/// How a position lies to a country's areas; `None` if none are known.
pub(super) async fn nearest(
    tx: &Transaction<'_>,
    country: &CountryCode,
    at: Location,
) -> Result<Option<Nearest>, StoreError> {
    let row = sql!("area_nearest")
        .maybe(tx, &[&country.as_str(), &at.longitude(), &at.latitude()])
        .await?;
    Ok(row.map(|row| Nearest {
        name: row.get("name"),
        distance_m: row.get("distance_m"),
    }))
}
