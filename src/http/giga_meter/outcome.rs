//! What became of each record of a request. What cannot be used is kept, and nothing is answered before
//! everything is durable.

use actix_web::{HttpResponse, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

use super::answer;
use crate::{
    http::{ApiError, AppState},
    ingest::{Fault, giga_meter::Said},
    store::{
        StoreError,
        api_keys::ApiKey,
        giga_meter::{self, Kept, Kind},
        secrets,
    },
};

/// What became of a record.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Outcome {
    /// Its UUID, where it has one.
    pub uuid: Option<String>,
    /// `stored`, `stored_invalid`, `duplicate` or `rejected`.
    pub result: &'static str,
    /// Stable slug: why it counts in no average, or is no measurement.
    pub reason: Option<&'static str>,
    /// The same in words.
    pub detail: Option<String>,
}

impl Outcome {
    pub(super) fn new(uuid: Option<String>, result: &'static str) -> Self {
        Self {
            uuid,
            result,
            reason: None,
            detail: None,
        }
    }

    pub(super) fn because(self, reason: &'static str, detail: &str) -> Self {
        Self {
            reason: Some(reason),
            detail: Some(detail.into()),
            ..self
        }
    }

    fn rejected(uuid: Option<String>, fault: &Fault) -> Self {
        Self::new(uuid, "rejected").because(fault.reason, &fault.detail)
    }
}

/// The records of one request, each with what became of it so far.
pub(super) struct Request<'a> {
    pub state: &'a AppState,
    pub key: &'a ApiKey,
    pub received_at: DateTime<Utc>,
    kind: Kind,
    outcomes: Vec<Option<Outcome>>,
    kept: Vec<Kept>,
}

impl<'a> Request<'a> {
    pub(super) fn new(state: &'a AppState, key: &'a ApiKey, kind: Kind, records: usize) -> Self {
        Self {
            state,
            key,
            received_at: Utc::now(),
            kind,
            outcomes: vec![None; records],
            kept: vec![],
        }
    }

    /// A record was dealt with.
    pub(super) fn settle(&mut self, index: usize, outcome: Outcome) {
        self.outcomes[index] = Some(outcome);
    }

    /// A record that could be read and cannot be used: it is kept.
    pub(super) fn refuse(&mut self, index: usize, said: &Said, fault: &Fault) {
        let record = said.kept();
        self.kept.push(Kept {
            content_hash: secrets::hash(&record),
            giga_id: said.giga_id(),
            installation_hash: secrets::hash(&said.installation()),
            reason: fault.reason,
            detail: fault.detail.clone(),
            record,
        });
        self.settle(index, Outcome::rejected(said.uuid(), fault));
    }

    /// Something that is no record: it is kept as it came, shortened.
    pub(super) fn refuse_text(&mut self, index: usize, text: &str, fault: &Fault) {
        let text: String = text.chars().take(2000).collect();
        self.kept.push(Kept {
            content_hash: secrets::hash(&text),
            giga_id: String::new(),
            installation_hash: secrets::hash(""),
            reason: fault.reason,
            detail: fault.detail.clone(),
            record: text,
        });
        self.settle(index, Outcome::rejected(None, fault));
    }

    /// Keeps what is to be kept, and says what became of each.
    pub(super) async fn finish(self) -> Result<Vec<Outcome>, ApiError> {
        if !self.kept.is_empty() {
            let failed = |error| StoreError::query("giga_meter_keep", error);
            let mut db = self.state.store.client().await?;
            let tx = db.transaction().await.map_err(failed)?;
            giga_meter::keep(&tx, self.kind, self.key.id, self.received_at, &self.kept).await?;
            tx.commit().await.map_err(failed)?;
        }
        let outcomes: Vec<Outcome> = self.outcomes.into_iter().flatten().collect();
        for outcome in &outcomes {
            let counted = &self.state.metrics.records;
            counted.with_label_values(&[outcome.result]).inc();
        }
        Ok(outcomes)
    }
}

/// The answer to a request of one record.
pub(super) fn of_one(mut outcomes: Vec<Outcome>) -> Result<HttpResponse, ApiError> {
    let outcome = outcomes
        .pop()
        .ok_or_else(|| ApiError::Internal("a record came to nothing".into()))?;
    if outcome.result == "rejected" {
        return Err(ApiError::Invalid {
            code: outcome.reason.unwrap_or("malformed"),
            field: None,
            message: outcome.detail.unwrap_or_default(),
        });
    }
    let message = outcome.detail.clone().unwrap_or_else(|| "success".into());
    Ok(answer(StatusCode::CREATED, true, outcome, &message))
}

/// The answer to a request of several. It is 201 also where some were rejected: they are kept, and the
/// app would else send all of them again, and nothing after them.
pub(super) fn of_several(outcomes: &[Outcome]) -> HttpResponse {
    let rejected = outcomes
        .iter()
        .filter(|one| one.result == "rejected")
        .count();
    let message = match rejected {
        0 => "success".to_owned(),
        _ => format!(
            "{rejected} of {} records are no measurements; they are kept",
            outcomes.len()
        ),
    };
    let data = json!({"results": outcomes});
    answer(StatusCode::CREATED, rejected == 0, data, &message)
}
