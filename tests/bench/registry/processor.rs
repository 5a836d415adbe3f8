//! Processor time of PostgreSQL and of the programs that we ran, which other work on the machine
//! does not lengthen. Linux only: reads `/proc`.

use std::{fs, time::Duration};

/// Linux counts in hundredths of a second, whatever the kernel's own clock is.
pub const TICK: Duration = Duration::from_millis(10);

/// PostgreSQL's processes.
#[derive(Debug, Clone, Copy)]
pub struct Processes {
    postmaster: u32,
}

impl Processes {
    /// Those of the cluster that this connection leads to.
    pub fn of(sql: &mut postgres::Client) -> Self {
        let backend: i32 = sql
            .query_one("SELECT pg_backend_pid()", &[])
            .unwrap()
            .get(0);
        let stat = stat(&backend.to_string()).expect("the backend that answers runs");
        let postmaster = u32::try_from(stat[1]).unwrap();
        Self { postmaster }
    }

    /// What they spent so far, with the programs that we waited for.
    pub fn spent(self) -> Duration {
        let postmaster = u64::from(self.postmaster);
        let mut ticks = 0;
        for entry in fs::read_dir("/proc").unwrap() {
            let name = entry.unwrap().file_name().to_string_lossy().into_owned();
            // A process may end while we look.
            let Some(stat) = stat(&name) else { continue };
            if name == self.postmaster.to_string() {
                ticks += stat[11..15].iter().sum::<u64>();
            } else if name == std::process::id().to_string() {
                ticks += stat[13..15].iter().sum::<u64>();
            } else if stat[1] == postmaster {
                ticks += stat[11..13].iter().sum::<u64>();
            }
        }
        TICK * u32::try_from(ticks).unwrap()
    }
}

/// The numbers after a process's name: its parent at 1, its time at 11 and 12, that of its ended
/// children at 13 and 14.
pub fn stat(process: &str) -> Option<Vec<u64>> {
    if !process.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, after) = text.rsplit_once(')')?;
    let numbers = after
        .split_whitespace()
        .map(|word| word.parse().unwrap_or_default());
    Some(numbers.collect())
}
