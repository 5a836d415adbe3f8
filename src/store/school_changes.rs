//! The history of each school: who changed what, when, from which file. Written in the transaction
//! of the change itself; must not know why anything was changed.

use chrono::{DateTime, Utc};
use deadpool_postgres::GenericClient;
use serde_json::Value;
use uuid::Uuid;

use super::{StoreError, query::sql};
use crate::domain::school::SchoolId;

/// One entry of a history.
#[derive(Debug, Clone, PartialEq)]
pub struct SchoolChange {
    /// Grows with time.
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// An account's login, or `command line`.
    pub actor: String,
    /// `created`, `updated`, `undone`, `corrected`, `merged` or `unmerged`.
    pub kind: String,
    /// What was known before, as far as it changed.
    pub before: Value,
    /// What was known after.
    pub after: Value,
    /// The file that said so.
    pub file: Option<ChangeFile>,
}

/// A file that changed a school.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeFile {
    /// The import.
    pub import_id: Uuid,
    /// Its name, without directory; `None` if the import is gone.
    pub name: Option<String>,
    /// SHA-256 of its bytes.
    pub sha256: Option<Vec<u8>>,
}

/// Something that a person did to one school, without a file.
pub(super) async fn record(
    db: &impl GenericClient,
    school: SchoolId,
    actor: &str,
    kind: &str,
    before: &Value,
    after: &Value,
) -> Result<(), StoreError> {
    sql!(
        "school_change_record",
        "INSERT INTO school_change (school_id, actor, kind, before, after) VALUES ($1, $2, $3, $4, $5)"
    )
    .execute(db, &[&school.0, &actor, &kind, before, after])
    .await
    .map(drop)
}

/// The newest `limit` entries before `cursor`, newest first.
pub async fn page(
    db: &impl GenericClient,
    school: SchoolId,
    cursor: Option<i64>,
    limit: i64,
) -> Result<Vec<SchoolChange>, StoreError> {
    let rows = sql!("school_change_page")
        .rows(db, &[&school.0, &cursor, &limit])
        .await?;
    let entry = |row: &tokio_postgres::Row| SchoolChange {
        id: row.get("id"),
        at: row.get("at"),
        actor: row.get("actor"),
        kind: row.get("kind"),
        before: row.get::<_, Option<Value>>("before").unwrap_or_default(),
        after: row.get::<_, Option<Value>>("after").unwrap_or_default(),
        file: row
            .get::<_, Option<Uuid>>("import_id")
            .map(|import_id| ChangeFile {
                import_id,
                name: row.get("file_name"),
                sha256: row.get("file_sha256"),
            }),
    };
    Ok(rows.iter().map(entry).collect())
}

/// Whether there ever was a school of that id, merged or not, and how many entries it has.
pub async fn count(db: &impl GenericClient, school: SchoolId) -> Result<Option<i64>, StoreError> {
    let row = sql!("school_change_count").one(db, &[&school.0]).await?;
    let total: i64 = row.get("total");
    Ok((total > 0 || row.get("known")).then_some(total))
}
