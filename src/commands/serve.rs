//! `schoolbeat serve`: everything that runs, started and stopped in order.

use std::{
    net::{SocketAddr, TcpListener},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use serde_json::json;
use tokio::sync::watch;

use super::{
    CommandError, Database, Output,
    ndt7_server::{self, Own},
};
use crate::{
    config::Config,
    http::{self, AppState, Metrics, OwnSpeedServer},
    jobs::{self, atlas_refresh::AtlasHandle},
    ndt7,
    store::{
        Store,
        private_cluster::{PrivateCluster, ServerLock},
        reports,
    },
};

/// How long a database that does not answer yet is waited for at the start.
const PATIENCE: Duration = Duration::from_secs(60);
/// A job that does not end by itself by then is dropped.
const LAST_STEPS: Duration = Duration::from_secs(5);

pub(super) fn run(config: &Config, output: Output) -> Result<ExitCode, CommandError> {
    // The address first: whoever cannot answer there need not start a database.
    let listener = bind(config.http.listen, "SCHOOLBEAT_LISTEN", "127.0.0.1:8081")?;
    let speed_listener = ndt7_server::bind(&config.ndt7)?;
    let private = config.database.url.is_none();
    let _lock = private
        .then(|| ServerLock::take(&config.database.data_dir))
        .transpose()?;
    let mut database = Database::open(config, PATIENCE)?;
    let store = database.store(config.database.pool_size)?;
    let cluster = database.take_cluster().map(Arc::new);
    let system = actix_web::rt::System::new();
    let sockets = (listener, speed_listener);
    let served = system.block_on(serve(config, output, sockets, store, cluster.clone()));
    drop(system);
    // The last share of the private cluster: its database stops here.
    drop(cluster);
    served.map(|()| ExitCode::SUCCESS)
}

/// A socket, or what to do about it: which variable to set, such as to which address.
pub(super) fn bind(
    address: SocketAddr,
    variable: &str,
    example: &str,
) -> Result<TcpListener, CommandError> {
    let bound = TcpListener::bind(address);
    bound.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => CommandError::new(
            "address_in_use",
            format!(
                "another program listens on {address}: stop it, or set {variable} to another \
                 address, such as {example}"
            ),
        ),
        _ => CommandError::new(
            "address",
            format!("cannot listen on {address} ({variable}): {error}"),
        ),
    })
}

async fn serve(
    config: &Config,
    output: Output,
    (listener, speed_listener): (TcpListener, TcpListener),
    store: Store,
    cluster: Option<Arc<PrivateCluster>>,
) -> Result<(), CommandError> {
    let failed = |error: &dyn std::fmt::Display| CommandError::new("serve", error);
    let (stop, stopping) = watch::channel(false);
    let atlas = AtlasHandle::default();
    let mut jobs = jobs::start(&store, &atlas, cluster, &stopping);
    let metrics = Metrics::new().map_err(|error| failed(&error))?;
    let (recorder, keeping) = http::speed_results(store.clone(), metrics.clone());
    jobs.spawn(keeping);
    let (reports, writing) = reports::start(
        store.clone(),
        reports::Limits::default(),
        Arc::new(metrics.clone()),
    );
    jobs.spawn(writing);
    let bound = speed_listener
        .local_addr()
        .map_err(|error| failed(&error))?;
    let own = Own::read(&config.ndt7, bound)?;
    let measuring = ndt7::start(speed_listener, own.settings(recorder));
    let measuring = measuring.map_err(|error| failed(&error))?;
    let speed_server = OwnSpeedServer {
        address: own.address,
        pending: measuring.pending().clone(),
        signer: own.signer,
    };
    let state = AppState::new(
        store,
        atlas,
        metrics,
        config.http.clone(),
        stopping.clone(),
        reports.clone(),
        Some(speed_server),
    );
    let address = listener.local_addr().map_err(|error| failed(&error))?;
    let server = http::server(listener, state).map_err(|error| failed(&error))?;
    let handle = server.handle();
    announce(config, output, address);
    let mut server = std::pin::pin!(server);
    let ended = tokio::select! {
        ended = &mut server => ended,
        name = signal() => {
            tracing::info!(signal = name, "stopping: open requests are answered first");
            stop.send_replace(true);
            // The server future must go on for the stop to come about.
            let (ended, ()) = tokio::join!(server, handle.stop(true));
            ended
        }
    };
    stop.send_replace(true);
    reports.close();
    // Its last results are kept by a job, so this thread must not wait for it.
    if tokio::task::spawn_blocking(move || measuring.stop())
        .await
        .is_err()
    {
        tracing::error!("the measurement server did not stop in good order");
    }
    let last_steps = async { while jobs.join_next().await.is_some() {} };
    if tokio::time::timeout(LAST_STEPS, last_steps).await.is_err() {
        jobs.shutdown().await;
    }
    ended.map_err(|error| failed(&error))
}

fn announce(config: &Config, output: Output, address: SocketAddr) {
    tracing::info!(%address, public_url = config.http.public_url, "serving");
    let document =
        json!({"listen": address, "url": config.http.public_url, "process": std::process::id()});
    if output.is_json() {
        output.answer(&document, "");
    }
}

/// The signal that asks us to stop.
pub(super) async fn signal() -> &'static str {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).expect("signals work at the start");
    let mut interrupt = signal(SignalKind::interrupt()).expect("signals work at the start");
    tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    }
}
