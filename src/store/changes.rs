//! Word of what changed, to every server on the database: sent by the commit itself.

use deadpool_postgres::GenericClient;

use super::{StoreError, query::sql};
use crate::domain::school::SchoolId;

/// The channel that servers listen on.
pub const CHANNEL: &str = "schoolbeat_changed";

/// More ids than this are not named one by one: the listener reads everything anew.
pub const MAX_NAMED: usize = 100;

/// What a summary job is woken by.
const SUMMARIES: &str = "summaries";

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// These schools look different now.
    Schools(Vec<SchoolId>),
    /// Anything may look different now.
    Anything,
    /// School-days wait for their summary.
    Summaries,
}

/// Says that these schools look different. An empty list says that anything may.
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
    notify(db, &payload).await
}

/// Says that school-days wait for their summary.
pub async fn wake_summaries(db: &impl GenericClient) -> Result<(), StoreError> {
    notify(db, SUMMARIES).await
}

async fn notify(db: &impl GenericClient, payload: &str) -> Result<(), StoreError> {
    sql!("changes_notify", "SELECT pg_notify($1, $2)")
        .execute(db, &[&CHANNEL, &payload])
        .await
        .map(drop)
}

/// Reads a notification back. What cannot be read may be anything.
pub fn parse(payload: &str) -> Change {
    if payload == SUMMARIES {
        return Change::Summaries;
    }
    let ids: Option<Vec<_>> = payload
        .split(',')
        .map(|id| id.parse().ok().map(SchoolId))
        .collect();
    ids.map_or(Change::Anything, Change::Schools)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_cannot_be_read_may_be_anything() {
        let (a, b) = (Uuid::now_v7(), Uuid::now_v7());
        let both = Change::Schools(vec![SchoolId(a), SchoolId(b)]);
        assert_eq!(parse(&format!("{a},{b}")), both);
        assert_eq!(parse("summaries"), Change::Summaries);
        for payload in ["", "x", &format!("{a},")] {
            assert_eq!(parse(payload), Change::Anything, "{payload:?}");
        }
    }
}
