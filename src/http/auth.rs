//! Who is asking: a person with a session, or a probe with its secret.
//!
//! The one place where a request becomes somebody. What somebody may do, the domain says.

use std::{net::IpAddr, time::Instant};

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration as CookieDuration},
    http::header,
};
use chrono::{TimeDelta, Utc};

use super::{ApiError, AppState};
use crate::{
    domain::account::Action,
    store::{
        accounts::{self, Account},
        api_keys::{self, ApiKey},
        measurement_servers::{self, KnownServer},
        probes::{self, KnownProbe},
        secrets,
    },
};

const SESSION_COOKIE: &str = "schoolbeat_session";
/// A session ends after so long, whatever happens.
pub(super) const SESSION_LENGTH: TimeDelta = TimeDelta::hours(12);

/// The address that a request comes from: the connection's, or, behind our own proxy, the last one
/// that the proxy added.
pub(super) fn source(request: &HttpRequest, state: &AppState) -> IpAddr {
    let peer = request
        .peer_addr()
        .map_or(IpAddr::from([0, 0, 0, 0]), |address| address.ip());
    if !state.config.trust_proxy {
        return peer;
    }
    let forwarded = request
        .headers()
        .get("x-forwarded-for")
        .and_then(|value| value.to_str().ok());
    forwarded
        .and_then(|list| list.rsplit(',').next()?.trim().parse().ok())
        .unwrap_or(peer)
}

/// Who is logged in, if anyone.
pub(super) async fn account(
    request: &HttpRequest,
    state: &AppState,
) -> Result<Option<Account>, ApiError> {
    let Some(cookie) = request.cookie(SESSION_COOKIE) else {
        return Ok(None);
    };
    let db = state.store.client().await?;
    Ok(accounts::of_session(&db, &secrets::hash(cookie.value()), Utc::now()).await?)
}

/// Who is logged in, and may do it.
pub(super) async fn actor(
    request: &HttpRequest,
    state: &AppState,
    action: Action,
) -> Result<Account, ApiError> {
    same_origin(request, state)?;
    let account = account(request, state)
        .await?
        .ok_or_else(|| ApiError::Unauthenticated {
            code: "not_logged_in",
            message: "log in first".into(),
        })?;
    if !account.role.may(action) {
        return Err(ApiError::Forbidden {
            code: "not_permitted",
            message: format!("the role {} may not do this", account.role.slug()),
        });
    }
    Ok(account)
}

/// A page of another site must not act with the cookie of ours, whatever its browser thinks of
/// `SameSite`. Programs send no origin, and no cookie by themselves.
pub(super) fn same_origin(request: &HttpRequest, state: &AppState) -> Result<(), ApiError> {
    let Some(origin) = request.headers().get(header::ORIGIN) else {
        return Ok(());
    };
    let origin = origin.to_str().unwrap_or_default();
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let own = host.is_some_and(|host| {
        origin
            .strip_prefix("https://")
            .or_else(|| origin.strip_prefix("http://"))
            == Some(host)
    });
    if own || origin == state.config.public_url {
        return Ok(());
    }
    Err(ApiError::Forbidden {
        code: "foreign_origin",
        message: "this request comes from a page of another site".into(),
    })
}

/// The cookie of a session; without a token, the one that ends it.
pub(super) fn session_cookie(token: Option<&str>, state: &AppState) -> Cookie<'static> {
    let age = if token.is_some() {
        SESSION_LENGTH.num_seconds()
    } else {
        0
    };
    Cookie::build(SESSION_COOKIE, token.unwrap_or_default().to_owned())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(state.config.is_https())
        .max_age(CookieDuration::seconds(age))
        .finish()
}

/// The hash of the session's token in a request.
pub(super) fn session_hash(request: &HttpRequest) -> Option<Vec<u8>> {
    request
        .cookie(SESSION_COOKIE)
        .map(|cookie| secrets::hash(cookie.value()))
}

/// What a program shows to prove who it is.
pub(super) fn bearer(request: &HttpRequest) -> Option<&str> {
    let value = request.headers().get(header::AUTHORIZATION)?;
    value.to_str().ok()?.strip_prefix("Bearer ")
}

/// Where a key is shown; guesses of one source are counted.
struct Keyhole<'a> {
    state: &'a AppState,
    source: IpAddr,
}

impl<'a> Keyhole<'a> {
    /// For a source that has not guessed too often.
    fn of(request: &HttpRequest, state: &'a AppState) -> Result<Self, ApiError> {
        let source = source(request, state);
        state.key_attempts.check(source, Instant::now())?;
        Ok(Self { state, source })
    }

    fn refuses(&self, code: &'static str, message: &str) -> ApiError {
        self.state.key_attempts.failed(self.source, Instant::now());
        ApiError::Unauthenticated {
            code,
            message: message.into(),
        }
    }
}

/// The key that the request bears.
pub(super) async fn api_key(request: &HttpRequest, state: &AppState) -> Result<ApiKey, ApiError> {
    let keyhole = Keyhole::of(request, state)?;
    let Some(secret) = bearer(request) else {
        return Err(keyhole.refuses(
            "api_key_missing",
            "the request bears no API key: Authorization: Bearer …",
        ));
    };
    let db = state.store.client().await?;
    let Some(key) = api_keys::find(&db, &secrets::hash(secret.trim())).await? else {
        return Err(keyhole.refuses(
            "api_key_unknown",
            "this API key is not known: ask for one (schoolbeat api-key add NAME)",
        ));
    };
    if key.revoked_at.is_some() {
        return Err(keyhole.refuses(
            "api_key_revoked",
            "this API key was revoked: ask for a new one (schoolbeat api-key add NAME)",
        ));
    }
    api_keys::used(&db, key.id, Utc::now()).await?;
    Ok(key)
}

/// The measurement server of somebody else's whose key the request bears.
pub(super) async fn measurement_server(
    request: &HttpRequest,
    state: &AppState,
) -> Result<KnownServer, ApiError> {
    let keyhole = Keyhole::of(request, state)?;
    let server = match bearer(request) {
        Some(secret) => {
            let db = state.store.client().await?;
            measurement_servers::by_key(&db, &secrets::hash(secret.trim())).await?
        }
        None => None,
    };
    server.ok_or_else(|| {
        keyhole.refuses(
            "unknown_key",
            "a measurement server tells what it saw by the key that `schoolbeat \
             measurement-server key NAME` made for it",
        )
    })
}

/// A probe's secret, as the request bears it.
pub(super) fn secret(request: &HttpRequest) -> Result<&str, ApiError> {
    let secret = bearer(request).map(str::trim);
    secret.ok_or_else(|| ApiError::Unauthenticated {
        code: "secret_missing",
        message: "the request bears no secret: Authorization: Bearer …".into(),
    })
}

/// The probe whose secret the request bears.
pub(super) async fn probe(request: &HttpRequest, state: &AppState) -> Result<KnownProbe, ApiError> {
    let secret = secret(request)?;
    let db = state.store.client().await?;
    let probe = probes::find_by_secret(&db, &secrets::hash(secret)).await?;
    let probe = probe.ok_or_else(|| ApiError::Unauthenticated {
        code: "secret_unknown",
        message: "no probe has this secret: enrol it again".into(),
    })?;
    match probe.revoked_at {
        None => Ok(probe),
        Some(_) => Err(revoked()),
    }
}

pub(super) fn revoked() -> ApiError {
    ApiError::Forbidden {
        code: "probe_revoked",
        message: "this probe was revoked: enrol it again with a new code".into(),
    }
}
