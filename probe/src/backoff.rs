//! How long to wait before a server is asked again. It must not sleep or draw random numbers.

use crate::units;

const FIRST_MS: u64 = 1_000;
const CAP_MS: u64 = 15 * 60 * 1_000;
/// A server may ask for a longer pause than our own cap, but not for an unbounded one.
const RETRY_AFTER_CAP_MS: u64 = 60 * 60 * 1_000;

/// Exponential back-off with full jitter: after the n-th failure in a row the pause is uniform
/// between 0 and min(15 min, 1 s × 2^n), so that ten thousand probes do not return in one second.
#[derive(Debug, Default, Clone)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The pause after one more failure. `unit_random` is uniform in [0, 1); `retry_after_ms` is what
    /// the server asked for: it is honoured, and a random part comes on top.
    pub fn pause_ms(&mut self, unit_random: f64, retry_after_ms: Option<u64>) -> u64 {
        let ceiling_ms = FIRST_MS
            .saturating_mul(1_u64 << self.failures.min(20))
            .min(CAP_MS);
        self.failures = self.failures.saturating_add(1);
        let asked_ms = retry_after_ms.unwrap_or(0).min(RETRY_AFTER_CAP_MS);
        asked_ms + units::rounded(unit_random.clamp(0.0, 1.0) * units::count(ceiling_ms))
    }

    /// Forgets the failures: the server answered.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_ceiling_doubles_up_to_fifteen_minutes() {
        let mut backoff = Backoff::default();
        let pauses: Vec<u64> = (0..12).map(|_| backoff.pause_ms(1.0, None)).collect();
        assert_eq!(pauses[..4], [1_000, 2_000, 4_000, 8_000]);
        assert_eq!(pauses[11], CAP_MS);
        backoff.reset();
        assert_eq!(backoff.pause_ms(1.0, None), 1_000);
    }

    proptest! {
        #[test]
        fn retry_after_is_always_honoured(unit in 0.0_f64..1.0, asked in 0_u64..3_600_000, n in 0_usize..40) {
            let mut backoff = Backoff::default();
            for _ in 0..n { backoff.pause_ms(0.5, None); }
            let pause = backoff.pause_ms(unit, Some(asked));
            prop_assert!(pause >= asked && pause <= asked + CAP_MS);
        }
    }
}
