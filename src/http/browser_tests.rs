//! Speed tests of people with a browser and nothing installed: what our own measurement server did
//! not see is not taken.

use std::time::Instant;

use actix_web::{
    HttpRequest,
    web::{Data, Json, Path},
};
use chrono::Utc;
use schoolbeat_wire::{self as wire, Outcome};
use serde::Serialize;
use uuid::Uuid;

use super::{ApiError, AppState, auth, speed_servers};
use crate::{
    domain::{measurement::InvalidReason, record::Judged, school::SchoolId},
    ingest::{Reporter, judge_browser_test, taken_at},
    store::{
        StoreError, browser_tests,
        reports::{self, ReportFacts},
    },
};

/// What became of it.
#[derive(Serialize)]
pub(super) struct Stored {
    /// `stored`, `stored_invalid` or `duplicate`.
    verdict: &'static str,
    /// Why it counts in no average.
    reason: Option<&'static str>,
    detail: Option<&'static str>,
}

/// `POST /api/v1/schools/{id}/browser-tests`: a finished speed test in the shape of a probe's.
pub(super) async fn receive(
    state: Data<AppState>,
    request: HttpRequest,
    school: Path<Uuid>,
    test: Json<wire::SpeedTest>,
) -> Result<Json<Stored>, ApiError> {
    let source = auth::source(&request, &state);
    let now = Instant::now();
    state.browser_attempts.check(source, now)?;
    state.browser_attempts.failed(source, now);
    take(&state, SchoolId(*school), &test).await.map(Json)
}

fn invalid(code: &'static str, field: &str, message: &str) -> ApiError {
    ApiError::Invalid {
        code,
        field: Some(field.to_owned()),
        message: message.to_owned(),
    }
}

async fn take(
    state: &AppState,
    school: SchoolId,
    test: &wire::SpeedTest,
) -> Result<Stored, ApiError> {
    if test.outcome != Outcome::Ok {
        let message = "only a test that ran to its end is taken from a browser";
        return Err(invalid("not_finished", "outcome", message));
    }
    let id = test.measurement_id.as_deref().unwrap_or_default();
    let id = Uuid::try_parse(id).map_err(|_| {
        let message = "must be the UUID that was named to the measurement server";
        invalid("measurement_id", "measurement_id", message)
    })?;
    let (seen, own_server) = speed_servers::seen_of(state, id).await?;
    let Some(taken_at) = taken_at(&seen) else {
        let message = "our measurement server has not seen this test; measure once more";
        return Err(invalid("not_seen_by_server", "measurement_id", message));
    };
    let received_at = Utc::now();
    let failed = |error| StoreError::query("browser_test", error);
    let mut db = state.store.client().await?;
    let tx = db.transaction().await.map_err(failed)?;
    if browser_tests::is_known(&tx, id, taken_at).await? {
        return Ok(Stored {
            verdict: "duplicate",
            reason: None,
            detail: None,
        });
    }
    let Some((probe, last)) = browser_tests::probe(&tx, school, received_at).await? else {
        return Err(ApiError::not_found("school", school));
    };
    let reporter = Reporter {
        probe_id: probe.id,
        school_id: probe.school_id,
        vantage: probe.vantage,
        calendar: probe.calendar.clone(),
        kept: probe.kept,
    };
    let judged = judge_browser_test(test, &reporter, last + 1, &seen, &own_server, received_at);
    if let Judged::Rejected(rejected) = &judged {
        return Err(ApiError::Invalid {
            code: rejected.reason,
            field: None,
            message: rejected.detail.clone(),
        });
    }
    let reason = judged.origin().and_then(|origin| origin.invalid);
    let facts = ReportFacts {
        probe_id: probe.id,
        calendar: &probe.calendar,
        received_at,
        clock_offset_ms: None,
        software_version: "",
    };
    if reports::write(&tx, &facts, &[judged]).await?.is_err() {
        return Err(auth::revoked());
    }
    tx.commit().await.map_err(failed)?;
    Ok(Stored {
        verdict: if reason.is_some() {
            "stored_invalid"
        } else {
            "stored"
        },
        reason: reason.map(InvalidReason::slug),
        detail: reason.map(InvalidReason::in_words),
    })
}
