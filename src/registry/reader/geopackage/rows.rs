//! A table of a GeoPackage → its rows, a page at a time. Knows no other table.

use std::collections::VecDeque;

use rusqlite::{Row as SqlRow, types::ValueRef};

use super::{
    Database, broken,
    layers::{self, Layer},
    quoted, unreadable,
};
use crate::{
    domain::listing::{Finding, shortened},
    registry::{
        FileError,
        reader::{
            sheet::{MAX_COLUMNS, unique_names},
            spreadsheet_cell::decimal,
            wkb_shape,
        },
        table::{Cell, Entry, Opened, Row, Shape},
    },
};

/// Rows that are held at once, and bytes after which a page ends earlier.
const PAGE_ROWS: usize = 256;
const PAGE_BYTES: usize = 8 << 20;
/// Keys that programs add to number rows; they say nothing about a school.
const PROGRAMS_KEYS: [&str; 3] = ["fid", "ogc_fid", "schoolbeat_fid"];
/// How SQLite calls the number of a row whose table has no key of its own.
const ROW_IDS: [&str; 3] = ["rowid", "_rowid_", "oid"];

/// What a table says of one of its columns.
struct Declared {
    name: String,
    kind: String,
    is_key: bool,
    is_generated: bool,
}

impl Declared {
    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// Begins to read the layer.
pub(super) fn open(database: Database, layer: Layer) -> Result<Opened, FileError> {
    let declared = declared(&database, &layer.table).map_err(|e| unreadable(&e))?;
    let mut keys = declared.iter().filter(|column| column.is_key);
    let key = match (keys.next(), keys.next()) {
        (Some(key), None) if key.kind.eq_ignore_ascii_case("INTEGER") => Some(key.name.as_str()),
        _ => None,
    };
    let is_free = |id: &&&str| !declared.iter().any(|column| column.is(id));
    let Some(order) = key.or_else(|| ROW_IDS.iter().find(is_free).copied()) else {
        return Err(broken(&"its rows have no number by which they can be read"));
    };
    let mut findings = layer.findings;
    let (mut names, mut booleans) = (vec![], vec![]);
    for column in &declared {
        let is_programs = key == Some(&column.name) && PROGRAMS_KEYS.iter().any(|k| column.is(k));
        let is_geometry = layer.geometry.as_ref().is_some_and(|name| column.is(name));
        if is_programs || is_geometry {
            continue;
        }
        let is_bytes = column.kind.to_ascii_uppercase().starts_with("BLOB");
        if is_bytes || column.is_generated {
            let what = if is_bytes {
                "bytes"
            } else {
                "what is computed"
            };
            let message = format!(
                "the column holds {what}, not what was written; it was left out: if it matters, \
                 export it as text"
            );
            findings.push(Finding::warning(0, "column_left_out", message).field(&column.name));
            continue;
        }
        names.push(column.name.clone());
        booleans.push(column.kind.eq_ignore_ascii_case("BOOLEAN"));
    }
    if names.len() > MAX_COLUMNS {
        return Err(FileError::TooManyColumns {
            found: names.len(),
            limit: MAX_COLUMNS,
        });
    }
    let geometry = layer.geometry.as_deref();
    let geometry = geometry.map_or_else(|| "NULL".into(), quoted);
    let selected: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    let selected = [vec![geometry], selected].concat().join(", ");
    let (order, table) = (quoted(order), quoted(&layer.table));
    let pages = format!(
        "SELECT {order}, {selected} FROM {table} WHERE {order} >= ?1 ORDER BY {order} \
         LIMIT {PAGE_ROWS}"
    );
    let called = called(&database, &layer.table, &names)?;
    let trimmed: Vec<String> = called
        .iter()
        .map(|name| name.replace('\0', "").trim().to_owned())
        .collect();
    let rows = Rows {
        database,
        pages,
        names,
        booleans,
        next_key: Some(i64::MIN),
        number: 0,
        page: VecDeque::new(),
    };
    Ok(Opened {
        columns: unique_names(&trimmed),
        findings,
        entries: Box::new(rows),
    })
}

/// What the columns are called: a name that differs from another in capitals alone cannot be a
/// column's, and stands in a table of names instead, as our own exports write it.
fn called(database: &Database, table: &str, names: &[String]) -> Result<Vec<String>, FileError> {
    let mut called = names.to_vec();
    if !layers::has_table(database, "gpkg_data_columns")? {
        return Ok(called);
    }
    let sql = "SELECT column_name, name FROM gpkg_data_columns
               WHERE table_name = ?1 AND name IS NOT NULL LIMIT 1000";
    let read = || {
        let mut query = database.connection.prepare(sql)?;
        let pairs = query.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
        pairs.collect::<rusqlite::Result<Vec<(String, String)>>>()
    };
    for (column, name) in read().map_err(|e| unreadable(&e))? {
        let at = names.iter().position(|known| *known == column);
        let taken = names.iter().any(|known| known.eq_ignore_ascii_case(&name));
        if let Some(at) = at.filter(|_| taken && !names.contains(&name)) {
            called[at] = name;
        }
    }
    Ok(called)
}

fn declared(database: &Database, table: &str) -> rusqlite::Result<Vec<Declared>> {
    let sql = "SELECT name, type, pk > 0, hidden > 0 FROM pragma_table_xinfo(?1)";
    let mut query = database.connection.prepare(sql)?;
    let columns = query.query_map([table], |row| {
        Ok(Declared {
            name: row.get(0)?,
            kind: row.get(1)?,
            is_key: row.get(2)?,
            is_generated: row.get(3)?,
        })
    })?;
    columns.collect()
}

/// The rows of a table in the order of their keys.
struct Rows {
    database: Database,
    /// The query for a page that begins with a key.
    pages: String,
    names: Vec<String>,
    /// Columns whose numbers are truths.
    booleans: Vec<bool>,
    /// Where the next page begins; `None` after the last one.
    next_key: Option<i64>,
    number: i32,
    page: VecDeque<Entry>,
}

impl Iterator for Rows {
    type Item = Result<Entry, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.page.is_empty() {
            let begin = self.next_key.take()?;
            let turned = self.turn(begin).map_err(|error| unreadable(&error));
            // A row takes at least a byte; a broken index could hand it out again and again.
            let rows = u64::try_from(self.number).unwrap_or(u64::MAX);
            let failed = if rows > self.database.file_bytes {
                Err(broken(&"it hands out more rows than it can hold"))
            } else {
                turned
            };
            if let Err(error) = failed {
                self.next_key = None;
                self.page.clear();
                return Some(Err(error));
            }
        }
        self.page.pop_front().map(Ok)
    }
}

impl Rows {
    /// Reads the page that begins with that key, and where the next one begins.
    fn turn(&mut self, begin: i64) -> rusqlite::Result<()> {
        self.database.renew_budget();
        let mut query = self.database.connection.prepare_cached(&self.pages)?;
        let mut rows = query.query([begin])?;
        let mut bytes = 0;
        while let Some(row) = rows.next()? {
            self.number = self.number.saturating_add(1);
            bytes += size(row, self.names.len() + 2)?;
            let entry = entry(row, self.number, &self.names, &self.booleans)?;
            self.page.push_back(entry);
            self.next_key = row.get::<_, i64>(0)?.checked_add(1);
            if bytes > PAGE_BYTES {
                break;
            }
        }
        Ok(())
    }
}

/// Bytes of a row's texts and geometry.
fn size(row: &SqlRow<'_>, columns: usize) -> rusqlite::Result<usize> {
    let mut size = 0;
    for column in 0..columns {
        size += match row.get_ref(column)? {
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.len(),
            _ => 8,
        };
    }
    Ok(size)
}

fn entry(
    row: &SqlRow<'_>,
    number: i32,
    names: &[String],
    booleans: &[bool],
) -> rusqlite::Result<Entry> {
    let mut cells: Vec<Cell> = vec![];
    for (column, (name, is_boolean)) in names.iter().zip(booleans).enumerate() {
        let text = match row.get_ref(column + 2)? {
            ValueRef::Null => continue,
            ValueRef::Integer(truth @ (0 | 1)) if *is_boolean => (truth == 1).to_string(),
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Real(number) => decimal(number),
            ValueRef::Text(bytes) => match str::from_utf8(bytes) {
                Ok(text) => text.replace('\0', ""),
                Err(_) => return Ok(passed(number, name, "a text that is not UTF-8")),
            },
            ValueRef::Blob(_) => return Ok(passed(number, name, "bytes instead of a text")),
        };
        if !text.trim().is_empty() {
            cells.push((column, text));
        }
    }
    let shape = match row.get_ref(1)? {
        ValueRef::Null => Shape::Absent,
        ValueRef::Blob(blob) => wkb_shape::of_geopackage(blob),
        _ => Shape::Unusable("its geometry is a text or a number".into()),
    };
    Ok(Entry::Row(Row {
        number,
        cells,
        shape,
    }))
}

fn passed(number: i32, name: &str, what: &str) -> Entry {
    let message = format!("the feature holds {what}; it was not taken: export it again as text");
    Entry::Passed(Finding::error(number, "unreadable_feature", message).field(shortened(name)))
}
