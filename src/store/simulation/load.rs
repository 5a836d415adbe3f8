//! Virtual probes: enrolled at invented schools for as long as a server is put under load.

use deadpool_postgres::{Client, GenericClient};
use uuid::Uuid;

use crate::store::{
    StoreError, audit,
    query::{Query, sql},
};

/// A probe that may report until the load ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadProbe {
    /// Its id.
    pub id: Uuid,
}

/// What the tables hold of some probes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Speed tests.
    pub speed_tests: u64,
    /// Path checks.
    pub path_checks: u64,
    /// Spans of presence.
    pub presence: u64,
    /// What could not become a measurement.
    pub rejected: u64,
    /// Records that are there more than once.
    pub doubled: u64,
}

/// Enrols one probe for each hash of a secret, at the country's schools in turn. None, if it has none.
pub async fn enrol(
    client: &mut Client,
    country: &str,
    secret_hashes: &[Vec<u8>],
) -> Result<Vec<LoadProbe>, StoreError> {
    const QUERY: Query = sql!("simulation_load_enrol");
    let tx = client.transaction().await.map_err(|e| QUERY.failed(e))?;
    let ids: Vec<Uuid> = secret_hashes.iter().map(|_| Uuid::now_v7()).collect();
    let rows = QUERY.rows(&tx, &[&country, &ids, &secret_hashes]).await?;
    let detail = serde_json::json!({"probes": rows.len()});
    let subject = format!("country {country}");
    audit::record(&tx, super::ACTOR, "load begun", &subject, &detail).await?;
    tx.commit().await.map_err(|e| QUERY.failed(e))?;
    Ok(rows
        .iter()
        .map(|row| LoadProbe { id: row.get("id") })
        .collect())
}

/// Takes their right to report.
pub async fn revoke(db: &impl GenericClient, probes: &[Uuid]) -> Result<(), StoreError> {
    sql!(
        "simulation_load_revoke",
        "UPDATE probe SET revoked_at = now() WHERE id = ANY ($1::uuid[])"
    )
    .execute(db, &[&probes])
    .await
    .map(drop)
}

/// Counts what the tables hold of these probes.
pub async fn stored(db: &impl GenericClient, probes: &[Uuid]) -> Result<Stored, StoreError> {
    let row = sql!("simulation_load_stored").one(db, &[&probes]).await?;
    let count = |column| u64::try_from(row.get::<_, i64>(column)).unwrap_or_default();
    Ok(Stored {
        speed_tests: count("speed_tests"),
        path_checks: count("path_checks"),
        presence: count("presence"),
        rejected: count("rejected"),
        doubled: count("doubled"),
    })
}
