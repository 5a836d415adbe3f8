//! What can go wrong with the database, naming the query.

use deadpool_postgres::PoolError;
use tokio_postgres::error::SqlState;

/// A failure of the database. Something that is not there is no failure but `Ok(None)`.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, or gave no connection in time.
    #[error("the database is away: {reason}")]
    Unavailable {
        /// What the attempt said.
        reason: String,
    },
    /// A statement took longer than it may, or waited too long for a lock.
    #[error("query {query} took too long")]
    TimedOut {
        /// Name of the query.
        query: &'static str,
    },
    /// A statement failed.
    #[error("query {query} failed: {}", with_detail(.source))]
    Query {
        /// Name of the query.
        query: &'static str,
        /// The database's own word.
        source: tokio_postgres::Error,
    },
    /// The database holds something that the domain does not know.
    #[error("query {query} read {what}")]
    Unexpected {
        /// Name of the query.
        query: &'static str,
        /// What it was.
        what: String,
    },
}

/// `tokio_postgres::Error` prints only "db error"; its message is in the source.
fn with_detail(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(db) => format!("{} ({})", db.message(), db.code().code()),
        None => error.to_string(),
    }
}

impl StoreError {
    /// Places an error of the driver.
    pub fn query(query: &'static str, source: tokio_postgres::Error) -> Self {
        let code = source.code();
        let timed_out = [&SqlState::QUERY_CANCELED, &SqlState::LOCK_NOT_AVAILABLE];
        if code.is_some_and(|code| timed_out.contains(&code)) {
            return Self::TimedOut { query };
        }
        // Class 57P is an operator's shutdown or a crash, 08 a broken connection, 53 a full disk or no
        // slot, 58 the system below, 40 a transaction that was in the way of another, 25006 a standby.
        let away = code.is_none_or(|code| {
            let code = code.code();
            let classes = ["57P", "08", "53", "58", "40"];
            classes.iter().any(|class| code.starts_with(class)) || code == "25006"
        });
        if away && (source.is_closed() || code.is_some() || is_io(&source)) {
            return Self::Unavailable {
                reason: format!("{query}: {}", with_detail(&source)),
            };
        }
        Self::Query { query, source }
    }
}

fn is_io(error: &tokio_postgres::Error) -> bool {
    std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

impl From<PoolError> for StoreError {
    fn from(error: PoolError) -> Self {
        let reason = match &error {
            PoolError::Backend(source) => match std::error::Error::source(source) {
                Some(cause) => format!("{source}: {cause}"),
                None => with_detail(source),
            },
            PoolError::Timeout(_) => "no connection came free in time".into(),
            other => other.to_string(),
        };
        Self::Unavailable { reason }
    }
}
