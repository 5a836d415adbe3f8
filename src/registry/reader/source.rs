//! Where a file's bytes are: on a disk, or in memory. Gives them from their beginning as often as
//! they are wanted; knows no format.

use std::{
    fs::File,
    io::{self, Cursor, Read, Seek},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::FileError;

/// A file that can be read more than once.
#[derive(Debug, Clone)]
pub(in crate::registry) enum Source {
    /// On a disk.
    Path(PathBuf),
    /// In memory.
    Memory(Arc<[u8]>),
}

/// Bytes that can be gone about in.
pub(super) trait Seekable: Read + Seek + Send {}

impl<T: Read + Seek + Send> Seekable for T {}

/// An open file.
pub(super) type Input = Box<dyn Seekable>;

impl Source {
    /// The file at a path.
    pub fn path(path: &Path) -> Self {
        Self::Path(path.to_owned())
    }

    /// Bytes that are there already.
    pub fn memory(bytes: &[u8]) -> Self {
        Self::Memory(bytes.into())
    }

    pub(super) fn open(&self) -> Result<Input, FileError> {
        Ok(match self {
            Self::Path(path) => Box::new(File::open(path).map_err(|e| unreadable(&e))?),
            Self::Memory(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
        })
    }

    /// Bytes that it has.
    pub(super) fn length(&self) -> Result<u64, FileError> {
        match self {
            Self::Path(path) => {
                let meta = std::fs::metadata(path).map_err(|e| unreadable(&e))?;
                Ok(meta.len())
            }
            Self::Memory(bytes) => Ok(bytes.len() as u64),
        }
    }

    /// Its first bytes, at most so many.
    pub(super) fn head(&self, most: usize) -> Result<Vec<u8>, FileError> {
        let mut head = vec![];
        let first = self.open()?.take(most as u64);
        { first }
            .read_to_end(&mut head)
            .map_err(|e| unreadable(&e))?;
        Ok(head)
    }

    /// All of it, for formats that cannot be read otherwise; the caller looks at its length.
    pub(super) fn all(&self) -> Result<Vec<u8>, FileError> {
        self.head(usize::MAX)
    }
}

/// A failure of the disk below; a reader of ours may have sent its own word through it.
pub(super) fn unreadable(error: &io::Error) -> FileError {
    let own = error.get_ref().and_then(|own| own.downcast_ref());
    own.cloned().unwrap_or_else(|| FileError::Unreadable {
        reason: error.to_string(),
    })
}

/// Reads until the room is full or the bytes end; how many there were.
pub(super) fn fill(input: &mut dyn Read, room: &mut [u8]) -> Result<usize, FileError> {
    let mut filled = 0;
    while filled < room.len() {
        match input.read(&mut room[filled..]) {
            Ok(0) => break,
            Ok(more) => filled += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(&error)),
        }
    }
    Ok(filled)
}
