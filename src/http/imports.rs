//! School lists on their way in: uploaded, shown, read, looked at, applied, undone. The wizard of
//! the web app stands on this.

mod bodies;
mod upload;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Bytes, Data, Json, Path, Query},
};
use bodies::{ImportBody, ImportsBody, RowsBody};
use serde::Deserialize;
use serde_json::{Map, Value};
pub(super) use upload::create;
use uuid::Uuid;

use super::{ApiError, AppState, auth, bodies::country_code};
use crate::{
    domain::{account::Action, listing::RepairKind},
    intake::{self, ReadError},
    store::{
        Client,
        accounts::Account,
        imports::{self, Import, ImportError, NewImport},
    },
};

const MAX_PAGE: i64 = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    country: Option<String>,
    subject: Option<String>,
    limit: Option<i64>,
    cursor: Option<i64>,
}

/// `GET /api/v1/imports`
pub(super) async fn list(
    state: Data<AppState>,
    request: HttpRequest,
    query: Query<ListQuery>,
) -> Result<Json<ImportsBody>, ApiError> {
    auth::actor(&request, &state, Action::ImportList).await?;
    let limit = limit(query.limit)?;
    let country = query.country.as_deref().map(country_code).transpose()?;
    let db = state.store.client().await?;
    let (found, total) = imports::list(
        &db,
        country.as_ref(),
        query.subject.as_deref(),
        query.cursor,
        limit,
    )
    .await?;
    Ok(Json(ImportsBody::new(&found, total, limit)))
}

/// `GET /api/v1/imports/{id}`
pub(super) async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
) -> Result<Json<ImportBody>, ApiError> {
    auth::actor(&request, &state, Action::ImportList).await?;
    let db = state.store.client().await?;
    let import = find(&db, *id).await?;
    body(&db, &import).await
}

/// What a person may say of how a file is to be read.
const SAID: [&str; 4] = ["encoding", "delimiter", "sheet", "columns"];

/// `PUT /api/v1/imports/{id}/layout`: how the file is to be read.
pub(super) async fn set_layout(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    said: Bytes,
) -> Result<Json<ImportBody>, ApiError> {
    auth::actor(&request, &state, Action::ImportList).await?;
    let said: Map<String, Value> = parse(&said)?;
    if let Some(other) = said.keys().find(|said| !SAID.contains(&said.as_str())) {
        return Err(ApiError::Invalid {
            code: "invalid_body",
            field: None,
            message: format!("{other:?} says nothing of a file; say {}", SAID.join(", ")),
        });
    }
    let said = Value::Object(said);
    let options = intake::options_from_json(&said)
        .map_err(|error| ApiError::field(error.field, error.to_string()))?;
    let db = state.store.client().await?;
    let import = find(&db, *id).await?;
    let file = intake::fetch(&state.store, import.id).await?;
    let opened = intake::open(file.path(), options.clone()).await?;
    let json = intake::options_json(&options);
    imports::set_options(&db, &import, &json, &intake::layout_json(opened.layout())).await?;
    let import = find(&db, *id).await?;
    body(&db, &import).await
}

/// `POST /api/v1/imports/{id}/stage`: reads the file in the background.
pub(super) async fn stage(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
) -> Result<HttpResponse, ApiError> {
    auth::actor(&request, &state, Action::ImportList).await?;
    let db = state.store.client().await?;
    let import = find(&db, *id).await?;
    let options = intake::options_from_json(&import.options)
        .map_err(|error| ApiError::Internal(error.to_string()))?;
    imports::begin_reading(&db, *id).await?;
    let new = NewImport {
        id: import.id,
        number: import.number,
    };
    let reading = state.clone();
    tokio::spawn(async move {
        let _turn = reading.readings.acquire().await;
        let read = async {
            let file = intake::fetch(&reading.store, new.id).await?;
            let path = file.path().to_owned();
            intake::read_and_stage(&reading.store, new, path, options).await
        };
        if let Err(error) = read.await {
            give_up(&reading, new, &error).await;
        }
    });
    let import = find(&db, *id).await?;
    Ok(HttpResponse::Accepted().json(body(&db, &import).await?.into_inner()))
}

/// Says in the record of the import why it could not be read.
async fn give_up(state: &AppState, import: NewImport, error: &ReadError) {
    let said = async {
        let db = state.store.client().await?;
        imports::fail(&db, import, error.code(), &error.to_string()).await
    };
    // The record then falls silent, which says that the reading was interrupted.
    if let Err(failure) = said.await {
        tracing::warn!(%failure, %error, "why an import failed could not be recorded");
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RowsQuery {
    verdict: Option<String>,
    code: Option<String>,
    repair: Option<String>,
    row: Option<i32>,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// `GET /api/v1/imports/{id}/rows`
pub(super) async fn rows(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    query: Query<RowsQuery>,
) -> Result<Json<RowsBody>, ApiError> {
    auth::actor(&request, &state, Action::ImportList).await?;
    let limit = limit(query.limit)?;
    let query = query.into_inner();
    let verdicts = ["created", "updated", "unchanged", "rejected", "missing"];
    if query
        .verdict
        .as_ref()
        .is_some_and(|verdict| !verdicts.contains(&&**verdict))
    {
        let message = format!("verdict must be one of {}", verdicts.join(", "));
        return Err(ApiError::field("verdict", message));
    }
    let cursor = query.cursor.as_deref();
    if cursor.is_some_and(|at| at.parse::<i64>().is_err() && Uuid::parse_str(at).is_err()) {
        let message = "cursor must be the next_cursor of the page before";
        return Err(ApiError::field("cursor", message));
    }
    let filter = imports::Filter {
        verdict: query.verdict,
        code: query.code,
        repair: query.repair,
        row: query.row,
    };
    let db = state.store.client().await?;
    let import = find(&db, *id).await?;
    let page = imports::rows(&db, &import, &filter, query.cursor.as_deref(), limit).await?;
    Ok(Json(RowsBody::from(page)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decision {
    kind: String,
    accept: bool,
    rows: Option<Vec<i32>>,
}

/// `POST /api/v1/imports/{id}/repairs`
pub(super) async fn decide(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    said: Bytes,
) -> Result<Json<ImportBody>, ApiError> {
    auth::actor(&request, &state, Action::ImportList).await?;
    let said: Decision = parse(&said)?;
    let kind = RepairKind::from_slug(&said.kind).ok_or_else(|| {
        let kinds = RepairKind::ALL.map(RepairKind::slug).join(", ");
        ApiError::field("kind", format!("kind must be one of {kinds}"))
    })?;
    act(&state, async move |client| {
        imports::decide(client, *id, kind, said.rows.as_deref(), said.accept).await
    })
    .await
}

/// `POST /api/v1/imports/{id}/apply`
pub(super) async fn apply(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
) -> Result<Json<ImportBody>, ApiError> {
    let account = auth::actor(&request, &state, Action::ImportList).await?;
    act(&state, async move |client| {
        let applied = imports::apply(client, *id, &account.login).await;
        // What is looked at again is as it is now; repairs stay as they were decided.
        if let Err(ImportError::Outdated { .. }) = &applied {
            imports::compare(client, *id).await?;
        }
        Ok(applied?.0)
    })
    .await
}

/// `POST /api/v1/imports/{id}/undo`
pub(super) async fn undo(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
) -> Result<Json<ImportBody>, ApiError> {
    let account = auth::actor(&request, &state, Action::ImportList).await?;
    act(&state, async move |client| {
        imports::undo(client, *id, &account.login).await
    })
    .await
}

/// `DELETE /api/v1/imports/{id}`: gives an import up that was not applied.
pub(super) async fn discard(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
) -> Result<Json<ImportBody>, ApiError> {
    let Account { login, .. } = auth::actor(&request, &state, Action::ImportList).await?;
    let db = state.store.client().await?;
    imports::discard(&db, *id, &login).await?;
    let import = find(&db, *id).await?;
    body(&db, &import).await
}

/// `GET /tiles/imports/{id}/{z}/{x}/{y}.mvt`: the rows of a staged import, by what becomes of them.
pub(super) async fn tile(
    state: Data<AppState>,
    request: HttpRequest,
    path: Path<(Uuid, u8, u32, u32)>,
) -> Result<HttpResponse, ApiError> {
    auth::actor(&request, &state, Action::ImportList).await?;
    let (id, z, x, y) = path.into_inner();
    let side = (z <= 22).then(|| 1_u32 << z);
    if side.is_none_or(|side| x >= side || y >= side) {
        return Err(ApiError::not_found("tile", format!("{z}/{x}/{y}")));
    }
    let place = (i32::from(z), i32_of(x), i32_of(y));
    let db = state.store.client().await?;
    let import = find(&db, id).await?;
    let tile = imports::tile(&db, &import, place).await?;
    let status = if tile.is_empty() {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::OK
    };
    Ok(HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "application/vnd.mapbox-vector-tile"))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(tile))
}

fn i32_of(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Does something that may take long and must not end half way when nobody waits for its answer.
async fn act(
    state: &Data<AppState>,
    step: impl AsyncFnOnce(&mut Client) -> Result<Import, ImportError> + 'static,
) -> Result<Json<ImportBody>, ApiError> {
    let state = state.clone();
    let done = actix_web::rt::spawn(async move {
        let mut db = state.store.client().await?;
        let import = step(&mut db).await?;
        body(&db, &import).await
    });
    done.await
        .map_err(|error| ApiError::Internal(error.to_string()))?
}

async fn body(db: &Client, import: &Import) -> Result<Json<ImportBody>, ApiError> {
    let kinds = imports::finding_kinds(db, import.id).await?;
    let repairs = imports::repair_kinds(db, import).await?;
    let bounds = imports::bounds(db, import).await?;
    Ok(Json(ImportBody::whole(import, kinds, repairs, bounds)))
}

async fn find(db: &Client, id: Uuid) -> Result<Import, ApiError> {
    let import = imports::find(db, id).await?;
    import.ok_or_else(|| ApiError::not_found("import", id))
}

fn limit(limit: Option<i64>) -> Result<i64, ApiError> {
    let limit = limit.unwrap_or(50);
    if (1..=MAX_PAGE).contains(&limit) {
        return Ok(limit);
    }
    let message = format!("limit must be from 1 to {MAX_PAGE}");
    Err(ApiError::field("limit", message))
}

fn parse<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|error| ApiError::Invalid {
        code: "invalid_body",
        field: None,
        message: format!("the body is not the JSON that is wanted: {error}"),
    })
}

impl From<ImportError> for ApiError {
    fn from(error: ImportError) -> Self {
        let (code, message) = (error.code(), error.to_string());
        match error {
            ImportError::Store(error) => error.into(),
            ImportError::NotFound => Self::NotFound {
                what: "import",
                id: "of this id".into(),
            },
            ImportError::WrongState { .. }
            | ImportError::Outdated { .. }
            | ImportError::Lost
            | ImportError::FileGone
            | ImportError::UndoBlocked { .. } => Self::Conflict { code, message },
            ImportError::AllOutside { .. }
            | ImportError::File(_)
            | ImportError::Interrupted
            | ImportError::NoAreas => Self::Invalid {
                code,
                field: None,
                message,
            },
        }
    }
}

impl From<ReadError> for ApiError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Import(error) => error.into(),
            ReadError::File(error) => Self::Invalid {
                code: error.code(),
                field: Some("file".into()),
                message: error.to_string(),
            },
            ReadError::Reader(error) => Self::Internal(error.to_string()),
        }
    }
}
