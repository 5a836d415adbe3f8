//! The bytes of a file that waits, in pieces, so that any server can read it and none holds it whole.

use bytes::{Buf, Bytes, BytesMut};
use deadpool_postgres::GenericClient;
use futures_util::{Stream, TryStreamExt};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    ImportError, ImportFile,
    register::{self, NewImport},
};
use crate::store::{
    Client, StoreError,
    query::{Query, sql},
};

/// Size of a piece.
const CHUNK_BYTES: usize = 1 << 20;

/// Takes a file as it comes, whole or not at all. Its hash and size are those of what came, not of
/// what `file` says.
pub async fn receive<E>(
    client: &mut Client,
    file: &ImportFile,
    bytes: impl Stream<Item = Result<Bytes, E>>,
) -> Result<NewImport, ImportError>
where
    E: std::error::Error + Send + Sync + 'static,
{
    const BEGIN: Query = sql!("upload_begin", "BEGIN");
    const COMMIT: Query = sql!("upload_commit", "COMMIT");
    let tx = client
        .transaction()
        .await
        .map_err(|error| BEGIN.failed(error))?;
    let import = register::register(&tx, file).await?;
    let mut hash = Sha256::new();
    let (mut size, mut ordinal) = (0_i64, 0_i32);
    let mut waiting = BytesMut::with_capacity(2 * CHUNK_BYTES);
    let mut bytes = std::pin::pin!(bytes);
    loop {
        let next = bytes.try_next().await;
        let next = next.map_err(|error| ImportError::File(Box::new(error)))?;
        let ended = next.is_none();
        if let Some(next) = next {
            hash.update(&next);
            size = size.saturating_add(i64::try_from(next.len()).unwrap_or(i64::MAX));
            waiting.extend_from_slice(&next);
        }
        while waiting.len() >= CHUNK_BYTES || (ended && !waiting.is_empty()) {
            let length = waiting.len().min(CHUNK_BYTES);
            store_chunk(&tx, import.id, ordinal, &waiting[..length]).await?;
            waiting.advance(length);
            ordinal = ordinal.saturating_add(1);
        }
        if ended {
            break;
        }
    }
    sql!(
        "import_received",
        "UPDATE import SET file_sha256 = $2, file_bytes = $3 WHERE id = $1"
    )
    .execute(&tx, &[&import.id, &hash.finalize().as_slice(), &size])
    .await?;
    tx.commit().await.map_err(|error| COMMIT.failed(error))?;
    Ok(import)
}

async fn store_chunk(
    db: &impl GenericClient,
    import: Uuid,
    ordinal: i32,
    bytes: &[u8],
) -> Result<(), StoreError> {
    sql!(
        "import_file_store",
        "INSERT INTO import_file_chunk (import_id, ordinal, bytes) VALUES ($1, $2, $3)"
    )
    .execute(db, &[&import, &ordinal, &bytes])
    .await
    .map(drop)
}

/// The pieces of a file, in their order.
pub async fn read_chunks(
    db: &impl GenericClient,
    import: Uuid,
) -> Result<impl Stream<Item = Result<Vec<u8>, StoreError>>, StoreError> {
    const QUERY: Query = sql!(
        "import_file_read",
        "SELECT bytes FROM import_file_chunk WHERE import_id = $1 ORDER BY ordinal"
    );
    let rows = QUERY.stream(db, &[&import]).await?;
    Ok(rows
        .map_ok(|row| row.get("bytes"))
        .map_err(|error| QUERY.failed(error)))
}
