//! Which school an id of Giga's names, and which probe an installation is.

use chrono::{DateTime, Utc};
use deadpool_postgres::{GenericClient, Transaction};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::{
    domain::{area::CountryCode, measurement::ProbeId, school::SchoolId},
    store::{
        StoreError, merges,
        query::{Query, sql},
        secrets,
    },
};

/// More installations than any school has computers that measure. Whoever comes later reports as the
/// school's one installation without an id.
const MOST_INSTALLATIONS: i64 = 100;

/// A school as Giga's ids name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GigaSchool {
    /// Our id.
    pub id: SchoolId,
    /// Giga's id as our list has it, or our own where it has none.
    pub giga_id: String,
    /// The ministry's id.
    pub government_id: Option<String>,
    /// Its name.
    pub name: String,
    /// Its country.
    pub country: CountryCode,
    /// As the list states it.
    pub education_level: Option<String>,
}

/// The schools that this id of Giga's names; one, unless two countries use one id.
pub async fn schools(
    db: &impl GenericClient,
    giga_id: &str,
) -> Result<Vec<GigaSchool>, StoreError> {
    const QUERY: Query = sql!("giga_meter_school");
    let mut own = Uuid::parse_str(giga_id).ok().map(SchoolId);
    if let Some(id) = own {
        own = merges::survivor(db, id).await?.or(own);
    }
    let (lower, upper) = (giga_id.to_lowercase(), giga_id.to_uppercase());
    let rows = QUERY
        .rows(db, &[&lower, &upper, &own.map(|own| own.0)])
        .await?;
    let school = |row: &Row| {
        Ok(GigaSchool {
            id: SchoolId(row.get("id")),
            giga_id: lower.clone(),
            government_id: None,
            name: row.get("name"),
            country: country(QUERY, row)?,
            education_level: None,
        })
    };
    rows.iter().map(school).collect()
}

/// The school of a country that the ministry knows by this id.
pub async fn by_government_id(
    db: &impl GenericClient,
    country_code: &CountryCode,
    government_id: &str,
) -> Result<Vec<GigaSchool>, StoreError> {
    const QUERY: Query = sql!("giga_meter_by_government_id");
    let rows = QUERY
        .rows(db, &[&country_code.as_str(), &government_id])
        .await?;
    let school = |row: &Row| {
        Ok(GigaSchool {
            id: SchoolId(row.get("id")),
            giga_id: row.get("giga_id"),
            government_id: row.get("government_id"),
            name: row.get("name"),
            country: country(QUERY, row)?,
            education_level: row.get("education_level"),
        })
    };
    rows.iter().map(school).collect()
}

fn country(query: Query, row: &Row) -> Result<CountryCode, StoreError> {
    let code: String = row.get("country_code");
    CountryCode::new(&code).ok_or_else(|| query.unexpected(format!("country {code:?}")))
}

/// A new installation of a school, and the id that it is to call itself by. `None` if the school has
/// too many, or was merged just now.
pub async fn register(
    tx: &Transaction<'_>,
    school: SchoolId,
    app_version: &str,
    now: DateTime<Utc>,
) -> Result<Option<(ProbeId, Uuid)>, StoreError> {
    let id = secrets::fresh_id();
    let hash = secrets::hash(&id.to_string());
    if !lock(tx, school).await? {
        return Ok(None);
    }
    let probe = add(tx, school, &hash, app_version, now, MOST_INSTALLATIONS).await?;
    Ok(probe.map(|probe| (probe, id)))
}

/// The probe of a school that is this installation; made if it is new. `None` if the school was merged
/// just now.
pub async fn installation(
    tx: &Transaction<'_>,
    school: SchoolId,
    hash: &[u8],
    app_version: &str,
    now: DateTime<Utc>,
) -> Result<Option<ProbeId>, StoreError> {
    if let Some(known) = find(tx, school, hash).await? {
        return Ok(Some(known));
    }
    if !lock(tx, school).await? {
        return Ok(None);
    }
    // Another request of the same installation may have been faster.
    if let Some(known) = find(tx, school, hash).await? {
        return Ok(Some(known));
    }
    if let Some(new) = add(tx, school, hash, app_version, now, MOST_INSTALLATIONS).await? {
        return Ok(Some(new));
    }
    let nameless = secrets::hash("");
    match find(tx, school, &nameless).await? {
        Some(known) => Ok(Some(known)),
        None => add(tx, school, &nameless, app_version, now, i64::MAX).await,
    }
}

/// One new installation of a school at a time, and none while it is merged. False if it is merged.
async fn lock(tx: &Transaction<'_>, school: SchoolId) -> Result<bool, StoreError> {
    let row = sql!(
        "giga_meter_school_lock",
        "SELECT id FROM school WHERE id = $1 AND merged_into IS NULL FOR NO KEY UPDATE"
    )
    .maybe(tx, &[&school.0])
    .await?;
    Ok(row.is_some())
}

async fn find(
    tx: &Transaction<'_>,
    school: SchoolId,
    hash: &[u8],
) -> Result<Option<ProbeId>, StoreError> {
    let row = sql!("giga_meter_installation_find")
        .maybe(tx, &[&school.0, &hash])
        .await?;
    Ok(row.map(|row| ProbeId(row.get("id"))))
}

async fn add(
    tx: &Transaction<'_>,
    school: SchoolId,
    hash: &[u8],
    app_version: &str,
    now: DateTime<Utc>,
    most: i64,
) -> Result<Option<ProbeId>, StoreError> {
    let probe = ProbeId(Uuid::now_v7());
    let added = sql!("giga_meter_installation_add")
        .execute(tx, &[&probe.0, &school.0, &hash, &app_version, &now, &most])
        .await?;
    Ok((added > 0).then_some(probe))
}
