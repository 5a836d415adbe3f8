//! Probes: who they are, whether they may report, and what a school's probes look like.

use std::sync::Arc;

use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use deadpool_postgres::GenericClient;

use super::{
    StoreError, policies,
    query::{Query, sql},
    retention,
};
use crate::domain::{
    calendar::SchoolCalendar, measurement::ProbeId, record::Vantage, retention::Kept,
    school::SchoolId,
};

/// A probe that showed a secret we know.
#[derive(Debug, Clone)]
pub struct KnownProbe {
    /// Its id.
    pub id: ProbeId,
    /// Its school.
    pub school_id: SchoolId,
    /// Where it sits.
    pub vantage: Vantage,
    /// Its school's country.
    pub country_code: String,
    /// Its school's days and hours.
    pub calendar: Arc<SchoolCalendar>,
    /// Since when it may no longer report.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Since when records are kept.
    pub kept: Kept,
}

/// The probe whose secret has this hash.
pub async fn find_by_secret(
    db: &impl GenericClient,
    secret_hash: &[u8],
) -> Result<Option<KnownProbe>, StoreError> {
    const QUERY: Query = sql!("probe_by_secret");
    let Some(row) = QUERY.maybe(db, &[&secret_hash]).await? else {
        return Ok(None);
    };
    let zone: String = row.get("time_zone");
    let vantage: String = row.get("vantage");
    Ok(Some(KnownProbe {
        id: ProbeId(row.get("id")),
        school_id: SchoolId(row.get("school_id")),
        vantage: Vantage::from_slug(&vantage)
            .ok_or_else(|| QUERY.unexpected(format!("vantage {vantage:?}")))?,
        calendar: Arc::new(SchoolCalendar {
            time_zone: zone
                .parse::<Tz>()
                .map_err(|_| QUERY.unexpected(format!("the time zone {zone:?}")))?,
            opens_at: row.get::<_, NaiveTime>("opens_at"),
            closes_at: row.get::<_, NaiveTime>("closes_at"),
            school_days: row.get("school_days"),
            closed: policies::closed(&row),
        }),
        revoked_at: row.get("revoked_at"),
        country_code: row.get("country_code"),
        kept: retention::kept_of(&row),
    }))
}

/// A probe as a school's page shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct ProbeEntry {
    /// Its id.
    pub id: ProbeId,
    /// Where it sits.
    pub vantage: String,
    /// Whether its history is made up.
    pub invented: bool,
    /// When it joined.
    pub enrolled_at: DateTime<Utc>,
    /// When it last reported.
    pub last_report_at: Option<DateTime<Utc>>,
    /// Since when it may no longer report.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Whose program it is: `schoolbeat_probe` or `giga_meter`.
    pub software: String,
    /// That program's version.
    pub software_version: String,
}

/// A school's probes, newest first.
pub async fn of_school(
    db: &impl GenericClient,
    school: SchoolId,
) -> Result<Vec<ProbeEntry>, StoreError> {
    let rows = sql!("probe_of_school").rows(db, &[&school.0]).await?;
    let entry = |row: &tokio_postgres::Row| ProbeEntry {
        id: ProbeId(row.get("id")),
        vantage: row.get("vantage"),
        invented: row.get("invented"),
        enrolled_at: row.get("enrolled_at"),
        last_report_at: row.get("last_report_at"),
        revoked_at: row.get("revoked_at"),
        software: row.get("software"),
        software_version: row.get("software_version"),
    };
    Ok(rows.iter().map(entry).collect())
}

/// Takes a probe's right to report; its school, if there is such a probe. Twice is as once.
pub async fn revoke(
    db: &impl GenericClient,
    probe: ProbeId,
) -> Result<Option<SchoolId>, StoreError> {
    let row = sql!(
        "probe_revoke",
        "UPDATE probe SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1
         RETURNING school_id"
    )
    .maybe(db, &[&probe.0])
    .await?;
    Ok(row.map(|row| SchoolId(row.get("school_id"))))
}
