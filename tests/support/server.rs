//! The real server in this process, on a port of its own, with its jobs, on a test's database.

use std::{
    net::{SocketAddr, TcpListener},
    ops::Deref,
    sync::Arc,
    thread::JoinHandle,
};

use schoolbeat::{
    config::HttpConfig,
    http::{self, AppState, Metrics, OwnSpeedServer},
    jobs::{self, atlas_refresh::AtlasHandle},
    ndt7::{self, Address, Capacity, Settings, Signer},
    store::reports,
};
use serde_json::Value;
use tokio::{sync::watch, task::JoinSet};

use super::{
    TestDatabase, eventually,
    fixtures::EnrolledProbe,
    http::{Answer, Http},
    records,
};

/// How a server is to run.
pub struct Setup {
    pub public_url: String,
    pub trust_proxy: bool,
    pub ndt7_slots: usize,
    /// The measurement server's own line, and whether it wants tokens, signed with this key.
    pub line_mbps: Option<f64>,
    pub token_key: Option<String>,
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// Without jobs the map is never loaded and nothing is summarised.
    pub with_jobs: bool,
    pub ingest: reports::Limits,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            public_url: "http://schoolbeat.test".into(),
            trust_proxy: false,
            ndt7_slots: 2,
            line_mbps: None,
            token_key: None,
            tls: None,
            with_jobs: true,
            ingest: reports::Limits::default(),
        }
    }
}

/// A running server; it stops at drop, before its database goes.
pub struct TestServer {
    http: Http,
    pub address: SocketAddr,
    /// Where speed tests are measured.
    pub speed_address: SocketAddr,
    pub atlas: AtlasHandle,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
    pub db: TestDatabase,
}

impl TestServer {
    /// A server as it is by default, ready to answer.
    pub fn start(db: TestDatabase) -> Self {
        Setup::default().start(db)
    }

    /// A server on a database that was filled first.
    pub fn on<T>(fill: impl FnOnce(&TestDatabase) -> T) -> (Self, T) {
        let db = TestDatabase::new();
        let filled = fill(&db);
        (Self::start(db), filled)
    }

    /// Sends a report of these records, as this probe.
    pub fn report(&self, probe: &EnrolledProbe, records: &[Value]) -> Answer {
        self.send_report(probe, &records::report(records))
    }

    /// Sends this report, as this probe.
    pub fn send_report(&self, probe: &EnrolledProbe, report: &Value) -> Answer {
        let bearer = probe.bearer();
        self.post_json(
            schoolbeat_wire::REPORTS_PATH,
            &[("authorization", &bearer)],
            report,
        )
    }
}

impl Setup {
    pub fn start(self, db: TestDatabase) -> TestServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let speed_listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let speed_address = speed_listener.local_addr().unwrap();
        let (stop, stopping) = watch::channel(false);
        let atlas = AtlasHandle::default();
        let (store, handed) = (db.store(), atlas.clone());
        let with_jobs = self.with_jobs;
        let thread = std::thread::spawn(move || {
            let system = actix_web::rt::System::new();
            system.block_on(self.run((listener, speed_listener), store, handed, stopping));
        });
        let server = TestServer {
            http: Http::new(format!("http://{address}")),
            address,
            speed_address,
            atlas,
            stop,
            thread: Some(thread),
            db,
        };
        if with_jobs {
            eventually("the server is ready", || {
                (server.get("/health/ready").status == 200).then_some(())
            });
        }
        server
    }

    async fn run(
        self,
        (listener, speed_listener): (TcpListener, TcpListener),
        store: schoolbeat::store::Store,
        atlas: AtlasHandle,
        mut stopping: jobs::Shutdown,
    ) {
        let mut running = if self.with_jobs {
            jobs::start(&store, &atlas, None, &stopping)
        } else {
            JoinSet::new()
        };
        let config = HttpConfig {
            listen: listener.local_addr().unwrap(),
            public_url: self.public_url,
            trust_proxy: self.trust_proxy,
        };
        let metrics = Metrics::new().unwrap();
        let (recorder, keeping) = http::speed_results(store.clone(), metrics.clone());
        running.spawn(keeping);
        let (reports, writing) =
            reports::start(store.clone(), self.ingest, Arc::new(metrics.clone()));
        running.spawn(writing);
        let authority = speed_listener.local_addr().unwrap().to_string();
        let address = Address {
            authority,
            plain: true,
            secure: self.tls.is_some(),
        };
        let signer = self.token_key.map(|key| Signer::from_pem(&key).unwrap());
        let settings = Settings {
            capacity: Capacity {
                slots: self.ndt7_slots,
                line_mbps: self.line_mbps,
            },
            verifier: signer
                .as_ref()
                .map(|signer| signer.verifier(address.machine(), true)),
            address: address.clone(),
            tls: self.tls,
            recorder,
        };
        let measuring = ndt7::start(speed_listener, settings).unwrap();
        let own = OwnSpeedServer {
            address,
            pending: measuring.pending().clone(),
            signer,
        };
        let stop = stopping.clone();
        let state = AppState::new(store, atlas, metrics, config, stop, reports, Some(own));
        let mut server = http::server(listener, state).unwrap();
        let handle = server.handle();
        tokio::select! {
            ended = &mut server => panic!("the server ended by itself: {ended:?}"),
            _ = stopping.changed() => {}
        }
        let (ended, ()) = tokio::join!(server, handle.stop(false));
        ended.unwrap();
        tokio::task::spawn_blocking(move || measuring.stop())
            .await
            .unwrap();
        running.shutdown().await;
    }
}

impl Deref for TestServer {
    type Target = Http;

    fn deref(&self) -> &Http {
        &self.http
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        let ended = self.thread.take().map(JoinHandle::join);
        let well = ended.is_none_or(|ended| ended.is_ok());
        assert!(well || std::thread::panicking(), "the server panicked");
    }
}
