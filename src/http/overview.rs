//! What one sentence says of a country.

use actix_web::web::{Data, Json, Query};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    ApiError, AppState,
    bodies::{self, BenchmarkBody, StatusCountsBody},
};
use crate::store::gaps;

#[derive(Deserialize)]
pub(super) struct Parameters {
    country: String,
}

#[derive(Serialize)]
pub(super) struct Overview {
    country: String,
    as_of: DateTime<Utc>,
    window_days: i32,
    schools: i64,
    placed: i64,
    not_placed: i64,
    counts: StatusCountsBody,
    measured: i64,
    meeting_target: i64,
    students_known: i64,
    schools_with_students: i64,
    benchmark: BenchmarkBody,
    last_measured_at: Option<DateTime<Utc>>,
    probes: Probes,
}

#[derive(Serialize)]
struct Probes {
    enrolled: i64,
    reporting: i64,
}

/// `GET /api/v1/overview?country=`
pub(super) async fn show(
    state: Data<AppState>,
    parameters: Query<Parameters>,
) -> Result<Json<Overview>, ApiError> {
    let db = state.store.client().await?;
    let country = bodies::country(&db, &parameters.country).await?;
    let as_of = Utc::now();
    let overview = gaps::overview(&db, &country.code, as_of).await?;
    let counts = &overview.counts;
    Ok(Json(Overview {
        country: country.code.to_string(),
        as_of,
        window_days: country.window_days,
        schools: counts.schools,
        placed: overview.placed,
        not_placed: counts.schools - overview.placed,
        measured: counts.measured(),
        meeting_target: counts.good,
        students_known: counts.students_known,
        schools_with_students: counts.schools_with_students,
        counts: StatusCountsBody::from(counts),
        benchmark: country.benchmark.into(),
        last_measured_at: overview.last_measured_at,
        probes: Probes {
            enrolled: overview.probes_enrolled,
            reporting: overview.probes_reporting,
        },
    }))
}
