//! The paths and formats of Giga Meter's own server, so that its installations can report here. Names
//! and units are Giga's; what becomes of a record is said as for our own probes.

mod connectivity;
mod installations;
mod measurements;
mod outcome;
mod sender;
mod settings;
mod waiting;

use std::time::Duration;

use actix_web::{
    Error, HttpRequest, HttpResponse, Route,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderValue},
    },
    middleware::{Next, from_fn},
    web::{self, Bytes, Payload, ServiceConfig},
};
use chrono::{SecondsFormat, Utc};
use serde::Serialize;
use serde_json::{json, value::RawValue};

use super::{ApiError, read, web_app};

/// A record has some five kilobytes; the app sends five at once.
const MAX_BYTES: usize = 2 << 20;
/// Most records of a request.
const MAX_RECORDS: usize = 500;
/// A request of five records takes so long at 2 kbps.
const BODY_DEADLINE: Duration = Duration::from_secs(120);

/// Every path that the app asks. What it can do without is not here.
pub(super) fn routes(app: &mut ServiceConfig) {
    let mut add = |path: &str, route: Route| {
        let resource = web::resource(path)
            .wrap(from_fn(for_any_page))
            .route(web::method(Method::OPTIONS).to(HttpResponse::NoContent))
            .route(route)
            .default_service(web::to(web_app::serve));
        app.service(resource);
    };
    add("/api/v1/measurements", web::post().to(measurements::one));
    add(
        "/api/v1/measurements/multiple",
        web::post().to(measurements::several),
    );
    add("/api/v1/connectivity", web::post().to(connectivity::one));
    add(
        "/api/v1/connectivity/{giga_id}",
        web::post().to(connectivity::several),
    );
    add(
        "/api/v1/dailycheckapp_schools",
        web::post().to(installations::register),
    );
    add(
        "/api/v1/dailycheckapp_schools/check-device-school-status",
        web::post().to(installations::may_go_on),
    );
    add(
        "/api/v1/dailycheckapp_schools/{giga_id}",
        read().to(installations::of_school),
    );
    add(
        "/api/v1/dailycheckapp_schools/checkExistingInstallation/{hardware}",
        read().to(installations::existing),
    );
    add(
        "/api/v1/dailycheckapp_schools/checkDeviceStatus/{hardware}/{giga_id}",
        read().to(installations::device),
    );
    add(
        "/api/v1/flagged_dailycheckapp_schools",
        web::post().to(installations::flagged),
    );
    add(
        "/api/v1/dailycheckapp_data_fix/{giga_id}",
        read().to(settings::right_id),
    );
    add(
        "/api/v1/dailycheckapp_countries/{code}",
        read().to(settings::country),
    );
    add(
        "/api/v1/schools/country_code_school_id/{code}/{school_id}",
        read().to(settings::school),
    );
    add(
        "/api/v1/schools/features_flags/{giga_id}",
        read().to(settings::flags),
    );
    add(
        "/api/v1/protocol-config/resolve",
        read().to(settings::protocol),
    );
}

/// The app is a page of its own origin, and its key is no cookie: any origin may ask, none is trusted
/// for it.
async fn for_any_page(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut response = next.call(request).await?;
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "authorization, content-type",
        ),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST"),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

/// An answer in the form that the app reads.
fn answer(status: StatusCode, success: bool, data: impl Serialize, message: &str) -> HttpResponse {
    let timestamp = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
    HttpResponse::build(status)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(json!({
            "success": success,
            "data": data,
            "timestamp": timestamp,
            "message": message,
        }))
}

fn found(data: impl Serialize) -> HttpResponse {
    answer(StatusCode::OK, true, data, "success")
}

/// The body, whole.
async fn body(request: &HttpRequest, payload: Payload) -> Result<Bytes, ApiError> {
    let encoding = request.headers().get(header::CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| encoding != "identity") {
        return Err(ApiError::UnsupportedMediaType {
            message: "the body must come plain, without Content-Encoding".into(),
        });
    }
    let read = tokio::time::timeout(BODY_DEADLINE, payload.to_bytes_limited(MAX_BYTES)).await;
    let read = read.map_err(|_| ApiError::Invalid {
        code: "body_too_slow",
        field: None,
        message: "the body did not arrive within 120 s: send fewer records at once".into(),
    })?;
    let read = read.map_err(|_| ApiError::TooLarge {
        message: format!("the body may have {MAX_BYTES} bytes: send fewer records at once"),
    })?;
    read.map_err(|error| ApiError::Invalid {
        code: "broken_body",
        field: None,
        message: format!("the body broke off: {error}"),
    })
}

/// The body read as what is wanted.
fn parsed<'a, T: serde::Deserialize<'a>>(body: &'a [u8], wanted: &str) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|error| ApiError::Invalid {
        code: "malformed_json",
        field: None,
        message: format!("the body is no {wanted}: {error}"),
    })
}

/// No more records than one request may have.
fn bounded(records: Vec<&RawValue>) -> Result<Vec<&RawValue>, ApiError> {
    if records.len() > MAX_RECORDS {
        let count = records.len();
        return Err(ApiError::TooLarge {
            message: format!("the body has {count} records; one may have {MAX_RECORDS}"),
        });
    }
    Ok(records)
}
