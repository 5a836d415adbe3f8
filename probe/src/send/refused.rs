//! Records that the server could not read, kept for a person. Bounded: the oldest half goes first.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use serde::Serialize;
use serde_json::value::RawValue;

use crate::durable;

/// At most twice this is kept: the present file and the one before it.
const MAX_BYTES: u64 = 1 << 20;

#[derive(Serialize)]
struct Refused<'a> {
    at: &'a str,
    reason: &'a str,
    record: &'a RawValue,
}

/// Appends one record, durably, before it may be forgotten elsewhere.
pub(super) fn keep(path: &Path, time: &str, reason: &str, record: &RawValue) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|metadata| metadata.len() > MAX_BYTES) {
        durable::rename(path, &path.with_extension("previous.jsonl"))?;
    }
    let mut line = serde_json::to_vec(&Refused {
        at: time,
        reason,
        record,
    })?;
    line.push(b'\n');
    let mut file = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)?;
    durable::of_its_folder(&file, path.parent().unwrap_or(path))?;
    file.write_all(&line)?;
    file.sync_all()?;
    durable::sync_parent(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_bounded_and_keeps_the_newest() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("refused.jsonl");
        fs::write(&path, vec![b'x'; 1 << 20]).unwrap();
        let record = RawValue::from_string(r#"{"sequence":7}"#.to_owned()).unwrap();
        keep(&path, "t", "r", &record).unwrap();
        keep(&path, "t", "r", &record).unwrap();
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            "{\"at\":\"t\",\"reason\":\"r\",\"record\":{\"sequence\":7}}\n"
        );
        assert!(dir.path().join("refused.previous.jsonl").exists());
    }
}
