//! Several ids for one school: merged, and taken back.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Json, Path},
};
use chrono::Utc;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ApiError, AppState, auth, bodies::AliasBody};
use crate::{
    domain::{account::Action, school::SchoolId},
    store::{
        StoreError,
        merges::{self, MergedSchool, Moved},
    },
};

/// A school that another one is as well.
#[derive(Serialize)]
pub(super) struct MergedBody {
    id: Uuid,
    name: String,
    education_level: Option<String>,
    /// The survivor, or another merged school.
    into: Uuid,
    ids: Vec<AliasBody>,
}

impl From<MergedSchool> for MergedBody {
    fn from(school: MergedSchool) -> Self {
        Self {
            id: school.id.0,
            name: school.name,
            education_level: school.education_level,
            into: school.into.0,
            ids: school.aliases.into_iter().map(AliasBody::from).collect(),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Merge {
    into: Uuid,
    /// A primary and a secondary school on one site are two schools: who merges them must say so.
    #[serde(default)]
    despite_levels: bool,
}

#[derive(Serialize)]
struct MovedBody {
    survivor: Uuid,
    merged: Uuid,
    ids: u64,
    probes: u64,
    measurements: u64,
}

impl From<Moved> for MovedBody {
    fn from(moved: Moved) -> Self {
        Self {
            survivor: moved.survivor.0,
            merged: moved.merged.0,
            ids: moved.aliases,
            probes: moved.probes,
            measurements: moved.measurements,
        }
    }
}

/// `POST /api/v1/schools/{id}/merge`
pub(super) async fn merge(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    body: Json<Merge>,
) -> Result<HttpResponse, ApiError> {
    let account = auth::actor(&request, &state, Action::MergeSchools).await?;
    let failed = |error| StoreError::query("merge", error);
    let (merged, survivor) = (SchoolId(*id), SchoolId(body.into));
    let mut db = state.store.client().await?;
    let tx = db.transaction().await.map_err(failed)?;
    let moved = merges::merge(
        &tx,
        merged,
        survivor,
        body.despite_levels,
        &account.login,
        Utc::now(),
    )
    .await??;
    tx.commit().await.map_err(failed)?;
    Ok(HttpResponse::Ok().json(MovedBody::from(moved)))
}

/// `POST /api/v1/schools/{id}/unmerge`
pub(super) async fn unmerge(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
) -> Result<HttpResponse, ApiError> {
    let account = auth::actor(&request, &state, Action::MergeSchools).await?;
    let failed = |error| StoreError::query("unmerge", error);
    let mut db = state.store.client().await?;
    let tx = db.transaction().await.map_err(failed)?;
    let moved = merges::unmerge(&tx, SchoolId(*id), &account.login, Utc::now()).await??;
    tx.commit().await.map_err(failed)?;
    Ok(HttpResponse::Ok().json(MovedBody::from(moved)))
}
