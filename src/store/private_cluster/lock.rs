//! Locks on a data directory: one server, many commands, and one change of state at a time.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rustix::{
    fs::{FlockOperation, flock},
    io::Errno,
};

use super::ClusterError;

/// Longest wait for another command that starts or stops the cluster.
const CHANGE_DEADLINE: Duration = Duration::from_secs(90);

fn open(data_dir: &Path, name: &str) -> Result<File, ClusterError> {
    let path = data_dir.join(name);
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(|error| ClusterError::DataDirectory {
            path: data_dir.to_owned(),
            reason: error.to_string(),
        })
}

fn failed(data_dir: &Path, errno: Errno) -> ClusterError {
    ClusterError::DataDirectory {
        path: data_dir.to_owned(),
        reason: format!("lock: {errno}"),
    }
}

/// A file whose lock ends with this value. Closing alone would not do: a process that another thread is
/// just starting has the open file too, until it has become its own program.
#[derive(Debug)]
struct LockFile(File);

impl Drop for LockFile {
    fn drop(&mut self) {
        // The kernel frees it with the last who has the file in any case.
        let _ = flock(&self.0, FlockOperation::Unlock);
    }
}

/// The right to be the one server of a data directory. Freed by the kernel with the process.
#[derive(Debug)]
pub struct ServerLock {
    _file: LockFile,
}

impl ServerLock {
    /// Takes the right, or says who has it.
    pub fn take(data_dir: &Path) -> Result<Self, ClusterError> {
        std::fs::create_dir_all(data_dir).map_err(|error| ClusterError::DataDirectory {
            path: data_dir.to_owned(),
            reason: error.to_string(),
        })?;
        let mut file = open(data_dir, "serve.lock")?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => {
                let mut pid = String::new();
                let read = file.read_to_string(&mut pid).is_ok() && !pid.trim().is_empty();
                let holder = if read {
                    format!(" (process {})", pid.trim())
                } else {
                    String::new()
                };
                return Err(ClusterError::InUse {
                    path: data_dir.to_owned(),
                    holder,
                });
            }
            Err(errno) => return Err(failed(data_dir, errno)),
        }
        let written = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| write!(file, "{}", std::process::id()));
        written.map_err(|error| ClusterError::DataDirectory {
            path: data_dir.to_owned(),
            reason: error.to_string(),
        })?;
        Ok(Self {
            _file: LockFile(file),
        })
    }
}

/// A share of the running cluster.
#[derive(Debug)]
pub(super) struct UseLock {
    data_dir: PathBuf,
    using: LockFile,
    changing: File,
}

/// Nobody else starts or stops the cluster while this lives.
pub(super) struct ChangeGuard<'a>(&'a File);

impl Drop for ChangeGuard<'_> {
    fn drop(&mut self) {
        // The kernel frees it with the file in any case.
        let _ = flock(self.0, FlockOperation::Unlock);
    }
}

impl UseLock {
    /// Takes a share; whoever leaves meanwhile will see it.
    pub fn share(data_dir: &Path) -> Result<Self, ClusterError> {
        let lock = Self {
            data_dir: data_dir.to_owned(),
            using: LockFile(open(data_dir, "cluster.use.lock")?),
            changing: open(data_dir, "cluster.change.lock")?,
        };
        let guard = lock.begin_change()?;
        flock(&lock.using.0, FlockOperation::NonBlockingLockShared)
            .map_err(|errno| failed(data_dir, errno))?;
        drop(guard);
        Ok(lock)
    }

    /// Waits until nobody else starts or stops the cluster.
    pub fn begin_change(&self) -> Result<ChangeGuard<'_>, ClusterError> {
        let begun = Instant::now();
        loop {
            match flock(&self.changing, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(ChangeGuard(&self.changing)),
                Err(Errno::WOULDBLOCK) if begun.elapsed() < CHANGE_DEADLINE => {
                    std::thread::sleep(Duration::from_millis(50));
                }
                Err(Errno::WOULDBLOCK) => {
                    return Err(ClusterError::DataDirectory {
                        path: self.data_dir.clone(),
                        reason: "another command has been starting or stopping its database for \
                                 more than 90 s"
                            .into(),
                    });
                }
                Err(errno) => return Err(failed(&self.data_dir, errno)),
            }
        }
    }

    /// Gives the share back; the last one runs `stop`.
    pub fn leave(
        &self,
        stop: impl FnOnce() -> Result<(), ClusterError>,
    ) -> Result<(), ClusterError> {
        let _guard = self.begin_change()?;
        match flock(&self.using.0, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => stop(),
            Err(Errno::WOULDBLOCK) => Ok(()),
            Err(errno) => Err(failed(&self.data_dir, errno)),
        }
    }
}
