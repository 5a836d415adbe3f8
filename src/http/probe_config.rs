//! What the server asks of a probe.

use actix_web::{
    HttpRequest,
    web::{Data, Json},
};
use schoolbeat_wire::ProbeConfig;

use super::{ApiError, AppState, auth};

/// `GET /api/v1/probe/config`
pub(super) async fn show(
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<Json<ProbeConfig>, ApiError> {
    auth::probe(&request, &state).await?;
    Ok(Json(ProbeConfig::default()))
}
