//! The records that wait, durably: append-only segments, deleted only when acknowledged, or when the
//! spool is full or they are too old, which a notice tells.
//!
//! Pure file system. It must not know a socket, and must be the only process in its directory (see
//! [`crate::state::StateDir::lock`]). Laws: an appended record survives a kill at any byte; a
//! sequence number that was given out is never given out again; nothing acknowledged comes back.

mod age;
mod files;
mod room;
mod segment;
#[cfg(test)]
mod tests;

use std::{
    collections::VecDeque,
    fs::File,
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use schoolbeat_wire::{Record, RecordKind};
use serde_json::value::RawValue;

use crate::durable;
use files::Segment;
pub use room::Dropped;

/// How much a spool may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// All segments together; for a record beyond this older ones are dropped, speed tests first.
    pub max_bytes: u64,
    /// One segment; the next record begins a new one.
    pub segment_bytes: u64,
    /// What has waited for longer, in time that the program ran, is dropped ([`Spool::grow_older`]).
    pub max_age: Duration,
}

impl Default for Limits {
    /// 64 MiB hold about two years of the default cadence; a server keeps raw measurements for 400 days.
    fn default() -> Self {
        Self {
            max_bytes: 64 << 20,
            segment_bytes: 256 << 10,
            max_age: Duration::from_secs(400 * 24 * 3_600),
        }
    }
}

/// Why the spool could not do something.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// The file system refused.
    #[error("cannot {doing} {path}: {}", durable::explained(source), path = path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On which path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The size limit is reached.
    #[error(
        "the spool is full ({bytes} of {max_bytes} bytes): this record is not kept. Restore the \
         connection to the server, and the waiting records will be sent"
    )]
    Full {
        /// Bytes held.
        bytes: u64,
        /// Bytes allowed.
        max_bytes: u64,
    },
    /// The file that says what was acknowledged holds something else.
    #[error(
        "{path} does not hold a number, so the next record cannot be numbered safely. Enrol this \
         probe again with --replace; the waiting records are then set aside", path = path.display()
    )]
    AcknowledgedUnreadable {
        /// The file.
        path: PathBuf,
    },
    /// A record cannot be written as JSON of a sane length.
    #[error("a record cannot be written: {0}")]
    Unwritable(String),
}

/// A record as it waits: its number, and its JSON as it was written.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Its number.
    pub sequence: u64,
    /// Its JSON, unchanged since it was measured, even by another version of this program.
    pub json: Box<RawValue>,
}

/// What opening a spool had to mend, for the log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mended {
    /// Bytes of torn records cut off.
    pub torn_bytes: u64,
    /// Records that the medium damaged.
    pub damaged_records: usize,
}

/// A spool in figures.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct SpoolFigures {
    /// Records that wait.
    pub waiting: u64,
    /// Number of the oldest that waits.
    pub oldest_waiting_sequence: Option<u64>,
    /// The server has everything up to this number.
    pub acknowledged_sequence: u64,
    /// The next record's number.
    pub next_sequence: u64,
    /// Bytes on disk.
    pub bytes: u64,
}

/// The records of one enrolment that the server has not acknowledged.
#[derive(Debug)]
pub struct Spool {
    dir: PathBuf,
    limits: Limits,
    /// Oldest first. The last one is appended to while `active` is open.
    segments: VecDeque<Segment>,
    active: Option<File>,
    acknowledged: u64,
    next_sequence: u64,
}

impl Spool {
    /// Opens a spool, creating it if there is none; mends what a crash tore.
    pub fn open(dir: &Path, limits: Limits) -> Result<(Self, Mended), SpoolError> {
        durable::create_dir(dir).map_err(files::failed("create", dir))?;
        let acknowledged = files::acknowledged(dir)?;
        let (mut segments, mended) = files::load(dir, true)?;
        segments.retain(|segment| {
            let stays = segment.last > acknowledged;
            if !stays {
                // What stays behind is tried again at the next opening.
                let _ = std::fs::remove_file(&segment.path);
            }
            stays
        });
        let last = segments
            .iter()
            .map(|segment| segment.last)
            .max()
            .unwrap_or(0);
        let next_sequence = acknowledged.max(last) + 1;
        let spool = Self {
            dir: dir.to_owned(),
            limits,
            segments,
            active: None,
            acknowledged,
            next_sequence,
        };
        Ok((spool, mended))
    }

    /// Looks into a spool, without a lock and without changing anything; another process may be
    /// writing to it.
    pub fn inspect(dir: &Path) -> Result<SpoolFigures, SpoolError> {
        let acknowledged = files::acknowledged(dir)?;
        let (segments, _) = files::load(dir, false)?;
        Ok(figures(&segments, acknowledged))
    }

    /// The spool in figures.
    pub fn figures(&self) -> SpoolFigures {
        SpoolFigures {
            next_sequence: self.next_sequence,
            ..figures(&self.segments, self.acknowledged)
        }
    }

    /// Number of the next record.
    pub fn next_sequence(&self) -> u64 {
        self.next_sequence
    }

    /// The server has everything up to this number.
    pub fn acknowledged_sequence(&self) -> u64 {
        self.acknowledged
    }

    /// Numbers a record, writes it and waits until it is on the medium. In a full spool it makes room
    /// first, and a notice of what was dropped comes before the record. On an error the record is not
    /// kept, and nothing of it is left behind.
    pub fn append(&mut self, build: impl FnOnce(u64) -> Record) -> Result<u64, SpoolError> {
        let mut record = build(self.next_sequence);
        let frame = framed(&record)?;
        if self.bytes() + files::length(frame.len()) <= self.limits.max_bytes {
            return self.write(&frame, record.sequence);
        }
        for (of, count) in self.make_room(files::length(frame.len()))? {
            let notice = Record {
                sequence: self.next_sequence,
                kind: RecordKind::Notice(room::notice(of, count)),
                ..record.clone()
            };
            self.write(&framed(&notice)?, notice.sequence)?;
        }
        record.sequence = self.next_sequence;
        let frame = framed(&record)?;
        let bytes = self.bytes();
        if bytes + files::length(frame.len()) > self.limits.max_bytes {
            return Err(SpoolError::Full {
                bytes,
                max_bytes: self.limits.max_bytes,
            });
        }
        self.write(&frame, record.sequence)
    }

    fn bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.bytes).sum()
    }

    /// Writes a frame and waits until it is on the medium.
    fn write(&mut self, frame: &[u8], sequence: u64) -> Result<u64, SpoolError> {
        self.begin_segment_if_needed(sequence)?;
        let (Some(active), Some(segment)) = (self.active.as_mut(), self.segments.back_mut()) else {
            return Err(SpoolError::Unwritable("no segment is open".to_owned()));
        };
        let written = active.write_all(frame).and_then(|()| active.sync_data());
        if let Err(error) = written {
            let undone = active
                .set_len(segment.bytes)
                .and_then(|()| active.sync_data());
            if undone.is_err() {
                // The number may be on the medium after all: it is never given out again.
                self.active = None;
                self.next_sequence += 1;
            }
            let failed = files::failed("write", &segment.path);
            return Err(failed(error));
        }
        segment.bytes += files::length(frame.len());
        segment.last = sequence;
        segment.sequences.push(sequence);
        self.next_sequence += 1;
        Ok(sequence)
    }

    /// The oldest records that wait, in order, at most so many and (but for the first) so many bytes.
    pub fn waiting(
        &self,
        max_records: usize,
        max_bytes: usize,
    ) -> Result<Vec<Waiting>, SpoolError> {
        let mut waiting: Vec<Waiting> = Vec::new();
        let mut bytes = 0;
        let mut after = self.acknowledged;
        for segment in self
            .segments
            .iter()
            .filter(|segment| segment.last > self.acknowledged)
        {
            for (sequence, json) in files::records(&segment.path)? {
                if sequence <= after {
                    continue;
                }
                bytes += json.get().len() + 1;
                if waiting.len() >= max_records || (bytes > max_bytes && !waiting.is_empty()) {
                    return Ok(waiting);
                }
                after = sequence;
                waiting.push(Waiting { sequence, json });
            }
        }
        Ok(waiting)
    }

    /// The server has everything up to this number: forgets it. A smaller number than before, or one
    /// that was never given out, changes nothing.
    pub fn acknowledge(&mut self, sequence: u64) -> Result<(), SpoolError> {
        if sequence <= self.acknowledged || sequence >= self.next_sequence {
            return Ok(());
        }
        files::set_acknowledged(&self.dir, sequence)?;
        self.acknowledged = sequence;
        while self
            .segments
            .front()
            .is_some_and(|segment| segment.last <= sequence)
        {
            let Some(segment) = self.segments.pop_front() else {
                break;
            };
            if self.segments.is_empty() {
                self.active = None;
            }
            std::fs::remove_file(&segment.path).map_err(files::failed("remove", &segment.path))?;
        }
        Ok(())
    }

    fn begin_segment_if_needed(&mut self, sequence: u64) -> Result<(), SpoolError> {
        let room = self
            .segments
            .back()
            .is_some_and(|last| last.bytes < self.limits.segment_bytes);
        if self.active.is_some() && room {
            return Ok(());
        }
        // After opening, the last segment is never continued: the next record begins a new one.
        let path = self.dir.join(files::segment_name(sequence));
        self.active = Some(files::create_segment(&path)?);
        self.segments.push_back(Segment {
            path,
            last: 0,
            bytes: 0,
            sequences: Vec::new(),
        });
        Ok(())
    }
}

fn framed(record: &Record) -> Result<Vec<u8>, SpoolError> {
    let payload =
        serde_json::to_vec(record).map_err(|error| SpoolError::Unwritable(error.to_string()))?;
    segment::frame(&payload)
        .ok_or_else(|| SpoolError::Unwritable(format!("{} bytes are too many", payload.len())))
}

fn figures(segments: &VecDeque<Segment>, acknowledged: u64) -> SpoolFigures {
    let mut waiting = 0;
    let mut oldest_waiting_sequence = None;
    for segment in segments {
        let first_waiting = segment
            .sequences
            .partition_point(|number| *number <= acknowledged);
        waiting += files::length(segment.sequences.len() - first_waiting);
        oldest_waiting_sequence =
            oldest_waiting_sequence.or(segment.sequences.get(first_waiting).copied());
    }
    let last = segments
        .iter()
        .map(|segment| segment.last)
        .max()
        .unwrap_or(0);
    SpoolFigures {
        waiting,
        oldest_waiting_sequence,
        acknowledged_sequence: acknowledged,
        next_sequence: acknowledged.max(last) + 1,
        bytes: segments.iter().map(|segment| segment.bytes).sum(),
    }
}
