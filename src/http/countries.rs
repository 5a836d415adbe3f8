//! Countries.

use actix_web::web::{Data, Json};
use serde::Serialize;

use super::{ApiError, AppState, bodies::CountryBody};
use crate::store::countries::{self, CountryEntry};

#[derive(Serialize)]
pub(super) struct Countries {
    total: usize,
    items: Vec<CountryEntryBody>,
}

#[derive(Serialize)]
struct CountryEntryBody {
    #[serde(flatten)]
    country: CountryBody,
    credit: Option<String>,
    bbox: Option<[f64; 4]>,
    schools: i64,
    levels: Vec<LevelBody>,
}

#[derive(Serialize)]
struct LevelBody {
    level: i16,
    areas: i64,
}

impl From<CountryEntry> for CountryEntryBody {
    fn from(entry: CountryEntry) -> Self {
        Self {
            country: CountryBody::from(&entry.country),
            credit: entry.country.credit,
            bbox: entry.bounds,
            schools: entry.schools,
            levels: entry
                .levels
                .into_iter()
                .map(|(level, areas)| LevelBody { level, areas })
                .collect(),
        }
    }
}

/// `GET /api/v1/countries`
pub(super) async fn list(state: Data<AppState>) -> Result<Json<Countries>, ApiError> {
    let db = state.store.client().await?;
    let items: Vec<_> = countries::list(&db)
        .await?
        .into_iter()
        .map(CountryEntryBody::from)
        .collect();
    Ok(Json(Countries {
        total: items.len(),
        items,
    }))
}
