//! A merged school is one of its own again.

use chrono::{DateTime, Utc};
use deadpool_postgres::Transaction;
use serde_json::json;
use uuid::Uuid;

use super::{
    Locked, MergeRefusal, Moved, country, forget_empty_days, lock, mark_days, named, survivor,
};
use crate::{
    domain::school::SchoolId,
    store::{
        StoreError, audit, changes,
        imports::frame::touch,
        query::{Params, sql},
        school_areas, school_changes, statuses,
    },
};

/// Gives a merged school back what came with it.
pub async fn unmerge(
    tx: &Transaction<'_>,
    merged: SchoolId,
    actor: &str,
    now: DateTime<Utc>,
) -> Result<Result<Moved, MergeRefusal>, StoreError> {
    let code = match country(tx, merged).await? {
        Ok(code) => code,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Some(seen) = survivor(tx, merged).await? else {
        return Ok(Err(MergeRefusal::NotMerged));
    };
    let [school, root] = match lock(tx, &code, [merged, seen]).await? {
        Ok(locked) => locked,
        Err(refusal) => return Ok(Err(refusal)),
    };
    // Somebody may have been faster. Now that the country is ours, nobody is any more.
    match survivor(tx, merged).await? {
        None => return Ok(Err(MergeRefusal::NotMerged)),
        Some(now) if now != seen => return Ok(Err(MergeRefusal::Busy)),
        Some(_) => {}
    }
    let moved = move_back(tx, merged, root.id).await?;
    sql!(
        "unmerge_open",
        "UPDATE school SET merged_into = NULL, updated_at = now() WHERE id = $1"
    )
    .execute(tx, &[&merged.0])
    .await?;
    school_areas::reassign(tx, &code, merged).await?;
    statuses::recompute(tx, &[merged, root.id], now).await?;
    sql!("unmerge_last_measured")
        .execute(tx, &[&vec![merged.0, root.id.0]])
        .await?;
    touch(tx, &code).await?;
    tell(tx, &school, &root, &moved, actor).await?;
    Ok(Ok(moved))
}

/// In the order of a merge, for the same reasons.
async fn move_back(
    tx: &Transaction<'_>,
    merged: SchoolId,
    root: SchoolId,
) -> Result<Moved, StoreError> {
    let rows = sql!("unmerge_family").rows(tx, &[&merged.0]).await?;
    let family: Vec<Uuid> = rows.iter().map(|row| row.get("id")).collect();
    let of_family: Params<'_> = &[&merged.0, &root.0, &family];
    sql!("unmerge_enrolments").execute(tx, of_family).await?;
    let rows = sql!("unmerge_probes").rows(tx, of_family).await?;
    let probes: Vec<Uuid> = rows.iter().map(|row| row.get("id")).collect();
    mark_days(tx, [merged, root]).await?;
    let of_probes: Params<'_> = &[&merged.0, &root.0, &probes];
    let tests = sql!("unmerge_speed_tests").execute(tx, of_probes).await?;
    let checks = sql!("unmerge_path_checks").execute(tx, of_probes).await?;
    let pages = sql!("unmerge_page_checks").execute(tx, of_probes).await?;
    sql!("unmerge_presence").execute(tx, of_probes).await?;
    sql!("unmerge_rejected").execute(tx, of_probes).await?;
    forget_empty_days(tx, [merged, root]).await?;
    let aliases = sql!("unmerge_aliases").execute(tx, of_family).await?;
    Ok(Moved {
        survivor: root,
        merged,
        aliases,
        probes: probes.len() as u64,
        measurements: tests + checks + pages,
    })
}

async fn tell(
    tx: &Transaction<'_>,
    school: &Locked,
    root: &Locked,
    moved: &Moved,
    actor: &str,
) -> Result<(), StoreError> {
    let (merged, survivor) = (moved.merged, moved.survivor);
    let change = |field: &str, value| (json!({field: value}), json!({field: null}));
    let (before, after) = change("merged_into", named(root));
    school_changes::record(tx, merged, actor, "unmerged", &before, &after).await?;
    let (before, after) = change("merged_from", named(school));
    school_changes::record(tx, survivor, actor, "unmerged", &before, &after).await?;
    let detail = json!({"from": survivor.0, "aliases": moved.aliases, "probes": moved.probes,
                        "measurements": moved.measurements});
    let subject = format!("school {merged}");
    audit::record(tx, actor, "school unmerged", &subject, &detail).await?;
    changes::announce(tx, &[merged, survivor]).await?;
    changes::wake_summaries(tx).await
}
