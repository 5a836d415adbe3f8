//! Vector tiles of schools, from memory, and of area outlines, from PostGIS through a cache.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, EntityTag, IfNoneMatch},
    web::{Bytes, Data, Path, Query},
};
use moka::future::Cache;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ApiError, AppState, bodies};
use crate::{
    atlas::{MAX_ZOOM, TileAddress, schools_tile},
    domain::area::AreaLevel,
    store::areas,
};

const MVT: &str = "application/vnd.mapbox-vector-tile";
/// Bytes of area tiles that are kept.
const AREA_CACHE_BYTES: u64 = 64 << 20;

/// Area tiles by generation of the atlas, level and address.
pub(super) type AreaTileCache = Cache<(u64, AreaLevel, TileAddress), Bytes>;

pub(super) fn area_tile_cache() -> AreaTileCache {
    Cache::builder()
        .max_capacity(AREA_CACHE_BYTES)
        .weigher(|_, tile: &Bytes| u32::try_from(tile.len() + 64).unwrap_or(u32::MAX))
        .build()
}

pub(super) fn address(parts: (u32, u32, u32)) -> Result<TileAddress, ApiError> {
    let (z, x, y) = parts;
    TileAddress::new(z, x, y).ok_or_else(|| ApiError::not_found("tile", format!("{z}/{x}/{y}")))
}

/// A map that is not loaded yet is not an empty map.
pub(super) fn loaded(state: &AppState) -> Result<std::sync::Arc<crate::atlas::Snapshot>, ApiError> {
    let snapshot = state.atlas.snapshot();
    if snapshot.version == 0 {
        return Err(ApiError::Busy {
            message: "the map is being loaded",
            retry_after_s: 2,
        });
    }
    Ok(snapshot)
}

/// Answers 204 for an empty tile and 304 for one that the client has.
pub(super) fn answer(request: &HttpRequest, tag: String, tile: Bytes) -> HttpResponse {
    use header::Header;
    // Weak: the same tile goes out plain and compressed.
    let tag = EntityTag::new_weak(tag);
    let known = match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(&tag)),
        Ok(IfNoneMatch::Any) | Err(_) => false,
    };
    let mut response = match (known, tile.is_empty()) {
        (true, _) => HttpResponse::NotModified(),
        (false, true) => HttpResponse::NoContent(),
        (false, false) => HttpResponse::Ok(),
    };
    response
        .insert_header(header::ETag(tag))
        .insert_header((header::CACHE_CONTROL, "public, no-cache"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
    if known || tile.is_empty() {
        return response.finish();
    }
    response.content_type(MVT).body(tile)
}

/// `GET /tiles/schools/{z}/{x}/{y}.mvt`
pub(super) async fn schools(
    state: Data<AppState>,
    request: HttpRequest,
    path: Path<(u32, u32, u32)>,
) -> Result<HttpResponse, ApiError> {
    let address = address(path.into_inner())?;
    let snapshot = loaded(&state)?;
    let (z, x, y) = address.parts();
    let tag = format!("s{}-{z}-{x}-{y}", snapshot.version);
    let tile = schools_tile(&snapshot, address).unwrap_or_default();
    Ok(answer(&request, tag, tile.into()))
}

#[derive(Deserialize)]
pub(super) struct Parameters {
    level: Option<i16>,
}

/// `GET /tiles/areas/{z}/{x}/{y}.mvt?level=`
pub(super) async fn areas(
    state: Data<AppState>,
    request: HttpRequest,
    path: Path<(u32, u32, u32)>,
    parameters: Query<Parameters>,
) -> Result<HttpResponse, ApiError> {
    let address = address(path.into_inner())?;
    let level = bodies::level(parameters.level.unwrap_or(1))?;
    let generation = loaded(&state)?.generation;
    let (z, x, y) = address.parts();
    let key = (generation, level, address);
    let tile = match state.area_tiles.get(&key).await {
        Some(tile) => tile,
        None => {
            let db = state.store.client().await?;
            let signed = |part: u32| i32::try_from(part).unwrap_or_default();
            let tile = areas::tile(&db, level, signed(z), signed(x), signed(y)).await?;
            let tile = Bytes::from(tile);
            state.area_tiles.insert(key, tile.clone()).await;
            tile
        }
    };
    Ok(answer(
        &request,
        format!("a{generation}-{level}-{z}-{x}-{y}"),
        tile,
    ))
}

pub(super) fn tile_json(state: &AppState, name: &str, fields: &Value) -> HttpResponse {
    let url = &state.config.public_url;
    HttpResponse::Ok()
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .json(json!({
            "tilejson": "3.0.0",
            "name": name,
            "tiles": [format!("{url}/tiles/{name}/{{z}}/{{x}}/{{y}}.mvt")],
            "minzoom": 0,
            "maxzoom": MAX_ZOOM,
            "vector_layers": [{"id": name, "fields": fields}],
        }))
}

/// `GET /tiles/schools.json`: `TileJSON`
pub(super) async fn schools_json(state: Data<AppState>) -> HttpResponse {
    let fields = json!({
        "id": "the school's id; absent where a feature stands for several",
        "name": "its name, from zoom 9 on",
        "status": "good, moderate, bad, connected_unmeasured, not_connected or unknown",
        "count": "how many schools a feature stands for, if more than one",
    });
    tile_json(&state, "schools", &fields)
}

/// `GET /tiles/areas.json`: `TileJSON`
pub(super) async fn areas_json(state: Data<AppState>) -> HttpResponse {
    let fields =
        json!({"id": "the area's id", "name": "its name", "code": "its code", "level": "0 to 4"});
    tile_json(&state, "areas", &fields)
}
