//! The reader: a file → its columns, and its rows one after the other. Knows formats and encodings,
//! and of schools only how the header of a list looks.

use std::path::Path;

mod archive;
mod csv;
mod dbf;
mod decoded;
mod delimiter;
mod encoding;
mod features;
mod footer;
mod gathered;
mod geojson;
mod geojson_shape;
mod geopackage;
mod ods_extent;
mod options;
mod parquet;
mod shapefile;
mod sheet;
mod source;
mod spreadsheet_cell;
mod stream;
mod text;
mod wkb_shape;
mod wkt_shape;
mod workbook;
mod xls_extent;

pub use options::{Delimiter, ReadOptions, TextEncoding};
pub(super) use source::Source;

use super::{
    FileError,
    table::{Opened, Table, in_words},
};
use crate::domain::listing::Finding;

/// Bytes that tell a format which begins with a sign of its own.
const SIGN_BYTES: usize = 16;

/// How a file was read.
#[derive(Debug, Default)]
pub(super) struct Format {
    /// Its name: `CSV`, `XLSX`, …
    pub name: &'static str,
    /// What its text is in, where it has one of its own.
    pub encoding: Option<&'static str>,
    /// What stands between its cells.
    pub delimiter: Option<Delimiter>,
    /// The sheet that is read.
    pub sheet: Option<String>,
    /// All sheets.
    pub sheets: Vec<String>,
    /// Whether its rows may have shapes.
    pub has_shapes: bool,
    /// Why the rows may not be taken before a person has said more, though they can be shown.
    pub doubt: Option<FileError>,
}

/// Opens whatever the file is; its content decides, not its name.
pub(super) fn open(source: &Source, options: &ReadOptions) -> Result<(Opened, Format), FileError> {
    let head = source.head(SIGN_BYTES)?;
    if head.starts_with(geopackage::SIGNATURE) {
        refuse("a GeoPackage", "encoding", options.encoding.is_some())?;
        refuse("a GeoPackage", "delimiter", options.delimiter.is_some())?;
        let layer = options.sheet.as_deref();
        return at_a_path(source, "GeoPackage", |path| geopackage::open(path, layer));
    }
    if head.starts_with(parquet::SIGNATURE) {
        refuse("a Parquet file", "encoding", options.encoding.is_some())?;
        refuse("a Parquet file", "delimiter", options.delimiter.is_some())?;
        refuse("a Parquet file", "sheet", options.sheet.is_some())?;
        return at_a_path(source, "Parquet", parquet::open);
    }
    match archive::kind(source)? {
        Some(archive::Kind::Workbook(kind)) => open_workbook(source, kind, options),
        Some(archive::Kind::Shapefile) => {
            refuse("a Shapefile", "delimiter", options.delimiter.is_some())?;
            refuse("a Shapefile", "sheet", options.sheet.is_some())?;
            let (mut opened, encoding) = shapefile::open(source, options.encoding)?;
            say_encoding(&mut opened, encoding);
            let format = Format {
                name: "Shapefile",
                encoding: Some(encoding.name()),
                has_shapes: true,
                ..Format::default()
            };
            Ok((opened, format))
        }
        None => open_text(source, options),
    }
}

/// Reads all rows at once.
pub(super) fn read(bytes: &[u8], options: &ReadOptions) -> Result<Table, FileError> {
    let (opened, format) = open(&Source::memory(bytes), options)?;
    let table = match format.doubt {
        Some(doubt) => return Err(doubt),
        None => opened.collect()?,
    };
    if table.row_count == 0 {
        return Err(no_rows(&table.columns));
    }
    Ok(table)
}

/// What to say of a file with those columns and nothing under them.
pub(super) fn no_rows(columns: &[String]) -> FileError {
    let found = if columns.is_empty() {
        "a FeatureCollection without features".to_owned()
    } else {
        format!("the header {}", in_words(columns))
    };
    FileError::NoRows { found }
}

fn open_workbook(
    source: &Source,
    kind: workbook::Format,
    options: &ReadOptions,
) -> Result<(Opened, Format), FileError> {
    refuse("a workbook", "encoding", options.encoding.is_some())?;
    refuse("a workbook", "delimiter", options.delimiter.is_some())?;
    let chosen = workbook::open(source, kind, options)?;
    let name = match kind {
        workbook::Format::Xlsx => "XLSX",
        workbook::Format::Xls => "XLS",
        workbook::Format::Ods => "ODS",
    };
    let format = Format {
        name,
        sheet: Some(chosen.sheet),
        sheets: chosen.sheets,
        doubt: chosen.doubt,
        ..Format::default()
    };
    Ok((chosen.opened, format))
}

/// Opens what only a file can be: bytes are laid down in a temporary one, which is kept as long as
/// its rows are.
fn at_a_path(
    source: &Source,
    name: &'static str,
    open: impl FnOnce(&Path) -> Result<Opened, FileError>,
) -> Result<(Opened, Format), FileError> {
    let format = Format {
        name,
        has_shapes: true,
        ..Format::default()
    };
    if let Source::Path(path) = source {
        return Ok((open(path)?, format));
    }
    let failed = |error: std::io::Error| FileError::NoTemporaryFile {
        reason: error.to_string(),
    };
    let mut file = tempfile::NamedTempFile::new().map_err(failed)?;
    std::io::copy(&mut source.open()?, &mut file).map_err(failed)?;
    let mut opened = open(file.path())?;
    opened.entries = Box::new(opened.entries.inspect(move |_| {
        let _ = &file;
    }));
    Ok((opened, format))
}

fn open_text(source: &Source, options: &ReadOptions) -> Result<(Opened, Format), FileError> {
    let text = text::open(source, options)?;
    let what = if text.is_json { "GeoJSON" } else { "a text" };
    refuse(what, "sheet", options.sheet.is_some())?;
    let (mut opened, delimiter) = if text.is_json {
        refuse(what, "delimiter", options.delimiter.is_some())?;
        (geojson::open(&text)?, None)
    } else {
        let found = || delimiter::delimiter(&text.head);
        let delimiter = options.delimiter.unwrap_or_else(found);
        let lines = csv::lines(text.read()?, delimiter);
        let mut opened = sheet::open(lines, 0, &options.columns)?;
        let broken = FileError::NotCsv {
            reason: "its content makes no sense".into(),
        };
        opened.entries = stream::ahead(opened.entries, broken)?;
        (opened, Some(delimiter))
    };
    say_encoding(&mut opened, text.encoding());
    let format = Format {
        name: if text.is_json { "GeoJSON" } else { "CSV" },
        encoding: Some(text.encoding().name()),
        delimiter,
        has_shapes: text.is_json || wkt_shape::column(&opened.columns).is_some(),
        ..Format::default()
    };
    Ok((opened, format))
}

fn say_encoding(opened: &mut Opened, encoding: TextEncoding) {
    if !encoding.is_utf8() {
        let message = format!(
            "the file was read as {}; if letters came out wrong, name its encoding by --encoding \
             or save it as UTF-8",
            encoding.name()
        );
        opened
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
