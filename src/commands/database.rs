//! The database of a command: the operator's own, or the private cluster, shared with a server
//! that may be running beside us.

use std::{process::ExitCode, time::Duration};

use serde_json::json;

use super::{CommandError, Output};
use crate::{
    config::Config,
    store::{
        Connection, Store,
        migrations::{self, MigrationError},
        private_cluster::{ClusterError, PrivateCluster},
    },
};

/// An open, migrated database. A private cluster stops with the last command that uses it.
#[derive(Debug)]
pub struct Database {
    cluster: Option<PrivateCluster>,
    connection: Connection,
    applied: usize,
}

impl From<ClusterError> for CommandError {
    fn from(error: ClusterError) -> Self {
        let code = match &error {
            ClusterError::NotInstalled(_) => "postgresql_not_installed",
            ClusterError::InUse { .. } => "data_directory_in_use",
            ClusterError::DataDirectory { .. } => "data_directory",
            ClusterError::Program { .. } | ClusterError::SetUp(_) => "private_database",
        };
        Self::new(code, error)
    }
}

impl From<MigrationError> for CommandError {
    fn from(error: MigrationError) -> Self {
        Self::new("database", error)
    }
}

impl Database {
    /// Opens the database that the configuration names. Blocking; call it outside a runtime.
    pub fn open(config: &Config, patience: Duration) -> Result<Self, CommandError> {
        let database = &config.database;
        let (cluster, connection) = match &database.url {
            Some(url) => {
                let connection =
                    Connection::from_url(url, database.authority.as_deref()).map_err(|error| {
                        let place = "SCHOOLBEAT_DATABASE_URL cannot be used";
                        CommandError::new("configuration", format!("{place}: {error}"))
                    })?;
                (None, connection)
            }
            None => {
                let bin = database.postgres_bin.as_deref();
                let cluster = PrivateCluster::open(&database.data_dir, bin)?;
                let connection = Connection::from(cluster.connection());
                (Some(cluster), connection)
            }
        };
        let applied = migrations::migrate(connection.clone(), patience)?;
        Ok(Self {
            cluster,
            connection,
            applied,
        })
    }

    /// A pool on it.
    pub fn store(&self, pool_size: usize) -> Result<Store, CommandError> {
        Ok(Store::new(self.connection.clone(), pool_size)?)
    }

    /// The private cluster, if it is one, for whoever lives longer than this.
    pub fn take_cluster(&mut self) -> Option<PrivateCluster> {
        self.cluster.take()
    }
}

/// Runs one asynchronous command on the database.
pub fn with_store<T>(
    config: &Config,
    command: impl AsyncFnOnce(Store) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    let database = Database::open(config, Duration::from_secs(10))?;
    let store = database.store(2)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CommandError::new("runtime", error))?;
    runtime.block_on(command(store))
}

/// `schoolbeat migrate`
pub(super) fn migrate(config: &Config, output: Output) -> Result<ExitCode, CommandError> {
    let database = Database::open(config, Duration::from_secs(10))?;
    let text = match database.applied {
        0 => "the database is up to date".to_owned(),
        n => format!("{n} migrations applied"),
    };
    Ok(output.answer(&json!({"applied": database.applied}), text))
}
