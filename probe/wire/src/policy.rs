//! Parts of what the server asks of a probe: when speed tests are made, and where.

use serde::{Deserialize, Serialize};

/// A span of the local day, minutes after midnight; the end is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaySpan {
    /// Its beginning.
    pub from_minute: u16,
    /// Its end, at most 1,440.
    pub to_minute: u16,
}

/// On which days a window counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowDays {
    /// Days with school.
    SchoolDays,
    /// Every day.
    EveryDay,
    /// A rule of a later version: the window is skipped.
    #[serde(other)]
    Other,
}

/// A span of the day in which one speed test is made, at a time that the probe chooses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestWindow {
    /// When.
    #[serde(flatten)]
    pub span: DaySpan,
    /// On which days.
    pub on: WindowDays,
    /// Most bytes that one direction of this test may move, if fewer than of the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<u64>,
}

impl TestWindow {
    /// The usual windows: one test each in the morning, at noon and in the afternoon of a school
    /// day (the cadence that Giga Meter made customary), and a small one at night, when the line is
    /// free of the school's own traffic.
    pub fn usual() -> Vec<Self> {
        let window = |from_hour: u16, to_hour: u16, on, max_bytes| Self {
            span: DaySpan {
                from_minute: from_hour * 60,
                to_minute: to_hour * 60,
            },
            on,
            max_bytes,
        };
        vec![
            window(8, 12, WindowDays::SchoolDays, None),
            window(12, 16, WindowDays::SchoolDays, None),
            window(16, 20, WindowDays::SchoolDays, None),
            window(0, 5, WindowDays::EveryDay, Some(25_000_000)),
        ]
    }
}

/// Something to measure against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyTarget {
    /// What people call it.
    pub name: String,
    /// `ndt7`: the server at `host` is asked where to measure. `mlab`: Measurement Lab, whose results
    /// are public, the probe's address among them. Other kinds are skipped.
    pub kind: String,
    /// Its URL; not needed for `mlab`.
    #[serde(default)]
    pub host: String,
}
