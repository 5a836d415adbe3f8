//! How long the rows of the big tables are kept, and their partitions: made ahead, dropped when outdated.

use chrono::{DateTime, Utc};
use deadpool_postgres::GenericClient;
use tokio_postgres::Row;

use super::{
    StoreError,
    query::{Query, sql},
};
use crate::domain::retention::Kept;

/// How long a table's rows are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// The table.
    pub table: String,
    /// Days for which rows are kept; the rest of their month, or week, goes with the last of them.
    pub keep_days: i32,
    /// Fewer days than this cannot be.
    pub least_days: i32,
    /// `month` or `week`: what goes at once.
    pub span: String,
    /// Older rows were dropped.
    pub dropped_before: DateTime<Utc>,
}

/// Why days cannot be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RetentionRefusal {
    /// No such table.
    #[error("there is no table {0}; `schoolbeat retention show` lists them")]
    NoTable(String),
    /// Too short.
    #[error("{table} must be kept for {least_days} days at least, since {because}")]
    TooShort {
        /// The table.
        table: String,
        /// Its least.
        least_days: i32,
        /// What would be lost.
        because: String,
    },
}

/// Since when each kind of record is kept.
pub async fn kept(db: &impl GenericClient) -> Result<Kept, StoreError> {
    let row = sql!("retention_kept").one(db, &[]).await?;
    Ok(kept_of(&row))
}

/// The same, of a row that has it in columns.
pub(super) fn kept_of(row: &Row) -> Kept {
    Kept {
        speed_tests_since: row.get("speed_tests_since"),
        path_checks_since: row.get("path_checks_since"),
        page_checks_since: row.get("page_checks_since"),
        presence_since: row.get("presence_since"),
        looks_since: row.get("looks_since"),
    }
}

/// How long each table's rows are kept.
pub async fn list(db: &impl GenericClient) -> Result<Vec<Retention>, StoreError> {
    let query = sql!(
        "retention_list",
        "SELECT * FROM retention ORDER BY keep_days DESC, table_name"
    );
    let rows = query.rows(db, &[]).await?;
    Ok(rows.iter().map(retention).collect())
}

fn retention(row: &Row) -> Retention {
    Retention {
        table: row.get("table_name"),
        keep_days: row.get("keep_days"),
        least_days: row.get("least_days"),
        span: row.get("span"),
        dropped_before: row.get("dropped_before"),
    }
}

/// Keeps a table's rows for so many days from now on; what they were kept for before.
pub async fn set(
    db: &impl GenericClient,
    table: &str,
    keep_days: i32,
) -> Result<Result<i32, RetentionRefusal>, StoreError> {
    const QUERY: Query = sql!(
        "retention_lock",
        "SELECT r.*, (SELECT coalesce(max(window_days), 0) FROM country) AS window_days
         FROM retention r WHERE table_name = $1 FOR UPDATE"
    );
    let Some(row) = QUERY.maybe(db, &[&table]).await? else {
        return Ok(Err(RetentionRefusal::NoTable(table.into())));
    };
    let known = retention(&row);
    let window_days: i32 = row.get("window_days");
    let too_short = |least_days, because: String| RetentionRefusal::TooShort {
        table: table.into(),
        least_days,
        because,
    };
    if keep_days < known.least_days {
        let because = "summaries are made of them for that long".to_owned();
        return Ok(Err(too_short(known.least_days, because)));
    }
    if table == "speed_test" && keep_days < window_days {
        let because = format!("a country's status looks back over {window_days} days");
        return Ok(Err(too_short(window_days, because)));
    }
    sql!(
        "retention_set",
        "UPDATE retention SET keep_days = $2 WHERE table_name = $1"
    )
    .execute(db, &[&table, &keep_days])
    .await?;
    Ok(Ok(known.keep_days))
}

/// Makes the partitions that are missing of what is kept and of what comes next; how many that were.
pub async fn ensure_partitions(db: &impl GenericClient) -> Result<i32, StoreError> {
    let row = sql!("ensure_partitions", "SELECT ensure_partitions() AS made")
        .one(db, &[])
        .await?;
    Ok(row.get("made"))
}

/// Drops one partition whose rows are all older than what is kept, once every summary counts them;
/// its name, if there was one. A table that somebody reads for long is an error, to be tried again.
pub async fn drop_outdated_partition(
    db: &impl GenericClient,
) -> Result<Option<String>, StoreError> {
    let row = sql!(
        "drop_outdated_partition",
        "SELECT drop_outdated_partition() AS dropped"
    )
    .one(db, &[])
    .await?;
    Ok(row.get("dropped"))
}

/// Forgets some of what could not become measurements, and of what probes said of records that do not
/// exist, received before a time; how much.
pub async fn forget_rejected(
    db: &impl GenericClient,
    before: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let row = sql!("rejected_forget")
        .one(db, &[&before, &5000_i64])
        .await?;
    Ok(row.get("forgotten"))
}
