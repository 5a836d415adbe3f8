//! Judged reports become durable, exactly once, many of them in one transaction.
//!
//! The probe's cursor is moved in the transaction that writes its records, so that a resend is
//! recognised by its numbers alone, without a unique index on the big tables.

mod batch;
mod group;
mod sift;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use deadpool_postgres::Transaction;
use uuid::Uuid;

use self::batch::{Batch, OpenProbe};
pub use self::{
    group::{Arrived, GroupCommit, Limits, Observer, Unwritten, Written, start},
    sift::NOT_STORABLE,
};
use super::{
    StoreError, presence,
    query::{Query, sql},
};
use crate::domain::{
    calendar::SchoolCalendar, measurement::ProbeId, record::Judged, school::SchoolId,
};

/// What a report says besides its records.
#[derive(Debug, Clone, Copy)]
pub struct ReportFacts<'a> {
    /// The probe.
    pub probe_id: ProbeId,
    /// Whose local days the records fall on.
    pub calendar: &'a SchoolCalendar,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// The probe's clock less ours, where the report says it.
    pub clock_offset_ms: Option<i64>,
    /// The probe's software.
    pub software_version: &'a str,
}

/// A judged report.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// What it says besides its records.
    pub facts: ReportFacts<'a>,
    /// Its records.
    pub judged: &'a [Judged],
}

/// What became of the records.
#[derive(Debug, PartialEq, Eq)]
pub struct Committed {
    /// The cursor after the report.
    pub last_sequence: i64,
    /// For each record of the report, in its order: whether it had been stored before.
    pub duplicate: Vec<bool>,
}

/// Why a report was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The probe's right was taken while its report was on the way.
    Revoked,
}

/// What became of a report among others; `None`: somebody else is changing its probe at this moment,
/// nothing of it is stored, and it may come again.
pub type Taken = Option<Result<Committed, Refusal>>;

/// Writes what is new of one report and moves the cursor, after whoever else changes the probe.
/// Durable once the caller has committed.
pub async fn write(
    tx: &Transaction<'_>,
    facts: &ReportFacts<'_>,
    judged: &[Judged],
) -> Result<Result<Committed, Refusal>, StoreError> {
    const LOCK: Query = sql!("probe_lock");
    let report = Report {
        facts: *facts,
        judged,
    };
    let taken = write_locked(tx, &[report], LOCK).await?.pop().flatten();
    taken.ok_or_else(|| LOCK.unexpected(format!("no probe {}", facts.probe_id.0)))
}

/// The same for reports of many probes, in their order. It waits for nobody: a probe that somebody
/// else is changing must not hold up the others.
async fn write_together(
    tx: &Transaction<'_>,
    reports: &[Report<'_>],
) -> Result<Vec<Taken>, StoreError> {
    const LOCK_FREE: Query = sql!("probe_lock_free");
    write_locked(tx, reports, LOCK_FREE).await
}

async fn write_locked(
    tx: &Transaction<'_>,
    reports: &[Report<'_>],
    lock: Query,
) -> Result<Vec<Taken>, StoreError> {
    let mut probes: Vec<Uuid> = reports.iter().map(|one| one.facts.probe_id.0).collect();
    probes.sort_unstable();
    probes.dedup();
    let rows = lock.rows(tx, &[&probes]).await?;
    let open: HashMap<ProbeId, OpenProbe> = rows
        .iter()
        .map(|row| {
            let probe = OpenProbe {
                // Schools may have been merged while the report was on its way: the locked row knows.
                school: SchoolId(row.get("school_id")),
                last_sequence: row.get("last_sequence"),
                last_report_at: row.get("last_report_at"),
                is_revoked: row.get("revoked"),
                newest: presence::newest(row),
            };
            (ProbeId(row.get("id")), probe)
        })
        .collect();
    let mut batch = Batch::new(open);
    let taken = reports.iter().map(|report| batch.take(report)).collect();
    batch.write(tx).await?;
    Ok(taken)
}
