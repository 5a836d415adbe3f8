//! Speed tests made by a page in a browser: each school has one probe that stands for all of them.

use chrono::{DateTime, TimeDelta, Utc};
use deadpool_postgres::Transaction;
use uuid::Uuid;

use super::{
    StoreError,
    probes::{self, KnownProbe},
    query::sql,
    secrets,
};
use crate::domain::school::SchoolId;

/// A test's row lies this close to what its server saw.
const NEAR: TimeDelta = TimeDelta::minutes(1);

/// The school's probe of vantage `browser`, locked, made if there is none; and its last number.
/// `None` if there is no such school. Its secret is known to nobody.
pub async fn probe(
    tx: &Transaction<'_>,
    school: SchoolId,
    now: DateTime<Utc>,
) -> Result<Option<(KnownProbe, i64)>, StoreError> {
    // Two first tests at once must not make two probes.
    let lock = sql!(
        "browser_school_lock",
        "SELECT id FROM school WHERE id = $1 AND merged_into IS NULL FOR UPDATE"
    );
    if lock.maybe(tx, &[&school.0]).await?.is_none() {
        return Ok(None);
    }
    let find = sql!(
        "browser_probe_find",
        "SELECT secret_hash, last_sequence FROM probe
         WHERE school_id = $1 AND vantage = 'browser' AND NOT invented AND revoked_at IS NULL
         ORDER BY enrolled_at LIMIT 1 FOR UPDATE"
    );
    let row = match find.maybe(tx, &[&school.0]).await? {
        Some(row) => row,
        None => {
            let secret_hash = secrets::hash(&secrets::fresh_token());
            sql!(
                "browser_probe_add",
                "INSERT INTO probe (id, school_id, vantage, secret_hash, software_version, enrolled_at)
                 VALUES ($1, $2, 'browser', $3, '', $4)"
            )
            .execute(tx, &[&Uuid::now_v7(), &school.0, &&secret_hash[..], &now])
            .await?;
            find.one(tx, &[&school.0]).await?
        }
    };
    let secret_hash: Vec<u8> = row.get("secret_hash");
    let known = probes::find_by_secret(tx, &secret_hash).await?;
    Ok(known.map(|probe| (probe, row.get("last_sequence"))))
}

/// Whether this measurement is stored already, for whichever school. Others that ask for the same one
/// wait until this transaction has ended.
pub async fn is_known(
    tx: &Transaction<'_>,
    measurement: Uuid,
    taken_at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let lock = sql!(
        "browser_test_lock",
        "SELECT pg_advisory_xact_lock(hashtextextended($1::uuid::text, 0))"
    );
    lock.one(tx, &[&measurement]).await?;
    let found = sql!(
        "browser_test_known",
        "SELECT EXISTS (SELECT FROM speed_test WHERE measurement_id = $1
                        AND measured_at BETWEEN $2 AND $3) AS known"
    );
    let (from, to) = (taken_at - NEAR, taken_at + NEAR);
    let row = found.one(tx, &[&measurement, &from, &to]).await?;
    Ok(row.get("known"))
}
