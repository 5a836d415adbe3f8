//! A measurement server that tells the Schoolbeat server what it saw. It must not hold up a test: what
//! cannot be told waits, so many at most, and is then lost with a line in the log.

use std::{
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::{self, JoinHandle},
    time::Duration,
};

use chrono::Utc;
use schoolbeat_wire::{self as wire, MAX_SEEN_PER_REPORT, SEEN_PATH};
use ureq::{
    Agent,
    tls::{Certificate, RootCerts, TlsConfig},
};

use crate::{
    config::Telling,
    domain::speed_server::SeenTransfer,
    ndt7::{Recorder, Recording},
};

/// Transfers that may wait.
const MAX_WAITING: usize = 10_000;
const TIMEOUT: Duration = Duration::from_secs(20);
/// The pauses between tries; the last one holds on.
const AGAIN_AFTER_S: [u64; 5] = [1, 3, 8, 20, 60];
/// Tries of one batch before it is given up: about an hour.
const MOST_TRIES: usize = 60;

/// Hands transfers over to the thread that tells of them.
pub(super) struct Teller(SyncSender<SeenTransfer>);

impl Teller {
    /// Begins to tell; the thread ends when the teller is gone and everything was tried.
    pub fn start(to: &Telling) -> std::io::Result<(Self, JoinHandle<()>)> {
        let (sender, waiting) = sync_channel(MAX_WAITING);
        let url = format!("{}{SEEN_PATH}", to.url.trim_end_matches('/'));
        let bearer = format!("Bearer {}", to.key);
        let thread = thread::Builder::new()
            .name("telling".to_owned())
            .spawn(move || tell_all(&waiting, &url, &bearer))?;
        Ok((Self(sender), thread))
    }
}

impl Recorder for Teller {
    fn record(&self, seen: SeenTransfer) -> Recording<'_> {
        super::ndt7_server::log(&seen);
        // Nobody can be asked for a test without a name.
        if seen.measurement_id.is_some()
            && let Err(error) = self.0.try_send(seen)
        {
            tracing::error!(%error, "what was seen of a test is lost: the Schoolbeat server has not answered for long");
        }
        Box::pin(std::future::ready(()))
    }
}

fn tell_all(waiting: &Receiver<SeenTransfer>, url: &str, bearer: &str) {
    let agent = agent();
    while let Ok(first) = waiting.recv() {
        let more = waiting.try_iter().take(MAX_SEEN_PER_REPORT - 1);
        let batch: Vec<SeenTransfer> = std::iter::once(first).chain(more).collect();
        tell(&agent, url, bearer, &batch);
    }
}

fn tell(agent: &Agent, url: &str, bearer: &str, batch: &[SeenTransfer]) {
    for tries in 0..MOST_TRIES {
        let report = wire::SeenReport {
            sent_unix_ms: Utc::now().timestamp_millis(),
            transfers: batch.iter().map(told).collect(),
        };
        let request = agent.post(url).header("Authorization", bearer);
        let error = match request.send_json(&report) {
            Ok(_) => return,
            // It will not be understood a second time either.
            Err(ureq::Error::StatusCode(400)) => {
                tracing::error!(
                    url,
                    count = batch.len(),
                    "the Schoolbeat server does not understand what was seen"
                );
                return;
            }
            Err(error) => error,
        };
        let pause = AGAIN_AFTER_S[tries.min(AGAIN_AFTER_S.len() - 1)];
        tracing::warn!(%error, url, again_after_s = pause, "the Schoolbeat server cannot be told yet what was seen");
        thread::sleep(Duration::from_secs(pause));
    }
    tracing::error!(url, count = batch.len(), "what was seen is lost");
}

fn agent() -> Agent {
    let found = rustls_native_certs::load_native_certs();
    let certificates = found
        .certs
        .iter()
        .map(|one| Certificate::from_der(one).to_owned());
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::from(certificates))
        .build();
    Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .max_redirects(0)
        .tls_config(tls)
        .user_agent(concat!("schoolbeat/", env!("CARGO_PKG_VERSION")))
        .build()
        .new_agent()
}

fn told(seen: &SeenTransfer) -> wire::SeenTransfer {
    let count = |value: i64| u64::try_from(value).unwrap_or(0);
    wire::SeenTransfer {
        measurement_id: seen.measurement_id.unwrap_or_default().to_string(),
        direction: seen.direction.slug().to_owned(),
        started_unix_ms: seen.started_at.timestamp_millis(),
        duration_ms: count(seen.duration_ms),
        bytes: count(seen.bytes),
        tcp_bytes: seen.tcp_bytes.map(count),
        retransmitted_bytes: seen.retransmitted_bytes.map(count),
        rtt_min_ms: seen.rtt_min_ms,
        peak_mbps: seen.peak_mbps,
        contended: seen.contended,
        ending: seen.ending.slug().to_owned(),
        client_name: seen.client_name.clone(),
    }
}
