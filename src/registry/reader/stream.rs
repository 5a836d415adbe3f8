//! Rows that are read in a thread of their own while the ones before are looked at. Holds a few
//! batches and no more; knows no format.

use std::{
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::{self, JoinHandle},
};

use super::FileError;
use crate::registry::table::{Entries, Entry};

/// Rows, or bytes, that are handed over at once.
const BATCH: usize = 256;
const BATCH_BYTES: usize = 1 << 20;
/// Batches that wait to be looked at.
const WAITING: usize = 4;

/// Where the thread puts what it has read.
pub(super) struct Outbox<T> {
    batch: Vec<T>,
    bytes: usize,
    sender: SyncSender<Vec<T>>,
}

impl<T> Outbox<T> {
    /// Hands over a row of about so many bytes; whether more are wanted.
    pub fn put(&mut self, row: T, bytes: usize) -> bool {
        self.batch.push(row);
        self.bytes += bytes;
        let full = self.batch.len() >= BATCH || self.bytes >= BATCH_BYTES;
        !full || self.send()
    }

    fn send(&mut self) -> bool {
        self.bytes = 0;
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        self.sender.send(batch).is_ok()
    }
}

/// What the thread has read, in its order; its error, if it met one, comes last.
pub(super) struct Stream<T> {
    batches: Receiver<Vec<T>>,
    batch: std::vec::IntoIter<T>,
    thread: Option<JoinHandle<Result<(), FileError>>>,
    /// What to say of a file whose reader gave up without a word.
    broken: FileError,
}

impl<T: Send + 'static> Stream<T> {
    /// Begins to read. The reader ends when its outbox wants no more.
    pub fn begin(
        broken: FileError,
        read: impl FnOnce(&mut Outbox<T>) -> Result<(), FileError> + Send + 'static,
    ) -> Result<Self, FileError> {
        let (sender, batches) = sync_channel(WAITING);
        let work = move || {
            let mut outbox = Outbox {
                batch: vec![],
                bytes: 0,
                sender,
            };
            let end = read(&mut outbox);
            outbox.send();
            end
        };
        let thread = thread::Builder::new().name("reader".into()).spawn(work);
        let thread = thread.map_err(|error| FileError::Unreadable {
            reason: error.to_string(),
        })?;
        Ok(Self {
            batches,
            batch: vec![].into_iter(),
            thread: Some(thread),
            broken,
        })
    }
}

impl<T> Iterator for Stream<T> {
    type Item = Result<T, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.batch.next() {
                return Some(Ok(row));
            }
            if let Ok(batch) = self.batches.recv() {
                self.batch = batch.into_iter();
                continue;
            }
            let end = self.thread.take()?.join();
            let end = end.unwrap_or_else(|_| Err(self.broken.clone()));
            return end.err().map(Err);
        }
    }
}

/// Reads ahead of whoever looks at the rows.
pub(super) fn ahead(entries: Entries, broken: FileError) -> Result<Entries, FileError> {
    let stream = Stream::begin(broken, move |outbox| {
        for entry in entries {
            let entry = entry?;
            let bytes = match &entry {
                Entry::Row(row) => row.cells.iter().map(|(_, text)| text.len()).sum(),
                Entry::Passed(finding) => finding.message.len(),
            };
            if !outbox.put(entry, bytes) {
                break;
            }
        }
        Ok(())
    });
    Ok(Box::new(stream?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(most: usize, end: Result<(), FileError>) -> Stream<usize> {
        let read = move |outbox: &mut Outbox<usize>| {
            for number in 0..most {
                if !outbox.put(number, 8) {
                    break;
                }
            }
            end
        };
        Stream::begin(FileError::Empty, read).unwrap()
    }

    #[test]
    fn rows_come_in_their_order_and_the_error_last() {
        let read: Result<Vec<usize>, _> = numbers(1000, Ok(())).collect();
        assert_eq!(read, Ok((0..1000).collect()));
        let mut read = numbers(700, Err(FileError::Empty));
        assert_eq!(read.by_ref().flatten().count(), 700);
        assert_eq!(read.next(), None);
        let last = numbers(3, Err(FileError::Empty)).last();
        assert_eq!(last, Some(Err(FileError::Empty)));
    }

    #[test]
    fn a_reader_that_nobody_listens_to_ends() {
        let mut read = numbers(usize::MAX, Ok(()));
        assert_eq!(read.next(), Some(Ok(0)));
        let thread = read.thread.take().unwrap();
        drop(read);
        assert_eq!(thread.join().unwrap(), Ok(()));
    }

    #[test]
    fn a_reader_that_breaks_down_is_not_the_end_of_the_file() {
        let stream = Stream::<u8>::begin(FileError::Empty, |_| panic!("as it is tested to"));
        assert_eq!(stream.unwrap().last(), Some(Err(FileError::Empty)));
    }
}
