//! A staged import into the registry, in one transaction: all of it or nothing.

use deadpool_postgres::Transaction;
use serde_json::json;
use uuid::Uuid;

use super::{
    ImportError, assign,
    compare::{self, compare},
    frame,
    register::{self, Import},
};
use crate::{
    domain::{area::CountryCode, correction::SAME_PLACE_M},
    store::{
        Client, StoreError, audit, changes, infrastructure,
        query::{Query, sql},
        status_history,
    },
};

/// With so many new schools it is worth the while to keep everybody from an empty registry, and to
/// make its indexes when all are there.
const MANY: i32 = 50_000;

/// Applies what was looked at, if it is still what will happen. True beside it if the country is
/// new.
pub async fn apply(
    client: &mut Client,
    id: Uuid,
    actor: &str,
) -> Result<(Import, bool), ImportError> {
    const BEGIN: Query = sql!("apply_begin", "BEGIN");
    const COMMIT: Query = sql!("apply_commit", "COMMIT");
    let tx = client
        .transaction()
        .await
        .map_err(|error| BEGIN.failed(error))?;
    let import = compare::staged(&tx, id).await?;
    let (country, changes) =
        register::proposal(&import).ok_or_else(|| BEGIN.unexpected("the country of an import"))?;
    let is_new = frame::begin(&tx, &country, &changes).await?;
    if import.registry_version != Some(frame::version(&tx, &country.code).await?) {
        return Err(ImportError::Outdated {
            country: country.code.to_string(),
        });
    }
    let moved = write(&tx, &import, actor).await?;
    record(&tx, &import, actor).await?;
    if moved || import.created + import.updated > 0 {
        frame::touch(&tx, &country.code).await?;
        changes::announce(&tx, &[]).await?;
    }
    sql!("staged_forget")
        .execute(&tx, &[&import.number])
        .await?;
    register::forget_file(&tx, id).await?;
    let import = register::find(&tx, id)
        .await?
        .ok_or(ImportError::NotFound)?;
    tx.commit().await.map_err(|error| COMMIT.failed(error))?;
    Ok((import, is_new))
}

/// Applies without a person to look again: what changed meanwhile is compared anew, and that is
/// applied.
pub async fn apply_unseen(
    client: &mut Client,
    id: Uuid,
    actor: &str,
) -> Result<(Import, bool), ImportError> {
    /// Others that may come in between.
    const ATTEMPTS: u32 = 20;
    for _ in 1..ATTEMPTS {
        match apply(client, id, actor).await {
            Err(ImportError::Outdated { .. }) => compare(client, id).await?,
            done => return done,
        };
    }
    apply(client, id, actor).await
}

/// Writes what differs. True if the areas of a school changed.
async fn write(tx: &Transaction<'_>, import: &Import, actor: &str) -> Result<bool, StoreError> {
    const SET_ASIDE: Query = sql!("registry_set_aside", "SELECT registry_set_aside()");
    const RESTORE: Query = sql!("registry_restore", "SELECT registry_restore()");
    let (number, code) = (import.number, import.country.as_str());
    let set_aside = import.created >= MANY && SET_ASIDE.one(tx, &[]).await?.get::<_, bool>(0);
    let benchmark = frame::benchmark(tx, &import.country).await?;
    sql!("apply_remember")
        .execute(tx, &[&number, &import.id, &actor])
        .await?;
    sql!("apply_stale")
        .execute(tx, &[&number, &SAME_PLACE_M])
        .await?;
    sql!("apply_update")
        .execute(tx, &[&number, &SAME_PLACE_M])
        .await?;
    sql!("apply_override_end")
        .execute(tx, &[&number, &SAME_PLACE_M])
        .await?;
    sql!("apply_insert").execute(tx, &[&number, &code]).await?;
    sql!("apply_aliases").execute(tx, &[&number, &code]).await?;
    sql!("apply_areas_created").execute(tx, &[&number]).await?;
    sql!("apply_verdicts")
        .execute(
            tx,
            &[
                &number,
                &benchmark
                    .of_unknown_school()
                    .download()
                    .floor
                    .unwrap_or(0.0),
                &benchmark.id.rule_set,
                &benchmark.id.version,
            ],
        )
        .await?;
    status_history::begin_again(tx, &import.country).await?;
    if set_aside {
        RESTORE.execute(tx, &[]).await?;
    }
    assign::prepare(tx).await?;
    let mut moved = false;
    if import.updated > 0 {
        sql!("apply_remember_after")
            .execute(tx, &[&import.id])
            .await?;
        sql!("apply_locate_updated").execute(tx, &[&number]).await?;
        moved = settle(tx, &import.country).await?;
    }
    measure(tx, import).await?;
    Ok(moved)
}

/// Brings the distances to infrastructure up to date, where there is any.
async fn measure(tx: &Transaction<'_>, import: &Import) -> Result<(), StoreError> {
    if import.created + import.updated == 0 || !infrastructure::is_known(tx).await? {
        return Ok(());
    }
    sql!("apply_locate_created")
        .execute(tx, &[&import.number])
        .await?;
    infrastructure::refresh_distances(tx, infrastructure::Schools::Located)
        .await
        .map(drop)
}

/// Assigns the schools in `located` to their areas. True if that changed.
pub(super) async fn settle(
    tx: &Transaction<'_>,
    country: &CountryCode,
) -> Result<bool, StoreError> {
    assign::cover(tx, country).await?;
    assign::settle(tx).await
}

async fn record(tx: &Transaction<'_>, import: &Import, actor: &str) -> Result<(), StoreError> {
    sql!(
        "import_applied",
        "UPDATE import SET state = 'applied', applied_at = now(), applied_by = $2 WHERE id = $1"
    )
    .execute(tx, &[&import.id, &actor])
    .await?;
    let detail = json!({
        "import_id": import.id,
        "file": import.file_name,
        "rows": import.rows,
        "created": import.created,
        "updated": import.updated,
        "unchanged": import.unchanged,
        "rejected": import.rejected,
        "findings": import.findings,
    });
    audit::record(
        tx,
        actor,
        "import schools",
        import.country.as_str(),
        &detail,
    )
    .await
}
