//! The web app's own files, and the headers that keep other sites out of it.

use actix_web::{
    Error, HttpRequest, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::{Bytes, Data},
};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::{ApiError, AppState};
use crate::ndt7::Address;

#[derive(RustEmbed)]
#[folder = "maps/dist"]
#[allow_missing = true]
struct Files;

/// Everything comes from here; workers and images may be made by the page itself (`MapLibre`), and a
/// speed test goes to our own measurement server.
pub(super) fn content_security_policy(speed_server: Option<&Address>) -> HeaderValue {
    let sources = speed_server.map_or_else(String::new, |address| {
        let ways = [("ws", address.plain), ("wss", address.secure)];
        let offered = ways.into_iter().filter(|(_, offered)| *offered);
        offered.fold(String::new(), |sources, (scheme, _)| {
            sources + &format!(" {scheme}://{}", address.authority)
        })
    });
    let policy = format!(
        "default-src 'self'; connect-src 'self'{sources}; img-src 'self' data: blob:; worker-src \
         'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).expect("an address that was parsed is a header's value")
}

/// Middleware: headers of every answer.
pub(super) async fn security_headers(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let state = request.app_data::<Data<AppState>>();
    let policy = state.map(|state| state.content_security_policy.clone());
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ] {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    let name = header::CONTENT_SECURITY_POLICY;
    if let Some(policy) = policy.filter(|_| !headers.contains_key(&name)) {
        headers.insert(name, policy);
    }
    Ok(response)
}

/// Everything that no other route takes: a file of the app, or the app's page for its own paths.
pub(super) async fn serve(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        return Err(ApiError::not_found("path", request.path()));
    }
    let path = request.path().trim_start_matches('/');
    // The paths of programs are never answered with a page for people.
    let for_programs = ["api/", "tiles/", "reports/", "ndt/", "health/", "assets/"];
    if let Some(file) = Files::get(path).filter(|_| !path.is_empty()) {
        return Ok(answer(path, file));
    }
    if for_programs.iter().any(|prefix| path.starts_with(prefix)) {
        return Err(ApiError::not_found("path", request.path()));
    }
    match Files::get("index.html") {
        Some(page) => Ok(answer("index.html", page)),
        None => Ok(HttpResponse::ServiceUnavailable()
            .content_type("text/plain; charset=utf-8")
            .body(
                "The web app is not built into this server: run `make web`, then build it again.\n\
             The API works: see /api/v1/countries.\n",
            )),
    }
}

fn answer(path: &str, file: EmbeddedFile) -> HttpResponse {
    // Names under assets/ hold a hash of their content.
    let caching = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let body = match file.data {
        std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
    };
    HttpResponse::Ok()
        .content_type(file.metadata.mimetype())
        .insert_header((header::CACHE_CONTROL, caching))
        .body(body)
}
