//! Staged rows against what is known: where they lie, which school each is, what it changes, and
//! what they look like beside one another. Changes nothing but the staging tables.

use deadpool_postgres::Transaction;

use super::{
    ImportError, corrections, frame, near, place,
    register::{self, Import, ImportState},
};
use crate::{
    domain::{area::CountryCode, correction::SAME_PLACE_M, listing::Finding},
    store::{
        Client, StoreError,
        query::{Query, sql},
    },
};

/// A row is the known school that stands so near under nearly its name. Metres, and similarity of
/// names by trigrams (`pg_trgm`).
const NEAR_M: f64 = 110.0;
const SAME_NAME: f64 = 0.6;

/// Compares the rows of a staged import anew: after a repair, or because the registry changed.
pub async fn compare(client: &mut Client, id: uuid::Uuid) -> Result<Import, ImportError> {
    const BEGIN: Query = sql!("compare_begin", "BEGIN");
    const COMMIT: Query = sql!("compare_commit", "COMMIT");
    let tx = client
        .transaction()
        .await
        .map_err(|error| BEGIN.failed(error))?;
    frame::take_time(&tx).await?;
    let import = staged(&tx, id).await?;
    within(&tx, &import, import.rows).await?;
    let import = register::find(&tx, id)
        .await?
        .ok_or(ImportError::NotFound)?;
    tx.commit().await.map_err(|error| COMMIT.failed(error))?;
    Ok(import)
}

/// An import that waits to be looked at, with all its rows; nobody else changes it meanwhile.
pub(super) async fn staged(tx: &Transaction<'_>, id: uuid::Uuid) -> Result<Import, ImportError> {
    const LOCK: Query = sql!(
        "import_hold",
        "SELECT id FROM import WHERE id = $1 FOR UPDATE"
    );
    const ROWS: Query = sql!(
        "staged_present",
        "SELECT count(*) FROM staged_school WHERE import_number = $1"
    );
    LOCK.maybe(tx, &[&id]).await?;
    let import = register::find(tx, id).await?.ok_or(ImportError::NotFound)?;
    if import.state != ImportState::Staged {
        return Err(ImportError::WrongState {
            state: import.state,
            wanted: "only one whose rows were read and not yet applied can be looked at or applied",
        });
    }
    // After a crash the staging tables are empty, and the record of the import is not.
    let present: i64 = ROWS.one(tx, &[&import.number]).await?.get(0);
    if present < i64::from(import.created + import.updated + import.unchanged) {
        return Err(ImportError::Lost);
    }
    Ok(import)
}

/// Compares within a transaction, and records what comes of it.
pub(super) async fn within(
    tx: &Transaction<'_>,
    import: &Import,
    row_count: i32,
) -> Result<(), ImportError> {
    const ANALYZE: Query = sql!("staged_verdict_ready", "ANALYZE staged_verdict");
    const ALL_NEW: Query = sql!(
        "staged_all_new",
        "SELECT NOT EXISTS (SELECT FROM staged_verdict WHERE import_number = $1)"
    );
    let (number, country) = (import.number, &import.country);
    let version = frame::version(tx, country).await?;
    sql!("staged_reset")
        .execute(tx, &[&number, &import.id])
        .await?;
    let mut findings = place::place(tx, import).await?;
    findings.extend(match_known(tx, number, country).await?);
    sql!("staged_changed")
        .execute(tx, &[&number, &country.as_str(), &SAME_PLACE_M])
        .await?;
    findings.extend(corrections::findings(tx, number).await?);
    let all_new: bool = ALL_NEW.one(tx, &[&number]).await?.get(0);
    sql!("staged_created")
        .execute(tx, &[&number, &all_new])
        .await?;
    sql!("staged_refused")
        .execute(tx, &[&number, &import.id])
        .await?;
    frame::batch(tx, ANALYZE).await?;
    frame::record_findings(tx, import.id, "registry", &findings).await?;
    near::find(tx, import).await?;
    record(tx, import, version, row_count).await
}

async fn record(
    tx: &Transaction<'_>,
    import: &Import,
    version: i64,
    row_count: i32,
) -> Result<(), ImportError> {
    let counts = sql!("staged_counts")
        .one(tx, &[&import.number, &import.id, &import.country.as_str()])
        .await?;
    let count = |name: &str| counts.get::<_, i32>(name);
    let recorded = sql!("import_staged")
        .execute(
            tx,
            &[
                &import.id,
                &count("created"),
                &count("updated"),
                &count("unchanged"),
                &count("not_placed"),
                &count("findings"),
                &counts.get::<_, serde_json::Value>("matched_by"),
                &count("missing"),
                &version,
                &row_count,
            ],
        )
        .await?;
    if recorded == 1 {
        return Ok(());
    }
    let now = register::find(tx, import.id).await?;
    Err(ImportError::WrongState {
        state: now.ok_or(ImportError::NotFound)?.state,
        wanted: "it was given up while it was read",
    })
}

/// Finds the known school of each row, and says where ids disagree.
async fn match_known(
    tx: &Transaction<'_>,
    number: i64,
    country: &CountryCode,
) -> Result<Vec<Finding>, StoreError> {
    const KNOWN: Query = sql!(
        "registry_has_schools",
        "SELECT EXISTS (SELECT FROM school WHERE country_code = $1)"
    );
    const READY: Query = sql!("staged_matched_ready", "ANALYZE staged_verdict");
    let code = country.as_str();
    if !KNOWN.one(tx, &[&code]).await?.get::<_, bool>(0) {
        return Ok(vec![]);
    }
    sql!("staged_match").execute(tx, &[&number, &code]).await?;
    frame::batch(tx, READY).await?;
    sql!("staged_match_place")
        .execute(tx, &[&number, &code, &NEAR_M, &SAME_NAME])
        .await?;
    let mut findings = vec![];
    for row in sql!("staged_same").rows(tx, &[&number]).await? {
        let (row, first): (i32, i32) = (row.get("row_number"), row.get("first_row"));
        let message = format!(
            "rows {first} and {row} state different ids of one known school; row {first} was \
             taken, row {row} was not: correct the id of one, or delete it"
        );
        findings.push(Finding::error(row, "duplicate_id", message));
    }
    for row in sql!("staged_conflicts").rows(tx, &[&number, &code]).await? {
        let (scheme, name): (String, String) = (row.get("scheme"), row.get("name"));
        let message = format!(
            "the {scheme} id is known as that of another school, {name:?}, and stays with it; \
             correct it in one of the two rows"
        );
        findings.push(Finding {
            value: row.get("value"),
            ..Finding::warning(row.get("row_number"), "id_of_another_school", message)
        });
    }
    Ok(findings)
}
