//! Who may measure now: so many tests at once, and so many megabits per second in sum, so that a
//! busy server says "later" and never a wrong number.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Tests that together reach this part of the server's line disturb each other.
const CONTENDED_ABOVE: f64 = 0.9;

/// What the server can carry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Capacity {
    /// Most tests at once.
    pub slots: usize,
    /// The server's own line, megabits per second; absent if nobody has said.
    pub line_mbps: Option<f64>,
}

/// The places for tests, and how fast those that run are.
#[derive(Debug, Clone)]
pub(super) struct Slots(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    capacity: Capacity,
    running: Mutex<Running>,
}

#[derive(Debug, Default)]
struct Running {
    next: u64,
    /// Rates of the tests that run, megabits per second.
    mbps: HashMap<u64, f64>,
}

impl Slots {
    pub fn new(capacity: Capacity) -> Self {
        Self(Arc::new(Shared {
            capacity,
            running: Mutex::default(),
        }))
    }

    /// A place, if one is free and the line has room for a test's equal share.
    pub fn take(&self) -> Option<Slot> {
        let mut running = self.running();
        let capacity = self.0.capacity;
        if running.mbps.len() >= capacity.slots {
            return None;
        }
        if let Some(line_mbps) = capacity.line_mbps {
            let share_mbps = line_mbps / count(capacity.slots);
            if !running.mbps.is_empty() && running.sum_mbps() + share_mbps > line_mbps {
                return None;
            }
        }
        let id = running.next;
        running.next += 1;
        running.mbps.insert(id, 0.0);
        Some(Slot {
            slots: self.clone(),
            id,
        })
    }

    /// Tests that run now.
    pub fn taken(&self) -> usize {
        self.running().mbps.len()
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        // What is behind it is consistent after every statement.
        self.0
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    fn sum_mbps(&self) -> f64 {
        self.mbps.values().sum()
    }
}

#[expect(clippy::cast_precision_loss, reason = "slots are at most a thousand")]
fn count(slots: usize) -> f64 {
    slots.max(1) as f64
}

/// One test's place; it is free again when this is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    slots: Slots,
    id: u64,
}

impl Slot {
    /// Says how fast this test is. Whether it shares a full line with others, so that its rate is
    /// not the client's alone.
    pub fn note(&self, mbps: f64) -> bool {
        let mut running = self.slots.running();
        running.mbps.insert(self.id, mbps);
        let full = self.slots.0.capacity.line_mbps;
        full.is_some_and(|line_mbps| {
            running.mbps.len() > 1 && running.sum_mbps() >= CONTENDED_ABOVE * line_mbps
        })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.slots.running().mbps.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(slots: usize, line_mbps: Option<f64>) -> Slots {
        Slots::new(Capacity { slots, line_mbps })
    }

    #[test]
    fn a_place_is_free_again_when_its_test_has_gone() {
        let slots = slots(2, None);
        let (first, _second) = (slots.take().unwrap(), slots.take().unwrap());
        assert!(slots.take().is_none());
        first.note(1e9);
        drop(first);
        assert_eq!(slots.taken(), 1);
        assert!(slots.take().is_some());
    }

    #[test]
    fn a_line_without_room_for_one_more_share_takes_none() {
        let slots = slots(4, Some(100.0));
        let first = slots.take().unwrap();
        first.note(75.0);
        let second = slots.take().expect("100 Mbps less 75 is a share of 25");
        second.note(1.0);
        assert!(slots.take().is_none());
        drop(first);
        assert!(slots.take().is_some());
    }

    #[test]
    fn an_empty_server_takes_a_test_whatever_its_line() {
        assert!(slots(1, Some(0.1)).take().is_some());
    }

    #[test]
    fn tests_that_fill_the_line_together_disturb_each_other_and_one_alone_does_not() {
        let slots = slots(4, Some(100.0));
        let first = slots.take().unwrap();
        assert!(!first.note(60.0));
        let second = slots.take().unwrap();
        assert!(!second.note(20.0));
        assert!(second.note(35.0));
        assert!(first.note(60.0));
        drop(second);
        assert!(!first.note(99.0));
    }
}
