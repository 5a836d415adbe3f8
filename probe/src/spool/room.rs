//! Making room in a full spool: the oldest speed tests go first, since they are large and many like
//! them follow; then the oldest of the rest. It must not touch what is newest, nor count in silence.

use std::collections::BTreeMap;

use schoolbeat_wire::{Notice, NoticeKind};
use serde::Deserialize;

use super::{Spool, SpoolError, files, segment};
use crate::durable;

/// Kind of the records that go first.
const BULK: &str = "speed_test";
/// So much is made free at once, as a share of the whole, so that it is not done for each record.
const SHARE: u64 = 16;

/// More than the notices of one dropping take.
const NOTICE_BYTES: u64 = 2_000;

/// How many records were dropped, by kind.
pub type Dropped = BTreeMap<String, u64>;

#[derive(Deserialize)]
struct Kind {
    #[serde(default)]
    kind: String,
}

/// What the server is told of it.
pub(super) fn notice(of: String, count: u64) -> Notice {
    let detail = format!("the spool was full: the oldest {count} record(s) of {of} made room");
    Notice {
        notice: NoticeKind::Dropped,
        of,
        count,
        reason: "spool_full".to_owned(),
        detail: Some(detail),
    }
}

impl Spool {
    /// Drops records until a sixteenth of the spool is free, and at least so many bytes beside the
    /// notices. Records that the server has are no loss.
    pub(super) fn make_room(&mut self, needed: u64) -> Result<Dropped, SpoolError> {
        let mut dropped = Dropped::new();
        let free = (self.limits.max_bytes / SHARE).max(needed + NOTICE_BYTES);
        let wanted = self.limits.max_bytes.saturating_sub(free);
        for only_bulk in [true, false] {
            let mut index = 0;
            // The newest segment is appended to; it stays as it is.
            while self.bytes() > wanted && index + 1 < self.segments.len() {
                self.thin(index, only_bulk, &mut dropped)?;
                if self
                    .segments
                    .get(index)
                    .is_some_and(|segment| segment.sequences.is_empty())
                {
                    self.remove(index)?;
                } else {
                    index += 1;
                }
            }
        }
        Ok(dropped)
    }

    /// Drops the oldest segment with all its records.
    pub(super) fn drop_oldest(&mut self, dropped: &mut Dropped) -> Result<(), SpoolError> {
        self.thin(0, false, dropped)?;
        self.remove(0)
    }

    fn remove(&mut self, index: usize) -> Result<(), SpoolError> {
        let Some(segment) = self.segments.remove(index) else {
            return Ok(());
        };
        std::fs::remove_file(&segment.path).map_err(files::failed("remove", &segment.path))
    }

    /// Writes a segment anew without its bulk records, or without any; either the old file or the new
    /// one is there after a power cut.
    fn thin(
        &mut self,
        index: usize,
        only_bulk: bool,
        dropped: &mut Dropped,
    ) -> Result<(), SpoolError> {
        let acknowledged = self.acknowledged;
        let Some(segment) = self.segments.get_mut(index) else {
            return Ok(());
        };
        let (mut contents, mut sequences) = (Vec::new(), Vec::new());
        let mut losses = Dropped::new();
        for (sequence, json) in files::records(&segment.path)? {
            let kind = serde_json::from_str::<Kind>(json.get())
                .map_or_else(|_| String::new(), |kind| kind.kind);
            let stays = only_bulk && kind != BULK && sequence > acknowledged;
            match segment::frame(json.get().as_bytes()).filter(|_| stays) {
                Some(frame) => {
                    contents.extend_from_slice(&frame);
                    sequences.push(sequence);
                }
                None if sequence > acknowledged => *losses.entry(kind).or_default() += 1,
                None => {}
            }
        }
        if sequences.len() == segment.sequences.len() {
            return Ok(());
        }
        durable::replace(&segment.path, &contents)
            .map_err(files::failed("write", &segment.path))?;
        segment.bytes = files::length(contents.len());
        segment.sequences = sequences;
        for (kind, count) in losses {
            *dropped.entry(kind).or_default() += count;
        }
        Ok(())
    }
}
