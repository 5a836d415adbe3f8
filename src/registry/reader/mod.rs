//! The reader: a file's bytes → a table. Knows formats and encodings, and no school.

mod csv;
mod geojson;
mod text;

use super::{FileError, table::Table};

/// Reads whatever the file is; its content decides, not its name.
pub(super) fn read(bytes: &[u8]) -> Result<Table, FileError> {
    let text = text::decode(bytes)?;
    let table = match text.trim_start().as_bytes().first() {
        None => return Err(FileError::Empty),
        Some(b'{' | b'[') => geojson::read(text)?,
        Some(_) => csv::read(text)?,
    };
    if table.row_count > 0 {
        return Ok(table);
    }
    let found = if table.columns.is_empty() {
        "a FeatureCollection without features".to_owned()
    } else {
        format!("the header {}", table.column_names())
    };
    Err(FileError::NoRows { found })
}
