//! What time it is, by the two clocks of a probe: time since boot, which cannot be set wrong, and the
//! wall clock, which can. It must not decide what a time means; that is the server's business.

use std::{
    fmt::Write as _,
    time::{SystemTime, UNIX_EPOCH},
};

use rustix::time::{ClockId, clock_gettime};
use schoolbeat_wire::{Record, RecordKind};

/// One moment, by both clocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Id of this boot.
    pub boot_id: String,
    /// Time since boot, suspend included, milliseconds.
    pub boot_ms: u64,
    /// The wall clock, milliseconds since the Unix epoch.
    pub wall_unix_ms: i64,
}

impl Stamp {
    /// This moment.
    pub fn now(boot_id: &str) -> Self {
        Self {
            boot_id: boot_id.to_owned(),
            boot_ms: boot_ms(),
            wall_unix_ms: wall_unix_ms(),
        }
    }

    /// A record of something measured that began at this moment.
    pub fn record(&self, sequence: u64, kind: RecordKind) -> Record {
        Record {
            sequence,
            boot_id: self.boot_id.clone(),
            boot_ms: self.boot_ms,
            wall_unix_ms: self.wall_unix_ms,
            kind,
        }
    }
}

/// Time since boot, suspend included, milliseconds.
pub fn boot_ms() -> u64 {
    let time = clock_gettime(ClockId::Boottime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let nanoseconds = u64::try_from(time.tv_nsec).unwrap_or(0);
    seconds * 1_000 + nanoseconds / 1_000_000
}

/// Time since boot without the time that the machine slept, milliseconds.
pub fn awake_ms() -> u64 {
    let time = clock_gettime(ClockId::Monotonic);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let nanoseconds = u64::try_from(time.tv_nsec).unwrap_or(0);
    seconds * 1_000 + nanoseconds / 1_000_000
}

/// The wall clock, milliseconds since the Unix epoch.
pub fn wall_unix_ms() -> i64 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
    }
}

/// Id of this boot. Where the kernel has none, an id of this process: records then share a
/// monotonic clock only within one run, which is the cautious reading.
pub fn boot_id() -> String {
    match std::fs::read_to_string("/proc/sys/kernel/random/boot_id") {
        Ok(id) if !id.trim().is_empty() => id.trim().to_owned(),
        _ => random_uuid(),
    }
}

/// A random UUID (RFC 9562, version 4).
pub(crate) fn random_uuid() -> String {
    let mut hex = String::new();
    for byte in rand::random::<[u8; 16]>() {
        let _ = write!(hex, "{byte:02x}");
    }
    format!(
        "{}-{}-4{}-8{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..]
    )
}

/// A time as people and log readers write it: `2026-11-05T06:07:08Z` (RFC 3339, UTC).
pub fn rfc3339(unix_ms: i64) -> String {
    let seconds = unix_ms.div_euclid(1_000);
    let (year, month, day) = civil(seconds.div_euclid(86_400));
    let of_day = seconds.rem_euclid(86_400);
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// A day as people write it: `2026-11-05`.
pub fn date(days: i64) -> String {
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Year and month of a number of days since 1970-01-01.
pub fn month(days: i64) -> (i64, i64) {
    let (year, month, _) = civil(days);
    (year, month)
}

/// How many days the month of a day has.
pub fn days_in_month(days: i64) -> u32 {
    let first = days - civil(days).2 + 1;
    let of_month = (28..=31)
        .rev()
        .find(|length| month(first + length - 1) == month(first));
    of_month
        .and_then(|length| u32::try_from(length).ok())
        .unwrap_or(31)
}

/// Year, month and day of a number of days since 1970-01-01, in the proleptic Gregorian calendar
/// (Howard Hinnant, "chrono-compatible low-level date algorithms").
pub(crate) fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_shifted + 2) / 5 + 1;
    let month = if month_shifted < 10 {
        month_shifted + 3
    } else {
        month_shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments_are_written_as_known() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(951_782_400_000), "2000-02-29T00:00:00Z");
        assert_eq!(rfc3339(1_794_000_000_999), "2026-11-06T21:20:00Z");
        assert_eq!(rfc3339(-1), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn months_have_their_days() {
        assert_eq!(date(20_786), "2026-11-29");
        assert_eq!(days_in_month(20_786), 30);
        assert_eq!(days_in_month(20_788), 31);
        assert_eq!(days_in_month(11_016), 29, "2000-02-29");
    }

    #[test]
    fn a_boot_has_an_id_and_its_clock_runs() {
        assert_eq!(boot_id(), boot_id());
        assert!(boot_ms() > 0);
    }

    #[test]
    fn a_random_id_looks_like_a_uuid() {
        let id = random_uuid();
        assert_eq!(id.len(), 36);
        assert_eq!(
            id.split('-').map(str::len).collect::<Vec<_>>(),
            [8, 4, 4, 4, 12]
        );
    }
}
