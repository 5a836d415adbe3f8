//! What new outlines mean for schools that were judged by the old ones: those kept off the map may
//! come back, those left out stay and are reported. An import of areas takes no school off the map.

use deadpool_postgres::Transaction;
use uuid::Uuid;

use crate::{
    domain::{
        area::{BORDER_TOLERANCE_M, CountryCode},
        listing::{Finding, ReadPosition},
    },
    store::{StoreError, query::sql},
};

/// Puts schools back on the map that lie within the border now.
pub(super) async fn bring_back(
    tx: &Transaction<'_>,
    country: &CountryCode,
    read_position: ReadPosition,
) -> Result<Vec<Finding>, StoreError> {
    let code = country.as_str();
    let (mut ids, mut longitudes, mut latitudes, mut kept) = (vec![], vec![], vec![], vec![]);
    for row in &sql!("import_displaced").rows(tx, &[&code]).await? {
        let texts: [Option<&str>; 2] = [row.get("latitude"), row.get("longitude")];
        let [Some(latitude), Some(longitude)] = texts else {
            continue;
        };
        if let Some(stated) = read_position(latitude, longitude) {
            ids.push(row.get::<_, Uuid>("id"));
            longitudes.push(stated.location.longitude());
            latitudes.push(stated.location.latitude());
            kept.push(stated.keeps_texts);
        }
    }
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let back = sql!("import_displaced_return")
        .rows(
            tx,
            &[
                &code,
                &BORDER_TOLERANCE_M,
                &ids,
                &longitudes,
                &latitudes,
                &kept,
            ],
        )
        .await?;
    let findings = back.iter().map(|row| {
        let (id, name): (Uuid, String) = (row.get("id"), row.get("name"));
        let message = format!(
            "{name} was kept off the map as outside {country}; these areas reach it, or lie less \
             than {:.1} km away, and it is back where its list says",
            BORDER_TOLERANCE_M / 1000.0
        );
        Finding::info(0, "school_back_on_map", message)
            .field("school")
            .value(&id.to_string())
    });
    Ok(findings.collect())
}

/// Schools on the map that the border leaves out by more than its tolerance. They stay. Asked when
/// `located` and `covered` are full.
pub(super) async fn left_out(
    tx: &Transaction<'_>,
    country: &CountryCode,
) -> Result<Vec<Finding>, StoreError> {
    let rows = sql!("import_left_out")
        .rows(tx, &[&country.as_str(), &BORDER_TOLERANCE_M])
        .await?;
    let findings = rows.iter().map(|row| {
        let (id, name): (Uuid, String) = (row.get("id"), row.get("name"));
        let (nearest, distance_m): (String, f64) = (row.get("nearest_name"), row.get("distance_m"));
        let message = format!(
            "{name} lies {distance_m:.0} m beyond the border of {nearest}, outside {country} as \
             these areas draw it; it stays on the map, in no area: check its position, or the \
             outline"
        );
        Finding::warning(0, "school_left_out", message)
            .field("school")
            .value(&id.to_string())
    });
    Ok(findings.collect())
}
