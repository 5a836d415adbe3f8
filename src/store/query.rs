//! Named queries: every failure says which one it was.

use deadpool_postgres::GenericClient;
use tokio_postgres::{Row, types::ToSql};

use super::StoreError;

/// A query and its name.
#[derive(Clone, Copy)]
pub(super) struct Query {
    pub name: &'static str,
    pub text: &'static str,
}

/// The query in `sql/<name>.sql`, whatever file names it.
macro_rules! sql {
    ($name:literal) => {
        $crate::store::query::Query {
            name: $name,
            text: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/src/store/sql/",
                $name,
                ".sql"
            )),
        }
    };
    ($name:literal, $text:literal) => {
        $crate::store::query::Query {
            name: $name,
            text: $text,
        }
    };
}
pub(super) use sql;

pub(super) type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

impl Query {
    /// All rows.
    pub async fn rows(
        self,
        db: &impl GenericClient,
        params: Params<'_>,
    ) -> Result<Vec<Row>, StoreError> {
        let statement = db
            .prepare_cached(self.text)
            .await
            .map_err(|e| self.failed(e))?;
        db.query(&statement, params)
            .await
            .map_err(|e| self.failed(e))
    }

    /// The only row, if there is one.
    pub async fn maybe(
        self,
        db: &impl GenericClient,
        params: Params<'_>,
    ) -> Result<Option<Row>, StoreError> {
        let statement = db
            .prepare_cached(self.text)
            .await
            .map_err(|e| self.failed(e))?;
        db.query_opt(&statement, params)
            .await
            .map_err(|e| self.failed(e))
    }

    /// The only row.
    pub async fn one(self, db: &impl GenericClient, params: Params<'_>) -> Result<Row, StoreError> {
        let statement = db
            .prepare_cached(self.text)
            .await
            .map_err(|e| self.failed(e))?;
        db.query_one(&statement, params)
            .await
            .map_err(|e| self.failed(e))
    }

    /// Rows as they come, however many.
    pub async fn stream(
        self,
        db: &impl GenericClient,
        params: Params<'_>,
    ) -> Result<tokio_postgres::RowStream, StoreError> {
        let statement = db
            .prepare_cached(self.text)
            .await
            .map_err(|e| self.failed(e))?;
        db.query_raw(&statement, params.iter().copied())
            .await
            .map_err(|e| self.failed(e))
    }

    /// Number of rows touched.
    pub async fn execute(
        self,
        db: &impl GenericClient,
        params: Params<'_>,
    ) -> Result<u64, StoreError> {
        let statement = db
            .prepare_cached(self.text)
            .await
            .map_err(|e| self.failed(e))?;
        db.execute(&statement, params)
            .await
            .map_err(|e| self.failed(e))
    }

    pub fn failed(self, source: tokio_postgres::Error) -> StoreError {
        StoreError::query(self.name, source)
    }

    pub fn unexpected(self, what: impl Into<String>) -> StoreError {
        StoreError::Unexpected {
            query: self.name,
            what: what.into(),
        }
    }
}
