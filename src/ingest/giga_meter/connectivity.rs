//! A look of Giga Meter's at the internet.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::Said;
use crate::{
    domain::{calendar::SchoolCalendar, giga_meter::Look},
    ingest::{
        check::{self, Checked, Fault, MAX_MS},
        time,
    },
};

/// Judges a look. One whose time cannot be believed says nothing: it is of an instant.
pub fn look(
    said: &Said,
    calendar: &SchoolCalendar,
    received_at: DateTime<Utc>,
    kept_since: DateTime<Utc>,
) -> Checked<Look> {
    let checked_at = said.time("timestamp")?;
    if let Some(reason) = time::doubt(checked_at, received_at, kept_since) {
        return Err(Fault {
            reason: reason.slug(),
            detail: format!("timestamp is {checked_at}: {}", reason.in_words()),
        });
    }
    let is_connected = match said.at(&["isConnected"]) {
        Some(Value::Bool(is_connected)) => *is_connected,
        other => {
            let shown = other.map_or_else(|| "absent".into(), Value::to_string);
            let shown: String = shown.chars().take(80).collect();
            return Err(Fault {
                reason: "malformed",
                detail: format!("isConnected is {shown}; it must be true or false"),
            });
        }
    };
    let failure = said.at(&["errorMessage"]).and_then(Value::as_str);
    Ok(Look {
        checked_at,
        received_at,
        is_connected,
        latency_ms: said.number(&["latency"], MAX_MS, "milliseconds")?,
        failure: failure.map(check::text).filter(|text| !text.is_empty()),
        in_opening_hours: calendar.is_open(checked_at),
    })
}
