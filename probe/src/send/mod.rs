//! Sending what waits: one [`Sender::step`] at a time, each with an outcome that says what comes next.
//!
//! It deletes nothing that the server did not acknowledge, and must not sleep: the pause between
//! steps is the caller's (see [`thread`]).

mod api;
pub mod download;
mod refused;
pub mod thread;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use schoolbeat_wire::{MAX_REPORT_BYTES_DECODED, Report, ReportAnswer};
use serde_json::value::RawValue;

pub use api::{Answered, Api, ApiError};

use crate::{
    SOFTWARE_VERSION,
    clock::{self, Stamp},
    spool::{Spool, SpoolError, Waiting},
};

/// Most records that this probe puts into one report: a lost connection costs at most these again.
const MAX_RECORDS: usize = 200;
/// Half of what a server must accept.
const MAX_BYTES: usize = MAX_REPORT_BYTES_DECODED / 2;

/// A spool that the measuring and the sending side share.
pub type SharedSpool = Arc<Mutex<Spool>>;

/// Takes the spool. A panic elsewhere cannot have left it half changed on disk, so it is used on.
pub fn lock(spool: &SharedSpool) -> MutexGuard<'_, Spool> {
    spool.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What one step did.
#[derive(Debug)]
pub enum Step {
    /// Nothing waits.
    Nothing,
    /// The server has these records; they are gone from the spool.
    Acknowledged {
        /// How many.
        records: usize,
        /// What the server said of records that it did not take as measurements.
        remarks: Vec<String>,
        /// The server's newest configuration.
        config_version: u64,
    },
    /// The server could not read the batch; the next one is half as large.
    Halved {
        /// Records in the next batch.
        records: usize,
        /// What it said.
        reason: String,
    },
    /// The server cannot read this record even alone; it was set aside.
    SetAside {
        /// The record.
        sequence: u64,
        /// What the server said.
        reason: String,
    },
    /// Nothing was sent or nothing was acknowledged; everything is kept.
    Later {
        /// How long the server wants to be left alone, milliseconds.
        retry_after_ms: Option<u64>,
        /// Whether no answer came at all, so that a better line is worth another try at once.
        unreachable: bool,
        /// What happened.
        reason: String,
    },
    /// The server does not know this probe's secret, or has revoked it.
    NotWelcome {
        /// What it said.
        reason: String,
    },
    /// The spool itself fails.
    SpoolFailed(SpoolError),
}

/// The sending side of a spool.
#[derive(Debug)]
pub struct Sender {
    api: Api,
    spool: SharedSpool,
    refused_path: PathBuf,
    boot_id: String,
    batch_records: usize,
    /// The highest number that was ever sent from here: a batch may be smaller than one whose
    /// answer was lost, and the server remembers both.
    highest_sent: u64,
}

impl Sender {
    /// A sender of this spool. Records that the server cannot read go to `refused_path`.
    pub fn new(api: Api, spool: SharedSpool, refused_path: PathBuf, boot_id: String) -> Self {
        Self {
            api,
            spool,
            refused_path,
            boot_id,
            batch_records: MAX_RECORDS,
            highest_sent: 0,
        }
    }

    /// The server's interface that this sender uses.
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// Sends one batch and takes in the answer. Blocks for at most a minute.
    pub fn step(&mut self) -> Step {
        let waiting = match lock(&self.spool).waiting(self.batch_records, MAX_BYTES) {
            Ok(waiting) => waiting,
            Err(error) => return Step::SpoolFailed(error),
        };
        let (Some(first), Some(last)) = (waiting.first(), waiting.last()) else {
            return Step::Nothing;
        };
        self.highest_sent = self.highest_sent.max(last.sequence);
        let sent = first.sequence..=self.highest_sent;
        let records: Vec<&RawValue> = waiting.iter().map(|waiting| &*waiting.json).collect();
        match self.api.report(&self.report(records)) {
            Ok(answer) if sent.contains(&answer.acknowledged_sequence) => {
                self.take_in(&waiting, answer)
            }
            Ok(answer) => Step::Later {
                retry_after_ms: None,
                unreachable: false,
                reason: format!(
                    "the server acknowledged record {}, but {} to {} were sent: nothing is deleted. If \
                     this does not pass, enrol this probe again with --replace",
                    answer.acknowledged_sequence,
                    sent.start(),
                    sent.end()
                ),
            },
            Err(error) => self.cope(&waiting, &error),
        }
    }

    fn report<R>(&self, records: Vec<R>) -> Report<R> {
        let now = Stamp::now(&self.boot_id);
        Report {
            boot_id: now.boot_id,
            sent_boot_ms: now.boot_ms,
            sent_wall_unix_ms: now.wall_unix_ms,
            software_version: SOFTWARE_VERSION.to_owned(),
            records,
        }
    }

    fn take_in(&mut self, waiting: &[Waiting], answer: ReportAnswer) -> Step {
        let through = answer.acknowledged_sequence;
        if let Err(error) = lock(&self.spool).acknowledge(through) {
            return Step::SpoolFailed(error);
        }
        self.batch_records = (self.batch_records * 2).min(MAX_RECORDS);
        Step::Acknowledged {
            records: waiting
                .iter()
                .filter(|waiting| waiting.sequence <= through)
                .count(),
            config_version: answer.config_version,
            remarks: api::remarks(answer),
        }
    }

    fn cope(&mut self, waiting: &[Waiting], error: &ApiError) -> Step {
        let later = |retry_after_ms, unreachable| Step::Later {
            retry_after_ms,
            unreachable,
            reason: error.to_string(),
        };
        match error {
            ApiError::Unreachable { .. } => later(None, true),
            ApiError::NotUnderstood { .. } => later(None, false),
            ApiError::Status {
                status: 401 | 403, ..
            } => Step::NotWelcome {
                reason: error.to_string(),
            },
            ApiError::Status { status: 413, .. } if waiting.len() > 1 => self.halve(waiting, error),
            // Only our server's own words decide about a record; a proxy's or portal's do not.
            ApiError::Status {
                status: 400 | 413 | 422,
                detail: Some(_),
                ..
            } => match waiting {
                [only] => self.set_aside(only, error),
                _ => self.halve(waiting, error),
            },
            ApiError::Status { retry_after_ms, .. } => later(*retry_after_ms, false),
        }
    }

    fn halve(&mut self, waiting: &[Waiting], error: &ApiError) -> Step {
        self.batch_records = (waiting.len() / 2).max(1);
        Step::Halved {
            records: self.batch_records,
            reason: error.to_string(),
        }
    }

    fn set_aside(&mut self, record: &Waiting, error: &ApiError) -> Step {
        let reason = error.to_string();
        let time = clock::rfc3339(clock::wall_unix_ms());
        if let Err(error) = refused::keep(&self.refused_path, &time, &reason, &record.json) {
            return Step::Later {
                retry_after_ms: None,
                unreachable: false,
                reason: format!("{}: {error}", self.refused_path.display()),
            };
        }
        match lock(&self.spool).acknowledge(record.sequence) {
            Ok(()) => Step::SetAside {
                sequence: record.sequence,
                reason,
            },
            Err(error) => Step::SpoolFailed(error),
        }
    }
}
