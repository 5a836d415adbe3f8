//! A PostGIS cluster of our own in the data directory: Unix socket only, shared by every command
//! that uses the directory at the same time, stopped by whoever leaves last. Must not know what
//! is stored in it.

mod launch;
mod lock;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use launch::Programs;
pub use lock::ServerLock;
use lock::UseLock;

/// Name of the database, and of the role that owns it and may do no more than that.
const DATABASE: &str = "schoolbeat";
const SUPERUSER: &str = "postgres";
/// Longest path of a Unix socket on Linux, in bytes, with its terminating zero.
const MAX_SOCKET_PATH: usize = 108;

/// Why the private cluster cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// The programs of PostgreSQL or the files of PostGIS are not there.
    #[error("{0}")]
    NotInstalled(String),
    /// The data directory cannot be used.
    #[error("the data directory {path} cannot be used: {reason}")]
    DataDirectory {
        /// The directory.
        path: PathBuf,
        /// Why, and how to mend it.
        reason: String,
    },
    /// Another server has it.
    #[error(
        "the data directory {path} is in use by another `schoolbeat serve`{holder}; stop that one, \
         or set SCHOOLBEAT_DATA_DIR to another directory"
    )]
    InUse {
        /// The directory.
        path: PathBuf,
        /// ` (process N)`, where known.
        holder: String,
    },
    /// A program of PostgreSQL failed.
    #[error("{program} failed: {output}")]
    Program {
        /// `initdb`, `pg_ctl`.
        program: &'static str,
        /// The end of what it printed.
        output: String,
    },
    /// The first set-up of the database failed.
    #[error("setting up the database failed: {0}")]
    SetUp(#[from] postgres::Error),
}

/// A running cluster that we hold a share of. Dropping it stops the cluster if nobody else does.
#[derive(Debug)]
pub struct PrivateCluster {
    programs: Programs,
    layout: Layout,
    using: UseLock,
}

#[derive(Debug, Clone)]
struct Layout {
    data_dir: PathBuf,
    postgres: PathBuf,
    socket_dir: PathBuf,
}

impl Layout {
    fn new(data_dir: &Path) -> Result<Self, ClusterError> {
        let failed = |error: io::Error| ClusterError::DataDirectory {
            path: data_dir.to_owned(),
            reason: error.to_string(),
        };
        fs::create_dir_all(data_dir).map_err(failed)?;
        let data_dir = data_dir.canonicalize().map_err(failed)?;
        let socket_dir = data_dir.join("run");
        let longest = socket_dir.join(".s.PGSQL.5432.lock");
        if longest.as_os_str().len() >= MAX_SOCKET_PATH {
            let path = data_dir.clone();
            let reason = "its path is too long for a Unix socket: choose one under 80 characters";
            return Err(ClusterError::DataDirectory {
                path,
                reason: reason.into(),
            });
        }
        Ok(Self {
            postgres: data_dir.join("postgres"),
            socket_dir,
            data_dir,
        })
    }
}

impl PrivateCluster {
    /// Makes the cluster if there is none, starts it if it does not run, and takes a share of it.
    ///
    /// `postgres_bin` overrides where PostgreSQL's programs are looked for.
    pub fn open(data_dir: &Path, postgres_bin: Option<&Path>) -> Result<Self, ClusterError> {
        let programs = Programs::find(postgres_bin)?;
        let layout = Layout::new(data_dir)?;
        let using = UseLock::share(&layout.data_dir)?;
        let cluster = Self {
            programs,
            layout,
            using,
        };
        let guard = cluster.using.begin_change()?;
        cluster.ensure_running()?;
        drop(guard);
        Ok(cluster)
    }

    /// Starts the cluster again if it died; true if that was necessary.
    pub fn revive(&self) -> Result<bool, ClusterError> {
        let _guard = self.using.begin_change()?;
        if self.programs.is_running(&self.layout) {
            return Ok(false);
        }
        self.ensure_running().map(|()| true)
    }

    /// How to connect to the database, as the role that owns it.
    pub fn connection(&self) -> tokio_postgres::Config {
        connection(&self.layout, DATABASE, DATABASE)
    }

    fn ensure_running(&self) -> Result<(), ClusterError> {
        if !self.layout.postgres.join("PG_VERSION").exists() {
            self.programs.init(&self.layout)?;
        }
        if !self.programs.is_running(&self.layout) {
            self.programs.start(&self.layout)?;
        }
        self.ensure_database()
    }

    /// The extension needs a superuser; everything after that does not.
    fn ensure_database(&self) -> Result<(), ClusterError> {
        let admin = |database| {
            let config = connection(&self.layout, SUPERUSER, database);
            postgres::Config::from(config).connect(postgres::NoTls)
        };
        let mut client = admin("postgres")?;
        let known = client.query_opt("SELECT FROM pg_database WHERE datname = $1", &[&DATABASE])?;
        if known.is_none() {
            client.batch_execute(&format!(
                "DROP ROLE IF EXISTS {DATABASE}; CREATE ROLE {DATABASE} LOGIN;"
            ))?;
            client.batch_execute(&format!("CREATE DATABASE {DATABASE} OWNER {DATABASE}"))?;
        }
        admin(DATABASE)?
            .batch_execute("CREATE EXTENSION IF NOT EXISTS postgis")
            .map_err(|error| {
                let missing = error
                    .as_db_error()
                    .is_some_and(|db| db.code().code() == "58P01");
                if missing {
                    launch::not_installed("PostGIS")
                } else {
                    ClusterError::SetUp(error)
                }
            })
    }
}

impl Drop for PrivateCluster {
    fn drop(&mut self) {
        let stopped = self.using.leave(|| self.programs.stop(&self.layout));
        if let Err(error) = stopped {
            tracing::error!(%error, "the private database could not be stopped");
        }
    }
}

fn connection(layout: &Layout, user: &str, database: &str) -> tokio_postgres::Config {
    let mut config = tokio_postgres::Config::new();
    config
        .host_path(&layout.socket_dir)
        .user(user)
        .dbname(database);
    config
}
