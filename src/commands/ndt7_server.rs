//! The measurement server: beside the service, or alone, as `schoolbeat ndt7-server`, so that an
//! internet provider or an exchange can host one.

use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use serde_json::json;

use super::{CommandError, Output, serve::signal, telling::Teller};
use crate::{
    config::{Config, Ndt7Config},
    domain::speed_server::SeenTransfer,
    ndt7::{self, Address, Capacity, Recorder, Recording, Settings, Signer, Verifier},
};

/// How long the end waits for what is still to be told.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// Writes what was seen to the log, and nothing more.
struct Log;

impl Recorder for Log {
    fn record(&self, seen: SeenTransfer) -> Recording<'_> {
        log(&seen);
        Box::pin(std::future::ready(()))
    }
}

/// Writes what was seen to the log.
pub(super) fn log(seen: &SeenTransfer) {
    tracing::info!(
        direction = seen.direction.slug(),
        measurement_id = ?seen.measurement_id,
        mbps = seen.mean_mbps(),
        bytes = seen.bytes,
        duration_ms = seen.duration_ms,
        rtt_min_ms = seen.rtt_min_ms,
        contended = seen.contended,
        ending = seen.ending.slug(),
        client = seen.client_name,
        "speed test"
    );
}

pub(super) fn run(config: &Config, output: Output) -> Result<ExitCode, CommandError> {
    let failed = |error: &dyn std::fmt::Display| CommandError::new("ndt7_server", error);
    let listener = bind(&config.ndt7)?;
    let bound = listener.local_addr().map_err(|error| failed(&error))?;
    let own = Own::read(&config.ndt7, bound)?;
    let address = own.address.clone();
    let (recorder, telling): (Arc<dyn Recorder>, _) = match &config.ndt7.telling {
        None => (Arc::new(Log), None),
        Some(to) => {
            let (teller, thread) = Teller::start(to).map_err(|error| failed(&error))?;
            (Arc::new(teller), Some(thread))
        }
    };
    let running = ndt7::start(listener, own.settings(recorder));
    let running = running.map_err(|error| failed(&error))?;
    tracing::info!(%bound, authority = address.authority, "measuring");
    if output.is_json() {
        let document = json!({"listen": bound, "address": address.host_port(),
            "process": std::process::id()});
        output.answer(&document, "");
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| failed(&error))?;
    let name = runtime.block_on(signal());
    tracing::info!(signal = name, "stopping: tests that run are closed");
    running.stop();
    if let Some(thread) = telling {
        wait_for(&thread);
    }
    Ok(ExitCode::SUCCESS)
}

/// What was just seen is told before the program ends, if the other side answers in time.
fn wait_for(telling: &std::thread::JoinHandle<()>) {
    let begun = Instant::now();
    while !telling.is_finished() {
        if begun.elapsed() > LAST_WORDS {
            tracing::error!(
                "what was seen of the last tests is lost: the Schoolbeat server does not answer"
            );
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The socket of the measurement server.
pub(super) fn bind(config: &Ndt7Config) -> Result<TcpListener, CommandError> {
    let hint = "SCHOOLBEAT_NDT7_LISTEN";
    super::serve::bind(config.listen, hint, "127.0.0.1:8082")
}

/// What the configuration's files say of a measurement server.
pub(super) struct Own {
    pub address: Address,
    pub signer: Option<Signer>,
    capacity: Capacity,
    tls: Option<Arc<rustls::ServerConfig>>,
    verifier: Option<Verifier>,
}

impl Own {
    pub fn read(config: &Ndt7Config, bound: SocketAddr) -> Result<Self, CommandError> {
        let tls = match &config.certificate {
            Some((chain, key)) => Some(Arc::new(tls(chain, key)?)),
            None => None,
        };
        let address = address(config, bound, tls.is_some())?;
        let wrong = |path: &Path, error: ndt7::KeyError| {
            CommandError::new("token_key", format!("{}: {error}", path.display()))
        };
        let signer = match &config.sign_key {
            Some(path) => {
                let text = read(path)?;
                Some(Signer::from_pem(&text).map_err(|error| wrong(path, error))?)
            }
            None => None,
        };
        let (machine, required) = (address.machine(), config.tokens_required);
        let verifier = match (&config.verify_key, &signer) {
            (Some(path), _) => {
                let text = read(path)?;
                let verifier = Verifier::from_pem(&text, machine, required);
                Some(verifier.map_err(|error| wrong(path, error))?)
            }
            (None, Some(signer)) => Some(signer.verifier(machine, required)),
            (None, None) => None,
        };
        Ok(Self {
            capacity: Capacity {
                slots: config.slots,
                line_mbps: config.line_mbps,
            },
            address,
            signer,
            tls,
            verifier,
        })
    }

    /// How the server is to run, its results going to this recorder.
    pub fn settings(&self, recorder: Arc<dyn Recorder>) -> Settings {
        Settings {
            capacity: self.capacity,
            address: self.address.clone(),
            tls: self.tls.clone(),
            verifier: self.verifier.clone(),
            recorder,
        }
    }
}

/// Where clients reach it: as said, or the host of the API with the port that is listened on.
fn address(config: &Ndt7Config, bound: SocketAddr, has_tls: bool) -> Result<Address, CommandError> {
    let derived = format!("ws://{}:{}", config.default_host, bound.port());
    let url = config.public_url.as_deref().unwrap_or(&derived);
    let mut address = Address::parse(url).ok_or_else(|| {
        CommandError::new(
            "ndt7_address",
            format!(
                "{url} (SCHOOLBEAT_NDT7_PUBLIC_URL) is no URL such as wss://speed.example:8081"
            ),
        )
    })?;
    // One port takes both: TLS begins with a byte that HTTP does not.
    if has_tls {
        (address.plain, address.secure) = (true, true);
    }
    Ok(address)
}

fn read(path: &Path) -> Result<String, CommandError> {
    std::fs::read_to_string(path).map_err(|error| {
        CommandError::new(
            "file",
            format!("{} cannot be read: {error}", path.display()),
        )
    })
}

fn tls(chain: &Path, key: &Path) -> Result<rustls::ServerConfig, CommandError> {
    let failed = |path: &Path, error: &dyn std::fmt::Display| {
        CommandError::new("certificate", format!("{}: {error}", path.display()))
    };
    let certificates = CertificateDer::pem_file_iter(chain)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| failed(chain, &error))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| failed(key, &error))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            builder
                .with_no_client_auth()
                .with_single_cert(certificates, private)
        })
        .map_err(|error| failed(chain, &error))
}
