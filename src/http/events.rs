//! Server-sent events: word of each new version of the map.

use std::time::Duration;

use actix_web::{
    HttpResponse,
    http::header,
    web::{Bytes, Data},
};
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;

use super::{ApiError, AppState};
use crate::jobs::atlas_refresh::AtlasEvent;

/// A quiet line says so, that often, so that proxies keep it and clients know.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// `GET /api/v1/events`
pub(super) async fn stream(state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let place = state
        .live_pages
        .clone()
        .try_acquire_owned()
        .map_err(|_| ApiError::Busy {
            message: "too many pages follow the map live",
            retry_after_s: 60,
        })?;
    let mut events = state.atlas.subscribe();
    let mut shutdown = state.shutdown.clone();
    let version = state.atlas.snapshot().version;
    let stream = async_stream::stream! {
        let _place = place;
        yield Ok::<_, actix_web::Error>(event("hello", &json!({"version": version})));
        loop {
            let next = tokio::select! {
                event = events.recv() => event,
                () = tokio::time::sleep(HEARTBEAT) => {
                    yield Ok(Bytes::from_static(b": quiet\n\n"));
                    continue;
                }
                _ = shutdown.changed() => break,
            };
            match next {
                Ok(changed) => yield Ok(event("schools", &body(&changed))),
                // Whoever fell behind must look at everything again.
                Err(RecvError::Lagged(_)) => {
                    let version = state.atlas.snapshot().version;
                    yield Ok(event("schools", &json!({"version": version, "schools": []})));
                }
                Err(RecvError::Closed) => break,
            }
        }
    };
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        // Compression would hold events back until a block is full.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(stream))
}

fn body(event: &AtlasEvent) -> serde_json::Value {
    let school = |school: &crate::jobs::atlas_refresh::ChangedSchool| json!({"id": school.id.0, "status": school.status.map(crate::domain::status::Status::slug)});
    let schools: Vec<_> = event.schools.iter().map(school).collect();
    json!({"version": event.version, "schools": schools})
}

fn event(name: &str, data: &serde_json::Value) -> Bytes {
    Bytes::from(format!("event: {name}\ndata: {data}\n\n"))
}
