//! A correction is approved or declined: the school, its areas, its history and what an import will
//! be told, in one transaction.

use chrono::{DateTime, Utc};
use deadpool_postgres::Transaction;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Known, ProposalRefusal, find, propose};
use crate::{
    domain::{
        area::CountryCode,
        correction::{Proposal, State},
        school::SchoolId,
    },
    store::{
        StoreError, audit, changes, country_lock,
        imports::frame::touch,
        query::{Query, sql},
        school_areas, school_changes,
    },
};

/// Who decides, when, and what that person adds.
#[derive(Debug)]
pub struct Decision<'a> {
    /// The correction.
    pub id: Uuid,
    /// An account's login.
    pub person: &'a str,
    /// For its author to read.
    pub note: Option<&'a str>,
    /// When.
    pub now: DateTime<Utc>,
}

/// Why a correction cannot be decided.
#[derive(Debug, Clone, PartialEq)]
pub enum DecisionRefusal {
    /// There is none of that id.
    NoCorrection,
    /// Somebody did already.
    Decided(State),
    /// Its school was merged into another.
    Merged,
    /// The areas changed since it was proposed: it lies outside now.
    Outside(ProposalRefusal),
    /// An import of the country is running.
    Busy,
}

/// Lets a correction count. The school that it is about.
pub async fn approve(
    tx: &Transaction<'_>,
    decision: &Decision<'_>,
) -> Result<Result<SchoolId, DecisionRefusal>, StoreError> {
    let locked = match lock(tx, decision).await? {
        Ok(locked) => locked,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Err(refusal) = propose::beyond_border(tx, &locked.country, &locked.proposal).await? {
        return Ok(Err(DecisionRefusal::Outside(refusal)));
    }
    let school = locked.school;
    let (before, after) = match &locked.proposal {
        Proposal::Name(name) => {
            sql!("correction_apply_name")
                .execute(tx, &[&decision.id])
                .await?;
            (json!({"name": locked.current.name}), json!({"name": name}))
        }
        Proposal::Position { location, .. } => {
            sql!("correction_apply_location")
                .execute(tx, &[&decision.id])
                .await?;
            school_areas::reassign(tx, &locked.country, school).await?;
            let place = (location.longitude(), location.latitude());
            (
                json!({"location": locked.current.position.map(shown)}),
                json!({"location": shown(place)}),
            )
        }
    };
    school_changes::record(tx, school, decision.person, "corrected", &before, &after).await?;
    sql!("correction_override")
        .execute(tx, &[&decision.id, &decision.now])
        .await?;
    touch(tx, &locked.country).await?;
    close(tx, decision, State::Approved, &locked).await?;
    changes::announce(tx, &[school]).await?;
    Ok(Ok(school))
}

/// Lets a correction not count. The school that it is about.
pub async fn decline(
    tx: &Transaction<'_>,
    decision: &Decision<'_>,
) -> Result<Result<SchoolId, DecisionRefusal>, StoreError> {
    let locked = match lock(tx, decision).await? {
        Ok(locked) => locked,
        Err(refusal) => return Ok(Err(refusal)),
    };
    close(tx, decision, State::Declined, &locked).await?;
    Ok(Ok(locked.school))
}

fn shown((longitude, latitude): (f64, f64)) -> Value {
    json!({"longitude": longitude, "latitude": latitude})
}

/// A correction that waits, and its school: nobody else changes either now.
struct Locked {
    school: SchoolId,
    country: CountryCode,
    proposal: Proposal,
    current: Known,
}

async fn lock(
    tx: &Transaction<'_>,
    decision: &Decision<'_>,
) -> Result<Result<Locked, DecisionRefusal>, StoreError> {
    const COUNTRY: Query = sql!("correction_country");
    const LOCK: Query = sql!("correction_lock");
    let Some(row) = COUNTRY.maybe(tx, &[&decision.id]).await? else {
        return Ok(Err(DecisionRefusal::NoCorrection));
    };
    let code: String = row.get("country_code");
    let country =
        CountryCode::new(&code).ok_or_else(|| COUNTRY.unexpected(format!("country {code:?}")))?;
    if !country_lock::taken(tx, &country).await? {
        return Ok(Err(DecisionRefusal::Busy));
    }
    let row = LOCK.one(tx, &[&decision.id]).await?;
    let state: String = row.get("state");
    let state =
        State::from_slug(&state).ok_or_else(|| LOCK.unexpected(format!("state {state:?}")))?;
    if state != State::Pending {
        return Ok(Err(DecisionRefusal::Decided(state)));
    }
    let Some(found) = find(tx, decision.id).await? else {
        return Ok(Err(DecisionRefusal::Merged));
    };
    Ok(Ok(Locked {
        school: found.school,
        country,
        proposal: found.proposal,
        current: found.current,
    }))
}

async fn close(
    tx: &Transaction<'_>,
    decision: &Decision<'_>,
    state: State,
    locked: &Locked,
) -> Result<(), StoreError> {
    sql!("correction_decide")
        .execute(
            tx,
            &[
                &decision.id,
                &state.slug(),
                &decision.person,
                &decision.now,
                &decision.note,
            ],
        )
        .await?;
    let subject = format!("school {}", locked.school);
    let value = match &locked.proposal {
        Proposal::Name(name) => json!(name),
        Proposal::Position { location, .. } => shown((location.longitude(), location.latitude())),
    };
    let detail =
        json!({"correction": decision.id, "field": locked.proposal.field(), "value": value});
    let action = format!("correction {}", state.slug());
    audit::record(tx, decision.person, &action, &subject, &detail).await
}
