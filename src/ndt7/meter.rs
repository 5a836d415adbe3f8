//! How fast a transfer is, by the kernel's own count: its best second, and its last one, which other
//! tests are told. It must not judge.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

/// The span over which a rate is taken.
const SPAN: Duration = Duration::from_secs(1);
/// How often the kernel is asked.
const EVERY: Duration = Duration::from_millis(100);

/// Counts of one transfer, over time.
#[derive(Debug)]
pub(super) struct Meter {
    counts: VecDeque<(Instant, u64)>,
    next: Instant,
    peak_mbps: Option<f64>,
}

impl Meter {
    pub fn new(now: Instant) -> Self {
        Self {
            counts: VecDeque::from([(now, 0)]),
            next: now + EVERY,
            peak_mbps: None,
        }
    }

    /// Whether it is time for the next count.
    pub fn is_due(&self, now: Instant) -> bool {
        now >= self.next
    }

    /// Notes a count of bytes; returns the rate of the last second, megabits per second.
    pub fn note(&mut self, now: Instant, bytes: u64) -> f64 {
        self.next = now + EVERY;
        // The oldest count that is kept is the last one that lies a whole span back.
        while self.counts.get(1).is_some_and(|(at, _)| now - *at >= SPAN) {
            self.counts.pop_front();
        }
        let (since, before) = self.counts.front().copied().unwrap_or((now, bytes));
        self.counts.push_back((now, bytes));
        let span = now - since;
        let mbps = mbps(bytes.saturating_sub(before), span);
        if span >= SPAN && self.peak_mbps.is_none_or(|peak| mbps > peak) {
            self.peak_mbps = Some(mbps);
        }
        mbps
    }

    /// Rate of the best second, megabits per second; absent if there was no whole one.
    pub fn peak_mbps(&self) -> Option<f64> {
        self.peak_mbps
    }
}

#[expect(clippy::cast_precision_loss, reason = "bytes lie far below 2^53")]
fn mbps(bytes: u64, span: Duration) -> f64 {
    if span.is_zero() {
        return 0.0;
    }
    bytes as f64 * 8.0 / 1e6 / span.as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_second_is_remembered_and_the_last_one_is_told() {
        let begun = Instant::now();
        let mut meter = Meter::new(begun);
        let (mut bytes, mut last) = (0, 0.0);
        // A slow second, a fast one, a slow one.
        for step in 1..=30_u32 {
            bytes += if (11..=20).contains(&step) {
                125_000
            } else {
                12_500
            };
            last = meter.note(begun + EVERY * step, bytes);
        }
        assert!((meter.peak_mbps().unwrap() - 10.0).abs() < 0.01);
        assert!((last - 1.0).abs() < 0.01, "{last}");
    }

    #[test]
    fn less_than_a_second_has_a_rate_and_no_best() {
        let begun = Instant::now();
        let mut meter = Meter::new(begun);
        let mbps = meter.note(begun + SPAN / 2, 625_000);
        assert!((mbps - 10.0).abs() < 1e-9);
        assert_eq!(meter.peak_mbps(), None);
    }
}
