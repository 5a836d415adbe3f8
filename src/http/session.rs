//! Logging in and out.

use std::time::Instant;

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Json, block},
};
use chrono::Utc;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{ApiError, AppState, auth};
use crate::{
    domain::account::Action,
    store::{StoreError, accounts, accounts::Account, audit, passwords, secrets},
};

#[derive(Deserialize)]
pub(super) struct Credentials {
    login: String,
    password: String,
}

#[derive(Serialize)]
struct AccountBody<'a> {
    login: &'a str,
    role: &'static str,
    /// What a page may offer; the server asks again whenever it is done.
    may: Vec<&'static str>,
}

impl<'a> From<&'a Account> for AccountBody<'a> {
    fn from(account: &'a Account) -> Self {
        Self {
            login: &account.login,
            role: account.role.slug(),
            may: Action::ALL
                .into_iter()
                .filter(|action| account.role.may(*action))
                .map(Action::slug)
                .collect(),
        }
    }
}

/// `GET /api/v1/session`: who is logged in.
pub(super) async fn show(
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let account = auth::account(&request, &state).await?;
    let account = account.ok_or_else(|| ApiError::Unauthenticated {
        code: "not_logged_in",
        message: "nobody is logged in".into(),
    })?;
    Ok(HttpResponse::Ok()
        .insert_header(("cache-control", "no-store"))
        .json(AccountBody::from(&account)))
}

/// `POST /api/v1/session`: logs in.
pub(super) async fn begin(
    state: Data<AppState>,
    request: HttpRequest,
    credentials: Json<Credentials>,
) -> Result<HttpResponse, ApiError> {
    auth::same_origin(&request, &state)?;
    let source = auth::source(&request, &state);
    state.password_attempts.check(source, Instant::now())?;
    let Some(account) = verified(&state, credentials.into_inner()).await? else {
        state.password_attempts.failed(source, Instant::now());
        return Err(ApiError::Unauthenticated {
            code: "wrong_credentials",
            message: "the login or the password is wrong".into(),
        });
    };
    let (token, now) = (secrets::fresh_token(), Utc::now());
    let failed = |error| StoreError::query("session_begin", error);
    let mut db = state.store.client().await?;
    let tx = db.transaction().await.map_err(failed)?;
    let expires_at = now + auth::SESSION_LENGTH;
    accounts::begin_session(&tx, account.id, &secrets::hash(&token), now, expires_at).await?;
    let subject = format!("account {}", account.login);
    audit::record(&tx, &account.login, "logged in", &subject, &json!({})).await?;
    tx.commit().await.map_err(failed)?;
    Ok(HttpResponse::Ok()
        .cookie(auth::session_cookie(Some(&token), &state))
        .insert_header(("cache-control", "no-store"))
        .json(AccountBody::from(&account)))
}

/// An unknown login takes as long as a wrong password.
async fn verified(state: &AppState, credentials: Credentials) -> Result<Option<Account>, ApiError> {
    let login = credentials.login.trim().to_lowercase();
    // No login has a control character, and PostgreSQL's text cannot hold every one.
    if credentials.password.len() > passwords::MAX_BYTES || login.contains(char::is_control) {
        return Ok(None);
    }
    let known = accounts::find(&state.store.client().await?, &login).await?;
    let (account, hash) = known.unzip();
    let _turn = state.password_work.acquire().await;
    let fits = block(move || match hash {
        Some(hash) => passwords::verify(&credentials.password, &hash),
        None => passwords::hash(&credentials.password).is_err(),
    });
    let fits = fits
        .await
        .map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(account.filter(|_| fits))
}

/// `DELETE /api/v1/session`: logs out.
pub(super) async fn end(
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    auth::same_origin(&request, &state)?;
    if let Some(hash) = auth::session_hash(&request) {
        let account = auth::account(&request, &state).await?;
        let db = state.store.client().await?;
        accounts::end_session(&db, &hash).await?;
        if let Some(account) = account {
            let subject = format!("account {}", account.login);
            audit::record(&db, &account.login, "logged out", &subject, &json!({})).await?;
        }
    }
    Ok(HttpResponse::NoContent()
        .cookie(auth::session_cookie(None, &state))
        .finish())
}
