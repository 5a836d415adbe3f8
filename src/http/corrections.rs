//! Corrections from the field: proposed, listed, approved or declined.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Json, Path, Query},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ApiError, AppState, auth, bodies::PositionBody, error, schools};
use crate::{
    domain::{
        account::Action,
        area::CountryCode,
        correction::{self, Doubt, MAX_NAME_CHARS, Proposal, State},
        location::{Location, LocationError},
        school::SchoolId,
    },
    store::{
        Client, StoreError,
        corrections::{
            self, Correction, CorrectionFilter, Decision, DecisionRefusal, Known, NewCorrection,
            ProposalRefusal,
        },
    },
};

/// Corrections on a page, unless asked otherwise, and at most.
const PAGE: (i64, i64) = (50, 200);
/// Longest note, in characters.
const MAX_NOTE_CHARS: usize = 1000;

#[derive(Deserialize)]
pub(super) struct Proposed {
    name: Option<String>,
    longitude: Option<f64>,
    latitude: Option<f64>,
    accuracy_m: Option<f64>,
    note: Option<String>,
}

#[derive(Serialize)]
struct CorrectionBody {
    id: Uuid,
    school: Uuid,
    country: String,
    field: &'static str,
    name: Option<String>,
    location: Option<PositionBody>,
    accuracy_m: Option<f64>,
    note: Option<String>,
    proposed_by: String,
    proposed_at: DateTime<Utc>,
    known: KnownBody,
    current: KnownBody,
    moved_m: Option<f64>,
    beyond_border_m: Option<f64>,
    /// What to look at twice.
    doubts: Vec<&'static str>,
    state: &'static str,
    decided_by: Option<String>,
    decided_at: Option<DateTime<Utc>>,
    decision_note: Option<String>,
}

#[derive(Serialize)]
struct KnownBody {
    name: String,
    location: Option<PositionBody>,
}

impl From<Known> for KnownBody {
    fn from(known: Known) -> Self {
        Self {
            name: known.name,
            location: known.position.map(PositionBody::from),
        }
    }
}

impl From<Correction> for CorrectionBody {
    fn from(correction: Correction) -> Self {
        let doubts = correction::doubts(correction.circumstances());
        let field = correction.proposal.field();
        let (name, location, accuracy_m) = match correction.proposal {
            Proposal::Name(name) => (Some(name), None, None),
            Proposal::Position {
                location,
                accuracy_m,
            } => {
                let place = (location.longitude(), location.latitude());
                (None, Some(PositionBody::from(place)), accuracy_m)
            }
        };
        let (decided_by, decided_at) = correction.decided.unzip();
        Self {
            id: correction.id,
            school: correction.school.0,
            country: correction.country.to_string(),
            field,
            name,
            location,
            accuracy_m,
            note: correction.note,
            proposed_by: correction.proposed_by,
            proposed_at: correction.proposed_at,
            known: correction.known.into(),
            current: correction.current.into(),
            moved_m: correction.moved_m,
            beyond_border_m: correction.beyond_border_m,
            doubts: doubts.into_iter().map(Doubt::slug).collect(),
            state: correction.state.slug(),
            decided_by,
            decided_at,
            decision_note: correction.decision_note,
        }
    }
}

#[derive(Serialize)]
struct Proposals {
    items: Vec<CorrectionBody>,
}

/// `POST /api/v1/schools/{id}/corrections`: a name, a position or both. Sent again, it is the same.
pub(super) async fn propose(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    body: Json<Proposed>,
) -> Result<HttpResponse, ApiError> {
    let account = auth::actor(&request, &state, Action::ProposeCorrection).await?;
    let proposals = body.proposals()?;
    let note = note(body.note.as_deref())?;
    let failed = |error| StoreError::query("propose", error);
    let mut db = state.store.client().await?;
    let school = schools::found(&db, SchoolId(*id), &request).await?.id;
    let tx = db.transaction().await.map_err(failed)?;
    let mut ids = vec![];
    for proposal in &proposals {
        let new = NewCorrection {
            school,
            proposal,
            note: note.as_deref(),
            person: &account.login,
            now: Utc::now(),
        };
        let proposed = corrections::propose(&tx, &new).await?;
        ids.push(proposed.map_err(|refusal| refused(refusal, school, proposal.field()))?);
    }
    tx.commit().await.map_err(failed)?;
    let mut items = vec![];
    for id in ids {
        let found = corrections::find(&db, id).await?;
        items.extend(found.map(CorrectionBody::from));
    }
    Ok(HttpResponse::Created().json(Proposals { items }))
}

impl Proposed {
    fn proposals(&self) -> Result<Vec<Proposal>, ApiError> {
        let mut proposals = vec![];
        if let Some(name) = &self.name {
            let name = correction::tidy_name(name).ok_or_else(|| {
                let message = format!("name must be text of 1 to {MAX_NAME_CHARS} characters");
                ApiError::field("name", message)
            })?;
            proposals.push(Proposal::Name(name));
        }
        if let Some(location) = self.location()? {
            let accuracy_m = self.accuracy_m;
            if accuracy_m.is_some_and(|metres| !(0.0..=1e7).contains(&metres)) {
                let message = "accuracy_m must be metres, at least 0";
                return Err(ApiError::field("accuracy_m", message));
            }
            proposals.push(Proposal::Position {
                location,
                accuracy_m,
            });
        }
        if proposals.is_empty() {
            let message = "propose a name, or longitude and latitude, or both";
            return Err(ApiError::field("name", message));
        }
        Ok(proposals)
    }

    fn location(&self) -> Result<Option<Location>, ApiError> {
        let (longitude, latitude) = match (self.longitude, self.latitude) {
            (None, None) => return Ok(None),
            (Some(longitude), Some(latitude)) => (longitude, latitude),
            (None, Some(_)) => {
                return Err(ApiError::field("longitude", "longitude is missing"));
            }
            (Some(_), None) => return Err(ApiError::field("latitude", "latitude is missing")),
        };
        Location::new(longitude, latitude).map(Some).map_err(|why| {
            let message = match why {
                LocationError::NotFinite => "longitude and latitude must be numbers",
                LocationError::OutOfRange => {
                    "longitude must lie within ±180 degrees and latitude within ±90"
                }
                LocationError::Lost => {
                    "a coordinate of exactly 0 is one that was lost: measure again"
                }
            };
            ApiError::field("longitude", message)
        })
    }
}

fn note(text: Option<&str>) -> Result<Option<String>, ApiError> {
    let note = text.map(str::trim).filter(|note| !note.is_empty());
    match note {
        Some(note) if note.chars().count() > MAX_NOTE_CHARS || note.contains('\0') => {
            let message = format!("note must be text of at most {MAX_NOTE_CHARS} characters");
            Err(ApiError::field("note", message))
        }
        note => Ok(note.map(str::to_owned)),
    }
}

fn refused(refusal: ProposalRefusal, school: SchoolId, field: &'static str) -> ApiError {
    let (code, message) = match refusal {
        ProposalRefusal::NoSchool => return ApiError::not_found("school", school),
        ProposalRefusal::NothingNew => {
            let message = format!("this is the {field} that is known already");
            ("nothing_new", message)
        }
        ProposalRefusal::OutsideCountry {
            country,
            nearest,
            distance_m,
        } => {
            let message = format!(
                "the position lies {:.1} km beyond the border of {nearest}, outside {country}: \
                 check longitude and latitude, and their signs",
                distance_m / 1000.0
            );
            ("outside_country", message)
        }
    };
    let field = Some(field.to_owned());
    ApiError::Invalid {
        code,
        field,
        message,
    }
}

#[derive(Deserialize)]
pub(super) struct Parameters {
    state: Option<String>,
    country: Option<String>,
    school: Option<Uuid>,
    limit: Option<i64>,
    cursor: Option<Uuid>,
}

#[derive(Serialize)]
struct Page {
    total: i64,
    next_cursor: Option<Uuid>,
    items: Vec<CorrectionBody>,
}

/// `GET /api/v1/corrections`: all of them for who decides, their own for who proposes.
pub(super) async fn list(
    state: Data<AppState>,
    request: HttpRequest,
    parameters: Query<Parameters>,
) -> Result<HttpResponse, ApiError> {
    let account = auth::actor(&request, &state, Action::ProposeCorrection).await?;
    let country = |code: &String| {
        CountryCode::new(code)
            .ok_or_else(|| ApiError::field("country", "country must be a code such as KEN"))
    };
    let known = |slug: &String| {
        let known = State::ALL.map(State::slug).join(", ");
        State::from_slug(slug)
            .ok_or_else(|| ApiError::field("state", format!("state must be one of {known}")))
    };
    let filter = CorrectionFilter {
        country: parameters.country.as_ref().map(country).transpose()?,
        state: parameters.state.as_ref().map(known).transpose()?,
        school: parameters.school.map(SchoolId),
        proposed_by: (!account.role.may(Action::DecideCorrection)).then_some(account.login),
    };
    let limit = parameters.limit.unwrap_or(PAGE.0);
    if !(1..=PAGE.1).contains(&limit) {
        let message = format!("limit must be from 1 to {}", PAGE.1);
        return Err(ApiError::field("limit", message));
    }
    let db = state.store.client().await?;
    let (mut items, total) = corrections::list(&db, &filter, parameters.cursor, limit + 1).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > wanted;
    items.truncate(wanted);
    let page = Page {
        total,
        next_cursor: items.last().filter(|_| more).map(|item| item.id),
        items: items.into_iter().map(CorrectionBody::from).collect(),
    };
    Ok(HttpResponse::Ok()
        .insert_header(("cache-control", "no-store"))
        .json(page))
}

#[derive(Deserialize)]
pub(super) struct Decided {
    note: Option<String>,
}

/// `POST /api/v1/corrections/{id}/approve`
pub(super) async fn approve(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    body: Json<Decided>,
) -> Result<HttpResponse, ApiError> {
    decide(&state, &request, *id, &body, true).await
}

/// `POST /api/v1/corrections/{id}/decline`
pub(super) async fn decline(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    body: Json<Decided>,
) -> Result<HttpResponse, ApiError> {
    decide(&state, &request, *id, &body, false).await
}

async fn decide(
    state: &AppState,
    request: &HttpRequest,
    id: Uuid,
    body: &Decided,
    counts: bool,
) -> Result<HttpResponse, ApiError> {
    let account = auth::actor(request, state, Action::DecideCorrection).await?;
    let note = note(body.note.as_deref())?;
    let decision = Decision {
        id,
        person: &account.login,
        note: note.as_deref(),
        now: Utc::now(),
    };
    let failed = |error| StoreError::query("decide", error);
    let mut db = state.store.client().await?;
    let tx = db.transaction().await.map_err(failed)?;
    let decided = if counts {
        corrections::approve(&tx, &decision).await?
    } else {
        corrections::decline(&tx, &decision).await?
    };
    decided.map_err(|refusal| not_decided(refusal, id))?;
    tx.commit().await.map_err(failed)?;
    shown(&db, id).await
}

async fn shown(db: &Client, id: Uuid) -> Result<HttpResponse, ApiError> {
    let found = corrections::find(db, id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("correction", id))?;
    Ok(HttpResponse::Ok().json(CorrectionBody::from(found)))
}

fn not_decided(refusal: DecisionRefusal, id: Uuid) -> ApiError {
    match refusal {
        DecisionRefusal::NoCorrection => ApiError::not_found("correction", id),
        DecisionRefusal::Busy => error::country_busy(),
        DecisionRefusal::Decided(state) => ApiError::Conflict {
            code: "already_decided",
            message: format!(
                "this correction does not wait any more: it is {}",
                state.slug()
            ),
        },
        DecisionRefusal::Merged => ApiError::Conflict {
            code: "school_merged",
            message: "its school was merged into another; the correction waits until it is \
                      unmerged"
                .into(),
        },
        DecisionRefusal::Outside(refusal) => refused(refusal, SchoolId(Uuid::nil()), "location"),
    }
}
