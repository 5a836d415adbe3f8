//! A file as a table: named columns, rows of text cells, and a shape where the format has one.
//! Knows no school.

use geo::{MultiLineString, MultiPolygon};

use super::FileError;
use crate::domain::listing::{Finding, shortened};

/// Most names that an error repeats.
const MAX_NAMES_SHOWN: usize = 40;

/// What a reader makes of a file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table {
    /// Names, as the file gives them, trimmed.
    pub columns: Vec<String>,
    /// Rows that could be read.
    pub rows: Vec<Row>,
    /// Rows that the file holds, those that could not be read included.
    pub row_count: i32,
    /// What was wrong with the others.
    pub findings: Vec<Finding>,
}

/// A text and the column that it stands in. Blank cells are left out.
pub(super) type Cell = (usize, String);

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// As a person finds it: the spreadsheet's row, or the feature from 1.
    pub number: i32,
    /// By column, each at most once.
    pub cells: Vec<Cell>,
    /// The feature's geometry.
    pub shape: Shape,
}

/// A geometry, as far as this product wants one.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// The format has none, or the feature has none.
    Absent,
    /// Degrees, not yet believed.
    Point {
        /// Degrees east.
        longitude: f64,
        /// Degrees north.
        latitude: f64,
    },
    /// A polygon or several, not yet believed.
    Surface(MultiPolygon<f64>),
    /// A line or several, not yet believed.
    Lines(MultiLineString<f64>),
    /// Something else, in words.
    Unusable(String),
}

impl Table {
    /// The columns in words.
    pub fn column_names(&self) -> String {
        in_words(&self.columns)
    }
}

impl Opened {
    /// All rows at once.
    pub fn collect(self) -> Result<Table, FileError> {
        let mut table = Table {
            columns: self.columns,
            rows: vec![],
            row_count: 0,
            findings: self.findings,
        };
        for entry in self.entries {
            table.row_count = table.row_count.saturating_add(1);
            match entry? {
                Entry::Row(row) => table.rows.push(row),
                Entry::Passed(finding) => table.findings.push(finding),
            }
        }
        Ok(table)
    }
}

/// Names of columns in words.
pub(super) fn in_words(columns: &[String]) -> String {
    if columns.is_empty() {
        return "none".into();
    }
    let first = columns.iter().take(MAX_NAMES_SHOWN);
    let mut shown: Vec<String> = first.map(|name| quoted(name)).collect();
    if columns.len() > MAX_NAMES_SHOWN {
        shown.push(format!("and {} more", columns.len() - MAX_NAMES_SHOWN));
    }
    shown.join(", ")
}

impl Row {
    /// The text in a column; `None` where the cell is blank.
    pub fn text(&self, column: usize) -> Option<&str> {
        let at = self
            .cells
            .binary_search_by_key(&column, |cell| cell.0)
            .ok()?;
        Some(&self.cells[at].1)
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", shortened(name))
}

/// A file that is read row by row, never whole.
pub(super) struct Opened {
    /// Names, as the file gives them, trimmed.
    pub columns: Vec<String>,
    /// What is known of the file before its rows are read.
    pub findings: Vec<Finding>,
    /// What the file holds, in its order.
    pub entries: Entries,
}

/// Rows as they come; an error ends the file.
pub(super) type Entries = Box<dyn Iterator<Item = Result<Entry, FileError>> + Send>;

/// One row of a file.
pub(super) enum Entry {
    /// A row that could be read.
    Row(Row),
    /// One that could not be, or that is no row of the table: why.
    Passed(Finding),
}
