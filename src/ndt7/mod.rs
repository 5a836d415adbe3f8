//! The measurement server: ndt7 as M-Lab specifies it (protocol v0.11), on a listener of its own, so
//! that its sockets are its own to control and a busy API disturbs no test.
//!
//! Must not know probes or schools: any ndt7 client may measure. Tests at once are limited, so that a
//! busy server says "later" and never a wrong number. What it saw of each goes to a [`Recorder`].

mod connection;
mod frames;
mod kernel;
mod listener;
mod locate;
mod measurement;
mod meter;
mod pending;
mod request;
mod slots;
mod token;
mod transfer;

use std::{future::Future, io, net::TcpListener, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
pub use locate::{Address, Site, answer as locate_answer};
pub use pending::Pending;
use rand::RngExt;
pub use slots::Capacity;
pub use token::{KeyError, Signer, Verifier};
use tokio::{runtime::Runtime, sync::watch};

use crate::domain::speed_server::SeenTransfer;

/// A test lasts so long (specification: up to 10 s).
const DURATION: Duration = Duration::from_secs(10);
/// After so long a test is cut off, whatever the other side does.
const HARD_STOP: Duration = Duration::from_secs(15);
/// How long running tests have to end in good order when the server stops.
const LAST_TESTS: Duration = Duration::from_secs(4);
/// Threads that carry tests.
const MOST_THREADS: usize = 8;

/// What a recording is while it goes on.
pub type Recording<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Keeps what the server saw.
pub trait Recorder: Send + Sync + 'static {
    /// Keeps it, durably if it can; done when this ends.
    fn record(&self, seen: SeenTransfer) -> Recording<'_>;
}

/// How a measurement server is to run.
pub struct Settings {
    /// What it can carry.
    pub capacity: Capacity,
    /// Where clients reach it.
    pub address: Address,
    /// Encryption for those who come by `wss://`; absent, there is none.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// Who may measure; absent, everybody.
    pub verifier: Option<Verifier>,
    /// Who keeps what was seen.
    pub recorder: Arc<dyn Recorder>,
}

/// What all connections share.
struct Shared {
    settings: Settings,
    slots: slots::Slots,
    pending: Pending,
    noise: Bytes,
    stopping: watch::Receiver<bool>,
}

/// A measurement server that runs, on threads of its own.
pub struct Running {
    runtime: Option<Runtime>,
    stop: watch::Sender<bool>,
    serving: Option<tokio::task::JoinHandle<()>>,
    pending: Pending,
}

/// Serves an open socket.
pub fn start(listener: TcpListener, settings: Settings) -> io::Result<Running> {
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads.clamp(2, MOST_THREADS))
        .thread_name("ndt7")
        .enable_all()
        .build()?;
    listener.set_nonblocking(true)?;
    let (stop, stopping) = watch::channel(false);
    let pending = Pending::default();
    let mut noise = vec![0; transfer::LARGEST_MESSAGE];
    rand::rng().fill(&mut noise[..]);
    let shared = Arc::new(Shared {
        slots: slots::Slots::new(settings.capacity),
        settings,
        pending: pending.clone(),
        noise: Bytes::from(noise),
        stopping,
    });
    let listener = {
        let _inside = runtime.enter();
        tokio::net::TcpListener::from_std(listener)?
    };
    let serving = runtime.spawn(listener::serve(listener, shared));
    Ok(Running {
        runtime: Some(runtime),
        stop,
        serving: Some(serving),
        pending,
    })
}

impl Running {
    /// The tests whose results are not kept yet.
    pub fn pending(&self) -> &Pending {
        &self.pending
    }

    /// Takes no more tests, closes those that run, keeps what they were, and ends. Takes some
    /// seconds at most, on a thread that may wait: none that drives a runtime.
    pub fn stop(mut self) {
        self.stop.send_replace(true);
        if let (Some(runtime), Some(serving)) = (self.runtime.take(), self.serving.take()) {
            let last = runtime.block_on(async { tokio::time::timeout(LAST_TESTS, serving).await });
            if last.is_err() {
                tracing::warn!("tests were still running at the end");
            }
            runtime.shutdown_timeout(Duration::from_millis(200));
        }
    }
}

impl Drop for Running {
    /// Whoever did not stop it, since an error ended the start elsewhere, may be on any thread.
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
