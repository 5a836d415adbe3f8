//! Each request gets an id, a line in the log and its place in the metrics.

use std::time::Instant;

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
    web::Data,
};
use uuid::Uuid;

use super::AppState;

tokio::task_local! {
    static REQUEST_ID: String;
}

/// Id of the request that is being answered; empty outside of one.
pub(super) fn current_id() -> String {
    REQUEST_ID.try_with(Clone::clone).unwrap_or_default()
}

/// Middleware around everything.
pub(super) async fn log(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = Uuid::now_v7().simple().to_string();
    let begun = Instant::now();
    let method = request.method().clone();
    let path = request.path().to_owned();
    let state = request.app_data::<Data<AppState>>().cloned();
    let mut response = REQUEST_ID.scope(id.clone(), next.call(request)).await?;
    let status = response.status().as_u16();
    let elapsed = begun.elapsed();
    let route = response
        .request()
        .match_pattern()
        .unwrap_or_else(|| "unmatched".into());
    if let Some(state) = state {
        state
            .metrics
            .observe_request(&route, method.as_str(), status, elapsed);
    }
    let duration_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    // Paths carry ids, never secrets; queries may hold what people type and stay out of the log.
    match status {
        // Who is sent away is counted: in the hour of a storm nobody reads fifty thousand lines.
        503 => tracing::debug!(request_id = id, %method, path, status, duration_ms, "not now"),
        500.. => {
            tracing::warn!(request_id = id, %method, path, status, duration_ms, "request failed");
        }
        _ => tracing::debug!(request_id = id, %method, path, status, duration_ms, "request"),
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response
            .headers_mut()
            .insert(HeaderName::from_static("x-request-id"), value);
    }
    Ok(response)
}
