//! An uploaded file out of the database, into a file that a reader can open. Holds none whole.

use std::io::Write;

use futures_util::TryStreamExt;
use tempfile::NamedTempFile;
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::ReadError;
use crate::store::{
    Store,
    imports::{self, ImportError},
};

/// Brings the bytes of an import into a temporary file, which goes with what is returned.
pub async fn fetch(store: &Store, import: Uuid) -> Result<NamedTempFile, ReadError> {
    let failed = |error: std::io::Error| ReadError::Import(ImportError::File(Box::new(error)));
    let client = store.client().await?;
    let mut chunks = std::pin::pin!(imports::read_chunks(&client, import).await?);
    let mut file = spawn_blocking(NamedTempFile::new).await?.map_err(failed)?;
    let mut any = false;
    while let Some(bytes) = chunks.try_next().await? {
        any = true;
        file = spawn_blocking(move || file.write_all(&bytes).map(|()| file))
            .await?
            .map_err(failed)?;
    }
    if any {
        Ok(file)
    } else {
        Err(ImportError::FileGone.into())
    }
}
