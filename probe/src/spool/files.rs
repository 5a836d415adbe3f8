//! The files of a spool: `acknowledged`, and segments named after their first record's number.
//! It must not decide which record is sent or deleted.

use std::{
    collections::VecDeque,
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use serde_json::value::RawValue;

use super::{Mended, SpoolError, segment};
use crate::durable;

const ACKNOWLEDGED: &str = "acknowledged";
const EXTENSION: &str = "seg";

/// A segment file, as far as it is kept in memory: eight bytes a record.
#[derive(Debug)]
pub(super) struct Segment {
    pub path: PathBuf,
    /// The last record's number; 0 if it is empty.
    pub last: u64,
    pub bytes: u64,
    pub sequences: Vec<u64>,
}

/// Wraps a system's error with what was tried and where.
pub(super) fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> SpoolError {
    let path = path.to_owned();
    move |source| SpoolError::Io {
        doing,
        path,
        source,
    }
}

pub(super) fn length(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// The name sorts like the number.
pub(super) fn segment_name(first_sequence: u64) -> String {
    format!("{first_sequence:020}.{EXTENSION}")
}

/// A segment's file name.
pub(super) fn name(segment: &Segment) -> String {
    let name = segment.path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// What the server has; 0 before its first answer.
pub(super) fn acknowledged(dir: &Path) -> Result<u64, SpoolError> {
    let path = dir.join(ACKNOWLEDGED);
    let Some(contents) = durable::read(&path).map_err(failed("read", &path))? else {
        return Ok(0);
    };
    std::str::from_utf8(&contents)
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .ok_or(SpoolError::AcknowledgedUnreadable { path })
}

pub(super) fn set_acknowledged(dir: &Path, sequence: u64) -> Result<(), SpoolError> {
    let path = dir.join(ACKNOWLEDGED);
    durable::replace(&path, format!("{sequence}\n").as_bytes()).map_err(failed("write", &path))
}

/// Truncates: a file of this name can only hold a torn first record, whose number is free.
pub(super) fn create_segment(path: &Path) -> Result<File, SpoolError> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .and_then(|file| {
            durable::of_its_folder(&file, path.parent().unwrap_or(path)).map(|()| file)
        })
        .map_err(failed("create", path))?;
    durable::sync_parent(path).map_err(failed("create", path))?;
    Ok(file)
}

/// The segments of a directory, oldest first. With `mend`, torn tails are cut off.
pub(super) fn load(dir: &Path, mend: bool) -> Result<(VecDeque<Segment>, Mended), SpoolError> {
    let mut segments = VecDeque::new();
    let mut mended = Mended::default();
    for path in segment_paths(dir)? {
        // A segment may be deleted between the listing and the reading if this only inspects.
        let Some(bytes) = durable::read(&path).map_err(failed("read", &path))? else {
            continue;
        };
        let scan = segment::scan(&bytes);
        let torn = bytes.len() - scan.whole_bytes;
        mended.damaged_records += scan.damaged;
        if torn > 0 && mend {
            mended.torn_bytes += length(torn);
            cut(&path, length(scan.whole_bytes)).map_err(failed("mend", &path))?;
        }
        let sequences: Vec<u64> = scan.found.iter().map(|found| found.sequence).collect();
        segments.push_back(Segment {
            path,
            last: sequences.iter().copied().max().unwrap_or(0),
            bytes: length(scan.whole_bytes),
            sequences,
        });
    }
    Ok((segments, mended))
}

fn segment_paths(dir: &Path) -> Result<Vec<PathBuf>, SpoolError> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed("list", dir)(error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed("list", dir))?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == EXTENSION)
        {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn cut(path: &Path, whole_bytes: u64) -> io::Result<()> {
    let file = OpenOptions::new().write(true).open(path)?;
    file.set_len(whole_bytes)?;
    file.sync_all()
}

/// The whole records of a segment, with their JSON as written.
pub(super) fn records(path: &Path) -> Result<Vec<(u64, Box<RawValue>)>, SpoolError> {
    let bytes = fs::read(path).map_err(failed("read", path))?;
    let scan = segment::scan(&bytes);
    Ok(scan
        .found
        .into_iter()
        .filter_map(|found| {
            let text = std::str::from_utf8(bytes.get(found.payload)?).ok()?;
            Some((found.sequence, RawValue::from_string(text.to_owned()).ok()?))
        })
        .collect())
}
