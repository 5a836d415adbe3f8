//! What is kept of a record that could not be used: what a measurement needs, and nothing that names a
//! person, a machine or a network. No address, no position, no user, no path, no hardware, no Wi-Fi.

use serde_json::{Map, Value};

use super::Said;
use crate::ingest::check;

/// Fields that are kept as they are.
const FIELDS: [&str; 20] = [
    "UUID",
    "Timestamp",
    "DeviceType",
    "Notes",
    "school_id",
    "giga_id_school",
    "country_code",
    "app_version",
    "Download",
    "Upload",
    "Latency",
    "DataDownloaded",
    "DataUploaded",
    "protocol",
    "provider",
    "timestamp",
    "isConnected",
    "errorMessage",
    "app_local_uuid",
    "latency",
];
/// What is kept of the server.
const SERVER: [&str; 5] = ["FQDN", "City", "Country", "Metro", "Site"];
/// The parts of `Results` whose numbers are kept; beside them stand addresses.
const RESULTS: [&str; 2] = ["NDTResult.S2C", "NDTResult.C2S"];
const PARTS: [(&str, &[&str]); 2] = [
    ("LastClientMeasurement", &[]),
    ("LastServerMeasurement", &["BBRInfo", "TCPInfo"]),
];

impl Said {
    /// The record as it is kept. Of the same record it is the same text.
    pub fn kept(&self) -> String {
        let mut kept = picked(&self.fields, &FIELDS);
        if let Some(Value::Object(server)) = self.fields.get("ServerInfo") {
            let server = picked(server, &SERVER);
            kept.insert("ServerInfo".into(), Value::Object(server));
        }
        if let Some(Value::Object(results)) = self.fields.get("Results") {
            let directions = RESULTS.iter().filter_map(|name| {
                let direction = results.get(*name)?.as_object()?;
                Some(((*name).to_owned(), Value::Object(measured(direction))))
            });
            kept.insert("Results".into(), Value::Object(directions.collect()));
        }
        Value::Object(kept).to_string()
    }
}

/// The values of these names: texts bounded, objects and lists left out.
fn picked(from: &Map<String, Value>, names: &[&str]) -> Map<String, Value> {
    let value = |name: &&str| {
        let value = match from.get(*name)? {
            Value::String(text) => Value::String(check::text(text)),
            Value::Object(_) | Value::Array(_) => return None,
            value => value.clone(),
        };
        Some(((*name).to_owned(), value))
    };
    names.iter().filter_map(value).collect()
}

fn measured(direction: &Map<String, Value>) -> Map<String, Value> {
    let part = |(name, inner): &(&str, &[&str])| {
        let part = direction.get(*name)?.as_object()?;
        let kept = if inner.is_empty() {
            numbers(part)
        } else {
            let inner = inner.iter().filter_map(|name| {
                let group = part.get(*name)?.as_object()?;
                Some(((*name).to_owned(), Value::Object(numbers(group))))
            });
            inner.collect()
        };
        Some(((*name).to_owned(), Value::Object(kept)))
    };
    PARTS.iter().filter_map(part).collect()
}

/// A group's numbers; a group has some fifty.
fn numbers(group: &Map<String, Value>) -> Map<String, Value> {
    let numbers = group.iter().filter(|(_, value)| value.is_number());
    numbers
        .take(100)
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
