//! Where the schools of a list lie: in which areas, beyond which border. Moves nothing; a position
//! that cannot be right is taken off the map and kept as text.

use std::collections::HashSet;

use deadpool_postgres::Transaction;

use super::{ImportError, frame, register::Import};
use crate::{
    domain::{area::CountryCode, listing::Finding},
    store::query::{Query, sql},
};

/// A school this far beyond the border is kept where it is: outlines are drawn more coarsely than
/// that, and position and outline may both be right. Metres.
pub(in crate::store) const BORDER_TOLERANCE_M: f64 = 1500.0;
/// With so many positions, and all of them outside, it is the file that is wrong.
const MIN_POSITIONS_FOR_A_VERDICT: usize = 10;

/// Finds the areas of each staged row, and says which rows lie in none.
pub(super) async fn place(
    tx: &Transaction<'_>,
    import: &Import,
) -> Result<Vec<Finding>, ImportError> {
    const HAS_AREAS: Query = sql!(
        "import_has_areas",
        "SELECT EXISTS (SELECT FROM area WHERE country_code = $1 AND retired_at IS NULL)"
    );
    const READY: Query = sql!("staged_areas_ready", "ANALYZE staged_area");
    const POSITIONS: Query = sql!(
        "staged_positions",
        "SELECT count(*) FROM staged_school WHERE import_number = $1 AND location IS NOT NULL"
    );
    let (number, country) = (import.number, &import.country);
    let code = country.as_str();
    if !HAS_AREAS.one(tx, &[&code]).await?.get::<_, bool>(0) {
        let message = format!(
            "no areas of {country} are known, so that no position was checked against its \
             border; import its areas, then import this list again"
        );
        return Ok(vec![Finding::info(0, "positions_not_checked", message)]);
    }
    sql!("staged_cover").execute(tx, &[&number, &code]).await?;
    sql!("staged_areas").execute(tx, &[&number]).await?;
    frame::batch(tx, READY).await?;
    let uncovered = sql!("staged_uncovered").rows(tx, &[&number, &code]).await?;
    let strays: Vec<Stray> = uncovered.iter().map(Stray::read).collect();
    let outside: Vec<i32> = strays
        .iter()
        .filter(|stray| stray.is_outside())
        .map(|stray| stray.row)
        .collect();
    let positions: i64 = POSITIONS.one(tx, &[&number]).await?.get(0);
    let positions = usize::try_from(positions).unwrap_or(usize::MAX);
    let swappable: Vec<i32> = strays
        .iter()
        .filter(|stray| stray.is_outside() && stray.swapped.is_some())
        .map(|stray| stray.row)
        .collect();
    if outside.len() == positions && positions >= MIN_POSITIONS_FOR_A_VERDICT {
        return Err(all_outside(country, positions, &strays));
    }
    sql!("staged_swap_propose")
        .execute(tx, &[&number, &swappable])
        .await?;
    sql!("staged_displace")
        .execute(tx, &[&number, &outside])
        .await?;
    let outside: HashSet<i32> = outside.into_iter().collect();
    let findings = strays
        .iter()
        .map(|stray| stray.finding(outside.contains(&stray.row), country));
    Ok(findings.collect())
}

/// A school that no area covers.
struct Stray {
    row: i32,
    stated: String,
    distance_m: f64,
    nearest: String,
    swapped: Option<String>,
}

impl Stray {
    fn read(row: &tokio_postgres::Row) -> Self {
        Self {
            row: row.get("row_number"),
            stated: row.get("stated"),
            distance_m: row.get("distance_m"),
            nearest: row.get("nearest_name"),
            swapped: row.get("swapped_name"),
        }
    }

    fn is_outside(&self) -> bool {
        self.distance_m > BORDER_TOLERANCE_M
    }

    fn finding(&self, outside: bool, country: &CountryCode) -> Finding {
        let distance = format!(
            "{:.0} m beyond the border of {}",
            self.distance_m, self.nearest
        );
        let (code, message) = if outside {
            let hint = match &self.swapped {
                Some(name) => format!(
                    "latitude and longitude seem to be swapped: the other way round it lies in {name}, \
                     and that is proposed as a repair"
                ),
                None => "correct the position, or the country".to_owned(),
            };
            let text = format!(
                "the position lies {distance}, outside {country}; {hint}; the school is kept but \
                 not placed on the map"
            );
            (
                if self.swapped.is_some() {
                    "coordinate_swapped"
                } else {
                    "outside_country"
                },
                text,
            )
        } else {
            let text = format!(
                "the position lies {distance}, and so in no area; the school is kept where it \
                 is: check the position"
            );
            ("beyond_border", text)
        };
        Finding::warning(self.row, code, message)
            .field("latitude, longitude")
            .value(&self.stated)
    }
}

fn all_outside(country: &CountryCode, positions: usize, strays: &[Stray]) -> ImportError {
    let swapped = strays
        .iter()
        .filter(|stray| stray.swapped.is_some())
        .count();
    let hint = if swapped > 0 {
        format!(" (with latitude and longitude swapped, {swapped} of them lie inside)")
    } else {
        String::new()
    };
    ImportError::AllOutside {
        positions,
        country: country.to_string(),
        nearest_m: strays
            .iter()
            .map(|stray| stray.distance_m)
            .fold(f64::INFINITY, f64::min),
        hint,
    }
}
