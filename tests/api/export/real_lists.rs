//! Real lists with their real faults, out and in again: no row changes.

use std::path::{Path, PathBuf};

use super::{FORMATS, export_of, import_of};
use crate::support::TestDatabase;

#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn data(path: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    if root.is_dir() {
        return Some(root.join(path));
    }
    println!("skipped: no real data at ../shared/data");
    None
}

/// Takes the file in, and again what each format makes of it.
fn goes_round(db: &TestDatabase, country: &str, what: &[&str], file: &str, formats: &[&str]) {
    let Some(file) = data(file) else { return };
    let dir = tempfile::tempdir().unwrap();
    let first = import_of(db, country, what, &file);
    let taken = first["created"].as_i64().unwrap();
    assert!(taken > 0, "{first}");
    for format in formats {
        let out = dir.path().join(format!("out.{format}"));
        let said = export_of(db, country, &[what, &["--format", format]].concat(), &out);
        assert_eq!(said["written"], taken, "{format}");
        let again = import_of(db, country, what, &out);
        let counts = ["rows", "unchanged"].map(|name| again[name].as_i64());
        assert_eq!(counts, [Some(taken); 2], "{country} as {format}: {again}");
    }
}

const OUTLINES: [&str; 3] = ["geojson", "gpkg", "parquet"];
const LEVEL_1: [&str; 3] = ["areas", "--level", "1"];

#[test]
fn kenya_goes_round() {
    let db = TestDatabase::new();
    goes_round(&db, "KEN", &LEVEL_1, "kenya/counties.geojson", &OUTLINES);
    goes_round(&db, "KEN", &["schools"], "kenya/schools.csv", &FORMATS);
}

#[test]
fn moldova_goes_round() {
    let db = TestDatabase::new();
    goes_round(&db, "MDA", &LEVEL_1, "moldova/admin1.geojson", &OUTLINES);
    let list = "moldova/giga_MD_schools_metadata.csv";
    goes_round(&db, "MDA", &["schools"], list, &FORMATS);
}

#[test]
fn zanzibar_and_dhaka_go_round() {
    let db = TestDatabase::new();
    goes_round(
        &db,
        "TZA",
        &["schools"],
        "zanzibar/schools.geojson",
        &FORMATS,
    );
    goes_round(&db, "BGD", &["schools"], "dhaka/schools.geojson", &FORMATS);
}

#[test]
fn the_sectors_of_rwanda_go_round() {
    let db = TestDatabase::new();
    let sectors = ["areas", "--level", "3"];
    goes_round(
        &db,
        "RWA",
        &sectors,
        "rwanda/rwa_admin3_sector.geojson",
        &OUTLINES,
    );
}
