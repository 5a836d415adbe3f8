//! Corrections from the field: proposed by who stands there, decided by who answers for the list.
//! What was approved is kept as an override, which an import asks.

mod decide;
mod propose;

use chrono::{DateTime, Utc};
use deadpool_postgres::GenericClient;
pub use decide::{Decision, DecisionRefusal, approve, decline};
pub use propose::{NewCorrection, ProposalRefusal, propose};
use tokio_postgres::Row;
use uuid::Uuid;

use super::{
    StoreError,
    query::{Query, sql},
};
use crate::domain::{
    area::CountryCode,
    correction::{Circumstances, Proposal, State},
    location::Location,
    school::SchoolId,
};

/// A proposal with what was and is known beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// Its id; grows with time.
    pub id: Uuid,
    /// The school.
    pub school: SchoolId,
    /// The school's country.
    pub country: CountryCode,
    /// What is proposed.
    pub proposal: Proposal,
    /// What its author adds.
    pub note: Option<String>,
    /// An account's login.
    pub proposed_by: String,
    /// When.
    pub proposed_at: DateTime<Utc>,
    /// Name and position as they were known then.
    pub known: Known,
    /// Name and position as they are known now.
    pub current: Known,
    /// What became of it.
    pub state: State,
    /// Who decided, and when.
    pub decided: Option<(String, DateTime<Utc>)>,
    /// What who decided adds.
    pub decision_note: Option<String>,
    /// Metres between the proposed position and the one before: the present one as long as it
    /// waits, the one that was known when it was proposed once it was decided.
    pub moved_m: Option<f64>,
    /// Metres beyond the nearest area.
    pub beyond_border_m: Option<f64>,
    /// False if what is known changed while it waits.
    pub as_known_then: bool,
}

/// What is known of a school where it can be corrected.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// Its name.
    pub name: String,
    /// Longitude and latitude.
    pub position: Option<(f64, f64)>,
}

impl Correction {
    /// What doubts about it follow from.
    pub fn circumstances(&self) -> Circumstances {
        let accuracy_m = match self.proposal {
            Proposal::Position { accuracy_m, .. } => accuracy_m,
            Proposal::Name(_) => None,
        };
        Circumstances {
            is_position: matches!(self.proposal, Proposal::Position { .. }),
            accuracy_m,
            beyond_border_m: self.beyond_border_m,
            moved_m: self.moved_m,
            as_known_then: self.as_known_then,
        }
    }
}

/// What a list of corrections is narrowed to. Everything given must hold.
#[derive(Debug, Clone, Default)]
pub struct CorrectionFilter {
    /// Only of this country.
    pub country: Option<CountryCode>,
    /// Only in this state.
    pub state: Option<State>,
    /// Only of this school.
    pub school: Option<SchoolId>,
    /// Only of this author.
    pub proposed_by: Option<String>,
}

/// The first `limit` corrections after `after`, oldest first, and how many there are on all pages.
pub async fn list(
    db: &impl GenericClient,
    filter: &CorrectionFilter,
    after: Option<Uuid>,
    limit: i64,
) -> Result<(Vec<Correction>, i64), StoreError> {
    const QUERY: Query = sql!("correction_list");
    let country = filter.country.as_ref().map(CountryCode::as_str);
    let state = filter.state.map(State::slug);
    let (school, person) = (filter.school.map(|school| school.0), &filter.proposed_by);
    let rows = QUERY
        .rows(
            db,
            &[
                &country,
                &state,
                &school,
                person,
                &after,
                &limit,
                &None::<Uuid>,
            ],
        )
        .await?;
    let total = sql!("correction_count")
        .one(db, &[&country, &state, &school, person])
        .await?
        .get("total");
    let items = rows.iter().map(|row| correction(QUERY, row));
    Ok((items.collect::<Result<_, _>>()?, total))
}

/// The correction of that id, unless its school is merged into another.
pub async fn find(db: &impl GenericClient, id: Uuid) -> Result<Option<Correction>, StoreError> {
    const QUERY: Query = sql!("correction_list");
    let (text, uuid) = (None::<String>, None::<Uuid>);
    let rows = QUERY
        .rows(db, &[&text, &text, &uuid, &text, &uuid, &1_i64, &Some(id)])
        .await?;
    rows.first().map(|row| correction(QUERY, row)).transpose()
}

fn correction(query: Query, row: &Row) -> Result<Correction, StoreError> {
    let (country, state): (String, String) = (row.get("country_code"), row.get("state"));
    let name: Option<String> = row.get("name");
    let proposal = match name {
        Some(name) => Proposal::Name(name),
        None => Proposal::Position {
            location: location(query, row)?,
            accuracy_m: row.get("gps_accuracy_m"),
        },
    };
    let position = |longitude: &str, latitude: &str| {
        let longitude: Option<f64> = row.get(longitude);
        longitude.map(|longitude| (longitude, row.get(latitude)))
    };
    let decided_by: Option<String> = row.get("decided_by");
    Ok(Correction {
        id: row.get("id"),
        school: SchoolId(row.get("school_id")),
        country: CountryCode::new(&country)
            .ok_or_else(|| query.unexpected(format!("country {country:?}")))?,
        proposal,
        note: row.get("note"),
        proposed_by: row.get("proposed_by"),
        proposed_at: row.get("proposed_at"),
        known: Known {
            name: row.get("known_name"),
            position: position("known_longitude", "known_latitude"),
        },
        current: Known {
            name: row.get("current_name"),
            position: position("current_longitude", "current_latitude"),
        },
        state: State::from_slug(&state)
            .ok_or_else(|| query.unexpected(format!("state {state:?}")))?,
        decided: decided_by.map(|by| (by, row.get("decided_at"))),
        decision_note: row.get("decision_note"),
        moved_m: row.get("moved_m"),
        beyond_border_m: row.get("beyond_border_m"),
        as_known_then: row.get("as_known_then"),
    })
}

fn location(query: Query, row: &Row) -> Result<Location, StoreError> {
    let (longitude, latitude): (f64, f64) = (row.get("longitude"), row.get("latitude"));
    Location::new(longitude, latitude)
        .map_err(|_| query.unexpected(format!("the position {longitude}, {latitude}")))
}
