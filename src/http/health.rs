//! Whether the process lives, and whether it can serve.

use actix_web::{HttpResponse, web};
use serde_json::json;

use super::AppState;

/// `GET /health/live`: the process answers.
pub(super) async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "live"}))
}

/// `GET /health/ready`: the database does too, and the map is loaded; 503 with the reason if not.
pub(super) async fn ready(state: web::Data<AppState>) -> HttpResponse {
    let reason = match state.store.ping().await {
        Err(error) => error.to_string(),
        Ok(()) if state.atlas.snapshot().version == 0 => "the map is being loaded".into(),
        Ok(()) => return HttpResponse::Ok().json(json!({"status": "ready"})),
    };
    HttpResponse::ServiceUnavailable().json(json!({"status": "not_ready", "reason": reason}))
}
