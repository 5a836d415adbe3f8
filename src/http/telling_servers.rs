//! Measurement servers of others tell what they saw, by a key of their own; reports are put beside it.

use std::collections::HashSet;

use actix_web::{
    HttpRequest,
    web::{Data, Json},
};
use chrono::{DateTime, TimeDelta, Utc};
use schoolbeat_wire::{self as wire, MAX_SEEN_PER_REPORT};
use serde::Serialize;
use uuid::Uuid;

use super::{ApiError, AppState, auth};
use crate::{
    domain::{
        record::Judged,
        speed_server::{Direction, Ending, SeenTransfer},
    },
    ingest::{compare_with_seen, measured_here, measured_since},
    ndt7::Address,
    store::{Store, StoreError, measurement_servers},
};

/// A report waits so long for what such a server saw of its tests, from their beginning: a test takes
/// half a minute, and telling of it a moment. After that nobody saw them.
const PATIENCE: TimeDelta = TimeDelta::minutes(3);
/// What is told later has no report any more that waits for it.
const LATEST: TimeDelta = TimeDelta::days(2);
/// Longest name of a client that is kept.
const MAX_NAME_CHARACTERS: usize = 100;

#[derive(Serialize)]
pub(super) struct Kept {
    kept: usize,
}

/// `POST /api/v1/measurement-servers/seen`: all of it, or nothing.
pub(super) async fn receive(
    state: Data<AppState>,
    request: HttpRequest,
    told: Json<wire::SeenReport>,
) -> Result<Json<Kept>, ApiError> {
    let server = auth::measurement_server(&request, &state).await?;
    // `measurement-server add` takes no other address.
    let address = Address::parse(&server.url).ok_or_else(|| StoreError::Unexpected {
        query: "measurement_server_by_key",
        what: format!("the address {:?}", server.url),
    })?;
    let seen = understood(&told, &address.host_port(), Utc::now())?;
    let failed = |error| StoreError::query("seen_transfer", error);
    let mut client = state.store.client().await?;
    let tx = client.transaction().await.map_err(failed)?;
    measurement_servers::keep(&tx, &seen).await?;
    measurement_servers::has_told(&tx, &server.name).await?;
    tx.commit().await.map_err(failed)?;
    Ok(Json(Kept { kept: seen.len() }))
}

fn understood(
    told: &wire::SeenReport,
    server: &str,
    now: DateTime<Utc>,
) -> Result<Vec<SeenTransfer>, ApiError> {
    if told.transfers.len() > MAX_SEEN_PER_REPORT {
        return Err(ApiError::TooLarge {
            message: format!("a report may have {MAX_SEEN_PER_REPORT} transfers"),
        });
    }
    let one = |(number, transfer): (usize, &wire::SeenTransfer)| {
        seen(transfer, told.sent_unix_ms, server, now).map_err(|(field, wants)| ApiError::Invalid {
            code: "out_of_range",
            field: Some(format!("transfers[{number}].{field}")),
            message: format!("must be {wants}"),
        })
    };
    told.transfers.iter().enumerate().map(one).collect()
}

fn seen(
    told: &wire::SeenTransfer,
    sent_unix_ms: i64,
    server: &str,
    now: DateTime<Utc>,
) -> Result<SeenTransfer, (&'static str, &'static str)> {
    let count = |field, value: u64| i64::try_from(value).map_err(|_| (field, "below 2^63"));
    let positive = |field, value: Option<f64>| match value {
        Some(value) if !(value.is_finite() && value >= 0.0) => Err((field, "a positive number")),
        value => Ok(value),
    };
    let age = sent_unix_ms.saturating_sub(told.started_unix_ms);
    let age = TimeDelta::try_milliseconds(age)
        .filter(|age| *age >= TimeDelta::zero() && *age <= LATEST)
        .ok_or(("started_unix_ms", "within the two days before sent_unix_ms"))?;
    Ok(SeenTransfer {
        measurement_id: Some(
            Uuid::try_parse(&told.measurement_id).map_err(|_| ("measurement_id", "a UUID"))?,
        ),
        direction: Direction::from_slug(&told.direction)
            .ok_or(("direction", "download or upload"))?,
        started_at: now - age,
        duration_ms: count("duration_ms", told.duration_ms)?,
        bytes: count("bytes", told.bytes)?,
        tcp_bytes: told
            .tcp_bytes
            .map(|value| count("tcp_bytes", value))
            .transpose()?,
        retransmitted_bytes: told
            .retransmitted_bytes
            .map(|value| count("retransmitted_bytes", value))
            .transpose()?,
        rtt_min_ms: positive("rtt_min_ms", told.rtt_min_ms)?,
        peak_mbps: positive("peak_mbps", told.peak_mbps)?,
        contended: told.contended,
        ending: Ending::from_slug(&told.ending).ok_or(("ending", "a known ending"))?,
        client_name: told.client_name.chars().take(MAX_NAME_CHARACTERS).collect(),
        server: server.to_owned(),
    })
}

/// Puts what servers that tell saw beside the tests of a report that were measured there.
pub(super) async fn compare(store: &Store, judged: &mut [Judged]) -> Result<(), ApiError> {
    if !judged.iter().any(|one| matches!(one, Judged::SpeedTest(_))) {
        return Ok(());
    }
    let client = store.client().await?;
    for url in measurement_servers::telling(&client).await? {
        let Some(address) = Address::parse(&url) else {
            continue;
        };
        let server = address.host_port();
        let measurements = measured_here(judged, &server);
        let mut seen = measurement_servers::seen(&client, &measurements).await?;
        seen.retain(|seen| seen.server == server);
        let whole = |id: &Uuid| {
            let of = |direction| {
                seen.iter()
                    .any(|seen| seen.measurement_id == Some(*id) && seen.direction == direction)
            };
            of(Direction::Download) && of(Direction::Upload)
        };
        let awaited: HashSet<Uuid> = measured_since(judged, &server, Utc::now() - PATIENCE);
        if !awaited.iter().all(whole) {
            return Err(ApiError::Busy {
                message: "the measurement server has not told yet what it saw of a test of this report",
                retry_after_s: 5,
            });
        }
        compare_with_seen(judged, &seen, &server);
    }
    Ok(())
}
