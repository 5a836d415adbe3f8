//! One at a time in a country: an import, a decision on a correction and a merge each change schools
//! that the others look at. Must not know what any of them does.

use deadpool_postgres::Transaction;

use super::{StoreError, query::sql};
use crate::domain::area::CountryCode;

/// Any number will do, as long as every version of the program takes the same one.
const ADVISORY_CLASS: i32 = 0x005C_4001;

/// Waits for the country until the transaction's `lock_timeout`, and keeps it until its end.
pub(super) async fn take(tx: &Transaction<'_>, country: &CountryCode) -> Result<(), StoreError> {
    sql!(
        "country_lock",
        "SELECT pg_advisory_xact_lock($1, hashtext($2))"
    )
    .one(tx, &[&ADVISORY_CLASS, &country.as_str()])
    .await
    .map(drop)
}

/// The same; false if somebody else has it for longer than one waits.
pub(super) async fn taken(tx: &Transaction<'_>, country: &CountryCode) -> Result<bool, StoreError> {
    match take(tx, country).await {
        Ok(()) => Ok(true),
        Err(StoreError::TimedOut { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}
