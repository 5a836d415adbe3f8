//! Areas: the tree of a country, one level at a time, and what an area was before.

use std::collections::BTreeMap;

use actix_web::web::{Data, Json, Path, Query};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{ApiError, AppState, bodies};
use crate::{
    domain::area::AreaId,
    store::{
        StoreError, areas,
        areas::{AreaEntry, AreaVersion},
    },
};

/// More areas than any country has on a level; a list is never longer.
const MAX_AREAS: i64 = 20_000;
/// Versions that are shown: with outlines they are large.
const MAX_VERSIONS: i64 = 100;

#[derive(Deserialize)]
pub(super) struct Parameters {
    country: String,
    level: Option<i16>,
}

#[derive(Serialize)]
pub(super) struct Areas {
    total: usize,
    items: Vec<AreaBody>,
}

#[derive(Serialize)]
pub(super) struct AreaBody {
    id: Uuid,
    country: String,
    name: String,
    names: BTreeMap<String, String>,
    code: Option<String>,
    level: i16,
    parent_id: Option<Uuid>,
    population: Option<i64>,
    population_year: Option<i16>,
    bbox: [f64; 4],
    /// Only of an area that is no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    retired_at: Option<DateTime<Utc>>,
}

impl From<AreaEntry> for AreaBody {
    fn from(area: AreaEntry) -> Self {
        Self {
            id: area.id.0,
            country: area.country,
            name: area.name,
            names: area.names,
            code: area.code,
            level: area.level,
            parent_id: area.parent.map(|parent| parent.0),
            population: area.population,
            population_year: area.population_year,
            bbox: area.bounds,
            retired_at: area.retired_at,
        }
    }
}

/// `GET /api/v1/areas?country=&level=`
pub(super) async fn list(
    state: Data<AppState>,
    parameters: Query<Parameters>,
) -> Result<Json<Areas>, ApiError> {
    let level = bodies::level(parameters.level.unwrap_or(1))?;
    let db = state.store.client().await?;
    let country = bodies::country(&db, &parameters.country).await?;
    let areas = areas::list(&db, &country.code, level, MAX_AREAS).await?;
    let items: Vec<_> = areas.into_iter().map(AreaBody::from).collect();
    Ok(Json(Areas {
        total: items.len(),
        items,
    }))
}

/// `GET /api/v1/areas/{id}`
pub(super) async fn show(
    state: Data<AppState>,
    id: Path<Uuid>,
) -> Result<Json<AreaBody>, ApiError> {
    let db = state.store.client().await?;
    let area = areas::find(&db, AreaId(*id)).await?;
    Ok(Json(
        area.ok_or_else(|| ApiError::not_found("area", *id))?.into(),
    ))
}

#[derive(Deserialize)]
pub(super) struct HistoryParameters {
    #[serde(default)]
    geometry: bool,
}

#[derive(Serialize)]
pub(super) struct History {
    area: AreaBody,
    total: usize,
    items: Vec<VersionBody>,
}

#[derive(Serialize)]
struct VersionBody {
    valid_from: DateTime<Utc>,
    valid_to: Option<DateTime<Utc>>,
    name: String,
    names: BTreeMap<String, String>,
    code: Option<String>,
    parent_id: Option<Uuid>,
    population: Option<i64>,
    population_year: Option<i16>,
    attributes: Value,
    import: Option<ImportBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    geometry: Option<Value>,
}

#[derive(Serialize)]
struct ImportBody {
    id: Uuid,
    file_name: String,
    file_sha256: String,
}

impl VersionBody {
    fn new(version: AreaVersion) -> Result<Self, ApiError> {
        let geometry = version.geometry.as_deref().map(serde_json::from_str);
        let geometry = geometry.transpose().map_err(|error| {
            ApiError::from(StoreError::Unexpected {
                query: "area_history",
                what: error.to_string(),
            })
        })?;
        Ok(Self {
            valid_from: version.valid_from,
            valid_to: version.valid_to,
            name: version.name,
            names: version.names,
            code: version.code,
            parent_id: version.parent.map(|parent| parent.0),
            population: version.population,
            population_year: version.population_year,
            attributes: version.attributes,
            import: version.source.map(|source| ImportBody {
                id: source.import_id,
                file_name: source.file_name,
                file_sha256: bodies::hex(&source.sha256),
            }),
            geometry,
        })
    }
}

/// `GET /api/v1/areas/{id}/history?geometry=`
pub(super) async fn history(
    state: Data<AppState>,
    id: Path<Uuid>,
    parameters: Query<HistoryParameters>,
) -> Result<Json<History>, ApiError> {
    let db = state.store.client().await?;
    let area = areas::find(&db, AreaId(*id)).await?;
    let area = area.ok_or_else(|| ApiError::not_found("area", *id))?;
    let versions = areas::history(&db, area.id, parameters.geometry, MAX_VERSIONS).await?;
    let items: Vec<_> = versions
        .into_iter()
        .map(VersionBody::new)
        .collect::<Result<_, _>>()?;
    Ok(Json(History {
        area: area.into(),
        total: items.len(),
        items,
    }))
}
