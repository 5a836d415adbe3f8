//! Probes, as people act on them.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use serde_json::json;
use uuid::Uuid;

use super::{ApiError, AppState, auth};
use crate::{
    domain::{account::Action, measurement::ProbeId},
    store::{StoreError, audit, probes},
};

/// `POST /api/v1/probes/{id}/revoke`
pub(super) async fn revoke(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
) -> Result<HttpResponse, ApiError> {
    let account = auth::actor(&request, &state, Action::RevokeProbe).await?;
    let failed = |error| StoreError::query("revoke", error);
    let id = ProbeId(*id);
    let mut db = state.store.client().await?;
    let tx = db.transaction().await.map_err(failed)?;
    let school = probes::revoke(&tx, id)
        .await?
        .ok_or_else(|| ApiError::not_found("probe", id))?;
    let detail = json!({"school": school.0});
    audit::record(
        &tx,
        &account.login,
        "probe revoked",
        &format!("probe {id}"),
        &detail,
    )
    .await?;
    tx.commit().await.map_err(failed)?;
    Ok(HttpResponse::NoContent().finish())
}
