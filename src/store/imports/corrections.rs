//! What people corrected outlives the list that errs, until the list states the same. Says so; the
//! comparison and the applying of rows let the corrections stand.

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

/// One finding for each field that the list has otherwise, or now as it was corrected.
pub(super) async fn findings(
    tx: &Transaction<'_>,
    number: i64,
) -> Result<Vec<Finding>, StoreError> {
    let rows = sql!("staged_override")
        .rows(tx, &[&number, &SAME_PLACE_M])
        .await?;
    Ok(rows.iter().filter_map(finding).collect())
}

/// `None` where the list says nothing of the field.
fn finding(row: &Row) -> Option<Finding> {
    let field: String = row.get("field");
    let number = row.get("row_number");
    let since: DateTime<Utc> = row.get("since");
    let since = since.format("%Y-%m-%d");
    if row.get("confirmed") {
        let message = format!(
            "the list now has the {field} as it was corrected on {since}; from now on the list \
             counts"
        );
        return Some(Finding::info(number, "correction_confirmed", message).field(field));
    }
    let stated: String = row.get::<_, Option<String>>("stated")?;
    let kept: String = row.get("kept");
    let (shown, column) = match field.as_str() {
        "name" => (format!("the name {:?}", shortened(&stated)), "name"),
        _ => {
            let apart = match row.get::<_, Option<f64>>("distance_m") {
                Some(metres) => format!(", {metres:.0} m away"),
                None => String::new(),
            };
            let shown = format!("the position {}{apart}", shortened(&stated));
            (shown, "latitude, longitude")
        }
    };
    let message = format!(
        "the list states {shown}; the school keeps {kept:?}, to which it was corrected on {since}: \
         correct the list"
    );
    let finding = Finding::info(number, "correction_kept", message);
    Some(finding.field(column).value(&stated))
}
