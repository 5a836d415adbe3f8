//! A proposal is taken. Whoever sends it again because the answer was lost finds it as it is.

use chrono::{DateTime, Utc};
use deadpool_postgres::Transaction;
use serde_json::json;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use crate::{
    domain::{
        area::CountryCode,
        correction::{Proposal, SAME_PLACE_M},
        location::Location,
        school::SchoolId,
    },
    store::{
        StoreError, audit, imports::place::BORDER_TOLERANCE_M, query::Query, query::sql,
        school_areas,
    },
};

/// What somebody proposes.
#[derive(Debug)]
pub struct NewCorrection<'a> {
    /// The school.
    pub school: SchoolId,
    /// What it should be.
    pub proposal: &'a Proposal,
    /// What its author adds.
    pub note: Option<&'a str>,
    /// An account's login.
    pub person: &'a str,
    /// When.
    pub now: DateTime<Utc>,
}

/// Why a proposal is not taken.
#[derive(Debug, Clone, PartialEq)]
pub enum ProposalRefusal {
    /// There is no such school, or no longer.
    NoSchool,
    /// It lies beyond the border by more than outlines are coarse.
    OutsideCountry {
        /// The country's code.
        country: CountryCode,
        /// The nearest area.
        nearest: String,
        /// Metres to it.
        distance_m: f64,
    },
    /// That is what is known.
    NothingNew,
}

/// Takes a proposal, in place of one that the same person made of the same field. Its id.
pub async fn propose(
    tx: &Transaction<'_>,
    new: &NewCorrection<'_>,
) -> Result<Result<Uuid, ProposalRefusal>, StoreError> {
    const QUERY: Query = sql!("correction_known");
    let (location, _) = position(new.proposal);
    let (longitude, latitude) = (
        location.map(Location::longitude),
        location.map(Location::latitude),
    );
    let Some(known) = QUERY
        .maybe(tx, &[&new.school.0, &longitude, &latitude])
        .await?
    else {
        return Ok(Err(ProposalRefusal::NoSchool));
    };
    let is_known = match new.proposal {
        Proposal::Name(name) => *name == known.get::<_, String>("name"),
        Proposal::Position { .. } => {
            let moved: Option<f64> = known.get("moved_m");
            moved.is_some_and(|metres| metres < SAME_PLACE_M)
        }
    };
    if is_known {
        return Ok(Err(ProposalRefusal::NothingNew));
    }
    let code: String = known.get("country_code");
    let country =
        CountryCode::new(&code).ok_or_else(|| QUERY.unexpected(format!("country {code:?}")))?;
    let beyond = match beyond_border(tx, &country, new.proposal).await? {
        Ok(beyond) => beyond,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let id = keep(tx, new, beyond).await?;
    let subject = format!("school {}", new.school);
    let detail = json!({"correction": id, "field": new.proposal.field()});
    audit::record(tx, new.person, "correction proposed", &subject, &detail).await?;
    Ok(Ok(id))
}

/// Keeps the proposal in place of the one before, unless it waits already.
async fn keep(
    tx: &Transaction<'_>,
    new: &NewCorrection<'_>,
    beyond_border_m: Option<f64>,
) -> Result<Uuid, StoreError> {
    const ADD: Query = sql!("correction_add");
    let (school, field) = (new.school.0, new.proposal.field());
    let name = match new.proposal {
        Proposal::Name(name) => Some(name),
        Proposal::Position { .. } => None,
    };
    let (location, accuracy_m) = position(new.proposal);
    let (longitude, latitude) = (
        location.map(Location::longitude),
        location.map(Location::latitude),
    );
    let (person, note) = (new.person, new.note);
    // More than once only where the same person sends several at once.
    for _ in 0..5 {
        let value: [&(dyn ToSql + Sync); 5] = [&name, &longitude, &latitude, &accuracy_m, &note];
        let params = [&[&school as &(dyn ToSql + Sync), &person], &value[..]].concat();
        if let Some(row) = sql!("correction_same").maybe(tx, &params).await? {
            return Ok(row.get("id"));
        }
        sql!("correction_withdraw")
            .execute(tx, &[&school, &field, &person, &new.now])
            .await?;
        let id = Uuid::now_v7();
        let begin: [&(dyn ToSql + Sync); 3] = [&id, &school, &field];
        let end: [&(dyn ToSql + Sync); 3] = [&person, &new.now, &beyond_border_m];
        let params = [&begin[..], &value[..], &end[..]].concat();
        if ADD.execute(tx, &params).await? == 1 {
            return Ok(id);
        }
    }
    Err(ADD.unexpected("a proposal that is replaced as often as it is made"))
}

fn position(proposal: &Proposal) -> (Option<Location>, Option<f64>) {
    match proposal {
        Proposal::Name(_) => (None, None),
        Proposal::Position {
            location,
            accuracy_m,
        } => (Some(*location), *accuracy_m),
    }
}

/// How far a proposed position lies beyond the country's areas; `None` if none are known.
pub(super) async fn beyond_border(
    tx: &Transaction<'_>,
    country: &CountryCode,
    proposal: &Proposal,
) -> Result<Result<Option<f64>, ProposalRefusal>, StoreError> {
    let (Some(location), _) = position(proposal) else {
        return Ok(Ok(None));
    };
    let nearest = school_areas::nearest(tx, country, location).await?;
    match nearest {
        Some(nearest) if nearest.distance_m > BORDER_TOLERANCE_M => {
            Ok(Err(ProposalRefusal::OutsideCountry {
                country: country.clone(),
                nearest: nearest.name,
                distance_m: nearest.distance_m,
            }))
        }
        nearest => Ok(Ok(nearest.map(|nearest| nearest.distance_m))),
    }
}
