//! How far schools are from the nearest thing of each layer. Geodesic metres on the WGS 84 spheroid,
//! without a limit: the nearest is the nearest, however far. Set-based, within the caller's
//! transaction.

use deadpool_postgres::{GenericClient, Transaction};

use crate::{
    domain::area::CountryCode,
    store::{
        StoreError,
        query::{Query, sql},
    },
};

/// Any number will do, as long as every version of the program takes the same one.
pub(in crate::store) const LOCK_CLASS: i32 = 0x005C_4001;
/// Not a country's code, so that no country's lock is taken for it.
pub(in crate::store) const LOCK_NAME: &str = "infrastructure";

/// Up to so many schools it is quicker to go school by school than coverage by coverage.
const FEW_SCHOOLS: i64 = 200;

/// Schools that one statement measures, more or less. A nearest thing takes 0.1 to 0.2 ms.
const SLICE_SCHOOLS: i64 = 100_000;

/// Which schools are to be measured.
#[derive(Debug, Clone, Copy)]
pub enum Schools<'a> {
    /// Those in the temporary table `located (school_id uuid, location geometry)`, which the caller
    /// has filled. A school without a location has no distances.
    Located,
    /// All of a country.
    OfCountry(&'a CountryCode),
}

/// Whether there is anything to measure a distance to.
pub async fn is_known(db: &impl GenericClient) -> Result<bool, StoreError> {
    let known = sql!(
        "infrastructure_known",
        "SELECT EXISTS (SELECT FROM infrastructure_part)"
    );
    Ok(known.one(db, &[]).await?.get(0))
}

/// Brings the distances of these schools up to date, in all layers; how many distances changed.
///
/// Costs next to nothing where no infrastructure is known. Waits for an import of infrastructure
/// that is under way, and makes a new one wait until the transaction ends: what one of the two does
/// not see, the other does.
pub async fn refresh_distances(
    tx: &Transaction<'_>,
    schools: Schools<'_>,
) -> Result<u64, StoreError> {
    const SHARED: Query = sql!(
        "infrastructure_lock_shared",
        "SELECT pg_advisory_xact_lock_shared($1, hashtext($2))"
    );
    const LAYERS: Query = sql!(
        "infrastructure_layers",
        "SELECT l.id AS layer,
                EXISTS (SELECT FROM infrastructure_part p WHERE p.layer = l.id) AS is_used
         FROM infrastructure_layer l ORDER BY l.id"
    );
    const FILL_LOCATED: Query = sql!(
        "distance_of_located",
        "INSERT INTO to_measure (school_id, location) SELECT school_id, location FROM located"
    );
    const FILL_COUNTRY: Query = sql!(
        "distance_of_country",
        "INSERT INTO to_measure (school_id, location)
         SELECT id, location FROM school WHERE country_code = $1"
    );
    SHARED.one(tx, &[&LOCK_CLASS, &LOCK_NAME]).await?;
    let rows = LAYERS.rows(tx, &[]).await?;
    let used: Vec<i16> = rows
        .iter()
        .filter(|row| row.get("is_used"))
        .map(|row| row.get("layer"))
        .collect();
    if used.is_empty() {
        return Ok(0);
    }
    measure_tables(tx).await?;
    match schools {
        Schools::Located => FILL_LOCATED.execute(tx, &[]).await?,
        Schools::OfCountry(country) => FILL_COUNTRY.execute(tx, &[&country.as_str()]).await?,
    };
    measure(tx, &used).await
}

/// Makes `to_measure` and `measured`, both empty.
pub(in crate::store) async fn measure_tables(tx: &Transaction<'_>) -> Result<(), StoreError> {
    batch(tx, sql!("distance_tables")).await
}

/// Measures from the schools in `to_measure` to what is nearest in these layers, and makes
/// `school_distance` say so; how many distances changed.
pub(in crate::store) async fn measure(
    tx: &Transaction<'_>,
    layers: &[i16],
) -> Result<u64, StoreError> {
    const COUNT: Query = sql!("distance_schools", "SELECT count(*) FROM to_measure");
    const COVERAGES: Query = sql!(
        "infrastructure_coverage_layers",
        "SELECT id FROM infrastructure_layer WHERE kind = 'coverage'"
    );
    let schools: i64 = COUNT.one(tx, &[]).await?.get(0);
    if schools == 0 {
        return Ok(0);
    }
    batch(tx, sql!("distance_ready", "ANALYZE to_measure")).await?;
    let coverages = COVERAGES.rows(tx, &[]).await?;
    let coverages: Vec<i16> = coverages.iter().map(|row| row.get("id")).collect();
    let slices = slices(schools);
    for layer in layers {
        if coverages.contains(layer) {
            let inside = if schools > FEW_SCHOOLS {
                sql!("distance_inside")
            } else {
                sql!("distance_inside_few")
            };
            inside.execute(tx, &[layer]).await?;
        }
        for slice in 0..slices {
            sql!("distance_nearest")
                .execute(tx, &[layer, &slices, &slice])
                .await?;
        }
        sql!("distance_settle_ties").execute(tx, &[layer]).await?;
    }
    batch(tx, sql!("distance_measured", "ANALYZE measured")).await?;
    let dropped = sql!("distance_drop").execute(tx, &[&layers]).await?;
    let kept = sql!("distance_keep").execute(tx, &[]).await?;
    Ok(dropped + kept)
}

/// A power of two.
fn slices(schools: i64) -> i32 {
    let wanted = u32::try_from(schools / SLICE_SCHOOLS + 1).unwrap_or(u32::MAX);
    let slices = wanted.checked_next_power_of_two();
    slices
        .and_then(|slices| i32::try_from(slices).ok())
        .unwrap_or(1 << 30)
}

async fn batch(tx: &Transaction<'_>, query: Query) -> Result<(), StoreError> {
    tx.batch_execute(query.text)
        .await
        .map_err(|error| query.failed(error))
}
