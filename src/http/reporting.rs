//! Probes that report, remembered for a moment: who comes back with a week of records sends a hundred
//! reports in a row, and each would ask the database who it is and what is asked of it.

use std::{sync::Arc, time::Duration};

use actix_web::HttpRequest;
use chrono::Utc;
use moka::future::Cache;

use super::{ApiError, AppState, auth, probe_config};
use crate::store::{probes::KnownProbe, secrets};

/// So long a change of a country's calendar or of its wishes may go unnoticed in a report's answer. That a
/// probe was revoked, or that its school was merged, is seen when the report is written.
const REMEMBERED_FOR: Duration = Duration::from_secs(3);
/// So many are remembered.
const MOST: u64 = 20_000;

/// A probe that reports.
pub(super) struct Reporting {
    /// It.
    pub probe: KnownProbe,
    /// What is asked of it now.
    pub config_version: u64,
}

/// Probes by the hash of their secret.
pub(super) type ReportingCache = Cache<Vec<u8>, Arc<Reporting>>;

pub(super) fn cache() -> ReportingCache {
    Cache::builder()
        .max_capacity(MOST)
        .time_to_live(REMEMBERED_FOR)
        .build()
}

/// The probe whose secret the request bears.
pub(super) async fn find(
    request: &HttpRequest,
    state: &AppState,
) -> Result<Arc<Reporting>, ApiError> {
    let hash = secrets::hash(auth::secret(request)?);
    if let Some(known) = state.reporting.get(&hash).await {
        return Ok(known);
    }
    let probe = auth::probe(request, state).await?;
    let asked = probe_config::asked(state, &probe, Utc::now()).await?;
    let found = Arc::new(Reporting {
        probe,
        config_version: asked.version,
    });
    state.reporting.insert(hash, Arc::clone(&found)).await;
    Ok(found)
}
