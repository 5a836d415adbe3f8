//! What rows look like beside one another on the map: the same school twice, many on one point,
//! more in a cell than stand in a town, another area than the row states. Verdicts stay as they are.

use deadpool_postgres::Transaction;

use super::{frame, register::Import};
use crate::store::{
    StoreError,
    query::{Query, sql},
};

/// Two rows so near under one name are perhaps one school: Giga's radius. Metres on the spheroid.
const NEAR_M: f64 = 110.0;
/// Names are similar from here on, by trigrams (`pg_trgm`); Giga takes 0.7 of another measure.
const SIMILAR: f64 = 0.7;
/// So many rows on exactly one point are a pile: somebody typed the town's position.
const PILE: i64 = 3;
/// On a larger pile, and in a cell with more rows, names are compared only with the same ones: of
/// thirty thousand rows in one cell each would be compared with each.
const CROWDED: i64 = 20;
const CROWDED_CELL: i64 = 500;
/// Rows of one name and level in a cell, beyond which that name tells nobody from another.
const COMMON_NAME: i64 = 100;
/// More rows in a cell of 0.01° (1.2 km² at the equator) than schools stand in the densest quarters.
const MOST_IN_CELL: i64 = 30;
/// Attributes by which a list says in which area a school lies.
const AREA_ATTRIBUTES: [&str; 4] = ["admin1", "admin2", "admin3", "admin4"];

const SAME_NAME: &str = "row %s, \"%s\", has the same name and level and stands %s m away: if they are \
                         one school, delete one row or merge the two; a primary and a secondary \
                         school on one site are two, and need their levels";
const SIMILAR_NAME: &str = "row %s, \"%s\", has the same level and a similar name and stands %s m away: \
                            if they are one school, delete one row or merge the two";
const SHARED: &str = "%s rows state exactly this position, the first is row %s; it is probably \
                      that of their town or office: state where each school stands";
const CROWD: &str = "%s rows lie in this cell of 0.01°, more than schools stand so near to one \
                     another: look at their positions on the map";
const OTHER_AREA: &str = "the row states \"%s\", and its position lies in \"%s\": correct the one that is \
                          wrong. The position counts";
const FIELD: &str = "latitude, longitude";

/// Adds what there is to know to the findings of the import.
pub(super) async fn find(tx: &Transaction<'_>, import: &Import) -> Result<(), StoreError> {
    // Cells and levels repeat, for which sorting is twice as slow as hashing; the plan thinks otherwise.
    const READY: Query = sql!(
        "near_ready",
        "ANALYZE spot; ANALYZE reach; SET LOCAL enable_mergejoin = off"
    );
    const DONE: Query = sql!("near_done", "SET LOCAL enable_mergejoin = on");
    let (id, number) = (import.id, import.number);
    find_stated_areas(tx, import).await?;
    sql!("near_spots").execute(tx, &[&number, &NEAR_M]).await?;
    sql!("near_dense")
        .execute(tx, &[&CROWDED, &CROWDED_CELL, &COMMON_NAME])
        .await?;
    sql!("near_reach").execute(tx, &[&NEAR_M]).await?;
    frame::batch(tx, READY).await?;
    sql!("near_pairs")
        .execute(
            tx,
            &[
                &id,
                &NEAR_M,
                &number,
                &SIMILAR,
                &"name",
                &SAME_NAME,
                &SIMILAR_NAME,
            ],
        )
        .await?;
    frame::batch(tx, DONE).await?;
    sql!("near_piles")
        .execute(tx, &[&id, &PILE, &FIELD, &SHARED])
        .await?;
    sql!("near_crowds")
        .execute(tx, &[&id, &MOST_IN_CELL, &FIELD, &CROWD])
        .await?;
    Ok(())
}

/// Says which rows state another area than they lie in.
async fn find_stated_areas(tx: &Transaction<'_>, import: &Import) -> Result<(), StoreError> {
    let fields: Vec<String> = sql!("stated_area_fields")
        .one(tx, &[&import.number, &AREA_ATTRIBUTES.as_slice()])
        .await?
        .get("fields");
    if fields.is_empty() {
        return Ok(());
    }
    let country = import.country.as_str();
    sql!("stated_areas")
        .execute(
            tx,
            &[&import.number, &country, &import.id, &fields, &OTHER_AREA],
        )
        .await
        .map(drop)
}
