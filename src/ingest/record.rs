//! A record read in two passes: who and when, then what its kind says. The derived reader of the wire's
//! own type flattens the kind, for which it first makes a tree of all fields; it takes several times as long,
//! and records are most of what the server reads.

use std::borrow::Cow;

use schoolbeat_wire::{Record, RecordKind};
use serde::{Deserialize, de::Error};

const KINDS: &[&str] = &[
    "speed_test",
    "path_check",
    "page_check",
    "notice",
    "presence",
];

#[derive(Deserialize)]
struct Head<'a> {
    sequence: u64,
    #[serde(borrow)]
    boot_id: Cow<'a, str>,
    boot_ms: u64,
    wall_unix_ms: i64,
    #[serde(borrow)]
    kind: Cow<'a, str>,
}

/// The record that this text says.
pub(super) fn parse(text: &str) -> Result<Record, serde_json::Error> {
    let head: Head<'_> = serde_json::from_str(text)?;
    let kind = match &*head.kind {
        "speed_test" => RecordKind::SpeedTest(serde_json::from_str(text)?),
        "path_check" => RecordKind::PathCheck(serde_json::from_str(text)?),
        "page_check" => RecordKind::PageCheck(serde_json::from_str(text)?),
        "notice" => RecordKind::Notice(serde_json::from_str(text)?),
        "presence" => RecordKind::Presence(serde_json::from_str(text)?),
        other => return Err(serde_json::Error::unknown_variant(other, KINDS)),
    };
    Ok(Record {
        sequence: head.sequence,
        boot_id: head.boot_id.into_owned(),
        boot_ms: head.boot_ms,
        wall_unix_ms: head.wall_unix_ms,
        kind,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, value::RawValue};

    use super::*;

    fn samples() -> Vec<Value> {
        let files = [
            include_str!("../../probe/wire/samples/report-1.json"),
            include_str!("../../probe/wire/samples/report-evidence-1.json"),
            include_str!("../../probe/wire/samples/report-failures-1.json"),
            include_str!("../../probe/wire/samples/report-path-1.json"),
            include_str!("../../probe/wire/samples/report-presence-1.json"),
        ];
        let records = files.into_iter().flat_map(|file| {
            let report: Value = serde_json::from_str(file).unwrap();
            report["records"].as_array().unwrap().clone()
        });
        records.collect()
    }

    /// What the wire's own type makes of it.
    fn derived(text: &str) -> Option<Record> {
        serde_json::from_str(text).ok()
    }

    #[test]
    fn every_kind_is_read_as_the_wire_says() {
        let samples = samples();
        for kind in KINDS {
            assert!(samples.iter().any(|one| one["kind"] == **kind), "{kind}");
        }
        for sample in samples {
            let text = sample.to_string();
            assert_eq!(parse(&text).ok(), derived(&text), "{text}");
            assert!(derived(&text).is_some(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_changed_record_is_read_or_refused_as_the_wire_says(
            which: prop::sample::Index, field: prop::sample::Index, to in 0..8_u8,
        ) {
            let mut record = which.get(&samples()).clone();
            let fields = record.as_object_mut().unwrap();
            let name = field.get(&fields.keys().cloned().collect::<Vec<_>>()).clone();
            match to {
                0 => { fields.remove(&name); }
                1 => { fields.insert(name, Value::Null); }
                2 => { fields.insert(name, "x".into()); }
                3 => { fields.insert(name, "presence".into()); }
                4 => { fields.insert(name, (-1).into()); }
                5 => { fields.insert(name, 1.5.into()); }
                6 => { fields.insert(name, Value::Array(vec![])); }
                _ => { fields.insert(format!("{name}\u{e9}"), true.into()); }
            }
            let text = record.to_string();
            let raw: &RawValue = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(parse(raw.get()).ok(), derived(&text));
        }
    }
}
