//! Reports of probes: judged record by record, durable before they are answered.

use std::{io::Read, time::Duration};

use actix_web::{
    HttpRequest,
    http::header,
    web::{Bytes, Data, Json, Payload},
};
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use schoolbeat_wire::{
    MAX_RECORDS_PER_REPORT, MAX_REPORT_BYTES_DECODED, MAX_REPORT_BYTES_ENCODED, RecordResult,
    RecordVerdict, ReportAnswer,
};

use super::{ApiError, AppState, auth, probe_config, speed_servers, telling_servers};
use crate::{
    domain::record::Judged,
    ingest::{Envelope, ReportError, Reporter},
    store::{
        StoreError,
        probes::KnownProbe,
        reports::{self, Committed, Refusal, ReportFacts},
    },
};

/// A full report takes so long at 70 kbps; who is slower sends less at once.
const BODY_DEADLINE: Duration = Duration::from_secs(120);

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
    let probe = auth::probe(request, state).await?;
    let encoding = Encoding::of(request)?;
    let encoded = tokio::time::timeout(BODY_DEADLINE, read(payload)).await;
    let encoded = encoded.map_err(|_| ApiError::Invalid {
        code: "body_too_slow",
        field: None,
        message: "the body did not arrive within 120 s: send fewer records at once".into(),
    })??;
    let received_at = Utc::now();
    let body = encoding.decode(&encoded)?;
    let envelope = Envelope::parse(&body).map_err(|error| refused(&error))?;
    let mut judged = envelope.judge(&reporter(&probe), received_at);
    speed_servers::compare(state, &mut judged).await?;
    telling_servers::compare(&state.store, &mut judged).await?;
    let mut results: Vec<RecordResult> = judged.iter().map(result).collect();
    let committed = store(state, &probe, &envelope, judged, received_at).await?;
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
    }
    Ok(ReportAnswer {
        acknowledged_sequence: u64::try_from(committed.last_sequence).unwrap_or_default(),
        results,
        server_unix_ms: Utc::now().timestamp_millis(),
        config_version: probe_config::asked(state, &probe, received_at)
            .await?
            .version,
    })
}

fn reporter(probe: &KnownProbe) -> Reporter {
    Reporter {
        probe_id: probe.id,
        school_id: probe.school_id,
        vantage: probe.vantage,
        calendar: probe.calendar.clone(),
    }
}

/// Durable when this returns.
async fn store(
    state: &AppState,
    probe: &KnownProbe,
    envelope: &Envelope,
    judged: Vec<Judged>,
    received_at: DateTime<Utc>,
) -> Result<Committed, ApiError> {
    let failed = |error| StoreError::query("report", error);
    let facts = ReportFacts {
        probe_id: probe.id,
        calendar: &probe.calendar,
        received_at,
        clock_offset_ms: Some(envelope.clock_offset_ms(received_at)),
        software_version: &envelope.software_version(),
    };
    let mut db = state.store.client().await?;
    let tx = db.transaction().await.map_err(failed)?;
    match reports::write(&tx, &facts, judged).await? {
        Ok(committed) => {
            tx.commit().await.map_err(failed)?;
            Ok(committed)
        }
        Err(Refusal::Revoked) => Err(auth::revoked()),
    }
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
            Self::Gzip => flate2::read::MultiGzDecoder::new(encoded)
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
