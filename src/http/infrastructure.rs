//! Infrastructure: what is known and from whom, what is in sight by pages, tiles of it, and what is
//! nearest to a school.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Bytes, Data, Json, Path, Query},
};
use chrono::NaiveDate;
use moka::future::Cache;
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};
use uuid::Uuid;

use super::{ApiError, AppState, schools::bounds, tiles};
use crate::{
    atlas::TileAddress,
    domain::infrastructure::Kind,
    store::infrastructure::{self, Dataset, Nearest, Origin, Thing},
};

/// Things on a page, unless asked otherwise, and at most.
const PAGE: (i64, i64) = (100, 1000);
/// Bytes of tiles that are kept.
const CACHE_BYTES: u64 = 64 << 20;

/// Tiles by generation of the atlas, kinds and address.
pub(super) type TileCache = Cache<(u64, Vec<Kind>, TileAddress), Bytes>;

pub(super) fn tile_cache() -> TileCache {
    Cache::builder()
        .max_capacity(CACHE_BYTES)
        .weigher(|_, tile: &Bytes| u32::try_from(tile.len() + 64).unwrap_or(u32::MAX))
        .build()
}

/// Where something is known from: shown wherever it is.
#[derive(Serialize)]
struct OriginBody {
    source: String,
    licence: String,
    as_of: NaiveDate,
}

impl From<Origin> for OriginBody {
    fn from(origin: Origin) -> Self {
        Self {
            source: origin.source,
            licence: origin.licence,
            as_of: origin.as_of,
        }
    }
}

/// The nearest thing of a kind to a school.
#[derive(Serialize)]
pub(super) struct NearestBody {
    kind: String,
    generation: Option<String>,
    planned: bool,
    id: Uuid,
    name: Option<String>,
    status: String,
    operator: Option<String>,
    technology: Option<String>,
    range_m: Option<f64>,
    /// Geodesic metres on the WGS 84 spheroid; 0 within a coverage.
    distance_m: f64,
    #[serde(flatten)]
    origin: OriginBody,
}

impl From<Nearest> for NearestBody {
    fn from(nearest: Nearest) -> Self {
        Self {
            kind: nearest.kind,
            generation: nearest.generation,
            planned: nearest.planned,
            id: nearest.id,
            name: nearest.name,
            status: nearest.status,
            operator: nearest.operator,
            technology: nearest.technology,
            range_m: nearest.range_m,
            distance_m: nearest.distance_m,
            origin: nearest.origin.into(),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Parameters {
    kind: Option<String>,
    bbox: Option<String>,
    limit: Option<i64>,
    cursor: Option<Uuid>,
}

/// A page that is a GeoJSON `FeatureCollection` too.
#[derive(Serialize)]
pub(super) struct Page {
    r#type: &'static str,
    total: i64,
    next_cursor: Option<Uuid>,
    features: Vec<Feature>,
}

#[derive(Serialize)]
struct Feature {
    r#type: &'static str,
    id: Uuid,
    geometry: Box<RawValue>,
    properties: Properties,
}

#[derive(Serialize)]
struct Properties {
    kind: String,
    name: Option<String>,
    status: String,
    operator: Option<String>,
    technology: Option<String>,
    generations: Vec<String>,
    range_m: Option<f64>,
    country: Option<String>,
    #[serde(flatten)]
    origin: OriginBody,
}

fn feature(thing: Thing) -> Result<Feature, ApiError> {
    let geometry = RawValue::from_string(thing.geometry)
        .map_err(|error| ApiError::Internal(format!("a geometry of the database: {error}")))?;
    Ok(Feature {
        r#type: "Feature",
        id: thing.id,
        geometry,
        properties: Properties {
            kind: thing.kind,
            name: thing.name,
            status: thing.status,
            operator: thing.operator,
            technology: thing.technology,
            generations: thing.generations,
            range_m: thing.range_m,
            country: thing.country,
            origin: thing.origin.into(),
        },
    })
}

fn kind(slug: &str) -> Result<Kind, ApiError> {
    let known = Kind::ALL.map(Kind::slug).join(", ");
    Kind::from_slug(slug)
        .ok_or_else(|| ApiError::field("kind", format!("kind must be one of {known}")))
}

/// `GET /api/v1/infrastructure?bbox=&kind=&limit=&cursor=`
pub(super) async fn list(
    state: Data<AppState>,
    parameters: Query<Parameters>,
) -> Result<Json<Page>, ApiError> {
    let kind = parameters.kind.as_deref().map(kind).transpose()?;
    let bounds = parameters.bbox.as_deref().map(bounds).transpose()?;
    let limit = parameters.limit.unwrap_or(PAGE.0);
    if !(1..=PAGE.1).contains(&limit) {
        let message = format!("limit must be from 1 to {}", PAGE.1);
        return Err(ApiError::field("limit", message));
    }
    let db = state.store.client().await?;
    // One more than asked for tells whether there is another page.
    let mut page = infrastructure::list(&db, kind, bounds, parameters.cursor, limit + 1).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = page.items.len() > wanted;
    page.items.truncate(wanted);
    let next_cursor = page.items.last().filter(|_| more).map(|thing| thing.id);
    let features: Result<_, _> = page.items.into_iter().map(feature).collect();
    Ok(Json(Page {
        r#type: "FeatureCollection",
        total: page.total,
        next_cursor,
        features: features?,
    }))
}

#[derive(Serialize)]
pub(super) struct Datasets {
    items: Vec<DatasetBody>,
    total: usize,
}

#[derive(Serialize)]
struct DatasetBody {
    kind: String,
    country: Option<String>,
    things: i64,
    #[serde(flatten)]
    origin: OriginBody,
}

/// `GET /api/v1/infrastructure/datasets`: what is known, and from whom.
pub(super) async fn datasets(state: Data<AppState>) -> Result<Json<Datasets>, ApiError> {
    let db = state.store.client().await?;
    let body = |dataset: Dataset| DatasetBody {
        kind: dataset.kind,
        country: dataset.country,
        things: dataset.things,
        origin: dataset.origin.into(),
    };
    let datasets = infrastructure::datasets(&db).await?;
    Ok(Json(Datasets {
        total: datasets.len(),
        items: datasets.into_iter().map(body).collect(),
    }))
}

#[derive(Deserialize)]
pub(super) struct TileParameters {
    kinds: Option<String>,
}

/// `GET /tiles/infrastructure/{z}/{x}/{y}.mvt?kinds=fibre_node,fibre_line`
pub(super) async fn tile(
    state: Data<AppState>,
    request: HttpRequest,
    path: Path<(u32, u32, u32)>,
    parameters: Query<TileParameters>,
) -> Result<HttpResponse, ApiError> {
    let address = tiles::address(path.into_inner())?;
    let mut kinds = match parameters.kinds.as_deref() {
        None => Kind::ALL.to_vec(),
        Some(kinds) => kinds.split(',').map(kind).collect::<Result<_, _>>()?,
    };
    kinds.sort_unstable();
    kinds.dedup();
    let generation = tiles::loaded(&state)?.generation;
    let (z, x, y) = address.parts();
    let slugs: Vec<_> = kinds.iter().map(|kind| kind.slug()).collect();
    let tag = format!("i{generation}-{}-{z}-{x}-{y}", slugs.join("."));
    let key = (generation, kinds, address);
    let tile = match state.infrastructure_tiles.get(&key).await {
        Some(tile) => tile,
        None => {
            let db = state.store.client().await?;
            let signed = |part: u32| i32::try_from(part).unwrap_or_default();
            let tile = infrastructure::tile(&db, &key.1, signed(z), signed(x), signed(y)).await?;
            let tile = Bytes::from(tile);
            state.infrastructure_tiles.insert(key, tile.clone()).await;
            tile
        }
    };
    Ok(tiles::answer(&request, tag, tile))
}

/// `GET /tiles/infrastructure.json`: `TileJSON`
pub(super) async fn tile_json(state: Data<AppState>) -> HttpResponse {
    let known = Kind::ALL.map(Kind::slug).join(", ");
    let fields: Value = serde_json::json!({
        "kind": known,
        "generation": "the newest of 2G, 3G, 4G and 5G, where it is known",
        "planned": "whether it is only planned or being built",
        "name": "its name, from zoom 9 on",
    });
    tiles::tile_json(&state, "infrastructure", &fields)
}
