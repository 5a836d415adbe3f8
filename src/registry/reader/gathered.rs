//! The cells of a sheet, as they come → its lines. Knows no workbook.

use super::{
    FileError,
    sheet::{Line, MAX_COLUMNS},
};
use crate::registry::table::Cell;

/// Text of one sheet, with what its cells cost beside: a text may be stored once and shown often.
const MAX_SHEET_BYTES: usize = 1 << 30;
/// The same of one row.
const MAX_ROW_BYTES: usize = 8_000_000;
const CELL_BYTES: usize = 64;

/// Cells of the row that is being gathered.
#[derive(Default)]
pub(super) struct Gathered {
    row: Option<u32>,
    cells: Vec<Cell>,
    row_bytes: usize,
    bytes: usize,
}

impl Gathered {
    /// Takes a cell; the line before it, if the cell begins another. Lines are counted from 0.
    pub fn add(
        &mut self,
        (row, column): (u32, u32),
        text: Option<String>,
    ) -> Result<Option<Line>, FileError> {
        let (Some(text), column) = (text, column as usize) else {
            return Ok(None);
        };
        if column >= MAX_COLUMNS {
            return Err(FileError::TooManyColumns {
                found: column + 1,
                limit: MAX_COLUMNS,
            });
        }
        let line = if self.row == Some(row) {
            None
        } else if self.row.is_some_and(|before| before > row) {
            let reason = "its rows are not in their order".into();
            return Err(FileError::NotAWorkbook { reason });
        } else {
            let line = self.line();
            self.row = Some(row);
            line
        };
        let bytes = text.len() + CELL_BYTES;
        self.bytes += bytes;
        self.row_bytes += bytes;
        if self.bytes > MAX_SHEET_BYTES || self.row_bytes > MAX_ROW_BYTES {
            let reason = "its sheet holds more than 1 GB of text, or a row more than 8 MB".into();
            return Err(FileError::UnsafeArchive { reason });
        }
        self.cells.push((column, text));
        Ok(line)
    }

    /// Text of the row that is being gathered, in bytes.
    pub fn row_bytes(&self) -> usize {
        self.row_bytes
    }

    /// The line that is being gathered, if there is one.
    pub fn line(&mut self) -> Option<Line> {
        let row = self.row.take()?;
        let mut cells = std::mem::take(&mut self.cells);
        self.row_bytes = 0;
        if !cells.is_sorted_by_key(|cell| cell.0) {
            cells.sort_by_key(|cell| cell.0);
        }
        cells.dedup_by_key(|cell| cell.0);
        Some(Line {
            number: i32::try_from(row).unwrap_or(i32::MAX).saturating_add(1),
            cells,
            width: None,
            raw: String::new(),
        })
    }
}
