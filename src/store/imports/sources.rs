//! How the files of a source are to be read, as a person said of the last one.

use deadpool_postgres::GenericClient;
use serde_json::Value;

use super::{ImportError, register::Import};
use crate::{
    domain::area::CountryCode,
    store::{StoreError, query::sql},
};

/// Keeps how a file is to be read and what it seems to be that way, and remembers it for the next
/// file of its source. What was staged is to be read anew.
pub async fn set_options(
    db: &impl GenericClient,
    import: &Import,
    options: &Value,
    layout: &Value,
) -> Result<(), ImportError> {
    let set = sql!("import_options")
        .execute(db, &[&import.id, options, layout])
        .await?;
    if set == 0 {
        return Err(ImportError::WrongState {
            state: import.state,
            wanted: "only one that is neither being read nor applied can be read otherwise",
        });
    }
    match &import.source {
        Some(source) => Ok(remember_source(db, &import.country, source, options).await?),
        None => Ok(()),
    }
}

/// Remembers how files of a source are to be read.
pub async fn remember_source(
    db: &impl GenericClient,
    country: &CountryCode,
    source: &str,
    options: &Value,
) -> Result<(), StoreError> {
    sql!("import_source_remember")
        .execute(db, &[&country.as_str(), &source, options])
        .await
        .map(drop)
}

/// How the last file of the source was to be read.
pub async fn source_options(
    db: &impl GenericClient,
    country: &CountryCode,
    source: &str,
) -> Result<Option<Value>, StoreError> {
    let row = sql!(
        "import_source_find",
        "SELECT options FROM import_source WHERE country_code = $1 AND source = $2"
    )
    .maybe(db, &[&country.as_str(), &source])
    .await?;
    Ok(row.map(|row| row.get("options")))
}
