//! What Giga Meter tells besides speed tests: whether the internet was there at an instant.

use chrono::{DateTime, Utc};

/// One look at the internet. It says nothing of the time before and after, so that it is no span of
/// presence; nor what was down, so that it blames nobody.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// When, by the computer's own clock.
    pub checked_at: DateTime<Utc>,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// Whether an address of Giga Meter's choice answered.
    pub is_connected: bool,
    /// How long that took, milliseconds.
    pub latency_ms: Option<f64>,
    /// What the app said of a look that failed.
    pub failure: Option<String>,
    /// Whether the school was open.
    pub in_opening_hours: bool,
}
