//! Where the schools of a list lie: in which areas, beyond which border. Moves nothing; a position
//! that cannot be right is taken off the map and kept as text.

use std::collections::{HashMap, HashSet};

use deadpool_postgres::Transaction;

use super::{ImportError, assign};
use crate::{
    domain::{
        area::CountryCode,
        listing::{Finding, SchoolRow},
    },
    store::query::{Query, sql},
};

/// A school this far beyond the border is kept where it is: outlines are drawn more coarsely than
/// that, and position and outline may both be right. Metres.
const BORDER_TOLERANCE_M: f64 = 1500.0;
/// With so many positions, and all of them outside, it is the file that is wrong.
const MIN_POSITIONS_FOR_A_VERDICT: usize = 10;

/// Finds the areas of each row, and says which rows lie in none.
pub(super) async fn place(
    tx: &Transaction<'_>,
    country: &CountryCode,
    rows: &[SchoolRow],
) -> Result<Vec<Finding>, ImportError> {
    const HAS_AREAS: Query = sql!(
        "import_has_areas",
        "SELECT EXISTS (SELECT FROM area WHERE country_code = $1 AND retired_at IS NULL)"
    );
    sql!("import_school_locate").execute(tx, &[]).await?;
    if !HAS_AREAS
        .one(tx, &[&country.as_str()])
        .await?
        .get::<_, bool>(0)
    {
        let message = format!(
            "no areas of {country} are known, so that no position was checked against its \
             border; import its areas, then import this list again"
        );
        return Ok(vec![Finding::info(0, "positions_not_checked", message)]);
    }
    assign::cover(tx, country).await?;
    let uncovered = sql!("import_school_uncovered")
        .rows(tx, &[&country.as_str()])
        .await?;
    let strays: Vec<Stray> = uncovered.iter().map(Stray::read).collect();
    let outside: Vec<i32> = strays
        .iter()
        .filter(|stray| stray.is_outside())
        .map(|stray| stray.row)
        .collect();
    let positions = rows.iter().filter(|row| row.location.is_ok()).count();
    if outside.len() == positions && positions >= MIN_POSITIONS_FOR_A_VERDICT {
        return Err(all_outside(country, positions, &strays));
    }
    sql!("import_school_displace")
        .execute(tx, &[&outside])
        .await?;
    let outside: HashSet<i32> = outside.into_iter().collect();
    let stated: HashMap<i32, &SchoolRow> = rows.iter().map(|row| (row.row, row)).collect();
    let findings = strays.iter().map(|stray| {
        let row = stated.get(&stray.row);
        let part = |text: Option<&String>| text.cloned().unwrap_or_default();
        let value = row.map(|row| {
            format!(
                "{}, {}",
                part(row.latitude.as_ref()),
                part(row.longitude.as_ref())
            )
        });
        stray.finding(value, outside.contains(&stray.row), country)
    });
    Ok(findings.collect())
}

/// A school that no area covers.
struct Stray {
    row: i32,
    distance_m: f64,
    nearest: String,
    swapped: Option<String>,
}

impl Stray {
    fn read(row: &tokio_postgres::Row) -> Self {
        Self {
            row: row.get("row_number"),
            distance_m: row.get("distance_m"),
            nearest: row.get("nearest_name"),
            swapped: row.get("swapped_name"),
        }
    }

    fn is_outside(&self) -> bool {
        self.distance_m > BORDER_TOLERANCE_M
    }

    fn finding(&self, value: Option<String>, outside: bool, country: &CountryCode) -> Finding {
        let distance = format!(
            "{:.0} m beyond the border of {}",
            self.distance_m, self.nearest
        );
        let (code, message) = if outside {
            let hint = match &self.swapped {
                Some(name) => format!(
                    "latitude and longitude seem to be swapped: the other way round it lies in {name}"
                ),
                None => "correct the position, or the country".to_owned(),
            };
            let text = format!(
                "the position lies {distance}, outside {country}; {hint}; the school is kept but \
                 not placed on the map"
            );
            ("outside_country", text)
        } else {
            let text = format!(
                "the position lies {distance}, and so in no area; the school is kept where it \
                 is: check the position"
            );
            ("beyond_border", text)
        };
        Finding {
            value,
            ..Finding::warning(self.row, code, message).field("latitude, longitude")
        }
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
