//! Two schools become one.

use chrono::{DateTime, Utc};
use deadpool_postgres::Transaction;
use serde_json::json;

use super::{Locked, MergeRefusal, Moved, country, forget_empty_days, lock, mark_days, named};
use crate::{
    domain::school::SchoolId,
    store::{
        StoreError, audit, changes,
        imports::frame::touch,
        query::{Params, sql},
        school_changes, statuses,
    },
};

/// Merges `merged` into `survivor`, unless their levels differ and nobody says `despite_levels`.
pub async fn merge(
    tx: &Transaction<'_>,
    merged: SchoolId,
    survivor: SchoolId,
    despite_levels: bool,
    actor: &str,
    now: DateTime<Utc>,
) -> Result<Result<Moved, MergeRefusal>, StoreError> {
    if merged == survivor {
        return Ok(Err(MergeRefusal::Itself));
    }
    let (ours, theirs) = (country(tx, merged).await?, country(tx, survivor).await?);
    let code = match (ours, theirs) {
        (Err(refusal), _) | (_, Err(refusal)) => return Ok(Err(refusal)),
        (Ok(ours), Ok(theirs)) if ours != theirs => {
            return Ok(Err(MergeRefusal::OtherCountry(ours, theirs)));
        }
        (Ok(code), Ok(_)) => code,
    };
    let [from, into] = match lock(tx, &code, [merged, survivor]).await? {
        Ok(locked) => locked,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Some(refusal) = refusal(&from, &into, despite_levels) {
        return Ok(Err(refusal));
    }
    let moved = move_all(tx, merged, survivor).await?;
    sql!(
        "merge_close",
        "UPDATE school SET merged_into = $2, updated_at = now() WHERE id = $1"
    )
    .execute(tx, &[&merged.0, &survivor.0])
    .await?;
    sql!(
        "merge_leave_areas",
        "DELETE FROM school_area WHERE school_id = $1"
    )
    .execute(tx, &[&merged.0])
    .await?;
    statuses::recompute(tx, &[survivor], now).await?;
    sql!("merge_last_measured")
        .execute(tx, &[&merged.0, &survivor.0])
        .await?;
    touch(tx, &code).await?;
    tell(tx, &from, &into, &moved, actor).await?;
    Ok(Ok(moved))
}

fn refusal(from: &Locked, into: &Locked, despite_levels: bool) -> Option<MergeRefusal> {
    for school in [from, into] {
        if let Some(into) = school.merged_into {
            let school = school.id;
            return Some(MergeRefusal::MergedAlready { school, into });
        }
    }
    let (Some(ours), Some(theirs)) = (&from.level, &into.level) else {
        return None;
    };
    let differ = ours.to_lowercase() != theirs.to_lowercase();
    (differ && !despite_levels).then(|| MergeRefusal::LevelsDiffer(ours.clone(), theirs.clone()))
}

/// Codes before probes: one that is redeemed meanwhile is waited for, and its probe comes along.
/// Probes before measurements: a report is waited for, and its records come along.
async fn move_all(
    tx: &Transaction<'_>,
    merged: SchoolId,
    survivor: SchoolId,
) -> Result<Moved, StoreError> {
    let ids: Params<'_> = &[&merged.0, &survivor.0];
    sql!("merge_enrolments").execute(tx, ids).await?;
    let probes = sql!("merge_probes").execute(tx, ids).await?;
    mark_days(tx, [merged, survivor]).await?;
    let tests = sql!("merge_speed_tests").execute(tx, ids).await?;
    let checks = sql!("merge_path_checks").execute(tx, ids).await?;
    let pages = sql!("merge_page_checks").execute(tx, ids).await?;
    sql!("merge_presence").execute(tx, ids).await?;
    sql!("merge_rejected").execute(tx, ids).await?;
    forget_empty_days(tx, [merged, survivor]).await?;
    let aliases = sql!("merge_aliases").execute(tx, ids).await?;
    Ok(Moved {
        survivor,
        merged,
        aliases,
        probes,
        measurements: tests + checks + pages,
    })
}

async fn tell(
    tx: &Transaction<'_>,
    from: &Locked,
    into: &Locked,
    moved: &Moved,
    actor: &str,
) -> Result<(), StoreError> {
    let (merged, survivor) = (moved.merged, moved.survivor);
    let change = |field: &str, value| (json!({field: null}), json!({field: value}));
    let (before, after) = change("merged_into", named(into));
    school_changes::record(tx, merged, actor, "merged", &before, &after).await?;
    let (before, after) = change("merged_from", named(from));
    school_changes::record(tx, survivor, actor, "merged", &before, &after).await?;
    let detail = json!({"into": survivor.0, "aliases": moved.aliases, "probes": moved.probes,
                        "measurements": moved.measurements});
    let subject = format!("school {merged}");
    audit::record(tx, actor, "schools merged", &subject, &detail).await?;
    changes::announce(tx, &[merged, survivor]).await?;
    changes::wake_summaries(tx).await
}
