//! How large the sheets of an `OpenDocument` become once what it says to repeat is repeated. A few
//! hundred bytes can stand for thousands of millions of cells; reads none of them.

use std::{fmt::Display, io::BufReader};

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};
use zip::ZipArchive;

use super::{FileError, sheet::MAX_COLUMNS, source::Input};

/// Cells of all sheets together, the blank ones between others included.
const MAX_CELLS: u64 = 10_000_000;
/// Spaces that are said to be repeated, in all texts together.
const MAX_SPACES: u64 = 1_000_000;

/// Refuses a document that would not fit into memory.
pub(super) fn check(file: Input) -> Result<(), FileError> {
    let mut archive = ZipArchive::new(file).map_err(|e| broken(&e))?;
    let content = archive.by_name("content.xml").map_err(|e| broken(&e))?;
    let mut reader = Reader::from_reader(BufReader::new(content));
    // A table that is never closed would be read for ever.
    reader.config_mut().check_end_names = true;
    let (mut buffer, mut extent, mut open) = (vec![], Extent::default(), 0_u64);
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer);
        match event.map_err(|e| broken(&e))? {
            Event::Start(tag) => {
                extent.add(&tag)?;
                open += 1;
            }
            Event::Empty(tag) => extent.add(&tag)?,
            Event::End(_) => open = open.saturating_sub(1),
            Event::Eof if open > 0 => {
                return Err(broken(&"its content ends in the middle"));
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

#[derive(Default)]
struct Extent {
    /// Of earlier sheets.
    cells: u64,
    /// Of this sheet.
    rows: u64,
    width: u64,
    filled_rows: u64,
    /// Of this row, the blank cells at its end included.
    column: u64,
    spaces: u64,
}

impl Extent {
    fn add(&mut self, tag: &BytesStart<'_>) -> Result<(), FileError> {
        match tag.name().as_ref() {
            "table:table" => {
                self.cells = self.all_cells();
                (self.rows, self.width, self.filled_rows) = (0, 0, 0);
            }
            "table:table-row" => {
                let rows = number(tag, "table:number-rows-repeated")?;
                self.rows = self.rows.saturating_add(rows);
                self.column = 0;
            }
            "table:table-cell" | "table:covered-table-cell" => {
                let columns = number(tag, "table:number-columns-repeated")?;
                self.column = self.column.saturating_add(columns);
                if is_filled(tag)? {
                    self.width = self.width.max(self.column);
                    self.filled_rows = self.rows;
                }
            }
            "text:s" => self.spaces = self.spaces.saturating_add(number(tag, "text:c")?),
            _ => return Ok(()),
        }
        if self.width > MAX_COLUMNS as u64 {
            return Err(FileError::TooManyColumns {
                found: usize::try_from(self.width).unwrap_or(usize::MAX),
                limit: MAX_COLUMNS,
            });
        }
        if self.all_cells() > MAX_CELLS || self.spaces > MAX_SPACES {
            let reason = format!(
                "its sheets have more than {MAX_CELLS} cells, most of them repeated from others"
            );
            return Err(FileError::UnsafeArchive { reason });
        }
        Ok(())
    }

    fn all_cells(&self) -> u64 {
        let here = self.filled_rows.saturating_mul(self.width);
        self.cells.saturating_add(here)
    }
}

/// Whether a cell may hold something; one that only has a style does not.
fn is_filled(tag: &BytesStart<'_>) -> Result<bool, FileError> {
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|e| broken(&e))?;
        let name = attribute.key.as_ref();
        if name.starts_with("office:") || name.starts_with("calcext:") || name == "table:formula" {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How often something is repeated: once, where nothing is said.
fn number(tag: &BytesStart<'_>, name: &str) -> Result<u64, FileError> {
    match tag.try_get_attribute(name).map_err(|e| broken(&e))? {
        Some(attribute) => attribute.value.trim().parse().map_err(|e| broken(&e)),
        None => Ok(1),
    }
}

fn broken(reason: &dyn Display) -> FileError {
    FileError::NotAWorkbook {
        reason: reason.to_string(),
    }
}
