//! PostGIS: one file per noun, long SQL in `sql/`. Knows tables; must not know reports or HTTP.

pub mod accounts;
pub mod areas;
pub mod atlas_rows;
pub mod audit;
pub mod changes;
pub mod countries;
pub mod enrolments;
mod error;
pub mod gaps;
pub mod imports;
pub mod listener;
pub mod measurements;
pub mod migrations;
pub mod new_enrolment;
pub mod passwords;
pub mod private_cluster;
pub mod probes;
mod query;
pub mod reports;
pub mod schools;
pub mod secrets;
pub mod series;
pub mod simulation;
pub mod statuses;
pub mod summaries;

use std::time::Duration;

pub use deadpool_postgres::{Client, GenericClient, Transaction};
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
pub use error::StoreError;
use tokio_postgres::{Config, NoTls};

/// A statement that takes longer is cancelled by the database.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(30);
/// A statement that waits longer for a lock gives up.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest wait for a connection, from the pool or from the database.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A bounded pool of connections to one database.
#[derive(Clone)]
pub struct Store {
    pool: Pool,
    config: Config,
}

/// Settings that every connection of ours has.
pub fn session(mut config: Config) -> Config {
    config.application_name("schoolbeat").connect_timeout(CONNECT_TIMEOUT).options(format!(
        "-c statement_timeout={} -c lock_timeout={} -c idle_in_transaction_session_timeout=60000 \
         -c timezone=UTC -c jit=off",
        STATEMENT_TIMEOUT.as_millis(),
        LOCK_TIMEOUT.as_millis(),
    ));
    config
}

impl Store {
    /// A pool of at most `size` connections; none is opened yet.
    pub fn new(config: Config, size: usize) -> Result<Self, StoreError> {
        let config = session(config);
        let manager = Manager::from_config(
            config.clone(),
            NoTls,
            ManagerConfig {
                recycling_method: RecyclingMethod::Fast,
            },
        );
        let pool = Pool::builder(manager)
            .max_size(size)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(CONNECT_TIMEOUT))
            .create_timeout(Some(CONNECT_TIMEOUT))
            .recycle_timeout(Some(CONNECT_TIMEOUT))
            .build()
            .map_err(|error| StoreError::Unavailable {
                reason: error.to_string(),
            })?;
        Ok(Self { pool, config })
    }

    /// A connection, or the reason why there is none.
    pub async fn client(&self) -> Result<Client, StoreError> {
        self.pool.get().await.map_err(StoreError::from)
    }

    /// Answers once the database does.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let client = self.client().await?;
        client
            .simple_query("SELECT 1")
            .await
            .map(drop)
            .map_err(|source| StoreError::query("ping", source))
    }

    /// Where the pool connects to: for a listener that needs a connection of its own.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Connections in use and open.
    pub fn pool_status(&self) -> (usize, usize) {
        let status = self.pool.status();
        (status.size.saturating_sub(status.available), status.size)
    }
}
