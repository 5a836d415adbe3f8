//! What could not be used is kept; what waits for its school is taken up once that is known.

use chrono::{DateTime, Utc};
use deadpool_postgres::Transaction;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::{
    domain::area::CountryCode,
    store::{StoreError, query::sql},
};

/// So much that waits is taken up at a time.
const TAKEN_UP_AT_ONCE: i64 = 200;

/// What a kept record was to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A speed test.
    Measurement,
    /// A look at the internet.
    Connectivity,
}

impl Kind {
    /// Its stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Measurement => "measurement",
            Self::Connectivity => "connectivity",
        }
    }
}

/// A record that could not be used, without what names anybody.
#[derive(Debug, Clone)]
pub struct Kept {
    /// SHA-256 of the record.
    pub content_hash: Vec<u8>,
    /// Giga's id of its school, as it was stated.
    pub giga_id: String,
    /// SHA-256 of its installation's id.
    pub installation_hash: Vec<u8>,
    /// Stable slug.
    pub reason: &'static str,
    /// The same in words.
    pub detail: String,
    /// The record.
    pub record: String,
}

/// Keeps records; a resend of the same is the same.
pub async fn keep(
    tx: &Transaction<'_>,
    kind: Kind,
    api_key: Uuid,
    received_at: DateTime<Utc>,
    records: &[Kept],
) -> Result<(), StoreError> {
    if records.is_empty() {
        return Ok(());
    }
    // PostgreSQL's text holds no zero byte.
    let text = |text: &str| text.replace('\0', "\u{fffd}");
    let hashes: Vec<&[u8]> = records.iter().map(|one| &*one.content_hash).collect();
    let giga_ids: Vec<_> = records.iter().map(|one| text(&one.giga_id)).collect();
    let installations: Vec<&[u8]> = records.iter().map(|one| &*one.installation_hash).collect();
    let reasons: Vec<_> = records.iter().map(|one| one.reason).collect();
    let details: Vec<_> = records.iter().map(|one| text(&one.detail)).collect();
    let texts: Vec<_> = records.iter().map(|one| text(&one.record)).collect();
    sql!("giga_meter_keep")
        .execute(
            tx,
            &[
                &kind.slug(),
                &api_key,
                &received_at,
                &hashes,
                &giga_ids,
                &installations,
                &reasons,
                &details,
                &texts,
            ],
        )
        .await
        .map(drop)
}

/// A record that waited for its school.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// SHA-256 of the record.
    pub content_hash: Vec<u8>,
    /// The key that it came by.
    pub api_key: Uuid,
    /// SHA-256 of its installation's id.
    pub installation_hash: Vec<u8>,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// The record.
    pub record: String,
}

/// Takes up what waited for a school, by installation and time; it is no longer kept once the caller
/// commits.
pub async fn waiting(
    tx: &Transaction<'_>,
    kind: Kind,
    giga_id: &str,
    country: &CountryCode,
) -> Result<Vec<Waiting>, StoreError> {
    let rows = sql!("giga_meter_waiting")
        .rows(
            tx,
            &[&giga_id, &kind.slug(), &country.as_str(), &TAKEN_UP_AT_ONCE],
        )
        .await?;
    let waited = |row: &Row| Waiting {
        content_hash: row.get("content_hash"),
        api_key: row.get("api_key_id"),
        installation_hash: row.get("installation_hash"),
        received_at: row.get("received_at"),
        record: row.get("record"),
    };
    let mut waiting: Vec<Waiting> = rows.iter().map(waited).collect();
    waiting.sort_by(|a, b| {
        (&a.installation_hash, a.received_at).cmp(&(&b.installation_hash, b.received_at))
    });
    Ok(waiting)
}
