//! Enrolment: a code for a school, and a code become a probe.

use std::time::Instant;

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Json, Path},
};
use chrono::{DateTime, Utc};
use qrcode::{QrCode, render::svg};
use schoolbeat_wire::{Enrolled, EnrolledSchool, ProbeConfig, Redeem, Vantage as WireVantage};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{ApiError, AppState, auth, schools};
use crate::{
    domain::{account::Action, enrolment_code::EnrolmentCode, record::Vantage, school::SchoolId},
    store::{
        StoreError, audit,
        enrolments::{self, NewProbe, Newcomer, Redemption},
        new_enrolment::{self, NewEnrolment},
        secrets,
    },
};

#[derive(Serialize)]
struct EnrolmentBody {
    code: String,
    expires_at: DateTime<Utc>,
    command: String,
    qr_svg: String,
}

/// `POST /api/v1/schools/{id}/enrolments`
pub(super) async fn create(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
) -> Result<HttpResponse, ApiError> {
    let account = auth::actor(&request, &state, Action::EnrolProbe).await?;
    let id = SchoolId(*id);
    let mut db = state.store.client().await?;
    let id = schools::found(&db, id, &request).await?.id;
    let NewEnrolment { code, expires_at } =
        new_enrolment::create(&mut db, id, &account.login, Utc::now()).await?;
    let command = new_enrolment::command(&state.config.public_url, &code);
    let qr = QrCode::new(&command).map_err(|error| ApiError::Internal(error.to_string()))?;
    let qr_svg = qr
        .render::<svg::Color<'_>>()
        .min_dimensions(240, 240)
        .build();
    let code = code.as_str().to_owned();
    Ok(HttpResponse::Created()
        .insert_header(("cache-control", "no-store"))
        .json(EnrolmentBody {
            code,
            expires_at,
            command,
            qr_svg,
        }))
}

/// `POST /api/v1/enrolments/redeem`
pub(super) async fn redeem(
    state: Data<AppState>,
    request: HttpRequest,
    body: Json<Redeem>,
) -> Result<HttpResponse, ApiError> {
    let source = auth::source(&request, &state);
    state.code_attempts.check(source, Instant::now())?;
    let secret = secrets::fresh_token();
    let redemption = match EnrolmentCode::parse(&body.code) {
        Some(code) => redeem_code(&state, &code, &body, &secret).await?,
        None => Redemption::Unknown,
    };
    match redemption {
        Redemption::Enrolled(probe) => Ok(HttpResponse::Ok()
            .insert_header(("cache-control", "no-store"))
            .json(enrolled(probe, secret))),
        Redemption::Unknown => {
            state.code_attempts.failed(source, Instant::now());
            Err(ApiError::Invalid {
                code: "enrolment_code_unknown",
                field: Some("code".into()),
                message: "this enrolment code is not known: check its ten characters, or ask \
                          for a new one"
                    .into(),
            })
        }
        Redemption::Used { at } => {
            state.code_attempts.failed(source, Instant::now());
            Err(ApiError::Gone {
                code: "enrolment_code_used",
                message: format!(
                    "this enrolment code was used at {}: ask for a new one",
                    at.format("%Y-%m-%d %H:%M UTC")
                ),
            })
        }
        Redemption::Expired { at } => {
            state.code_attempts.failed(source, Instant::now());
            Err(ApiError::Gone {
                code: "enrolment_code_expired",
                message: format!(
                    "this enrolment code expired at {}: ask for a new one",
                    at.format("%Y-%m-%d %H:%M UTC")
                ),
            })
        }
    }
}

async fn redeem_code(
    state: &AppState,
    code: &EnrolmentCode,
    body: &Redeem,
    secret: &str,
) -> Result<Redemption, ApiError> {
    let failed = |error| StoreError::query("redeem", error);
    let version: String = body
        .software_version
        .chars()
        .filter(|c| !c.is_control())
        .take(64)
        .collect();
    let newcomer = Newcomer {
        vantage: match body.vantage {
            WireVantage::Device => Vantage::Device,
            WireVantage::Router => Vantage::Router,
            WireVantage::Isp => Vantage::Isp,
            WireVantage::Browser => Vantage::Browser,
        },
        software_version: &version,
        secret_hash: &secrets::hash(secret),
    };
    let mut db = state.store.client().await?;
    let tx = db.transaction().await.map_err(failed)?;
    let code_hash = secrets::hash(code.as_str());
    let redemption = enrolments::redeem(&tx, &code_hash, &newcomer, Utc::now()).await?;
    if let Redemption::Enrolled(probe) = &redemption {
        let actor = format!("probe {}", probe.id);
        let subject = format!("school {}", probe.school_id);
        let detail = json!({"vantage": newcomer.vantage.slug(), "software_version": version});
        audit::record(&tx, &actor, "probe enrolled", &subject, &detail).await?;
    }
    tx.commit().await.map_err(failed)?;
    Ok(redemption)
}

fn enrolled(probe: NewProbe, secret: String) -> Enrolled {
    Enrolled {
        probe_id: probe.id.to_string(),
        secret,
        school: EnrolledSchool {
            id: probe.school_id.to_string(),
            name: probe.school_name,
            country: probe.country.to_string(),
        },
        config: ProbeConfig::default(),
        server_unix_ms: Utc::now().timestamp_millis(),
    }
}
