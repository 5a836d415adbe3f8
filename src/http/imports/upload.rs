//! A file as it comes: into the database piece by piece, then opened to show what it seems to be.

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    error::PayloadError,
    http::header,
    web::{Bytes, Data, Payload, Query},
};
use futures_util::{Stream, StreamExt};
use serde::Deserialize;

use super::{ApiError, AppState, auth, body, find};
use crate::{
    domain::account::Action,
    intake::{self, MAX_FILE_BYTES, country},
    store::imports::{self, CountryChanges, ImportFile},
};

/// A line that brings nothing for so long is dead.
const SILENCE: Duration = Duration::from_secs(120);
const MAX_NAME_CHARS: usize = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct CreateQuery {
    country: String,
    file_name: String,
    source: Option<String>,
}

/// Why the bytes of a file did not come to their end.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("the upload broke off ({0}); nothing was kept. Upload the file again")]
    Line(PayloadError),
    #[error("the upload fell silent for 120 s; nothing was kept. Upload the file again")]
    Silent,
    #[error("the file is larger than 500 MB; nothing was kept. Split it into several files")]
    TooLarge,
}

/// `POST /api/v1/imports`: takes a file, and says what it seems to be.
pub(in crate::http) async fn create(
    state: Data<AppState>,
    request: HttpRequest,
    query: Query<CreateQuery>,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let account = auth::actor(&request, &state, Action::ImportList).await?;
    let stated = request.headers().get(header::CONTENT_LENGTH);
    let stated = stated.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if stated.is_some_and(|length| length > MAX_FILE_BYTES) {
        let message = Broken::TooLarge.to_string();
        return Err(ApiError::TooLarge { message });
    }
    let file = described(&query, account.login)?;
    let mut db = state.store.client().await?;
    let import = imports::receive(&mut db, &file, bytes(payload)).await?;
    let opened = open(&state, &file, import.id).await;
    let (options, layout) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            imports::forget(&db, import).await?;
            return Err(error);
        }
    };
    let record = find(&db, import.id).await?;
    imports::set_options(&db, &record, &options, &layout).await?;
    let record = find(&db, import.id).await?;
    Ok(HttpResponse::Created().json(body(&db, &record).await?.into_inner()))
}

fn described(query: &CreateQuery, actor: String) -> Result<ImportFile, ApiError> {
    let proposal = country::propose(&query.country, None, None, None)
        .map_err(|error| ApiError::field("country", error.to_string()))?;
    let short = |field: &str, text: &str| {
        let text = text.trim();
        let sound = !text.is_empty()
            && text.chars().count() <= MAX_NAME_CHARS
            && !text.contains(char::is_control);
        let message = format!("{field} must have from 1 to {MAX_NAME_CHARS} characters");
        sound
            .then(|| text.to_owned())
            .ok_or_else(|| ApiError::field(field, message))
    };
    let source = query
        .source
        .as_deref()
        .filter(|source| !source.trim().is_empty());
    Ok(ImportFile {
        country: proposal.country,
        changes: CountryChanges::default(),
        file_name: short("file_name", &query.file_name)?,
        sha256: [0; 32],
        bytes: None,
        source: source.map(|source| short("source", source)).transpose()?,
        actor,
    })
}

/// The file as the last one of its source was to be read, as far as that fits.
async fn open(
    state: &AppState,
    file: &ImportFile,
    import: uuid::Uuid,
) -> Result<(serde_json::Value, serde_json::Value), ApiError> {
    let db = state.store.client().await?;
    let fetched = intake::fetch(&state.store, import).await?;
    let mut options = crate::registry::ReadOptions::default();
    if let Some(source) = &file.source {
        let kept = imports::source_options(&db, &file.country.code, source).await?;
        if let Some(kept) = kept.and_then(|kept| intake::options_from_json(&kept).ok()) {
            let path = fetched.path().to_owned();
            let fitted = actix_web::web::block(move || intake::fitting(&path, kept, options));
            options = fitted
                .await
                .map_err(|error| ApiError::Internal(error.to_string()))?;
        }
    }
    let opened = intake::open(fetched.path(), options.clone()).await?;
    Ok((
        intake::options_json(&options),
        intake::layout_json(opened.layout()),
    ))
}

/// The bytes of a request, as long as they come and are not too many.
fn bytes(payload: Payload) -> impl Stream<Item = Result<Bytes, Broken>> {
    let begin = (payload, 0_u64);
    futures_util::stream::unfold(begin, async |(mut payload, size)| {
        let next = match tokio::time::timeout(SILENCE, payload.next()).await {
            Err(_) => Err(Broken::Silent),
            Ok(None) => return None,
            Ok(Some(next)) => next.map_err(Broken::Line),
        };
        let size = size + next.as_ref().map_or(0, |bytes| bytes.len() as u64);
        let next = next.and_then(|bytes| {
            if size > MAX_FILE_BYTES {
                return Err(Broken::TooLarge);
            }
            Ok(bytes)
        });
        Some((next, (payload, size)))
    })
}
