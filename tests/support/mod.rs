//! A throw-away PostGIS for the tests of one program: one private cluster, one migrated template,
//! and for each test a database cloned from it.

#![allow(dead_code, reason = "each test program uses its part")]

pub mod fixtures;
pub mod http;
pub mod measured;
pub mod records;
pub mod server;

use std::{
    collections::hash_map::DefaultHasher,
    future::Future,
    hash::{Hash, Hasher},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, Weak},
    time::{Duration, Instant},
};

use schoolbeat::store::{Store, migrations, private_cluster::PrivateCluster};

/// The cluster lives as long as a test holds it; the next one starts it again.
static CLUSTER: Mutex<Weak<TestCluster>> = Mutex::new(Weak::new());

struct TestCluster {
    cluster: PrivateCluster,
    template: String,
}

/// A migrated database of one test. Dropped with it.
pub struct TestDatabase {
    name: String,
    cluster: Arc<TestCluster>,
    runtime: Option<tokio::runtime::Runtime>,
}

/// Where PostgreSQL's user may go: the target directory, or else the system's place for such.
fn cluster_dir() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut hash = DefaultHasher::new();
    target.hash(&mut hash);
    // Test programs run side by side, each with a cluster of its own.
    std::env::current_exe().unwrap().file_name().hash(&mut hash);
    let name = format!("cluster-{:016x}", hash.finish());
    let open = target
        .ancestors()
        .all(|dir| std::fs::metadata(dir).is_ok_and(|meta| meta.permissions().mode() & 0o001 != 0));
    let short = target.as_os_str().len() < 50;
    let root = std::fs::metadata("/proc/self").unwrap().uid() == 0;
    if short && (open || !root) {
        target.join(name)
    } else {
        Path::new("/var/tmp").join(format!("schoolbeat-test-{name}"))
    }
}

fn template_name() -> String {
    let mut hash = DefaultHasher::new();
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.sort();
    for file in files {
        std::fs::read(file).unwrap().hash(&mut hash);
    }
    format!("template_{:016x}", hash.finish())
}

impl TestCluster {
    fn get() -> Arc<Self> {
        let mut shared = CLUSTER
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(running) = shared.upgrade() {
            return running;
        }
        let cluster = Self::open();
        let made = Arc::new(Self {
            cluster,
            template: template_name(),
        });
        made.prepare_template();
        *shared = Arc::downgrade(&made);
        made
    }

    /// The last test's cluster may still be stopping, and holds its directory until it has.
    fn open() -> PrivateCluster {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            match PrivateCluster::open(&cluster_dir(), None) {
                Ok(cluster) => return cluster,
                Err(error) if Instant::now() > deadline => panic!("{error}"),
                Err(_) => std::thread::sleep(Duration::from_millis(200)),
            }
        }
    }

    fn prepare_template(&self) {
        let mut admin = self.admin("postgres");
        // A test program that was killed leaves its databases; they are of no use to anyone.
        let stale = "SELECT datname FROM pg_database WHERE datname ~ '^(test_|template_[0-9a-f])' \
                     AND datname <> $1";
        for row in admin.query(stale, &[&self.template]).unwrap() {
            let name: String = row.get(0);
            let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            admin.batch_execute(&drop).unwrap();
        }
        let known = "SELECT FROM pg_database WHERE datname = $1";
        if admin.query_opt(known, &[&self.template]).unwrap().is_none() {
            let half = "test_template_half";
            for statement in [
                "ALTER SYSTEM SET fsync = off",
                "ALTER SYSTEM SET synchronous_commit = off",
                "SELECT pg_reload_conf()",
                &format!("CREATE DATABASE {half} OWNER schoolbeat"),
            ] {
                admin.batch_execute(statement).unwrap();
            }
            self.admin(half)
                .batch_execute("CREATE EXTENSION postgis")
                .unwrap();
            migrations::migrate(self.connection(half), Duration::ZERO).unwrap();
            let rename = format!("ALTER DATABASE {half} RENAME TO {}", self.template);
            // A closed connection takes its server process a moment.
            eventually("the template is free", || admin.batch_execute(&rename).ok());
        }
    }

    fn connection(&self, database: &str) -> tokio_postgres::Config {
        let mut config = self.cluster.connection();
        config.dbname(database);
        config
    }

    fn admin(&self, database: &str) -> postgres::Client {
        let mut config = self.connection(database);
        config.user("postgres");
        postgres::Config::from(config)
            .connect(postgres::NoTls)
            .unwrap()
    }
}

impl TestDatabase {
    /// A fresh, migrated, empty database.
    pub fn new() -> Self {
        let cluster = TestCluster::get();
        let name = format!("test_{}", uuid::Uuid::now_v7().simple());
        let create = format!(
            "CREATE DATABASE {name} TEMPLATE {} OWNER schoolbeat",
            cluster.template
        );
        // A clone needs the template for itself for a moment.
        let _one_at_a_time = CLUSTER
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        cluster.admin("postgres").batch_execute(&create).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map(Some)
            .unwrap();
        Self {
            name,
            cluster,
            runtime,
        }
    }

    /// How the application connects.
    pub fn connection(&self) -> tokio_postgres::Config {
        self.cluster.connection(&self.name)
    }

    /// The same as a URL, for `SCHOOLBEAT_DATABASE_URL`.
    pub fn url(&self) -> String {
        let connection = self.connection();
        let host = match &connection.get_hosts()[0] {
            tokio_postgres::config::Host::Unix(path) => path.display().to_string(),
            tokio_postgres::config::Host::Tcp(name) => name.clone(),
        };
        let host = host.replace('/', "%2F");
        format!("postgresql://schoolbeat@{host}/{}", self.name)
    }

    /// A pool of four connections.
    pub fn store(&self) -> Store {
        Store::new(self.connection(), 4).unwrap()
    }

    /// Runs a future to its end, on this test's runtime.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.as_ref().unwrap().block_on(future)
    }

    /// A plain connection, to look at tables.
    pub fn sql(&self) -> postgres::Client {
        postgres::Config::from(self.connection())
            .connect(postgres::NoTls)
            .unwrap()
    }

    /// Commits reach the disk, as they do where nobody is testing. For all databases of this program.
    pub fn durable(&self) {
        let mut admin = self.cluster.admin("postgres");
        for statement in [
            "ALTER SYSTEM RESET fsync",
            "ALTER SYSTEM RESET synchronous_commit",
            "SELECT pg_reload_conf()",
        ] {
            admin.batch_execute(statement).unwrap();
        }
    }

    /// Writes out what the cluster has put off.
    pub fn checkpoint(&self) {
        let mut admin = self.cluster.admin("postgres");
        admin.batch_execute("CHECKPOINT").unwrap();
    }

    /// Cuts every connection and refuses new ones (`true`), or lets them in again (`false`).
    pub fn lock_out(&self, away: bool) {
        let mut admin = self.cluster.admin("postgres");
        let allow = format!("ALTER DATABASE {} ALLOW_CONNECTIONS {}", self.name, !away);
        admin.batch_execute(&allow).unwrap();
        if away {
            let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
            admin.execute(cut, &[&self.name]).unwrap();
        }
    }
}

impl Drop for TestDatabase {
    #[expect(clippy::print_stderr, reason = "a drop has no other way to say it")]
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        if let Err(error) = self.cluster.admin("postgres").batch_execute(&drop) {
            eprintln!("{drop}: {error}");
        }
    }
}

/// Asks until there is an answer, for at most ten seconds.
#[track_caller]
pub fn eventually<T>(what: &str, ask: impl FnMut() -> Option<T>) -> T {
    within(Duration::from_secs(10), what, ask)
}

/// Asks until there is an answer, for at most so long.
#[track_caller]
pub fn within<T>(limit: Duration, what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    while begun.elapsed() < limit {
        if let Some(answer) = ask() {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("not within {limit:?}: {what}");
}
