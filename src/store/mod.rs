//! PostGIS: one file per noun, long SQL in `sql/`. Knows tables; must not know reports or HTTP.

pub mod accounts;
pub mod api_keys;
pub mod areas;
pub mod atlas_rows;
pub mod audit;
mod benchmark_rules;
pub mod benchmarks;
pub mod browser_tests;
pub mod changes;
pub mod connection;
pub mod corrections;
pub mod countries;
mod country_lock;
pub mod enrolments;
mod error;
pub mod exports;
pub mod gaps;
pub mod giga_meter;
pub mod imports;
pub mod infrastructure;
pub mod listener;
pub mod measurement_servers;
pub mod measurements;
pub mod merges;
pub mod migrations;
pub mod new_enrolment;
pub mod off_hours;
mod page_checks;
pub mod passwords;
pub mod path_series;
pub mod policies;
pub mod presence;
pub mod private_cluster;
pub mod probe_health;
pub mod probes;
mod query;
pub mod reports;
pub mod retention;
mod school_areas;
pub mod school_changes;
pub mod schools;
pub mod secrets;
pub mod series;
pub mod simulation;
pub mod status_history;
pub mod statuses;
pub mod summaries;
pub mod summary_series;

use connection::CONNECT_TIMEOUT;
pub use connection::Connection;
pub use deadpool_postgres::{Client, GenericClient, Transaction};
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
pub use error::StoreError;

/// A bounded pool of connections to one database.
#[derive(Clone)]
pub struct Store {
    pool: Pool,
    connection: Connection,
}

impl Store {
    /// A pool of at most `size` connections; none is opened yet.
    pub fn new(connection: impl Into<Connection>, size: usize) -> Result<Self, StoreError> {
        let connection = connection.into();
        let manager = Manager::from_config(
            connection.session("schoolbeat"),
            connection.tls(),
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
        Ok(Self { pool, connection })
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
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Connections in use and open.
    pub fn pool_status(&self) -> (usize, usize) {
        let status = self.pool.status();
        (status.size.saturating_sub(status.available), status.size)
    }
}
