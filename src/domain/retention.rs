//! How long raw rows are kept. What is older is taken as no measurement: its month is gone.

use chrono::{DateTime, TimeDelta, Utc};

/// Since when each kind of record is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// Speed tests, and what probes say of records that do not exist.
    pub speed_tests_since: DateTime<Utc>,
    /// Path checks.
    pub path_checks_since: DateTime<Utc>,
    /// Page checks.
    pub page_checks_since: DateTime<Utc>,
    /// Spans of presence.
    pub presence_since: DateTime<Utc>,
    /// Giga Meter's looks at the internet.
    pub looks_since: DateTime<Utc>,
}

impl Kept {
    /// What is kept where nobody decided otherwise: raw rows 400 days, checks of paths and pages 90.
    pub fn usual(now: DateTime<Utc>) -> Self {
        let (raw, checks) = (now - TimeDelta::days(400), now - TimeDelta::days(90));
        Self {
            speed_tests_since: raw,
            path_checks_since: checks,
            page_checks_since: checks,
            presence_since: raw,
            looks_since: checks,
        }
    }
}
