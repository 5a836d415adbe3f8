//! Measurement servers: what ours saw is kept, reports are put beside it, and `/v2/nearest` names the
//! servers that there are, as M-Lab's Locate would.

use std::{slice, sync::Arc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, Query},
};
use chrono::Utc;
use serde::Deserialize;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::{ApiError, AppState, Metrics};
use crate::{
    domain::{record::Judged, speed_server::SeenTransfer},
    ingest::{compare_with_seen, measured_here},
    ndt7::{Address, Pending, Recorder, Recording, Signer, Site, locate_answer},
    store::{Store, StoreError, measurement_servers},
};

/// Results that may wait to be kept.
const MAX_WAITING: usize = 1000;
/// The pauses after which a result that could not be kept is tried again.
const AGAIN_AFTER_S: [u64; 5] = [1, 3, 8, 16, 32];
/// How long a report waits for what the server saw of its tests: one ends within 3 s of its peer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Our own measurement server, as the API knows it.
pub struct OwnSpeedServer {
    /// Where it is reached.
    pub address: Address,
    /// Tests whose results are not kept yet.
    pub pending: Pending,
    /// Gives access tokens out, if measuring wants one.
    pub signer: Option<Signer>,
}

type Waiting = (SeenTransfer, oneshot::Sender<()>);

/// Hands what a server saw over to those who keep it.
pub struct SpeedResults(mpsc::Sender<Waiting>);

impl Recorder for SpeedResults {
    fn record(&self, seen: SeenTransfer) -> Recording<'_> {
        Box::pin(async move {
            let (done, kept) = oneshot::channel();
            // Neither fails before the service has ended.
            if self.0.send((seen, done)).await.is_ok() {
                let _ = kept.await;
            }
        })
    }
}

/// A recorder, and the work of keeping what it is told; that ends when the recorder is gone.
pub fn speed_results(
    store: Store,
    metrics: Metrics,
) -> (Arc<SpeedResults>, impl Future<Output = ()>) {
    let (sender, mut receiver) = mpsc::channel::<Waiting>(MAX_WAITING);
    let keeping = async move {
        while let Some((seen, done)) = receiver.recv().await {
            let labels = [seen.direction.slug(), seen.ending.slug()];
            metrics.speed_transfers.with_label_values(&labels).inc();
            keep(&store, &seen).await;
            // The server may have been told to stop meanwhile.
            let _ = done.send(());
        }
    };
    (Arc::new(SpeedResults(sender)), keeping)
}

/// Keeps one, through a database's short absence.
async fn keep(store: &Store, seen: &SeenTransfer) {
    let mut pauses = AGAIN_AFTER_S.into_iter();
    loop {
        let kept = async {
            let client = store.client().await?;
            measurement_servers::keep(&client, slice::from_ref(seen)).await
        };
        let error: StoreError = match kept.await {
            Ok(()) => return,
            Err(error) => error,
        };
        let Some(pause) = pauses.next() else {
            tracing::error!(%error, ?seen, "what the measurement server saw is lost");
            return;
        };
        tracing::warn!(%error, "what the measurement server saw cannot be kept yet");
        tokio::time::sleep(Duration::from_secs(pause)).await;
    }
}

/// Puts what our server saw beside the tests of a report that were measured there.
pub(super) async fn compare(state: &AppState, judged: &mut [Judged]) -> Result<(), ApiError> {
    let Some(own) = &state.speed_server else {
        return Ok(());
    };
    let host_port = own.address.host_port();
    let measurements = measured_here(judged, &host_port);
    // Most reports hold no speed test: they ask nobody.
    let seen = if measurements.is_empty() {
        vec![]
    } else {
        settled(own, &measurements).await?;
        let client = state.store.client().await?;
        measurement_servers::seen(&client, &measurements).await?
    };
    compare_with_seen(judged, &seen, &host_port);
    Ok(())
}

/// What our server saw of one measurement, and by which host and port clients know it.
pub(super) async fn seen_of(
    state: &AppState,
    measurement: Uuid,
) -> Result<(Vec<SeenTransfer>, String), ApiError> {
    let Some(own) = &state.speed_server else {
        return Ok((vec![], String::new()));
    };
    settled(own, &[measurement]).await?;
    let client = state.store.client().await?;
    let seen = measurement_servers::seen(&client, &[measurement]).await?;
    Ok((seen, own.address.host_port()))
}

async fn settled(own: &OwnSpeedServer, measurements: &[Uuid]) -> Result<(), ApiError> {
    if own.pending.settled(measurements, PATIENCE).await {
        return Ok(());
    }
    Err(ApiError::Busy {
        message: "the measurement server has not finished with a test of this report",
        retry_after_s: 10,
    })
}

#[derive(Deserialize)]
pub(super) struct Asked {
    /// ISO 3166-1 code, as Locate's own parameter.
    country: Option<String>,
    /// Only the service's own server: what it saw is what a browser's test rests on.
    #[serde(default)]
    own: bool,
}

/// `GET /v2/nearest/ndt/ndt7`: our own server first, unless others have a lower rank.
pub(super) async fn nearest(
    state: Data<AppState>,
    asked: Query<Asked>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let client = state.store.client().await?;
    let country = asked.country.as_deref().map(str::to_uppercase);
    let others = if asked.own {
        vec![]
    } else {
        measurement_servers::list(&client, country.as_deref()).await?
    };
    drop(client);
    let mut sites: Vec<(i32, Site)> = others
        .into_iter()
        .filter_map(|server| {
            let site = Site {
                address: Address::parse(&server.url)?,
                city: server.city,
                country: server.country_code,
            };
            Some((server.rank, site))
        })
        .collect();
    if let Some(own) = &state.speed_server {
        let site = Site {
            address: own.address.clone(),
            city: None,
            country: None,
        };
        let at = sites.iter().position(|(rank, _)| *rank >= 0);
        sites.insert(at.unwrap_or(sites.len()), (0, site));
    }
    let sites: Vec<_> = sites.into_iter().map(|(_, site)| site).collect();
    if sites.is_empty() {
        // What Locate says when it has nobody to send a client to.
        return Ok(HttpResponse::NoContent().finish());
    }
    let signer = state
        .speed_server
        .as_ref()
        .and_then(|own| own.signer.as_ref());
    let now = Utc::now();
    let answer = locate_answer(&sites, |machine| {
        signer.map(|signer| signer.sign(machine, now))
    });
    tracing::trace!(peer = ?request.peer_addr(), sites = sites.len(), "named measurement servers");
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .json(answer))
}
