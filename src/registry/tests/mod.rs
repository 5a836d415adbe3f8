//! The reader on files: one fixture for each way to be wrong, and properties on files of any kind.

mod area_files;
mod properties;
mod refusals;
mod school_files;

use std::path::PathBuf;

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
