//! Speed tests of one installation become durable, each once.
//!
//! The UUIDs are claimed in the transaction that writes the tests: of two requests with one UUID the
//! second waits for the first, and finds it known.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use deadpool_postgres::Transaction;

use crate::{
    domain::record::{Judged, SpeedTest},
    store::{
        StoreError,
        query::{Query, sql},
        reports::{self, Refusal, ReportFacts},
    },
};

/// A judged record, and by what it is recognised.
#[derive(Debug)]
pub struct Arrival {
    /// SHA-256 of its UUID.
    pub uuid_hash: Vec<u8>,
    /// SHA-256 of what it says.
    pub content_hash: Vec<u8>,
    /// What it became.
    pub test: SpeedTest,
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It is stored.
    Stored,
    /// It had been.
    Duplicate,
    /// Another measurement bears its UUID.
    UuidReused,
}

/// Writes what is new. Durable once the caller has committed; after a refusal nothing was written.
pub async fn write(
    tx: &Transaction<'_>,
    facts: &ReportFacts<'_>,
    arrivals: Vec<Arrival>,
) -> Result<Result<Vec<Written>, Refusal>, StoreError> {
    let lock = sql!(
        "giga_meter_probe_lock",
        "SELECT last_sequence, revoked_at IS NOT NULL AS revoked FROM probe WHERE id = $1
         FOR UPDATE"
    );
    let row = lock.one(tx, &[&facts.probe_id.0]).await?;
    // Before anything is claimed: a claim without its measurement would be a loss.
    if row.get("revoked") {
        return Ok(Err(Refusal::Revoked));
    }
    let mut sequence: i64 = row.get("last_sequence");
    let mut claimed = claim(tx, facts.received_at, &arrivals).await?;
    let known = known(tx, &arrivals).await?;
    let mut written = vec![];
    let mut new = vec![];
    for arrival in arrivals {
        // Of one UUID in one request, the first that says what was claimed.
        let same = known.get(&arrival.uuid_hash) == Some(&arrival.content_hash);
        written.push(match (same, claimed.remove(&arrival.uuid_hash) && same) {
            (false, _) => Written::UuidReused,
            (true, false) => Written::Duplicate,
            (true, true) => {
                sequence += 1;
                let mut test = arrival.test;
                test.origin.sequence = sequence;
                new.push(Judged::SpeedTest(Box::new(test)));
                Written::Stored
            }
        });
    }
    let committed = reports::write(tx, facts, &new).await?;
    Ok(committed.map(|_| written))
}

/// The hashes of UUIDs that nobody had claimed before.
async fn claim(
    tx: &Transaction<'_>,
    received_at: DateTime<Utc>,
    arrivals: &[Arrival],
) -> Result<HashSet<Vec<u8>>, StoreError> {
    let mut seen = HashSet::new();
    let first = arrivals
        .iter()
        .filter(|arrival| seen.insert(&arrival.uuid_hash));
    let (uuids, contents): (Vec<&[u8]>, Vec<&[u8]>) = first
        .map(|arrival| (&*arrival.uuid_hash, &*arrival.content_hash))
        .unzip();
    let rows = sql!("giga_meter_record_claim")
        .rows(tx, &[&uuids, &contents, &received_at])
        .await?;
    Ok(rows.iter().map(|row| row.get("uuid_hash")).collect())
}

/// What is known of these UUIDs now.
async fn known(
    tx: &Transaction<'_>,
    arrivals: &[Arrival],
) -> Result<HashMap<Vec<u8>, Vec<u8>>, StoreError> {
    const QUERY: Query = sql!(
        "giga_meter_record_known",
        "SELECT uuid_hash, content_hash FROM giga_meter_record WHERE uuid_hash = ANY ($1)"
    );
    let uuids: Vec<&[u8]> = arrivals.iter().map(|one| &*one.uuid_hash).collect();
    let rows = QUERY.rows(tx, &[&uuids]).await?;
    Ok(rows
        .iter()
        .map(|row| (row.get("uuid_hash"), row.get("content_hash")))
        .collect())
}
