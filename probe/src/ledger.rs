//! What measuring and reporting have cost, durably: one small file in the state directory.
//!
//! A test is charged with the most that it can cost before it begins, and with what it did cost after
//! it, so that a power cut can only make it dearer. It must not decide; see [`crate::budget`].

use std::{
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    budget::{Rates, Spent},
    clock, durable,
    windows::Slot,
};

/// What is kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// Local day of `day_bytes`, days since 1970-01-01.
    pub day: i64,
    /// Bytes of that day.
    pub day_bytes: u64,
    /// Bytes of that day's month.
    pub month_bytes: u64,
    /// Rates of the last speed test that had both, Mbps.
    pub last_download_mbps: Option<f64>,
    /// See `last_download_mbps`.
    pub last_upload_mbps: Option<f64>,
    /// When a speed test was last made, by this machine's clock.
    pub last_test_unix_ms: Option<i64>,
    /// When a full speed test was last made.
    pub last_full_unix_ms: Option<i64>,
    /// The window that was used last.
    pub last_slot: Option<Slot>,
    /// The local day on which it was last said that the budget is used up.
    pub exhausted_day: Option<i64>,
}

impl Kept {
    /// A new day begins with nothing spent, and so does a new month. A day before the one that is kept
    /// is of a clock that was wrong once: what was spent stays spent.
    fn roll(&mut self, day: i64) {
        if day > self.day {
            self.day_bytes = 0;
            if clock::month(day) != clock::month(self.day) {
                self.month_bytes = 0;
            }
        }
        self.day = day;
    }

    /// What was spent, as of a local day.
    pub fn spent_on(mut self, day: i64) -> Spent {
        self.roll(day);
        Spent {
            day_bytes: self.day_bytes,
            month_bytes: self.month_bytes,
        }
    }

    /// What the last test found.
    pub fn rates(&self) -> Option<Rates> {
        Some(Rates {
            download_mbps: self.last_download_mbps?,
            upload_mbps: self.last_upload_mbps?,
        })
    }
}

/// The ledger of a state directory.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    kept: Kept,
}

impl Ledger {
    /// Opens it. What cannot be understood is begun anew, and the error says so.
    pub fn open(path: &Path) -> (Self, Option<io::Error>) {
        let (kept, error) = match Self::look(path) {
            Ok(kept) => (kept, None),
            Err(error) => (Kept::default(), Some(error)),
        };
        let path = path.to_owned();
        (Self { path, kept }, error)
    }

    /// Looks into a ledger without changing it.
    pub fn look(path: &Path) -> io::Result<Kept> {
        match durable::read(path)? {
            Some(contents) => Ok(serde_json::from_slice(&contents)?),
            None => Ok(Kept::default()),
        }
    }

    /// What is kept, as of a local day.
    pub fn on(&mut self, day: i64) -> &Kept {
        self.kept.roll(day);
        &self.kept
    }

    /// What was spent, as of a local day.
    pub fn spent(&mut self, day: i64) -> Spent {
        self.kept.roll(day);
        Spent {
            day_bytes: self.kept.day_bytes,
            month_bytes: self.kept.month_bytes,
        }
    }

    /// Charges bytes to a local day, durably.
    pub fn charge(&mut self, day: i64, bytes: u64) -> io::Result<()> {
        self.change(day, |kept| {
            kept.day_bytes = kept.day_bytes.saturating_add(bytes);
            kept.month_bytes = kept.month_bytes.saturating_add(bytes);
        })
    }

    /// What was charged before was too much by so many bytes.
    pub fn give_back(&mut self, day: i64, bytes: u64) -> io::Result<()> {
        self.change(day, |kept| {
            kept.day_bytes = kept.day_bytes.saturating_sub(bytes);
            kept.month_bytes = kept.month_bytes.saturating_sub(bytes);
        })
    }

    /// Changes what is kept, durably.
    pub fn change(&mut self, day: i64, change: impl FnOnce(&mut Kept)) -> io::Result<()> {
        self.kept.roll(day);
        change(&mut self.kept);
        let mut contents = serde_json::to_vec_pretty(&self.kept)?;
        contents.push(b'\n');
        durable::replace(&self.path, &contents)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-29 and the two days after it, the last one in December.
    const DAYS: [i64; 3] = [20_786, 20_787, 20_788];

    #[test]
    fn days_and_months_begin_with_nothing_spent_and_survive_reopening() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ledger.json");
        let mut ledger = Ledger::open(&path).0;
        ledger.charge(DAYS[0], 100).unwrap();
        ledger.charge(DAYS[1], 50).unwrap();
        let mut ledger = Ledger::open(&path).0;
        let spent = |day_bytes, month_bytes| Spent {
            day_bytes,
            month_bytes,
        };
        assert_eq!(ledger.spent(DAYS[1]), spent(50, 150));
        ledger.give_back(DAYS[1], 20).unwrap();
        assert_eq!(ledger.spent(DAYS[1]), spent(30, 130));
        assert_eq!(ledger.spent(DAYS[2]), spent(0, 0));
    }

    #[test]
    fn a_clock_that_goes_back_wins_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(&dir.path().join("ledger.json")).0;
        ledger.charge(DAYS[2], 100).unwrap();
        assert_eq!(ledger.spent(DAYS[0]).month_bytes, 100);
        assert_eq!(ledger.spent(DAYS[1]).month_bytes, 100);
    }

    #[test]
    fn a_file_that_cannot_be_understood_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ledger.json");
        std::fs::write(&path, "nonsense").unwrap();
        let (mut ledger, error) = Ledger::open(&path);
        assert!(error.is_some());
        ledger.charge(DAYS[0], 1).unwrap();
        assert!(Ledger::open(&path).1.is_none());
    }
}
