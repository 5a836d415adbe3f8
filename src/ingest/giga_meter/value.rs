//! Values of a record of Giga Meter's, by their place in it. Absent and null are one; what is there and
//! cannot be is a fault that names it.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::Said;
use crate::ingest::check::{self, Checked, Fault};

/// Milliseconds since 1970 have more digits than this, seconds fewer.
const SHORTEST_MS: i64 = 100_000_000_000;

impl Said {
    /// What stands at a place, if anything does.
    pub(super) fn at(&self, place: &[&str]) -> Option<&Value> {
        let (first, rest) = place.split_first()?;
        let mut value = self.fields.get(*first)?;
        for name in rest {
            value = value.get(*name)?;
        }
        (!value.is_null()).then_some(value)
    }

    /// A number from 0 to `max`. The app writes some numbers as text.
    pub(super) fn number(&self, place: &[&str], max: f64, unit: &str) -> Checked<Option<f64>> {
        let Some(value) = self.at(place) else {
            return Ok(None);
        };
        let name = place.join(".");
        let number = match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) if text.trim().is_empty() => return Ok(None),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let Some(number) = number else {
            let wants = format!("a number of {unit}");
            return Err(malformed(&name, value, &wants));
        };
        if !number.is_finite() || number < 0.0 || number > max {
            let wants = format!("from 0 to {max} {unit}");
            return Err(check::out_of_range(&name, number, wants));
        }
        Ok(Some(number))
    }

    /// A whole number from 0 to 2^53.
    pub(super) fn count(&self, place: &[&str]) -> Checked<Option<u64>> {
        let Some(value) = self.at(place) else {
            return Ok(None);
        };
        let name = place.join(".");
        let number = value
            .as_u64()
            .ok_or_else(|| malformed(&name, value, "a whole number from 0 to 2^53"))?;
        check::count(&name, number)?;
        Ok(Some(number))
    }

    /// A time by the computer's own clock.
    pub(super) fn time(&self, name: &str) -> Checked<DateTime<Utc>> {
        let wants = "a time such as 2026-06-17T14:30:44.369Z";
        let Some(value) = self.at(&[name]) else {
            return Err(Fault {
                reason: "time_missing",
                detail: format!("{name} is absent; it must be {wants}"),
            });
        };
        let time = match value {
            Value::String(text) => DateTime::parse_from_rfc3339(text.trim())
                .ok()
                .map(|time| time.to_utc()),
            Value::Number(number) => number
                .as_i64()
                .filter(|ms| *ms > SHORTEST_MS)
                .and_then(DateTime::from_timestamp_millis),
            _ => None,
        };
        time.ok_or_else(|| malformed(name, value, wants))
    }
}

fn malformed(name: &str, value: &Value, wants: &str) -> Fault {
    let shown = check::text(&value.to_string());
    let shown: String = shown.chars().take(80).collect();
    Fault {
        reason: "malformed",
        detail: format!("{name} is {shown}; it must be {wants}"),
    }
}
