//! What a school's line gave outside of school hours. Reads raw tests of one school.

use chrono::{DateTime, Utc};
use deadpool_postgres::GenericClient;

use super::{StoreError, query::sql};
use crate::domain::{content_capacity::OffHours, school::SchoolId};

/// The tests between two instants; whether the line was there is for others to say.
pub async fn of_school(
    db: &impl GenericClient,
    school: SchoolId,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<OffHours, StoreError> {
    let row = sql!("content_capacity")
        .one(db, &[&school.0, &from, &to])
        .await?;
    Ok(OffHours {
        tests: row.get("tests"),
        p10_mbps: row.get("p10_mbps"),
        availability: None,
    })
}
