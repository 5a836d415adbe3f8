//! Installations of Giga Meter, and what they send: each a probe of its school; each record stored once,
//! by its UUID; what cannot be used kept until it can, or for as long as measurements are.

mod installations;
mod kept;
mod records;

use chrono::{DateTime, Utc};
use deadpool_postgres::{GenericClient, Transaction};
pub use installations::{GigaSchool, by_government_id, installation, register, schools};
pub use kept::{Kept, Kind, Waiting, keep, waiting};
pub use records::{Arrival, Written, write};

use super::{StoreError, query::sql};
use crate::domain::{giga_meter::Look, measurement::ProbeId, school::SchoolId};

/// So much is forgotten at a time.
const FORGOTTEN_AT_ONCE: i64 = 10_000;

/// Writes looks at the internet; for each, whether it was known.
pub async fn write_looks(
    tx: &Transaction<'_>,
    probe: ProbeId,
    looks: &[Look],
) -> Result<Vec<bool>, StoreError> {
    let (mut checked, mut received, mut connected) = (vec![], vec![], vec![]);
    let (mut latencies, mut failures, mut open) = (vec![], vec![], vec![]);
    for look in looks {
        checked.push(look.checked_at);
        received.push(look.received_at);
        connected.push(look.is_connected);
        latencies.push(look.latency_ms);
        failures.push(look.failure.as_deref());
        open.push(look.in_opening_hours);
    }
    let rows = sql!("giga_meter_check_insert")
        .rows(
            tx,
            &[
                &probe.0, &checked, &received, &connected, &latencies, &failures, &open,
            ],
        )
        .await?;
    let mut new: Vec<DateTime<Utc>> = rows.iter().map(|row| row.get("checked_at")).collect();
    // Of two of one instant in one request the first is new.
    let mut known = |look: &Look| match new.iter().position(|at| *at == look.checked_at) {
        Some(index) => {
            new.swap_remove(index);
            false
        }
        None => true,
    };
    Ok(looks.iter().map(&mut known).collect())
}

/// How often Giga Meter looked at a school's internet, and found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckCounts {
    /// Looks.
    pub checks: i64,
    /// Those that found it.
    pub connected: i64,
}

/// The looks of a school's installations since a time.
pub async fn check_counts(
    db: &impl GenericClient,
    school: SchoolId,
    from: DateTime<Utc>,
) -> Result<CheckCounts, StoreError> {
    let row = sql!("giga_meter_check_counts")
        .one(db, &[&school.0, &from])
        .await?;
    Ok(CheckCounts {
        checks: row.get("checks"),
        connected: row.get("connected"),
    })
}

/// Notes that an installation was heard of: a look is no record with a number. False if it was revoked.
pub async fn heard_of(
    tx: &Transaction<'_>,
    probe: ProbeId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let heard = sql!(
        "giga_meter_heard_of",
        "UPDATE probe SET last_report_at = greatest(last_report_at, $2)
         WHERE id = $1 AND revoked_at IS NULL"
    )
    .execute(tx, &[&probe.0, &now])
    .await?;
    Ok(heard > 0)
}

/// Forgets what arrived before a time, some of it at once; how much that was.
pub async fn forget(db: &impl GenericClient, before: DateTime<Utc>) -> Result<i64, StoreError> {
    let row = sql!("giga_meter_forget")
        .one(db, &[&before, &FORGOTTEN_AT_ONCE])
        .await?;
    Ok(row.get("forgotten"))
}
