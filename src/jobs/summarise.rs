//! Dirty school-days become summaries, and their schools get a new verdict.

use chrono::{DateTime, Utc};

use super::Outcome;
use crate::{
    domain::school::SchoolId,
    store::{Store, StoreError, changes, status_history, statuses, summaries},
};

/// School-days of one step.
const BATCH: i64 = 2000;

/// Summarises some dirty days, judges their schools, says that they changed: in one transaction.
pub async fn step(store: &Store, now: DateTime<Utc>) -> Result<Outcome, StoreError> {
    let mut client = store.client().await?;
    let tx = client
        .transaction()
        .await
        .map_err(|e| StoreError::query("summarise", e))?;
    let days = summaries::summarise(&tx, BATCH).await?;
    if days.is_empty() {
        return Ok(Outcome::Idle);
    }
    status_history::mark_weeks(&tx, &days, now).await?;
    let mut schools: Vec<SchoolId> = days.into_iter().map(|(school, _)| school).collect();
    schools.dedup();
    statuses::recompute(&tx, &schools, now).await?;
    changes::announce(&tx, &schools).await?;
    tx.commit()
        .await
        .map_err(|e| StoreError::query("summarise", e))?;
    Ok(Outcome::Worked)
}

/// Until nothing is dirty; how many steps it took.
pub async fn run_until_idle(store: &Store, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let mut steps = 0;
    while step(store, now).await? == Outcome::Worked {
        steps += 1;
    }
    Ok(steps)
}
