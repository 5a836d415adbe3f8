//! The rule sets that schools are judged by, with their sources, and which country judges by which.

use actix_web::web::{Data, Json};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::{ApiError, AppState, bodies::BenchmarkBody};
use crate::store::benchmarks::{self, Decision, RuleSetEntry};

#[derive(Serialize)]
pub(super) struct Benchmarks {
    total: usize,
    /// Every version, the newest of each first.
    items: Vec<EntryBody>,
    /// Newest first.
    countries: Vec<DecisionBody>,
}

#[derive(Serialize)]
struct EntryBody {
    #[serde(flatten)]
    benchmark: BenchmarkBody,
    /// Whose own it is.
    country: Option<String>,
    superseded_on: Option<NaiveDate>,
    recorded_at: DateTime<Utc>,
}

impl From<RuleSetEntry> for EntryBody {
    fn from(entry: RuleSetEntry) -> Self {
        Self {
            benchmark: entry.benchmark.into(),
            country: entry.country,
            superseded_on: entry.superseded_on,
            recorded_at: entry.recorded_at,
        }
    }
}

#[derive(Serialize)]
struct DecisionBody {
    country: String,
    rule_set: String,
    version: i32,
    /// The first local day.
    since: NaiveDate,
    decided_at: DateTime<Utc>,
    in_force: bool,
}

impl From<Decision> for DecisionBody {
    fn from(decision: Decision) -> Self {
        Self {
            country: decision.country,
            rule_set: decision.id.rule_set,
            version: decision.id.version,
            since: decision.since,
            decided_at: decision.decided_at,
            in_force: decision.in_force,
        }
    }
}

/// `GET /api/v1/benchmarks`
pub(super) async fn list(state: Data<AppState>) -> Result<Json<Benchmarks>, ApiError> {
    let db = state.store.client().await?;
    let items = benchmarks::list(&db).await?;
    let decisions = benchmarks::decisions(&db, None).await?;
    Ok(Json(Benchmarks {
        total: items.len(),
        items: items.into_iter().map(EntryBody::from).collect(),
        countries: decisions.into_iter().map(DecisionBody::from).collect(),
    }))
}
