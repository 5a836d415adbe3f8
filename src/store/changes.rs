//! Word that schools changed, to every server on the database: sent with the commit.

use deadpool_postgres::GenericClient;

use super::{StoreError, query::sql};
use crate::domain::school::SchoolId;

/// The channel that servers listen on.
pub const CHANNEL: &str = "schoolbeat_changed";

/// More ids than this are not named one by one: the listener reads everything anew.
pub const MAX_NAMED: usize = 100;

/// Says that these schools changed. An empty list says that anything may have.
pub async fn announce(db: &impl GenericClient, schools: &[SchoolId]) -> Result<(), StoreError> {
    let named = if schools.len() > MAX_NAMED {
        &[]
    } else {
        schools
    };
    let payload = named
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(",");
    sql!("changes_announce", "SELECT pg_notify($1, $2)")
        .execute(db, &[&CHANNEL, &payload])
        .await
        .map(drop)
}

/// Reads an announcement back; `None` if anything may have changed.
pub fn parse(payload: &str) -> Option<Vec<SchoolId>> {
    if payload.is_empty() {
        return None;
    }
    payload
        .split(',')
        .map(|id| id.parse().ok().map(SchoolId))
        .collect()
}
