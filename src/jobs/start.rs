//! All jobs of a server, started together.

use std::{sync::Arc, time::Duration};

use chrono::Utc;
use tokio::{sync::Notify, task::JoinSet};

use super::{
    Shutdown,
    atlas_refresh::{AtlasHandle, AtlasRefresh},
    partitions, periods, revive_cluster, run, status_refresh, summarise,
};
use crate::store::{Store, private_cluster::PrivateCluster};

/// Starts every job; each ends by itself when `stopping` turns true. With a private cluster,
/// that one is watched as well.
pub fn start(
    store: &Store,
    atlas: &AtlasHandle,
    cluster: Option<Arc<PrivateCluster>>,
    stopping: &Shutdown,
) -> JoinSet<()> {
    let mut running = JoinSet::new();
    let summaries = Arc::new(Notify::new());
    let stop = || stopping.clone();
    let seconds = Duration::from_secs;

    let mut refresh = AtlasRefresh::new(store.clone(), atlas.clone(), summaries.clone());
    running.spawn(run(
        "atlas",
        seconds(1),
        Arc::default(),
        stop(),
        async move || refresh.step().await,
    ));
    let db = store.clone();
    running.spawn(run(
        "summaries",
        seconds(15),
        summaries,
        stop(),
        async move || summarise::step(&db, Utc::now()).await,
    ));
    let db = store.clone();
    running.spawn(run(
        "periods",
        seconds(20),
        Arc::default(),
        stop(),
        async move || periods::step(&db, Utc::now()).await,
    ));
    let db = store.clone();
    running.spawn(run(
        "statuses",
        seconds(60),
        Arc::default(),
        stop(),
        async move || status_refresh::step(&db, Utc::now()).await,
    ));
    let db = store.clone();
    running.spawn(run(
        "partitions",
        seconds(6 * 3600),
        Arc::default(),
        stop(),
        async move || partitions::step(&db, Utc::now()).await,
    ));
    if let Some(cluster) = cluster {
        running.spawn(run(
            "database",
            seconds(2),
            Arc::default(),
            stop(),
            async move || revive_cluster::step(&cluster).await,
        ));
    }
    running
}
