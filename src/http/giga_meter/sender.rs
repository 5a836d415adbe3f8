//! An installation of Giga Meter that sends: which school it is of, and which probe it is.

use chrono::{DateTime, Utc};

use super::outcome::Request;
use crate::{
    domain::{country::Country, measurement::ProbeId, retention::Kept},
    http::ApiError,
    ingest::Fault,
    store::{
        Client, StoreError, Transaction,
        api_keys::ApiKey,
        countries,
        giga_meter::{self, GigaSchool},
        retention, secrets,
    },
};

/// An installation of a known school.
pub(super) struct Sender {
    pub school: GigaSchool,
    pub country: Country,
    pub kept: Kept,
    pub version: String,
    pub now: DateTime<Utc>,
    installation_hash: Vec<u8>,
}

impl Sender {
    /// The school that the id names, and the installation at it.
    pub(super) async fn find(
        db: &Client,
        request: &Request<'_>,
        giga_id: &str,
        installation: &str,
        version: String,
    ) -> Result<Result<Self, Fault>, ApiError> {
        let school = match school(db, request.key, giga_id).await? {
            Ok(school) => school,
            Err(fault) => return Ok(Err(fault)),
        };
        let country = countries::find(db, &school.country).await?;
        let country = country.ok_or_else(|| ApiError::not_found("country", &school.country))?;
        Ok(Ok(Self {
            school,
            country,
            kept: retention::kept(db).await?,
            version,
            now: request.received_at,
            installation_hash: secrets::hash(installation),
        }))
    }

    /// Its probe; made if it is new.
    pub(super) async fn probe(&self, tx: &Transaction<'_>) -> Result<ProbeId, ApiError> {
        self.probe_of(tx, &self.installation_hash).await
    }

    /// The probe of another installation of the school.
    pub(super) async fn probe_of(
        &self,
        tx: &Transaction<'_>,
        hash: &[u8],
    ) -> Result<ProbeId, ApiError> {
        let school = self.school.id;
        let probe = giga_meter::installation(tx, school, hash, &self.version, self.now).await?;
        // It was merged since it was found: the next attempt finds its survivor.
        probe.ok_or(ApiError::Busy {
            message: "this school is being merged with another",
            retry_after_s: 5,
        })
    }
}

/// The installation was revoked.
pub(super) fn revoked() -> Fault {
    Fault {
        reason: "installation_revoked",
        detail: "this installation may report no more: register the app again".into(),
    }
}

/// The school that an id of Giga's names, if the key is for it.
pub(super) async fn school(
    db: &Client,
    key: &ApiKey,
    giga_id: &str,
) -> Result<Result<GigaSchool, Fault>, StoreError> {
    let fault = |reason, detail: String| Ok(Err(Fault { reason, detail }));
    if giga_id.is_empty() {
        let detail = "giga_id_school is absent: register the app for its school again";
        return fault("giga_id_missing", detail.into());
    }
    let mut schools = giga_meter::schools(db, giga_id).await?;
    if schools.is_empty() {
        return fault(
            "school_unknown",
            format!(
                "no school here has the Giga id {giga_id}: import the list that names it. The \
                 record is kept, and counts when an app of this school next reports after that"
            ),
        );
    }
    if let Some(country) = &key.country {
        schools.retain(|school| school.country == *country);
        if schools.is_empty() {
            return fault(
                "school_of_other_country",
                format!("this API key is for schools of {country}: {giga_id} lies elsewhere"),
            );
        }
    }
    match (schools.pop(), schools.is_empty()) {
        (Some(school), true) => Ok(Ok(school)),
        _ => fault(
            "school_ambiguous",
            format!("schools of several countries have the Giga id {giga_id}: use a key for one"),
        ),
    }
}
