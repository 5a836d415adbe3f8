//! Repairs of staged rows: a person accepts or declines them, all of a kind or one by one. What the
//! file states stays on record either way.

use super::{
    ImportError, compare, frame,
    register::{self, Import},
};
use crate::{
    domain::listing::RepairKind,
    store::{
        Client,
        query::{Query, sql},
    },
};

/// Accepts or declines repairs of one kind, of these rows or of all, and compares the rows anew.
pub async fn decide(
    client: &mut Client,
    id: uuid::Uuid,
    kind: RepairKind,
    rows: Option<&[i32]>,
    accept: bool,
) -> Result<Import, ImportError> {
    const BEGIN: Query = sql!("repair_begin", "BEGIN");
    const COMMIT: Query = sql!("repair_commit", "COMMIT");
    let tx = client
        .transaction()
        .await
        .map_err(|error| BEGIN.failed(error))?;
    frame::take_time(&tx).await?;
    let import = compare::staged(&tx, id).await?;
    // Positions that were taken off are put back first: a repair starts from what was read.
    sql!("staged_reset")
        .execute(&tx, &[&import.number, &import.id])
        .await?;
    let decided = sql!("staged_repair_decide")
        .rows(&tx, &[&import.number, &kind.slug(), &rows, &accept])
        .await?;
    let decided: Vec<i32> = decided.iter().map(|row| row.get("row_number")).collect();
    let step = match kind {
        RepairKind::Mojibake | RepairKind::TrimmedName => sql!("staged_repair_names"),
        RepairKind::Dms | RepairKind::SwappedCoordinates => sql!("staged_repair_positions"),
    };
    step.execute(&tx, &[&import.number, &decided]).await?;
    compare::within(&tx, &import, import.rows).await?;
    let import = register::find(&tx, id)
        .await?
        .ok_or(ImportError::NotFound)?;
    tx.commit().await.map_err(|error| COMMIT.failed(error))?;
    Ok(import)
}
