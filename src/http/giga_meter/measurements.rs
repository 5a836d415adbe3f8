//! `POST /api/v1/measurements`, and `/multiple` for what was measured while the line was down.

use std::{collections::BTreeMap, sync::Arc};

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Payload},
};
use chrono::{DateTime, Utc};
use serde_json::value::RawValue;

use super::{
    body, bounded,
    outcome::{self, Outcome, Request},
    parsed,
    sender::{self, Sender},
    waiting,
};
use crate::{
    domain::{
        measurement::{InvalidReason, ProbeId},
        record::Vantage,
    },
    http::{ApiError, AppState, auth},
    ingest::{
        Fault, Reporter,
        giga_meter::{Said, speed_test},
    },
    store::{
        Client, StoreError,
        giga_meter::{self, Arrival, Kind, Written},
        reports::{Refusal, ReportFacts},
        secrets,
    },
};

/// `POST /api/v1/measurements`
pub(super) async fn one(
    state: Data<AppState>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let key = auth::api_key(&request, &state).await?;
    let body = body(&request, payload).await?;
    let record: &RawValue = parsed(&body, "measurement")?;
    let request = Request::new(&state, &key, Kind::Measurement, 1);
    outcome::of_one(take(request, &[record]).await?)
}

/// `POST /api/v1/measurements/multiple`
pub(super) async fn several(
    state: Data<AppState>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let key = auth::api_key(&request, &state).await?;
    let body = body(&request, payload).await?;
    let records = bounded(parsed(&body, "list of measurements")?)?;
    let request = Request::new(&state, &key, Kind::Measurement, records.len());
    Ok(outcome::of_several(&take(request, &records).await?))
}

/// Judges each record alone; stores them by installation, since each has its own numbers.
async fn take(mut request: Request<'_>, records: &[&RawValue]) -> Result<Vec<Outcome>, ApiError> {
    let mut groups: BTreeMap<(String, String), Vec<(usize, Said)>> = BTreeMap::new();
    for (index, raw) in records.iter().enumerate() {
        match Said::parse(raw.get()) {
            Ok(said) => {
                let whose = (said.giga_id(), said.installation());
                groups.entry(whose).or_default().push((index, said));
            }
            Err(fault) => request.refuse_text(index, raw.get(), &fault),
        }
    }
    for ((giga_id, installation), records) in groups {
        take_group(&mut request, &giga_id, &installation, records).await?;
    }
    request.finish().await
}

async fn take_group(
    request: &mut Request<'_>,
    giga_id: &str,
    installation: &str,
    records: Vec<(usize, Said)>,
) -> Result<(), ApiError> {
    let mut db = request.state.store.client().await?;
    let version = records.last().map(|(_, said)| said.app_version());
    let version = version.unwrap_or_default();
    let sender = match Sender::find(&db, request, giga_id, installation, version).await? {
        Ok(sender) => sender,
        Err(fault) => {
            for (index, said) in records {
                request.refuse(index, &said, &fault);
            }
            return Ok(());
        }
    };
    store(&mut db, request, &sender, records).await?;
    drop(db);
    waiting::take_up(request.state, &sender, giga_id, Kind::Measurement).await;
    Ok(())
}

/// Durable when this returns.
async fn store(
    db: &mut Client,
    request: &mut Request<'_>,
    sender: &Sender,
    records: Vec<(usize, Said)>,
) -> Result<(), ApiError> {
    let failed = |error| StoreError::query("giga_meter_report", error);
    let tx = db.transaction().await.map_err(failed)?;
    let probe = sender.probe(&tx).await?;
    let (mut arrivals, mut named) = (vec![], vec![]);
    for (index, said) in records {
        match sender.judge(probe, &said, request.received_at) {
            Ok(arrival) => {
                named.push((index, said, arrival.test.origin.invalid));
                arrivals.push(arrival);
            }
            Err(fault) => request.refuse(index, &said, &fault),
        }
    }
    match giga_meter::write(&tx, &sender.facts(probe), arrivals).await? {
        Ok(written) => {
            tx.commit().await.map_err(failed)?;
            for ((index, said, invalid), written) in named.into_iter().zip(written) {
                settle(request, index, &said, invalid, written);
            }
        }
        Err(Refusal::Revoked) => {
            for (index, said, _) in named {
                request.refuse(index, &said, &sender::revoked());
            }
        }
    }
    Ok(())
}

fn settle(
    request: &mut Request<'_>,
    index: usize,
    said: &Said,
    invalid: Option<InvalidReason>,
    written: Written,
) {
    let outcome = match (written, invalid) {
        (Written::Stored, None) => Outcome::new(said.uuid(), "stored"),
        (Written::Stored, Some(reason)) => {
            Outcome::new(said.uuid(), "stored_invalid").because(reason.slug(), reason.in_words())
        }
        (Written::Duplicate, _) => Outcome::new(said.uuid(), "duplicate"),
        (Written::UuidReused, _) => return request.refuse(index, said, &uuid_reused()),
    };
    request.settle(index, outcome);
}

/// Another measurement bears this one's UUID.
pub(super) fn uuid_reused() -> Fault {
    Fault {
        reason: "uuid_reused",
        detail: "another measurement has this UUID; this one is kept, and not counted".into(),
    }
}

impl Sender {
    /// What a record of this installation's is, and by what it is recognised.
    pub(super) fn judge(
        &self,
        probe: ProbeId,
        said: &Said,
        received_at: DateTime<Utc>,
    ) -> Result<Arrival, Fault> {
        let reporter = Reporter {
            probe_id: probe,
            school_id: self.school.id,
            vantage: Vantage::Device,
            calendar: Arc::new(self.country.calendar.clone()),
            kept: self.kept,
        };
        Ok(Arrival {
            uuid_hash: secrets::hash(&said.identity()),
            content_hash: secrets::hash(&said.substance()),
            test: speed_test(said, &reporter, received_at)?,
        })
    }

    /// What a report of this probe says besides its records.
    pub(super) fn facts(&self, probe: ProbeId) -> ReportFacts<'_> {
        ReportFacts {
            probe_id: probe,
            calendar: &self.country.calendar,
            received_at: self.now,
            clock_offset_ms: None,
            software_version: &self.version,
        }
    }
}
