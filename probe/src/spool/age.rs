//! How old what waits is, in time that this program ran. A machine's clock may be wrong by years and be
//! set right at any time; time that the program ran has passed. So nothing is dropped too early, and what
//! a school's PC holds over the holidays, switched off, does not age.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use schoolbeat_wire::{Notice, NoticeKind};
use serde::{Deserialize, Serialize};

use super::{Dropped, Spool, SpoolError, files};
use crate::durable;

const FILE: &str = "age.json";

/// What is kept of it.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Ages {
    /// How long the program has run, over all its lives, seconds.
    ran_s: u64,
    /// What that was when a segment was first seen, by the segment's file name.
    begun: BTreeMap<String, u64>,
}

/// What the server is told of it.
fn notice(of: String, count: u64, max_age: Duration) -> Notice {
    let days = max_age.as_secs() / (24 * 3_600);
    let detail = format!(
        "{count} record(s) of {of} waited for more than {days} days of running, longer than a server keeps them"
    );
    Notice {
        notice: NoticeKind::Dropped,
        of,
        count,
        reason: "too_old".to_owned(),
        detail: Some(detail),
    }
}

impl Spool {
    /// The program has run for so long since this was last called (or since it began). Drops what is too
    /// old, whole segments at a time; returns the notices of it, which the caller appends.
    pub fn grow_older(&mut self, ran: Duration) -> Result<Vec<Notice>, SpoolError> {
        let mut ages = self.ages()?;
        ages.ran_s = ages.ran_s.saturating_add(ran.as_secs());
        let names: Vec<String> = self.segments.iter().map(files::name).collect();
        ages.begun.retain(|name, _| names.contains(name));
        for name in &names {
            ages.begun.entry(name.clone()).or_insert(ages.ran_s);
        }
        // A segment's last record is older than the next segment's first; the newest is appended to.
        let is_old = |next: &String| {
            let begun = ages.begun.get(next).copied().unwrap_or(ages.ran_s);
            ages.ran_s - begun.min(ages.ran_s) > self.limits.max_age.as_secs()
        };
        let old = names.iter().skip(1).take_while(|next| is_old(next)).count();
        let mut dropped = Dropped::new();
        for _ in 0..old {
            self.drop_oldest(&mut dropped)?;
        }
        let contents =
            serde_json::to_vec(&ages).map_err(|error| SpoolError::Unwritable(error.to_string()))?;
        let path = self.age_path();
        durable::replace(&path, &contents).map_err(files::failed("write", &path))?;
        let notice = |(of, count)| notice(of, count, self.limits.max_age);
        Ok(dropped.into_iter().map(notice).collect())
    }

    fn age_path(&self) -> PathBuf {
        self.dir.join(FILE)
    }

    /// What is kept; a file that cannot be understood makes everything young again.
    fn ages(&self) -> Result<Ages, SpoolError> {
        let path = self.age_path();
        let kept = durable::read(&path).map_err(files::failed("read", &path))?;
        Ok(kept
            .and_then(|contents| serde_json::from_slice(&contents).ok())
            .unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{
        super::{
            Limits,
            tests::{record, sequences},
        },
        *,
    };

    const DAY: Duration = Duration::from_secs(24 * 3_600);

    fn limits() -> Limits {
        Limits {
            max_age: 30 * DAY,
            segment_bytes: 1,
            ..Limits::default()
        }
    }

    #[test]
    fn what_waits_for_too_long_is_dropped_and_told_and_the_newest_stays() {
        let dir = tempfile::tempdir().unwrap();
        let (mut spool, _) = Spool::open(dir.path(), limits()).unwrap();
        for _ in 0..4 {
            spool.append(record).unwrap();
            assert_eq!(spool.grow_older(10 * DAY).unwrap(), []);
        }
        // They were first seen after 10, 20, 30 and 40 days of running.
        let notices = spool.grow_older(11 * DAY).unwrap();
        assert_eq!(notices.len(), 1);
        assert_eq!((notices[0].count, &*notices[0].reason), (1, "too_old"));
        assert_eq!(sequences(&spool), [2, 3, 4]);
        // The ages outlive the program.
        drop(spool);
        let (mut spool, _) = Spool::open(dir.path(), limits()).unwrap();
        let gone: u64 = spool
            .grow_older(500 * DAY)
            .unwrap()
            .iter()
            .map(|notice| notice.count)
            .sum();
        assert_eq!(gone, 2);
        assert_eq!(sequences(&spool), [4]);
        assert_eq!(spool.append(record).unwrap(), 5, "no number comes twice");
    }

    #[test]
    fn what_the_server_has_is_no_loss() {
        let dir = tempfile::tempdir().unwrap();
        let (mut spool, _) = Spool::open(dir.path(), limits()).unwrap();
        for _ in 0..3 {
            spool.append(record).unwrap();
        }
        spool.grow_older(DAY).unwrap();
        spool.acknowledge(2).unwrap();
        assert_eq!(spool.grow_older(100 * DAY).unwrap(), []);
        assert_eq!(sequences(&spool), [3]);
    }

    #[test]
    fn a_damaged_file_of_ages_makes_young_and_loses_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let (mut spool, _) = Spool::open(dir.path(), limits()).unwrap();
        for _ in 0..3 {
            spool.append(record).unwrap();
        }
        spool.grow_older(29 * DAY).unwrap();
        std::fs::write(dir.path().join(FILE), b"{").unwrap();
        assert_eq!(spool.grow_older(29 * DAY).unwrap(), []);
        let names: BTreeSet<String> = spool.ages().unwrap().begun.into_keys().collect();
        assert_eq!(names.len(), 3);
    }
}
