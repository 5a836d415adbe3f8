//! Measurement servers: which there are, and what they saw of speed tests.

use chrono::{DateTime, Utc};
use deadpool_postgres::GenericClient;
use uuid::Uuid;

use super::{
    StoreError,
    query::{Query, sql},
};
use crate::domain::speed_server::{Direction, Ending, SeenTransfer};

/// A measurement server of somebody else's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownServer {
    /// What people call it.
    pub name: String,
    /// `ws://` or `wss://`, host and port.
    pub url: String,
    /// Where it stands, if that was said.
    pub city: Option<String>,
    /// ISO 3166-1 code of its country, if that was said.
    pub country_code: Option<String>,
    /// Lower is asked first; the service's own server has 0.
    pub rank: i32,
    /// When it last told what it saw.
    pub told_at: Option<DateTime<Utc>>,
}

/// All of them, those of this country first, then by rank.
pub async fn list(
    db: &impl GenericClient,
    country_code: Option<&str>,
) -> Result<Vec<KnownServer>, StoreError> {
    let rows = sql!("measurement_server_list")
        .rows(db, &[&country_code])
        .await?;
    Ok(rows.iter().map(known).collect())
}

fn known(row: &tokio_postgres::Row) -> KnownServer {
    KnownServer {
        name: row.get("name"),
        url: row.get("url"),
        city: row.get("city"),
        country_code: row.get("country_code"),
        rank: row.get("rank"),
        told_at: row.get("told_at"),
    }
}

/// Adds one, or changes the one of that name.
pub async fn put(db: &impl GenericClient, server: &KnownServer) -> Result<(), StoreError> {
    sql!("measurement_server_add")
        .execute(
            db,
            &[
                &Uuid::now_v7(),
                &server.name,
                &server.url,
                &server.city,
                &server.country_code,
                &server.rank,
            ],
        )
        .await
        .map(drop)
}

/// Takes one off the list; whether it was there. What it measured stays.
pub async fn remove(db: &impl GenericClient, name: &str) -> Result<bool, StoreError> {
    let removed = sql!(
        "measurement_server_remove",
        "DELETE FROM measurement_server WHERE name = $1"
    )
    .execute(db, &[&name])
    .await?;
    Ok(removed > 0)
}

/// Gives a server the key of this hash, instead of the one that it had; whether there is such a server.
pub async fn set_key(db: &impl GenericClient, name: &str, hash: &[u8]) -> Result<bool, StoreError> {
    let set = sql!(
        "measurement_server_set_key",
        "UPDATE measurement_server SET key_hash = $2 WHERE name = $1"
    )
    .execute(db, &[&name, &hash])
    .await?;
    Ok(set > 0)
}

/// The server whose key has this hash.
pub async fn by_key(
    db: &impl GenericClient,
    hash: &[u8],
) -> Result<Option<KnownServer>, StoreError> {
    let row = sql!(
        "measurement_server_by_key",
        "SELECT name, url, city, country_code, rank, told_at FROM measurement_server
         WHERE key_hash = $1"
    )
    .maybe(db, &[&hash])
    .await?;
    Ok(row.as_ref().map(known))
}

/// A server has told what it saw.
pub async fn has_told(db: &impl GenericClient, name: &str) -> Result<(), StoreError> {
    sql!(
        "measurement_server_has_told",
        "UPDATE measurement_server SET told_at = now() WHERE name = $1"
    )
    .execute(db, &[&name])
    .await
    .map(drop)
}

/// Where the servers are that tell what they see.
pub async fn telling(db: &impl GenericClient) -> Result<Vec<String>, StoreError> {
    let rows = sql!(
        "measurement_server_telling",
        "SELECT url FROM measurement_server WHERE key_hash IS NOT NULL ORDER BY name LIMIT 100"
    )
    .rows(db, &[])
    .await?;
    Ok(rows.iter().map(|row| row.get("url")).collect())
}

/// Keeps what a server saw, all at once. Their months must have partitions.
pub async fn keep(db: &impl GenericClient, seen: &[SeenTransfer]) -> Result<(), StoreError> {
    fn each<'a, T>(seen: &'a [SeenTransfer], of: impl Fn(&'a SeenTransfer) -> T) -> Vec<T> {
        seen.iter().map(of).collect()
    }
    sql!("seen_transfer_keep")
        .execute(
            db,
            &[
                &each(seen, |one| one.started_at),
                &each(seen, |one| one.measurement_id),
                &each(seen, |one| one.direction.slug()),
                &each(seen, |one| one.duration_ms),
                &each(seen, |one| one.bytes),
                &each(seen, |one| one.tcp_bytes),
                &each(seen, |one| one.retransmitted_bytes),
                &each(seen, |one| one.rtt_min_ms),
                &each(seen, |one| one.peak_mbps),
                &each(seen, |one| one.contended),
                &each(seen, |one| one.ending.slug()),
                &each(seen, |one| one.client_name.as_str()),
                &each(seen, |one| one.server.as_str()),
            ],
        )
        .await
        .map(drop)
}

/// What was seen of these measurements, newest first.
pub async fn seen(
    db: &impl GenericClient,
    measurements: &[Uuid],
) -> Result<Vec<SeenTransfer>, StoreError> {
    const QUERY: Query = sql!("seen_transfer_find");
    if measurements.is_empty() {
        return Ok(vec![]);
    }
    let rows = QUERY.rows(db, &[&measurements]).await?;
    rows.iter()
        .map(|row| {
            let (direction, ending): (&str, &str) = (row.get("direction"), row.get("ending"));
            let unknown = |slug: &str| QUERY.unexpected(format!("{slug:?}"));
            Ok(SeenTransfer {
                measurement_id: row.get("measurement_id"),
                direction: Direction::from_slug(direction).ok_or_else(|| unknown(direction))?,
                started_at: row.get("started_at"),
                duration_ms: row.get("duration_ms"),
                bytes: row.get("bytes"),
                tcp_bytes: row.get("tcp_bytes"),
                retransmitted_bytes: row.get("retransmitted_bytes"),
                rtt_min_ms: row.get("rtt_min_ms"),
                peak_mbps: row.get("peak_mbps"),
                contended: row.get("contended"),
                ending: Ending::from_slug(ending).ok_or_else(|| unknown(ending))?,
                client_name: row.get("client_name"),
                server: row.get("server"),
            })
        })
        .collect()
}
