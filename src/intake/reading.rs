//! A school list read in a thread of its own and staged as it comes, in bounded memory.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI32, Ordering},
    },
    time::Duration,
};

use futures_util::{Stream, stream};
use tokio::{
    sync::mpsc,
    task::{JoinError, spawn_blocking},
};

use crate::{
    domain::listing::ListPart,
    registry::{FileError, ReadOptions, SchoolFile},
    store::{
        Store, StoreError,
        imports::{self, ImportError, NewImport},
    },
};

/// Rows that are handed over at once, and how often that is done ahead of what is written.
const BATCH: usize = 256;
const BATCHES_AHEAD: usize = 32;
/// How often it is said that the file is still being read.
const REPORT_EVERY: Duration = Duration::from_secs(1);

/// Why a file was not staged.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The database, or what it says of the file.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The reader ended in a way that it should not.
    #[error("the reader of files failed: {0}")]
    Reader(#[from] JoinError),
}

impl From<StoreError> for ReadError {
    fn from(error: StoreError) -> Self {
        Self::Import(error.into())
    }
}

impl ReadError {
    /// A stable slug.
    pub fn code(&self) -> &'static str {
        match self {
            Self::File(error) => error.code(),
            Self::Import(error) => error.code(),
            Self::Reader(_) => "reader_failed",
        }
    }
}

/// Opens a file, away from the threads that answer others.
pub async fn open(path: &Path, options: ReadOptions) -> Result<SchoolFile, ReadError> {
    let path = path.to_owned();
    Ok(spawn_blocking(move || SchoolFile::open(&path, &options)).await??)
}

/// Reads a file to its end and stages it. While it does, the record of the import says how far it
/// has come.
pub async fn read_and_stage(
    store: &Store,
    import: NewImport,
    path: PathBuf,
    options: ReadOptions,
) -> Result<(), ReadError> {
    let file = open(&path, options).await?;
    file.check()?;
    let stated = file.stated().clone();
    let rows = Arc::new(AtomicI32::new(0));
    let reporter = tokio::spawn(report(store.clone(), import, rows.clone()));
    let mut client = store.client().await?;
    let read = imports::stage(&mut client, import, &stated, parts(file), |read| {
        rows.store(read, Ordering::Relaxed);
    })
    .await;
    reporter.abort();
    read.map_err(|error| match error {
        ImportError::File(error) => match error.downcast::<FileError>() {
            Ok(error) => ReadError::File(*error),
            Err(error) => ReadError::Import(ImportError::File(error)),
        },
        other => ReadError::Import(other),
    })
}

type Part = Result<ListPart, FileError>;

/// The rows of a file, read by a thread that ends when nobody takes them any longer.
fn parts(file: SchoolFile) -> impl Stream<Item = Part> {
    let (sender, receiver) = mpsc::channel(BATCHES_AHEAD);
    spawn_blocking(move || read(file, &sender));
    let waiting = (Vec::<Part>::new().into_iter(), receiver);
    stream::unfold(waiting, async |(mut batch, mut receiver)| {
        loop {
            if let Some(part) = batch.next() {
                return Some((part, (batch, receiver)));
            }
            batch = receiver.recv().await?.into_iter();
        }
    })
}

fn read(file: SchoolFile, sender: &mpsc::Sender<Vec<Part>>) {
    let mut rows = file.rows();
    let mut batch = Vec::with_capacity(BATCH);
    for entry in &mut rows {
        let failed = entry.is_err();
        batch.push(entry.map(|entry| ListPart::Entry(Box::new(entry))));
        if batch.len() == BATCH || failed {
            let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            if sender.blocking_send(full).is_err() || failed {
                return;
            }
        }
    }
    batch.push(rows.finish().map(|end| ListPart::End {
        row_count: end.row_count,
        findings: end.findings,
    }));
    // Nobody waiting for the end is no failure.
    let _ = sender.blocking_send(batch);
}

/// Says how far the reading has come, until it is told to stop.
async fn report(store: Store, import: NewImport, rows: Arc<AtomicI32>) {
    loop {
        tokio::time::sleep(REPORT_EVERY).await;
        let said = async {
            let client = store.client().await?;
            imports::progress(&client, import, rows.load(Ordering::Relaxed)).await
        };
        if let Err(error) = said.await {
            tracing::warn!(%error, "the progress of an import could not be said");
        }
    }
}
