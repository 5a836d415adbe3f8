//! Where an export goes, and in which format. A file appears under its name only when it is whole.

use std::{
    fs::Permissions,
    io::{self, BufWriter},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use clap::ValueEnum;
use tempfile::NamedTempFile;

use super::{
    csv::CsvWriter,
    geojson::GeoJsonWriter,
    geopackage::GeoPackageWriter,
    layer::{Cell, Geometry, Layer, Writer, Written},
    parquet::ParquetWriter,
    workbook::WorkbookWriter,
};
use crate::commands::CommandError;

/// Like any other new file, as far as the user's mask lets it.
const FILE_MODE: u32 = 0o666;

/// The formats of exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Csv,
    Geojson,
    /// GeoPackage, for QGIS and other programs of maps
    Gpkg,
    /// Excel
    Xlsx,
    /// Parquet; GeoParquet where there are positions
    Parquet,
}

impl Format {
    /// Whether a row's position can only stand in columns.
    pub fn is_flat(self) -> bool {
        matches!(self, Self::Csv | Self::Xlsx)
    }

    fn needs_file(self) -> bool {
        matches!(self, Self::Gpkg | Self::Xlsx | Self::Parquet)
    }
}

/// A file that is being written, or standard output.
pub(super) struct Target {
    writer: Box<dyn Writer>,
    /// The half-written file and the name that it will have; it is gone if it never gets it.
    half: Option<(NamedTempFile, PathBuf)>,
    shown: String,
    /// Rows so far.
    written: usize,
}

impl Target {
    /// Begins the file beside where it will be, or standard output.
    pub fn open(file: Option<&Path>, format: Format) -> Result<Self, CommandError> {
        let Some(file) = file else {
            if format.needs_file() {
                let message = "such a file is nothing for a screen: name it by --file";
                return Err(CommandError::new("file_missing", message));
            }
            let out = BufWriter::new(io::stdout());
            let writer: Box<dyn Writer> = match format {
                Format::Geojson => Box::new(GeoJsonWriter::new(out)),
                _ => Box::new(CsvWriter::new(out)),
            };
            return Ok(Self {
                writer,
                half: None,
                shown: "standard output".into(),
                written: 0,
            });
        };
        let shown = file.display().to_string();
        let begun = begin(file, format);
        let (writer, half) = begun.map_err(|error| failed(&shown, error))?;
        Ok(Self {
            writer,
            half: Some((half, file.to_owned())),
            shown,
            written: 0,
        })
    }

    fn done<T>(&self, result: Written<T>) -> Result<T, CommandError> {
        result.map_err(|error| failed(&self.shown, error))
    }

    /// Begins the layer.
    pub fn begin(&mut self, layer: &Layer) -> Result<(), CommandError> {
        let begun = self.writer.begin(layer);
        self.done(begun)
    }

    /// Writes a row.
    pub fn row(
        &mut self,
        cells: &[Cell<'_>],
        geometry: Option<&Geometry>,
    ) -> Result<(), CommandError> {
        let written = self.writer.row(cells, geometry);
        self.written += 1;
        self.done(written)
    }

    /// Ends the file and gives it its name; returns how many rows it holds.
    pub fn finish(self) -> Result<usize, CommandError> {
        let Self {
            writer,
            half,
            shown,
            written,
        } = self;
        let finished = writer.finish().and_then(|()| match half {
            Some((half, file)) => {
                half.as_file().sync_all()?;
                half.persist(file)?;
                Ok(())
            }
            None => Ok(()),
        });
        finished.map_err(|error| failed(&shown, error))?;
        Ok(written)
    }
}

fn begin(file: &Path, format: Format) -> Written<(Box<dyn Writer>, NamedTempFile)> {
    let name = file.file_name().ok_or("it names no file")?;
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let half = tempfile::Builder::new()
        .prefix(name)
        .suffix(".half-written")
        .permissions(Permissions::from_mode(FILE_MODE))
        .tempfile_in(folder)?;
    let out = BufWriter::new(half.reopen()?);
    let writer: Box<dyn Writer> = match format {
        Format::Csv => Box::new(CsvWriter::new(out)),
        Format::Geojson => Box::new(GeoJsonWriter::new(out)),
        Format::Gpkg => Box::new(GeoPackageWriter::new(half.path())?),
        Format::Xlsx => Box::new(WorkbookWriter::new(out, folder)?),
        Format::Parquet => Box::new(ParquetWriter::new(out)),
    };
    Ok((writer, half))
}

fn failed(shown: &str, error: impl std::fmt::Display) -> CommandError {
    CommandError::new("file", format!("cannot write {shown}: {error}"))
}
