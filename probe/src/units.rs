//! Turns counts and durations into the units of a record. It must not measure anything.

use std::time::Duration;

/// Milliseconds with their fraction.
pub fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

/// Whole milliseconds, saturating.
pub fn whole_ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// A count as a number that can be divided. Exact below 2^53, which is more bytes than a test moves.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub fn count(value: u64) -> f64 {
    value as f64
}

/// A non-negative number of milliseconds, rounded; nonsense becomes 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, and negative or NaN input becomes 0"
)]
pub fn rounded(value: f64) -> u64 {
    value.round() as u64
}

/// Megabits (10^6 bits) per second; `None` for a transfer that took no time.
pub fn mbps(bytes: u64, elapsed: Duration) -> Option<f64> {
    let elapsed_us = elapsed.as_secs_f64() * 1e6;
    (elapsed_us > 0.0).then(|| count(bytes) * 8.0 / elapsed_us)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_megabyte_in_a_second_is_eight_megabits() {
        let rate = mbps(1_000_000, Duration::from_secs(1)).unwrap();
        assert!((rate - 8.0).abs() < 1e-9);
    }

    #[test]
    fn a_transfer_without_time_has_no_rate() {
        assert_eq!(mbps(1, Duration::ZERO), None);
    }

    #[test]
    fn nonsense_rounds_to_nothing() {
        assert_eq!(rounded(f64::NAN), 0);
        assert_eq!(rounded(-3.0), 0);
        assert_eq!(rounded(2.5), 3);
    }
}
