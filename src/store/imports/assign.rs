//! Which areas schools lie in: point in polygon, never the file's text. Works on the temporary
//! table `located`, which the caller fills with the schools that are to be placed.

use std::collections::BTreeMap;

use deadpool_postgres::{GenericClient, Transaction};

use super::frame::batch;
use crate::{
    domain::area::CountryCode,
    store::{
        StoreError,
        query::{Query, sql},
    },
};

/// Makes `located` and `covered`, both empty.
pub(in crate::store) async fn prepare(tx: &Transaction<'_>) -> Result<(), StoreError> {
    batch(tx, sql!("import_assign_tables")).await
}

/// Fills `covered` with the areas of the country that cover the schools in `located`.
pub(in crate::store) async fn cover(
    tx: &Transaction<'_>,
    country: &CountryCode,
) -> Result<(), StoreError> {
    const READY: Query = sql!(
        "import_located_ready",
        "CREATE INDEX located_location ON located USING gist (location); ANALYZE located"
    );
    // Made when all positions are there: many times faster than one by one.
    batch(tx, READY).await?;
    sql!("import_cover")
        .execute(tx, &[&country.as_str()])
        .await?;
    batch(tx, sql!("import_covered_ready", "ANALYZE covered")).await
}

/// Makes `school_area` say what `covered` says, for the schools in `located`. True if it did not.
pub(in crate::store) async fn settle(tx: &Transaction<'_>) -> Result<bool, StoreError> {
    let left = sql!("import_areas_left").execute(tx, &[]).await?;
    let entered = sql!("import_areas_entered").execute(tx, &[]).await?;
    Ok(left + entered > 0)
}

/// By level, how many schools of the country lie in an area.
pub(super) async fn counts(
    db: &impl GenericClient,
    country: &CountryCode,
) -> Result<BTreeMap<i16, i64>, StoreError> {
    let rows = sql!("import_schools_in_areas")
        .rows(db, &[&country.as_str()])
        .await?;
    Ok(rows
        .iter()
        .map(|row| (row.get("level"), row.get("schools")))
        .collect())
}
