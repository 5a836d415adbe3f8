//! What people corrected outlives the list that errs, until the list states the same. Works on the
//! temporary table `incoming` once its rows know their schools, before they are placed.

use chrono::{DateTime, Utc};
use deadpool_postgres::Transaction;
use tokio_postgres::Row;

use crate::{
    domain::{
        correction::SAME_PLACE_M,
        listing::{Finding, shortened},
    },
    store::{StoreError, query::sql},
};

/// What corrections did to the rows.
pub(super) struct Kept {
    /// One for each field that the list has otherwise, or now as it was corrected.
    pub findings: Vec<Finding>,
    /// Positions of the list that do not count.
    pub positions: usize,
}

/// Ends the corrections that the list now agrees with, and lets the others stand.
pub(super) async fn keep(tx: &Transaction<'_>) -> Result<Kept, StoreError> {
    let ended = sql!("import_override_end")
        .rows(tx, &[&SAME_PLACE_M])
        .await?;
    let mut findings: Vec<Finding> = ended.iter().map(confirmed).collect();
    let names = sql!("import_override_name").rows(tx, &[]).await?;
    findings.extend(names.iter().map(|row| {
        let (stated, kept): (String, String) = (row.get("stated"), row.get("kept"));
        let message = format!(
            "the list states the name {:?}; the school keeps {kept:?}, to which it was corrected \
             on {}: correct the list",
            shortened(&stated),
            since(row),
        );
        kept_finding(row, "name", &stated, message)
    }));
    let positions = sql!("import_override_location").rows(tx, &[]).await?;
    let stated = positions
        .iter()
        .filter(|row| row.get::<_, Option<String>>("stated").is_some());
    findings.extend(stated.map(|row| {
        let (stated, kept): (String, String) = (row.get("stated"), row.get("kept"));
        let apart = match row.get::<_, Option<f64>>("distance_m") {
            Some(metres) => format!(", {metres:.0} m away"),
            None => String::new(),
        };
        let message = format!(
            "the list states the position {}{apart}; the school keeps {kept}, to which it was \
             corrected on {}: correct the list",
            shortened(&stated),
            since(row),
        );
        kept_finding(row, "latitude, longitude", &stated, message)
    }));
    let believable = positions.iter().filter(|row| row.get("believable"));
    Ok(Kept {
        findings,
        positions: believable.count(),
    })
}

fn kept_finding(row: &Row, field: &str, stated: &str, message: String) -> Finding {
    Finding::info(row.get("row_number"), "correction_kept", message)
        .field(field)
        .value(stated)
}

fn confirmed(row: &Row) -> Finding {
    let field: String = row.get("field");
    let message = format!(
        "the list now has the {field} as it was corrected on {}; from now on the list counts",
        since(row)
    );
    Finding::info(row.get("row_number"), "correction_confirmed", message).field(field)
}

fn since(row: &Row) -> String {
    let since: DateTime<Utc> = row.get("since");
    since.format("%Y-%m-%d").to_string()
}
