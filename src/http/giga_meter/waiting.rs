//! What waited for its school: taken up as it would have been when it came, as soon as the school is
//! known and one of its installations reports.

use super::{
    measurements::uuid_reused,
    sender::{self, Sender},
};
use crate::{
    domain::measurement::ProbeId,
    http::{ApiError, AppState},
    ingest::{
        Fault,
        giga_meter::{Said, look},
    },
    store::{
        StoreError, Transaction,
        giga_meter::{self, Kept, Kind, Waiting, Written},
        reports::Refusal,
    },
};

/// Takes up what waits. It is no part of the request that brings it about: if it fails, it waits on.
pub(super) async fn take_up(state: &AppState, sender: &Sender, giga_id: &str, kind: Kind) {
    match try_take_up(state, sender, giga_id, kind).await {
        Ok(0) => {}
        Ok(records) => tracing::info!(giga_id, records, "took up what waited for its school"),
        Err(error) => {
            tracing::warn!(giga_id, ?error, "what waited for its school waits on");
        }
    }
}

async fn try_take_up(
    state: &AppState,
    sender: &Sender,
    giga_id: &str,
    kind: Kind,
) -> Result<usize, ApiError> {
    let failed = |error| StoreError::query("giga_meter_waiting", error);
    let mut db = state.store.client().await?;
    let tx = db.transaction().await.map_err(failed)?;
    let waiting = giga_meter::waiting(&tx, kind, giga_id, &sender.school.country).await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    for of_one in waiting.chunk_by(|a, b| a.installation_hash == b.installation_hash) {
        let Some(first) = of_one.first() else {
            continue;
        };
        let probe = sender.probe_of(&tx, &first.installation_hash).await?;
        let refused = match kind {
            Kind::Measurement => measurements(&tx, sender, probe, of_one).await?,
            Kind::Connectivity => looks(&tx, sender, probe, of_one).await?,
        };
        for (one, fault) in refused {
            keep_on(&tx, kind, giga_id, one, &fault).await?;
        }
    }
    tx.commit().await.map_err(failed)?;
    Ok(waiting.len())
}

/// Stores what are measurements; returns what are none.
async fn measurements<'a>(
    tx: &Transaction<'_>,
    sender: &Sender,
    probe: ProbeId,
    waiting: &'a [Waiting],
) -> Result<Vec<(&'a Waiting, Fault)>, ApiError> {
    let (mut arrivals, mut ones, mut refused) = (vec![], vec![], vec![]);
    for one in waiting {
        let judged =
            Said::parse(&one.record).and_then(|said| sender.judge(probe, &said, one.received_at));
        match judged {
            Ok(arrival) => {
                arrivals.push(arrival);
                ones.push(one);
            }
            Err(fault) => refused.push((one, fault)),
        }
    }
    match giga_meter::write(tx, &sender.facts(probe), arrivals).await? {
        Ok(written) => {
            let reused = ones.into_iter().zip(written);
            let reused = reused.filter(|(_, written)| *written == Written::UuidReused);
            refused.extend(reused.map(|(one, _)| (one, uuid_reused())));
        }
        Err(Refusal::Revoked) => {
            refused.extend(ones.into_iter().map(|one| (one, sender::revoked())));
        }
    }
    Ok(refused)
}

/// The same with looks at the internet.
async fn looks<'a>(
    tx: &Transaction<'_>,
    sender: &Sender,
    probe: ProbeId,
    waiting: &'a [Waiting],
) -> Result<Vec<(&'a Waiting, Fault)>, ApiError> {
    if !giga_meter::heard_of(tx, probe, sender.now).await? {
        let revoked = waiting.iter().map(|one| (one, sender::revoked()));
        return Ok(revoked.collect());
    }
    let (mut found, mut refused) = (vec![], vec![]);
    for one in waiting {
        let judged = Said::parse(&one.record).and_then(|said| {
            look(
                &said,
                &sender.country.calendar,
                one.received_at,
                sender.kept.looks_since,
            )
        });
        match judged {
            Ok(look) => found.push(look),
            Err(fault) => refused.push((one, fault)),
        }
    }
    giga_meter::write_looks(tx, probe, &found).await?;
    Ok(refused)
}

/// What waited turns out to be none of the school's measurements: it is kept for that.
async fn keep_on(
    tx: &Transaction<'_>,
    kind: Kind,
    giga_id: &str,
    one: &Waiting,
    fault: &Fault,
) -> Result<(), StoreError> {
    let kept = Kept {
        content_hash: one.content_hash.clone(),
        giga_id: giga_id.to_owned(),
        installation_hash: one.installation_hash.clone(),
        reason: fault.reason,
        detail: fault.detail.clone(),
        record: one.record.clone(),
    };
    giga_meter::keep(tx, kind, one.api_key, one.received_at, &[kept]).await
}
