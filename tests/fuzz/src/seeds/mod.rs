//! What each target begins with: small good files of its format, all made here by code.

mod geopackage;
mod packed;
mod parquet;
mod shapefiles;
mod texts;
mod workbooks;
mod xls;

use std::path::PathBuf;

use crate::format::Format;

/// The seeds of a format.
pub fn of(format: Format) -> Vec<Vec<u8>> {
    match format {
        Format::Csv => texts::csv(),
        Format::GeoJson => texts::geojson(),
        Format::Xlsx => workbooks::xlsx(),
        Format::Ods => workbooks::ods(),
        Format::Xls => xls::all(),
        Format::Shapefile => shapefiles::all(),
        Format::GeoPackage => geopackage::all(),
        Format::Parquet => parquet::all(),
        _ => crate::talk::seeds(format),
    }
}

/// Writes the seeds into the corpus, the last directory of the command line.
pub fn write(seeds: &[Vec<u8>]) {
    let corpus = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .last();
    let Some(corpus) = corpus.map(PathBuf::from).filter(|path| path.is_dir()) else {
        return;
    };
    for (at, seed) in seeds.iter().enumerate() {
        std::fs::write(corpus.join(format!("seed{at:02}")), seed)
            .expect("the corpus can be written");
    }
}
