//! The reader: a file's bytes → a table. Knows formats and encodings, and of schools only how the
//! header of a list looks.

use std::{io::Write, path::Path};

mod archive;
mod csv;
mod dbf;
mod delimiter;
mod encoding;
mod footer;
mod geojson;
mod geopackage;
mod ods_extent;
mod options;
mod parquet;
mod shapefile;
mod sheet;
mod spreadsheet_cell;
mod text;
mod wkb_shape;
mod workbook;
mod xls_extent;

pub use options::{Delimiter, ReadOptions, TextEncoding};

use super::{
    FileError,
    table::{Entry, Opened, Table},
};
use crate::domain::listing::Finding;

/// Reads whatever the file is; its content decides, not its name.
pub(super) fn read(bytes: &[u8], options: &ReadOptions) -> Result<Table, FileError> {
    let table = match archive::kind(bytes)? {
        Some(archive::Kind::Workbook(format)) => {
            refuse("a workbook", "encoding", options.encoding.is_some())?;
            refuse("a workbook", "delimiter", options.delimiter.is_some())?;
            workbook::read(bytes, format, options.sheet.as_deref())?
        }
        Some(archive::Kind::Shapefile) => {
            refuse("a Shapefile", "delimiter", options.delimiter.is_some())?;
            refuse("a Shapefile", "sheet", options.sheet.is_some())?;
            let (mut table, encoding) = shapefile::read(bytes, options.encoding)?;
            say_encoding(&mut table, encoding);
            table
        }
        None if bytes.starts_with(geopackage::SIGNATURE) => {
            refuse("a GeoPackage", "encoding", options.encoding.is_some())?;
            refuse("a GeoPackage", "delimiter", options.delimiter.is_some())?;
            whole(bytes, |path| {
                geopackage::open(path, options.sheet.as_deref())
            })?
        }
        None if bytes.starts_with(parquet::SIGNATURE) => {
            refuse("a Parquet file", "encoding", options.encoding.is_some())?;
            refuse("a Parquet file", "delimiter", options.delimiter.is_some())?;
            refuse("a Parquet file", "sheet", options.sheet.is_some())?;
            whole(bytes, parquet::open)?
        }
        None => text_table(bytes, options)?,
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

/// What a reader of rows makes of bytes that are no file yet.
fn whole(
    bytes: &[u8],
    open: impl FnOnce(&Path) -> Result<Opened, FileError>,
) -> Result<Table, FileError> {
    let written = tempfile::NamedTempFile::new().and_then(|mut file| {
        file.write_all(bytes)?;
        Ok(file)
    });
    let file = written.map_err(|error| FileError::NoTemporaryFile {
        reason: error.to_string(),
    })?;
    let opened = open(file.path())?;
    let mut table = Table {
        columns: opened.columns,
        rows: vec![],
        row_count: 0,
        findings: opened.findings,
    };
    for entry in opened.entries {
        table.row_count = table.row_count.saturating_add(1);
        match entry? {
            Entry::Row(row) => table.rows.push(row),
            Entry::Passed(finding) => table.findings.push(finding),
        }
    }
    Ok(table)
}

fn text_table(bytes: &[u8], options: &ReadOptions) -> Result<Table, FileError> {
    let (text, encoding) = text::decode(bytes, options)?;
    let json = text.trim_start().starts_with(['{', '[']);
    let what = if json { "GeoJSON" } else { "a text" };
    refuse(what, "sheet", options.sheet.is_some())?;
    let mut table = if json {
        refuse(what, "delimiter", options.delimiter.is_some())?;
        geojson::read(&text)?
    } else {
        csv::read(&text, options.delimiter)?
    };
    say_encoding(&mut table, encoding);
    Ok(table)
}

fn say_encoding(table: &mut Table, encoding: TextEncoding) {
    if !encoding.is_utf8() {
        let message = format!(
            "the file was read as {}; if letters came out wrong, name its encoding by --encoding \
             or save it as UTF-8",
            encoding.name()
        );
        table
            .findings
            .insert(0, Finding::info(0, "encoding", message));
    }
}

/// An option that says nothing about such a file is a slip that must not pass in silence.
fn refuse(what: &'static str, option: &'static str, stated: bool) -> Result<(), FileError> {
    if stated {
        return Err(FileError::OptionWithoutUse { what, option });
    }
    Ok(())
}
