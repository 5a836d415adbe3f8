//! Who changed what. Written in the transaction of the change itself, so that neither is alone.

use deadpool_postgres::GenericClient;
use serde_json::Value;

use super::{StoreError, query::sql};

/// Records one change. `actor` is an account's login, `command line` or `probe <id>`.
pub async fn record(
    db: &impl GenericClient,
    actor: &str,
    action: &str,
    subject: &str,
    detail: &Value,
) -> Result<(), StoreError> {
    sql!(
        "audit_record",
        "INSERT INTO audit_event (actor, action, subject, detail) VALUES ($1, $2, $3, $4)"
    )
    .execute(db, &[&actor, &action, &subject, detail])
    .await
    .map(drop)
}
