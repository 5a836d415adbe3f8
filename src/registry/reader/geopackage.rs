//! A layer of a GeoPackage (OGC 12-128) → rows, one a feature, read page by page. The file may come
//! from anybody: nothing in it is executed, and nothing that it says makes reading endless.

mod layers;
mod rows;

use std::{
    fmt::{Display, Write},
    os::unix::ffi::OsStrExt,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use rusqlite::{Connection, OpenFlags, config::DbConfig, limits::Limit};

use super::FileError;
use crate::{domain::listing::shortened, registry::table::Opened};

/// How a SQLite database begins.
pub(super) const SIGNATURE: &[u8] = b"SQLite format 3\0";

/// Longest text or geometry that is taken, and what SQLite may hold in memory, bytes.
const MAX_VALUE_BYTES: i32 = 64 << 20;
const MAX_HEAP_BYTES: u32 = 256 << 20;
/// Steps of SQLite's machine between two looks at the budget, and looks that a page may cost:
/// a page of a thousand columns costs a tenth of that.
const STEPS_A_LOOK: i32 = 100_000;
const MAX_LOOKS: u32 = 100;

/// Opens the one layer of the file, or the one of that name.
pub(super) fn open(path: &Path, layer: Option<&str>) -> Result<Opened, FileError> {
    let database = Database::open(path)?;
    let layer = layers::choose(&database, layer)?;
    rows::open(database, layer)
}

/// The file, fit to be looked at.
struct Database {
    connection: Connection,
    /// Looks at the budget since it was last renewed.
    looks: Arc<AtomicU32>,
    file_bytes: u64,
}

impl Database {
    /// As SQLite wants files to be opened that come from elsewhere (sqlite.org/security.html).
    fn open(path: &Path) -> Result<Self, FileError> {
        let path = std::path::absolute(path).map_err(|e| broken(&e))?;
        let mut journal = path.clone().into_os_string();
        journal.push("-wal");
        if std::fs::metadata(journal).is_ok_and(|journal| journal.len() > 0) {
            return Err(broken(
                &"a program that has it open keeps part of it in a file -wal beside it; close \
                  that program",
            ));
        }
        let file_bytes = std::fs::metadata(&path).map_err(|e| broken(&e))?.len();
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_URI
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection =
            Connection::open_with_flags(uri(&path), flags).map_err(|e| unreadable(&e))?;
        let mut database = Self {
            connection,
            looks: Arc::default(),
            file_bytes,
        };
        database.restrict().map_err(|e| unreadable(&e))?;
        Ok(database)
    }

    fn restrict(&mut self) -> rusqlite::Result<()> {
        let connection = &mut self.connection;
        for (setting, value) in [
            (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
            (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        ] {
            connection.set_db_config(setting, value)?;
        }
        for (limit, value) in [
            (Limit::SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES),
            (Limit::SQLITE_LIMIT_SQL_LENGTH, 1 << 20),
            (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
            (Limit::SQLITE_LIMIT_ATTACHED, 0),
        ] {
            connection.set_limit(limit, value)?;
        }
        let looks = Arc::clone(&self.looks);
        let over = move || looks.fetch_add(1, Ordering::Relaxed) >= MAX_LOOKS;
        connection.progress_handler(STEPS_A_LOOK, Some(over))?;
        connection.execute_batch(&format!(
            "PRAGMA query_only = ON; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;
             PRAGMA hard_heap_limit = {MAX_HEAP_BYTES};"
        ))
    }

    /// What is done from here on has a budget of its own.
    fn renew_budget(&self) {
        self.looks.store(0, Ordering::Relaxed);
    }
}

/// A name for SQLite that says that nobody else changes the file.
fn uri(path: &Path) -> String {
    let mut uri = "file:".to_owned();
    for byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.".contains(byte) {
            uri.push(char::from(*byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(uri, "%{byte:02x}");
        }
    }
    uri + "?mode=ro&immutable=1"
}

/// A name within SQL.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn unreadable(error: &rusqlite::Error) -> FileError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::OperationInterrupted) => {
            broken(&"reading it takes far more steps than so many rows need")
        }
        Some(rusqlite::ErrorCode::TooBig) => broken(&format!(
            "a value in it is larger than {} MB",
            MAX_VALUE_BYTES >> 20
        )),
        _ => broken(error),
    }
}

fn broken(reason: &dyn Display) -> FileError {
    FileError::NotAGeoPackage {
        reason: shortened(&reason.to_string()),
    }
}
