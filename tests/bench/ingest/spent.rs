//! Processor time of one process.

use std::time::Duration;

use crate::processor::{TICK, stat};

/// What this program spent so far.
pub fn own() -> Duration {
    of(std::process::id())
}

/// What one process spent so far; nothing if it has ended.
pub fn of(process: u32) -> Duration {
    let ticks = stat(&process.to_string()).map_or(0, |stat| stat[11] + stat[12]);
    TICK * u32::try_from(ticks).unwrap()
}
