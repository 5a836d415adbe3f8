//! `schoolbeat serve`: everything that runs, started and stopped in order.

use std::{net::TcpListener, process::ExitCode, sync::Arc, time::Duration};

use serde_json::json;
use tokio::sync::watch;

use super::{CommandError, Database, Output};
use crate::{
    config::Config,
    http::{self, AppState, Metrics},
    jobs::{self, atlas_refresh::AtlasHandle},
    ndt7::Slots,
    store::{
        Store,
        private_cluster::{PrivateCluster, ServerLock},
    },
};

/// How long a database that does not answer yet is waited for at the start.
const PATIENCE: Duration = Duration::from_secs(60);
/// A job that does not end by itself by then is dropped.
const LAST_STEPS: Duration = Duration::from_secs(5);

pub(super) fn run(config: &Config, output: Output) -> Result<ExitCode, CommandError> {
    // The address first: whoever cannot answer there need not start a database.
    let listener = bind(config)?;
    let private = config.database.url.is_none();
    let _lock = private
        .then(|| ServerLock::take(&config.database.data_dir))
        .transpose()?;
    let mut database = Database::open(config, PATIENCE)?;
    let store = database.store(config.database.pool_size)?;
    let cluster = database.take_cluster().map(Arc::new);
    let system = actix_web::rt::System::new();
    let served = system.block_on(serve(config, output, listener, store, cluster.clone()));
    drop(system);
    // The last share of the private cluster: its database stops here.
    drop(cluster);
    served.map(|()| ExitCode::SUCCESS)
}

fn bind(config: &Config) -> Result<TcpListener, CommandError> {
    let address = config.http.listen;
    let bound = TcpListener::bind(address);
    bound.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => CommandError::new(
            "address_in_use",
            format!(
                "another program listens on {address}: stop it, or set SCHOOLBEAT_LISTEN to \
                 another address, such as 127.0.0.1:8081"
            ),
        ),
        _ => CommandError::new(
            "address",
            format!("cannot listen on {address} (SCHOOLBEAT_LISTEN): {error}"),
        ),
    })
}

async fn serve(
    config: &Config,
    output: Output,
    listener: TcpListener,
    store: Store,
    cluster: Option<Arc<PrivateCluster>>,
) -> Result<(), CommandError> {
    let failed = |error: &dyn std::fmt::Display| CommandError::new("serve", error);
    let (stop, stopping) = watch::channel(false);
    let atlas = AtlasHandle::default();
    let mut jobs = jobs::start(&store, &atlas, cluster, &stopping);
    let metrics = Metrics::new().map_err(|error| failed(&error))?;
    let state = AppState::new(store, atlas, metrics, config.http.clone(), stopping.clone());
    let address = listener.local_addr().map_err(|error| failed(&error))?;
    let slots = Slots::new(config.http.ndt7_slots);
    let server = http::server(listener, state, slots).map_err(|error| failed(&error))?;
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
    let last_steps = async { while jobs.join_next().await.is_some() {} };
    if tokio::time::timeout(LAST_STEPS, last_steps).await.is_err() {
        jobs.shutdown().await;
    }
    ended.map_err(|error| failed(&error))
}

fn announce(config: &Config, output: Output, address: std::net::SocketAddr) {
    tracing::info!(%address, public_url = config.http.public_url, "serving");
    let document =
        json!({"listen": address, "url": config.http.public_url, "process": std::process::id()});
    if output.is_json() {
        output.answer(&document, "");
    }
}

/// The signal that asks us to stop.
async fn signal() -> &'static str {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).expect("signals work at the start");
    let mut interrupt = signal(SignalKind::interrupt()).expect("signals work at the start");
    tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    }
}
