//! Reports of probes: judged record by record, durable before they are answered.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    io::Read,
    sync::Arc,
    time::Duration,
};

use actix_web::{
    HttpRequest,
    http::header,
    web::{Bytes, Data, Json, Payload},
};
use chrono::Utc;
use futures_util::StreamExt;
use schoolbeat_wire::{
    MAX_RECORDS_PER_REPORT, MAX_REPORT_BYTES_DECODED, MAX_REPORT_BYTES_ENCODED, RecordResult,
    RecordVerdict, ReportAnswer,
};

use super::{ApiError, AppState, auth, reporting, speed_servers, telling_servers};
use crate::{
    domain::record::Judged,
    ingest::{Envelope, ReportError, Reporter},
    store::{
        probes::KnownProbe,
        reports::{Arrived, Committed, NOT_STORABLE, Refusal, Unwritten},
    },
};

/// A full report takes so long at 70 kbps; who is slower sends less at once.
const BODY_DEADLINE: Duration = Duration::from_secs(120);
/// Who is sent away comes back after so long at the earliest, and within the spread after that.
const SOONEST_S: u64 = 2;
const SPREAD_S: u64 = 60;

const TOO_MANY: &str = "more reports arrive than can be stored at once: send this one again later";

/// `POST /api/v1/probe/reports`
pub(super) async fn receive(
    state: Data<AppState>,
    request: HttpRequest,
    payload: Payload,
) -> Result<Json<ReportAnswer>, ApiError> {
    let answer = take(&state, &request, payload).await;
    let result = if answer.is_ok() { "stored" } else { "refused" };
    state.metrics.reports.with_label_values(&[result]).inc();
    answer.map(Json)
}

async fn take(
    state: &AppState,
    request: &HttpRequest,
    payload: Payload,
) -> Result<ReportAnswer, ApiError> {
    let _admitted = state.reports.admit().map_err(|_| ApiError::Busy {
        message: TOO_MANY,
        retry_after_s: come_back_after_s(&stranger(request)),
    })?;
    let reporting = reporting::find(request, state).await?;
    let probe = &reporting.probe;
    let encoding = Encoding::of(request)?;
    let encoded = tokio::time::timeout(BODY_DEADLINE, read(payload)).await;
    let encoded = encoded.map_err(|_| ApiError::Invalid {
        code: "body_too_slow",
        field: None,
        message: "the body did not arrive within 120 s: send fewer records at once".into(),
    })??;
    // Ages are told from when it came, not from when its turn was.
    let received_at = Utc::now();
    let turn = state.reports.turn().await.map_err(|_| ApiError::Busy {
        message: TOO_MANY,
        retry_after_s: come_back_after_s(&probe.id),
    })?;
    let body = encoding.decode(&encoded)?;
    drop(encoded);
    let envelope = Envelope::parse(&body).map_err(|error| refused(&error))?;
    let mut judged = envelope.judge(&reporter(probe), received_at);
    speed_servers::compare(state, &mut judged).await?;
    telling_servers::compare(&state.store, &mut judged).await?;
    let mut results: Vec<RecordResult> = judged.iter().map(result).collect();
    let arrived = Arrived {
        probe_id: probe.id,
        calendar: Arc::clone(&probe.calendar),
        received_at,
        clock_offset_ms: envelope.clock_offset_ms(received_at),
        software_version: envelope.software_version(),
        judged,
        body,
    };
    drop(turn);
    let (committed, put_aside) = store(state, arrived).await?;
    for (index, detail) in put_aside {
        results[index].verdict = RecordVerdict::Rejected;
        results[index].reason = Some(NOT_STORABLE.to_owned());
        results[index].detail = Some(detail);
    }
    for (result, duplicate) in results.iter_mut().zip(&committed.duplicate) {
        if *duplicate {
            *result = RecordResult {
                verdict: RecordVerdict::Duplicate,
                reason: None,
                detail: None,
                ..result.clone()
            };
        }
        state
            .metrics
            .records
            .with_label_values(&[verdict_slug(result.verdict)])
            .inc();
        if let Some(reason) = &result.reason {
            let refused = &state.metrics.refused_records;
            refused.with_label_values(&[reason.as_str()]).inc();
        }
    }
    Ok(ReportAnswer {
        acknowledged_sequence: u64::try_from(committed.last_sequence).unwrap_or_default(),
        results,
        server_unix_ms: Utc::now().timestamp_millis(),
        config_version: reporting.config_version,
    })
}

fn reporter(probe: &KnownProbe) -> Reporter {
    Reporter {
        kept: probe.kept,
        probe_id: probe.id,
        school_id: probe.school_id,
        vantage: probe.vantage,
        calendar: probe.calendar.clone(),
    }
}

/// Durable when this returns.
async fn store(
    state: &AppState,
    arrived: Arrived,
) -> Result<(Committed, Vec<(usize, String)>), ApiError> {
    let probe = arrived.probe_id;
    let busy = |message| ApiError::Busy {
        message,
        retry_after_s: come_back_after_s(&probe),
    };
    let written = match state.reports.write(arrived).await {
        Ok(written) => written,
        Err(Unwritten::Full) => {
            return Err(busy(TOO_MANY));
        }
        Err(Unwritten::Stopping) => {
            return Err(busy("the report could not be written now: send it again"));
        }
        Err(Unwritten::Store(error)) => return Err(error.into()),
    };
    match written.taken {
        Some(Ok(committed)) => Ok((committed, written.put_aside)),
        Some(Err(Refusal::Revoked)) => Err(auth::revoked()),
        None => Err(ApiError::Busy {
            message: "the probe is just being changed: send the report again",
            retry_after_s: SOONEST_S,
        }),
    }
}

/// Probes that are sent away do not all come back at one moment.
fn come_back_after_s(probe: &impl Hash) -> u64 {
    let mut hash = DefaultHasher::new();
    probe.hash(&mut hash);
    SOONEST_S + hash.finish() % SPREAD_S
}

/// What tells one probe from another before anybody has looked who it is.
fn stranger(request: &HttpRequest) -> Option<&[u8]> {
    let secret = request.headers().get(header::AUTHORIZATION);
    secret.map(header::HeaderValue::as_bytes)
}

fn result(judged: &Judged) -> RecordResult {
    let sequence = judged
        .sequence()
        .and_then(|number| u64::try_from(number).ok());
    let (verdict, reason, detail) = match judged {
        Judged::Rejected(rejected) => (
            RecordVerdict::Rejected,
            Some(rejected.reason),
            Some(rejected.detail.clone()),
        ),
        measured => match measured.origin().and_then(|origin| origin.invalid) {
            Some(reason) => (
                RecordVerdict::StoredInvalid,
                Some(reason.slug()),
                Some(reason.in_words().to_owned()),
            ),
            None => (RecordVerdict::Stored, None, None),
        },
    };
    RecordResult {
        sequence,
        verdict,
        reason: reason.map(str::to_owned),
        detail,
    }
}

fn verdict_slug(verdict: RecordVerdict) -> &'static str {
    match verdict {
        RecordVerdict::Stored => "stored",
        RecordVerdict::StoredInvalid => "stored_invalid",
        RecordVerdict::Duplicate => "duplicate",
        RecordVerdict::Rejected => "rejected",
    }
}

fn refused(error: &ReportError) -> ApiError {
    match error {
        ReportError::Malformed { message } => ApiError::Invalid {
            code: "malformed_report",
            field: None,
            message: format!("the body is no report: {message}"),
        },
        ReportError::TooManyRecords { count } => ApiError::TooLarge {
            message: format!(
                "the report has {count} records; one may have {MAX_RECORDS_PER_REPORT}: send \
                 several"
            ),
        },
    }
}

/// Reads at most what a report may have on its way.
async fn read(mut payload: Payload) -> Result<Vec<u8>, ApiError> {
    let mut body = vec![];
    while let Some(chunk) = payload.next().await {
        let chunk: Bytes = chunk.map_err(|error| ApiError::Invalid {
            code: "broken_body",
            field: None,
            message: format!("the body broke off: {error}"),
        })?;
        if body.len() + chunk.len() > MAX_REPORT_BYTES_ENCODED {
            return Err(too_large("on its way", MAX_REPORT_BYTES_ENCODED));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn too_large(when: &str, limit: usize) -> ApiError {
    ApiError::TooLarge {
        message: format!("a report may have {limit} bytes {when}: send fewer records at once"),
    }
}

/// How the body is packed.
enum Encoding {
    Plain,
    Gzip,
    Zstd,
}

impl Encoding {
    fn of(request: &HttpRequest) -> Result<Self, ApiError> {
        let header = |name| {
            request
                .headers()
                .get(name)
                .map(|v| v.to_str().unwrap_or("?").trim())
        };
        let kind = header(header::CONTENT_TYPE).unwrap_or_default();
        let json = kind
            .split(';')
            .next()
            .is_some_and(|kind| kind.trim() == "application/json");
        let encoding = header(header::CONTENT_ENCODING).unwrap_or("identity");
        match encoding {
            _ if !json => Err(ApiError::UnsupportedMediaType {
                message: format!("a report is application/json, not {kind:?}"),
            }),
            "identity" | "" => Ok(Self::Plain),
            "gzip" => Ok(Self::Gzip),
            "zstd" => Ok(Self::Zstd),
            other => Err(ApiError::UnsupportedMediaType {
                message: format!("a report comes plain, as gzip or as zstd, not as {other:?}"),
            }),
        }
    }

    /// Unpacks at most what a report may have.
    fn decode(&self, encoded: &[u8]) -> Result<Vec<u8>, ApiError> {
        let limit = MAX_REPORT_BYTES_DECODED as u64 + 1;
        let mut decoded = vec![];
        let read = match self {
            Self::Plain => Read::take(encoded, limit).read_to_end(&mut decoded),
            Self::Gzip => flate2::bufread::MultiGzDecoder::new(encoded)
                .take(limit)
                .read_to_end(&mut decoded),
            Self::Zstd => zstd::stream::read::Decoder::new(encoded)
                .and_then(|decoder| decoder.take(limit).read_to_end(&mut decoded)),
        };
        read.map_err(|error| ApiError::Invalid {
            code: "broken_encoding",
            field: None,
            message: format!("the body cannot be unpacked: {error}"),
        })?;
        if decoded.len() > MAX_REPORT_BYTES_DECODED {
            return Err(too_large("unpacked", MAX_REPORT_BYTES_DECODED));
        }
        Ok(decoded)
    }
}
