//! Keys by which programs send for schools: Giga Meter's installations share one. Only hashes are kept.

use chrono::{DateTime, Utc};
use deadpool_postgres::GenericClient;
use tokio_postgres::Row;
use uuid::Uuid;

use super::{
    StoreError,
    query::{Query, sql},
};
use crate::domain::area::CountryCode;

/// A key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
    /// For whose schools it is; absent: for all.
    pub country: Option<CountryCode>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the hour.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Since when it is worth nothing.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A key that is not there yet.
#[derive(Debug)]
pub struct NewApiKey<'a> {
    /// What people call it.
    pub name: &'a str,
    /// For whose schools it is; absent: for all.
    pub country: Option<&'a CountryCode>,
    /// Hash of its secret.
    pub hash: &'a [u8],
}

/// Adds a key; `None` if one of that name is in use.
pub async fn add(
    db: &impl GenericClient,
    key: &NewApiKey<'_>,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, StoreError> {
    let id = Uuid::now_v7();
    let country = key.country.map(CountryCode::as_str);
    let added = sql!("api_key_add")
        .execute(db, &[&id, &key.name, &country, &key.hash, &now])
        .await?;
    Ok((added > 0).then_some(id))
}

/// Every key, those in use first.
pub async fn list(db: &impl GenericClient) -> Result<Vec<ApiKey>, StoreError> {
    const QUERY: Query = sql!("api_key_list");
    let rows = QUERY.rows(db, &[]).await?;
    rows.iter().map(|row| key(QUERY, row)).collect()
}

/// The key whose secret has this hash, revoked or not.
pub async fn find(db: &impl GenericClient, hash: &[u8]) -> Result<Option<ApiKey>, StoreError> {
    const QUERY: Query = sql!(
        "api_key_find",
        "SELECT id, name, country_code, created_at, last_used_at, revoked_at
         FROM api_key WHERE key_hash = $1"
    );
    let row = QUERY.maybe(db, &[&hash]).await?;
    row.map(|row| key(QUERY, &row)).transpose()
}

/// Notes that a key was used.
pub async fn used(db: &impl GenericClient, id: Uuid, now: DateTime<Utc>) -> Result<(), StoreError> {
    sql!(
        "api_key_used",
        "UPDATE api_key SET last_used_at = $2::timestamptz
         WHERE id = $1 AND coalesce(last_used_at < $2::timestamptz - interval '1 hour', true)"
    )
    .execute(db, &[&id, &now])
    .await
    .map(drop)
}

/// Takes a key's worth, for good; its id, if one of that name was in use.
pub async fn revoke(
    db: &impl GenericClient,
    name: &str,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, StoreError> {
    let row = sql!(
        "api_key_revoke",
        "UPDATE api_key SET revoked_at = $2 WHERE name = $1 AND revoked_at IS NULL RETURNING id"
    )
    .maybe(db, &[&name, &now])
    .await?;
    Ok(row.map(|row| row.get("id")))
}

fn key(query: Query, row: &Row) -> Result<ApiKey, StoreError> {
    let country: Option<String> = row.get("country_code");
    let known = |code: String| {
        CountryCode::new(&code).ok_or_else(|| query.unexpected(format!("country {code:?}")))
    };
    Ok(ApiKey {
        id: row.get("id"),
        name: row.get("name"),
        country: country.map(known).transpose()?,
        created_at: row.get("created_at"),
        last_used_at: row.get("last_used_at"),
        revoked_at: row.get("revoked_at"),
    })
}
