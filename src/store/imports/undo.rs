//! An applied import taken back as one: schools that it created go, schools that it changed are as
//! they were. Nothing that came after it is lost.

use serde_json::json;
use uuid::Uuid;

use super::{
    ImportError, apply, assign, frame,
    register::{self, Import, ImportState},
};
use crate::store::{
    Client, audit, changes, infrastructure,
    query::{Query, sql},
};

/// Undoes an applied import of schools.
pub async fn undo(client: &mut Client, id: Uuid, actor: &str) -> Result<Import, ImportError> {
    const BEGIN: Query = sql!("undo_begin", "BEGIN");
    const COMMIT: Query = sql!("undo_commit", "COMMIT");
    let tx = client
        .transaction()
        .await
        .map_err(|error| BEGIN.failed(error))?;
    let import = register::find(&tx, id)
        .await?
        .ok_or(ImportError::NotFound)?;
    frame::lock(&tx, &import.country).await?;
    let import = register::find(&tx, id)
        .await?
        .ok_or(ImportError::NotFound)?;
    if import.state != ImportState::Applied || import.subject != "schools" {
        return Err(ImportError::WrongState {
            state: import.state,
            wanted: "only an applied import of schools can be undone",
        });
    }
    check(&tx, &import).await?;
    sql!("undo_stale").execute(&tx, &[&id]).await?;
    sql!("undo_aliases").execute(&tx, &[&id]).await?;
    sql!("undo_updated").execute(&tx, &[&id]).await?;
    sql!("undo_overrides").execute(&tx, &[&id]).await?;
    assign::prepare(&tx).await?;
    sql!("undo_locate").execute(&tx, &[&id]).await?;
    apply::settle(&tx, &import.country).await?;
    infrastructure::refresh_distances(&tx, infrastructure::Schools::Located).await?;
    sql!("undo_remember").execute(&tx, &[&id, &actor]).await?;
    sql!("undo_created").execute(&tx, &[&id]).await?;
    sql!(
        "import_undone",
        "UPDATE import SET state = 'undone', undone_at = now(), undone_by = $2 WHERE id = $1"
    )
    .execute(&tx, &[&id, &actor])
    .await?;
    let detail = json!({
        "import_id": id,
        "file": import.file_name,
        "created": import.created,
        "updated": import.updated,
    });
    let country = import.country.as_str();
    audit::record(&tx, actor, "undo import", country, &detail).await?;
    frame::touch(&tx, &import.country).await?;
    changes::announce(&tx, &[]).await?;
    let import = register::find(&tx, id)
        .await?
        .ok_or(ImportError::NotFound)?;
    tx.commit().await.map_err(|error| COMMIT.failed(error))?;
    Ok(import)
}

/// Whether anything came after the import that an undo would take along.
async fn check(
    tx: &deadpool_postgres::Transaction<'_>,
    import: &Import,
) -> Result<(), ImportError> {
    const KEPT: Query = sql!(
        "undo_remembered",
        "SELECT count(*) FROM school_change
         WHERE import_id = $1 AND kind IN ('created', 'updated')"
    );
    let row = sql!("undo_blocked").one(tx, &[&import.id]).await?;
    let count = |name: &str| row.get::<_, i64>(name);
    let (since, probes) = (count("touched_since"), count("with_probes"));
    let (codes, corrections) = (count("with_codes"), count("with_corrections"));
    let remembered: i64 = KEPT.one(tx, &[&import.id]).await?.get(0);
    let reason = if since > 0 {
        format!(
            "{since} of its schools were changed since, by a later import, a correction or a \
             merger; undo that first"
        )
    } else if probes > 0 {
        format!(
            "{probes} of the schools that it brought have a probe or measurements, which would be \
             lost with them; move the probes, or correct the schools instead"
        )
    } else if codes > 0 {
        format!(
            "for {codes} of the schools that it brought, a probe has a code to join by, which would \
             be lost with them; wait until it has joined or the code has expired"
        )
    } else if corrections > 0 {
        format!(
            "corrections of {corrections} of the schools that it brought wait for a decision, and \
             would be lost with them; decide them first"
        )
    } else if count("named_since") > 0 {
        format!(
            "{} later lists name known schools, and those that it brought may be among them; undo \
             them first",
            count("named_since")
        )
    } else if remembered < i64::from(import.created + import.updated) {
        "it was applied before changes were remembered".to_owned()
    } else {
        return Ok(());
    };
    Err(ImportError::UndoBlocked { reason })
}
