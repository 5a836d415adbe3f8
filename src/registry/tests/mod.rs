//! The reader on files: one fixture for each way to be wrong, and properties on files of any kind.

mod area_files;
mod column_names;
mod encodings;
mod geopackages;
mod hostile;
mod ids_and_names;
mod infrastructure_files;
mod layouts;
mod pairs;
mod parquet_files;
mod positions;
mod properties;
mod refusals;
mod repairs;
mod school_files;
mod shapefiles;
mod streams;
mod tables;
mod values;
mod verdicts;
mod workbooks;

use std::{
    io::{Cursor, Read, Write},
    path::PathBuf,
};

use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{FileError, read_areas, read_schools};
use crate::domain::{
    area::AreaLevel,
    listing::{AreaList, Finding, SchoolList},
};

fn fixture(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/registry")
        .join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn schools(name: &str) -> SchoolList {
    read_schools(&fixture(name)).unwrap()
}

fn areas(name: &str) -> Result<AreaList, FileError> {
    read_areas(&fixture(name), AreaLevel::new(1).unwrap())
}

/// Row, severity and code of each finding.
fn brief(findings: &[Finding]) -> Vec<(i32, &'static str, &'static str)> {
    findings
        .iter()
        .map(|f| (f.row, f.severity.slug(), f.code))
        .collect()
}

/// The same of what the reader says: which row is which, and how the file was read.
fn of_the_reader(findings: &[Finding]) -> Vec<(i32, &'static str, &'static str)> {
    let codes = ["encoding", "sheet", "title_row", "footer_row", "blank_row"];
    let mut brief = brief(findings);
    brief.retain(|(_, _, code)| codes.contains(code));
    brief
}

/// The files in an archive.
fn unpacked(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let files = (0..archive.len()).map(|at| {
        let mut file = archive.by_index(at).unwrap();
        let mut content = vec![];
        file.read_to_end(&mut content).unwrap();
        (file.name().unwrap().into_owned(), content)
    });
    files.collect()
}

/// A ZIP archive of those files.
fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(vec![]));
    for (name, content) in files {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
