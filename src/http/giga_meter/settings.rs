//! What the app looks up before it measures: its country, its school, its flags.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use serde_json::json;

use super::found;
use crate::{
    domain::area::CountryCode,
    http::{ApiError, AppState, auth},
    store::{countries, giga_meter},
};

/// The country that two or three letters name.
fn country_code(code: &str) -> Option<CountryCode> {
    match code.trim().len() {
        2 => {
            let country = rust_iso3166::from_alpha2(&code.trim().to_uppercase())?;
            CountryCode::new(country.alpha3)
        }
        _ => CountryCode::new(code),
    }
}

/// The two letters of a country, as the app writes it; its three, where it is invented.
fn two_letters(code: &CountryCode) -> &str {
    rust_iso3166::from_alpha3(code.as_str()).map_or(code.as_str(), |country| country.alpha2)
}

/// `GET /api/v1/dailycheckapp_countries/{code}`: an empty list where the country has no schools here.
pub(super) async fn country(
    state: Data<AppState>,
    request: HttpRequest,
    code: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let key = auth::api_key(&request, &state).await?;
    let wanted = country_code(&code);
    let wanted = wanted.filter(|code| key.country.as_ref().is_none_or(|own| own == code));
    let Some(wanted) = wanted else {
        return Ok(found(json!([])));
    };
    let db = state.store.client().await?;
    let country = countries::find(&db, &wanted).await?;
    let country = country.map(|country| {
        json!({
            "code": two_letters(&country.code),
            "code_iso3": country.code.as_str(),
            "name": country.name,
        })
    });
    Ok(found(country.into_iter().collect::<Vec<_>>()))
}

/// `GET /api/v1/schools/country_code_school_id/{code}/{school_id}`: the school that the ministry knows
/// by this id. Leading zeros count; blanks around it do not.
pub(super) async fn school(
    state: Data<AppState>,
    request: HttpRequest,
    asked: Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let key = auth::api_key(&request, &state).await?;
    let (code, school_id) = &*asked;
    let wanted = country_code(code);
    let wanted = wanted.filter(|code| key.country.as_ref().is_none_or(|own| own == code));
    let Some(wanted) = wanted else {
        return Ok(found(json!([])));
    };
    let db = state.store.client().await?;
    let schools = giga_meter::by_government_id(&db, &wanted, school_id.trim()).await?;
    let schools = schools.iter().map(|school| {
        json!({
            "school_id": school.government_id,
            "giga_id_school": school.giga_id,
            "name": school.name,
            "country_code": two_letters(&school.country),
            "education_level": school.education_level,
        })
    });
    Ok(found(schools.collect::<Vec<_>>()))
}

/// `GET /api/v1/schools/features_flags/{giga_id}`: looks at the internet are taken here.
pub(super) async fn flags(
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    auth::api_key(&request, &state).await?;
    Ok(found(json!({"pingService": true})))
}

/// `GET /api/v1/protocol-config/resolve`: ndt7 alone is read here.
pub(super) async fn protocol(
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    auth::api_key(&request, &state).await?;
    Ok(found(json!({
        "measurementProvider": "mlab",
        "betweenTestsDelaySec": 0,
        "configSource": "default",
    })))
}

/// `GET /api/v1/dailycheckapp_data_fix/{giga_id}`: no id is to be replaced. A school may have several
/// ids of Giga's, and what comes with any of them is the school's.
pub(super) async fn right_id(
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    auth::api_key(&request, &state).await?;
    Ok(found(json!([])))
}
