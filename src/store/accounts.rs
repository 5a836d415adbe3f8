//! Accounts and sessions. Passwords come as Argon2id hashes, session tokens as SHA-256.

use chrono::{DateTime, Utc};
use deadpool_postgres::GenericClient;
use tokio_postgres::Row;
use uuid::Uuid;

use super::{
    StoreError,
    query::{Query, sql},
};
use crate::domain::account::Role;

/// An account that may log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: Uuid,
    /// Its login.
    pub login: String,
    /// What it may do.
    pub role: Role,
}

/// Adds an account; false if the login is taken.
pub async fn add(
    db: &impl GenericClient,
    login: &str,
    role: Role,
    password_hash: &str,
) -> Result<bool, StoreError> {
    let added = sql!("account_add")
        .execute(db, &[&Uuid::now_v7(), &login, &role.slug(), &password_hash])
        .await?;
    Ok(added == 1)
}

/// The account of that login, and the hash of its password.
pub async fn find(
    db: &impl GenericClient,
    login: &str,
) -> Result<Option<(Account, String)>, StoreError> {
    const QUERY: Query = sql!(
        "account_find",
        "SELECT id, login, role, password_hash FROM account WHERE login = $1"
    );
    let Some(row) = QUERY.maybe(db, &[&login]).await? else {
        return Ok(None);
    };
    Ok(Some((account(QUERY, &row)?, row.get("password_hash"))))
}

/// Begins a session, and forgets those that are over.
pub async fn begin_session(
    db: &impl GenericClient,
    account: Uuid,
    token_hash: &[u8],
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    sql!(
        "session_forget",
        "DELETE FROM session WHERE expires_at <= $1"
    )
    .execute(db, &[&now])
    .await?;
    sql!("session_begin")
        .execute(db, &[&token_hash, &account, &now, &expires_at])
        .await
        .map(drop)
}

/// Whose session this is, if it is one and not over.
pub async fn of_session(
    db: &impl GenericClient,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Account>, StoreError> {
    const QUERY: Query = sql!("session_account");
    QUERY
        .maybe(db, &[&token_hash, &now])
        .await?
        .map(|row| account(QUERY, &row))
        .transpose()
}

/// Ends a session, if there is one.
pub async fn end_session(db: &impl GenericClient, token_hash: &[u8]) -> Result<(), StoreError> {
    sql!("session_end", "DELETE FROM session WHERE token_hash = $1")
        .execute(db, &[&token_hash])
        .await
        .map(drop)
}

fn account(query: Query, row: &Row) -> Result<Account, StoreError> {
    let role: String = row.get("role");
    Ok(Account {
        id: row.get("id"),
        login: row.get("login"),
        role: Role::from_slug(&role).ok_or_else(|| query.unexpected(format!("role {role:?}")))?,
    })
}
