//! Areas: the tree of a country, one level at a time.

use actix_web::web::{Data, Json, Path, Query};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ApiError, AppState, bodies};
use crate::{
    domain::area::AreaId,
    store::{areas, areas::AreaEntry},
};

/// More areas than any country has on a level; a list is never longer.
const MAX_AREAS: i64 = 20_000;

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
    code: Option<String>,
    level: i16,
    parent_id: Option<Uuid>,
    bbox: [f64; 4],
}

impl From<AreaEntry> for AreaBody {
    fn from(area: AreaEntry) -> Self {
        Self {
            id: area.id.0,
            country: area.country,
            name: area.name,
            code: area.code,
            level: area.level,
            parent_id: area.parent.map(|parent| parent.0),
            bbox: area.bounds,
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
