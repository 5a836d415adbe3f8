//! Brings a database to the schema that this program wants, one server at a time.

use std::time::Duration;

use tokio_postgres::error::SqlState;

use super::{Connection, connection::detail};

/// Any number will do, as long as every version of the program takes the same one.
const ADVISORY_LOCK: i64 = 0x5C_4001_BEA7;

mod embedded {
    #![allow(missing_docs, reason = "the macro's own code")]
    refinery::embed_migrations!("migrations");
}

/// Why the schema is not as it should be.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// No connection.
    #[error("the database cannot be reached: {0}")]
    Connect(String),
    /// A migration failed; it left nothing behind.
    #[error("migrating the database failed: {0}")]
    Migrate(#[from] refinery::Error),
    /// A statement beside the migrations failed.
    #[error("preparing the database failed: {0}")]
    Prepare(#[from] postgres::Error),
}

/// Applies what is missing and returns how many migrations that were.
///
/// Blocking; `patience` is how long an unreachable database is waited for.
pub fn migrate(
    connection: impl Into<Connection>,
    patience: Duration,
) -> Result<usize, MigrationError> {
    let mut client = connect(&connection.into(), patience)?;
    client.execute("SELECT pg_advisory_lock($1)", &[&ADVISORY_LOCK])?;
    let report = embedded::migrations::runner()
        .set_grouped(false)
        .run(&mut client)?;
    client.execute("SELECT ensure_partitions()", &[])?;
    client.execute("SELECT pg_advisory_unlock($1)", &[&ADVISORY_LOCK])?;
    Ok(report.applied_migrations().len())
}

/// A database that is not up yet, or is restarting; not one that refuses us for good.
fn may_pass(error: &postgres::Error) -> bool {
    if let Some(refusal) = error.as_db_error() {
        return *refusal.code() == SqlState::CANNOT_CONNECT_NOW;
    }
    let cause = std::error::Error::source(error).and_then(|e| e.downcast_ref::<std::io::Error>());
    // A certificate that does not hold is `InvalidData`.
    cause.is_some_and(|cause| cause.kind() != std::io::ErrorKind::InvalidData)
}

fn connect(
    connection: &Connection,
    patience: Duration,
) -> Result<postgres::Client, MigrationError> {
    let begun = std::time::Instant::now();
    loop {
        match connection.connect_unbounded("schoolbeat-migrate") {
            Ok(client) => return Ok(client),
            Err(error) if begun.elapsed() < patience && may_pass(&error) => {
                tracing::warn!(error = detail(&error), "waiting for the database");
                std::thread::sleep(Duration::from_secs(2));
            }
            Err(error) => return Err(MigrationError::Connect(detail(&error))),
        }
    }
}
