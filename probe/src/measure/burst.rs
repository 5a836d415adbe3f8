//! A window of packets, and what came of it, by whichever method it is sent.

use std::io;

use crate::summary::Reply;

/// How a window is sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub packets: u32,
    pub spacing_ms: u64,
    pub timeout_ms: u64,
}

/// What came of a window.
#[derive(Debug)]
pub(super) struct Burst {
    pub replies: Vec<Reply>,
    /// Packets that did not leave this machine, and the last reason.
    pub unsent: u32,
    pub unsent_because: Option<String>,
}

impl Burst {
    pub(super) fn of(packets: u32) -> Self {
        Self {
            replies: vec![None; packets as usize],
            unsent: 0,
            unsent_because: None,
        }
    }

    pub(super) fn answered(&mut self, index: u32, rtt_ms: f64) {
        if let Some(reply) = self.replies.get_mut(index as usize) {
            *reply = Some(rtt_ms);
        }
    }

    pub(super) fn unsent(&mut self, error: &io::Error) {
        self.unsent += 1;
        self.unsent_because = Some(error.to_string());
    }

    pub(super) fn is_silent(&self) -> bool {
        self.replies.iter().all(Option::is_none)
    }
}
