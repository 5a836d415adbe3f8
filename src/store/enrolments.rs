//! One-time codes that tie a new probe to one school. Only hashes of codes and secrets are kept.

use chrono::{DateTime, Utc};
use deadpool_postgres::{GenericClient, Transaction};
use uuid::Uuid;

use super::{
    StoreError,
    query::{Query, sql},
};
use crate::domain::{area::CountryCode, measurement::ProbeId, record::Vantage, school::SchoolId};

/// Adds a code for a school.
pub async fn add(
    db: &impl GenericClient,
    school: SchoolId,
    code_hash: &[u8],
    created_by: &str,
    expires_at: DateTime<Utc>,
) -> Result<Uuid, StoreError> {
    const QUERY: Query = sql!("enrolment_add");
    let id = Uuid::now_v7();
    let added = QUERY
        .execute(db, &[&id, &school.0, &code_hash, &created_by, &expires_at])
        .await?;
    if added == 0 {
        return Err(QUERY.unexpected(format!("no school {school}")));
    }
    Ok(id)
}

/// What a code is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redemption {
    /// A new probe came of it.
    Enrolled(NewProbe),
    /// Nobody ever made this code.
    Unknown,
    /// It has brought forth a probe already.
    Used {
        /// When.
        at: DateTime<Utc>,
    },
    /// Its time is over.
    Expired {
        /// Since when.
        at: DateTime<Utc>,
    },
}

/// A probe that was just enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProbe {
    /// Its id.
    pub id: ProbeId,
    /// Its school.
    pub school_id: SchoolId,
    /// The school's name.
    pub school_name: String,
    /// The school's country.
    pub country: CountryCode,
}

/// What the new probe says of itself, and the hash of the secret it will be given.
#[derive(Debug)]
pub struct Newcomer<'a> {
    /// Where it sits.
    pub vantage: Vantage,
    /// Its software.
    pub software_version: &'a str,
    /// Hash of its secret.
    pub secret_hash: &'a [u8],
}

/// Redeems a code once. The code's row is locked, so that of two that come together one wins.
pub async fn redeem(
    tx: &Transaction<'_>,
    code_hash: &[u8],
    newcomer: &Newcomer<'_>,
    now: DateTime<Utc>,
) -> Result<Redemption, StoreError> {
    let query = sql!("enrolment_lock");
    let Some(row) = query.maybe(tx, &[&code_hash]).await? else {
        return Ok(Redemption::Unknown);
    };
    if let Some(at) = row.get::<_, Option<DateTime<Utc>>>("redeemed_at") {
        return Ok(Redemption::Used { at });
    }
    let expires_at: DateTime<Utc> = row.get("expires_at");
    if expires_at <= now {
        return Ok(Redemption::Expired { at: expires_at });
    }
    let enrolment: Uuid = row.get("id");
    let country: String = row.get("country_code");
    let probe = NewProbe {
        id: ProbeId(Uuid::now_v7()),
        school_id: SchoolId(row.get("school_id")),
        school_name: row.get("school_name"),
        country: CountryCode::new(&country)
            .ok_or_else(|| query.unexpected(format!("country {country:?}")))?,
    };
    sql!(
        "enrolment_close",
        "UPDATE enrolment SET redeemed_at = $2 WHERE id = $1"
    )
    .execute(tx, &[&enrolment, &now])
    .await?;
    sql!("probe_add")
        .execute(
            tx,
            &[
                &probe.id.0,
                &probe.school_id.0,
                &enrolment,
                &newcomer.vantage.slug(),
                &newcomer.secret_hash,
                &newcomer.software_version,
                &now,
            ],
        )
        .await?;
    Ok(Redemption::Enrolled(probe))
}
