//! `POST /api/v1/connectivity/{giga_id}`: looks at the internet, every quarter of an hour.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path, Payload},
};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    body, bounded,
    outcome::{self, Outcome, Request},
    parsed,
    sender::{self, Sender},
    waiting,
};
use crate::{
    http::{ApiError, AppState, auth},
    ingest::giga_meter::{Said, look},
    store::{
        StoreError,
        giga_meter::{self, Kind},
    },
};

#[derive(Deserialize)]
struct Looks<'a> {
    #[serde(borrow)]
    records: Vec<&'a RawValue>,
}

/// `POST /api/v1/connectivity`
pub(super) async fn one(
    state: Data<AppState>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let key = auth::api_key(&request, &state).await?;
    let body = body(&request, payload).await?;
    let record: &RawValue = parsed(&body, "connectivity check")?;
    let request = Request::new(&state, &key, Kind::Connectivity, 1);
    outcome::of_one(take(request, "", &[record]).await?)
}

/// `POST /api/v1/connectivity/{giga_id}`
pub(super) async fn several(
    state: Data<AppState>,
    request: HttpRequest,
    giga_id: Path<String>,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let key = auth::api_key(&request, &state).await?;
    let body = body(&request, payload).await?;
    let looks: Looks<'_> = parsed(&body, "object with a list \"records\"")?;
    let records = bounded(looks.records)?;
    let request = Request::new(&state, &key, Kind::Connectivity, records.len());
    Ok(outcome::of_several(
        &take(request, &giga_id, &records).await?,
    ))
}

async fn take(
    mut request: Request<'_>,
    giga_id: &str,
    records: &[&RawValue],
) -> Result<Vec<Outcome>, ApiError> {
    let mut groups: BTreeMap<(String, String), Vec<(usize, Said)>> = BTreeMap::new();
    for (index, raw) in records.iter().enumerate() {
        match Said::parse(raw.get()) {
            Ok(said) => {
                let said = said.or_giga_id(giga_id);
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
    let failed = |error| StoreError::query("giga_meter_connectivity", error);
    let mut db = request.state.store.client().await?;
    let sender = Sender::find(&db, request, giga_id, installation, String::new());
    let sender = match sender.await? {
        Ok(sender) => sender,
        Err(fault) => {
            for (index, said) in records {
                request.refuse(index, &said, &fault);
            }
            return Ok(());
        }
    };
    let tx = db.transaction().await.map_err(failed)?;
    let probe = sender.probe(&tx).await?;
    if !giga_meter::heard_of(&tx, probe, sender.now).await? {
        for (index, said) in records {
            request.refuse(index, &said, &sender::revoked());
        }
        return Ok(());
    }
    let (mut looks, mut named) = (vec![], vec![]);
    for (index, said) in records {
        match look(
            &said,
            &sender.country.calendar,
            request.received_at,
            sender.kept.looks_since,
        ) {
            Ok(look) => {
                looks.push(look);
                named.push((index, said));
            }
            Err(fault) => request.refuse(index, &said, &fault),
        }
    }
    let known = giga_meter::write_looks(&tx, probe, &looks).await?;
    tx.commit().await.map_err(failed)?;
    for ((index, said), known) in named.into_iter().zip(known) {
        let result = if known { "duplicate" } else { "stored" };
        request.settle(index, Outcome::new(said.uuid(), result));
    }
    drop(db);
    waiting::take_up(request.state, &sender, giga_id, Kind::Connectivity).await;
    Ok(())
}
