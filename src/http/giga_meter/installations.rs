//! Registering an installation for a school, and what the app asks of itself. No hardware id, address,
//! user or network of it is kept: an installation is a random id that we gave it.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Path, Payload},
};
use chrono::Utc;
use serde_json::{Value, json, value::RawValue};

use super::{answer, body, found, parsed, sender};
use crate::{
    http::{ApiError, AppState, auth},
    ingest::{Fault, giga_meter::Said},
    store::{StoreError, audit, giga_meter},
};

/// `POST /api/v1/dailycheckapp_schools`
pub(super) async fn register(
    state: Data<AppState>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let failed = |error| StoreError::query("giga_meter_register", error);
    let key = auth::api_key(&request, &state).await?;
    let body = body(&request, payload).await?;
    let raw: &RawValue = parsed(&body, "registration")?;
    let said = Said::parse(raw.get()).map_err(refused)?;
    let mut db = state.store.client().await?;
    let school = sender::school(&db, &key, &said.giga_id()).await?;
    let school = school.map_err(refused)?;
    let tx = db.transaction().await.map_err(failed)?;
    let (version, now) = (said.app_version(), Utc::now());
    let registered = giga_meter::register(&tx, school.id, &version, now).await?;
    let (probe, user_id) = registered.ok_or_else(|| ApiError::Conflict {
        code: "too_many_installations",
        message: "this school has as many installations as one may have, or is being merged: \
                  the app that is registered already goes on reporting"
            .into(),
    })?;
    let actor = format!("API key {}", key.name);
    let subject = format!("school {}", school.id);
    let detail = json!({"probe": probe.0, "software": "giga_meter", "software_version": version});
    audit::record(&tx, &actor, "installation registered", &subject, &detail).await?;
    tx.commit().await.map_err(failed)?;
    let data = json!({"user_id": user_id});
    Ok(answer(StatusCode::CREATED, true, data, "success"))
}

fn refused(fault: Fault) -> ApiError {
    ApiError::Invalid {
        code: fault.reason,
        field: None,
        message: fault.detail,
    }
}

/// `GET /api/v1/dailycheckapp_schools/{giga_id}`: whether the school that the app was registered for is
/// known. To an empty list the app answers by forgetting its registration, and it may well have one of
/// Giga's own server: a school that is not known is an error, which makes it try again.
pub(super) async fn of_school(
    state: Data<AppState>,
    request: HttpRequest,
    giga_id: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let key = auth::api_key(&request, &state).await?;
    let db = state.store.client().await?;
    let school = sender::school(&db, &key, &giga_id.trim().to_lowercase()).await?;
    let school = school.map_err(|fault| match fault.reason {
        "school_unknown" => ApiError::not_found("school", &*giga_id),
        _ => refused(fault),
    })?;
    Ok(found(json!([{
        "giga_id_school": school.giga_id,
        "country_code": school.country.as_str(),
        "is_blocked": false,
        "is_active": true,
    }])))
}

/// `GET /api/v1/dailycheckapp_schools/checkExistingInstallation/{hardware}`: hardware ids are not kept,
/// so that none is known.
pub(super) async fn existing(
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    auth::api_key(&request, &state).await?;
    Ok(found(json!({"exists": false})))
}

/// `GET /api/v1/dailycheckapp_schools/checkDeviceStatus/{hardware}/{giga_id}`: what is not known is
/// active, as at Giga's server.
pub(super) async fn device(
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    auth::api_key(&request, &state).await?;
    let message = "hardware ids are not kept here";
    Ok(found(
        json!({"is_active": true, "exists": false, "message": message}),
    ))
}

/// `POST /api/v1/dailycheckapp_schools/check-device-school-status`: to anything but yes the app deletes
/// what it has not sent. This server switches no app off: a revoked installation is told so when it
/// reports.
pub(super) async fn may_go_on(
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    auth::api_key(&request, &state).await?;
    let message = "no app is switched off from here";
    Ok(found(json!({"isActive": true, "message": message})))
}

/// `POST /api/v1/flagged_dailycheckapp_schools`: the app saw another country than its user chose. Where
/// the school is, the list says; nothing is kept.
pub(super) async fn flagged(
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    auth::api_key(&request, &state).await?;
    let data = json!({"id": Value::Null});
    Ok(answer(StatusCode::CREATED, true, data, "not kept"))
}
