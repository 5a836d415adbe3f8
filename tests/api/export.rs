//! `schoolbeat export`: what went in comes out, and taken in again it changes nothing.

mod formats;
mod real_lists;

use std::{fs, path::Path};

use serde_json::Value;

use super::command_line::{fails, run, succeeds};
use crate::support::TestDatabase;

const AREAS: &str = r#"{"type": "FeatureCollection", "features": [
    {"type": "Feature", "properties": {"code": "W", "name": "West", "name_fr": "Ouest"},
     "geometry": {"type": "Polygon", "coordinates":
        [[[36.123456789012345, -2], [36.5, -2], [36.5, -0.1], [36.123456789012345, -2]]]}},
    {"type": "Feature", "properties": {"code": "E", "name": "East"},
     "geometry": {"type": "Polygon", "coordinates": [[[36.5, -2], [37, -2], [37, -0.1], [36.5, -2]]]}}
]}"#;

/// Quotes, commas, a lost coordinate, doubled spaces, a double's last digit, an extra column.
const SCHOOLS: &str = "\
school_name,latitude,longitude,giga_id_school,school_id_govt,num_students,connectivity,roof\n\
\"St. Mary's, \"\"Upper\"\"\",-1.5,36.46740248799324036,g-1,007,120,yes,tin\n\
Two  Spaces,-1.25,36.46740248799324,g-2,008,,no,\n\
Lost,0,36.4,g-3,009,30,,thatch\n\
Ecole Élan,-1.75,36.75,g-4,,,unknown,tiles\n";

const FORMATS: [&str; 5] = ["csv", "geojson", "gpkg", "xlsx", "parquet"];

fn import(db: &TestDatabase, what: &[&str], file: &Path) -> Value {
    import_of(db, "KEN", what, file)
}

fn import_of(db: &TestDatabase, country: &str, what: &[&str], file: &Path) -> Value {
    let file = file.to_str().unwrap();
    let begin = ["import", what[0], file, "--country", country, "--json"];
    succeeds(&run(db, &[&begin, &what[1..]].concat()))
}

fn export(db: &TestDatabase, what: &[&str], file: &Path) -> Vec<u8> {
    export_of(db, "KEN", what, file);
    fs::read(file).unwrap()
}

fn export_of(db: &TestDatabase, country: &str, what: &[&str], file: &Path) -> Value {
    let name = file.to_str().unwrap();
    let begin = ["export", what[0], "--country", country, "--file", name];
    let begin = [&begin[..], &["--json"]].concat();
    succeeds(&run(db, &[&begin, &what[1..]].concat()))
}

/// A table without our own ids, which differ from one database to the next.
fn without_ids(table: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(table);
    let lines: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let at = lines[0].iter().position(|name| name == "schoolbeat_id");
    let cells = |line: &csv::StringRecord| {
        let cells = line.iter().enumerate();
        let cells = cells.filter(|(column, _)| Some(*column) != at);
        cells.map(|(_, cell)| cell.to_owned()).collect()
    };
    assert!(at.is_some());
    lines.iter().map(cells).collect()
}

#[test]
fn what_is_exported_and_imported_again_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    fs::write(at("areas.geojson"), AREAS).unwrap();
    fs::write(at("schools.csv"), SCHOOLS).unwrap();
    let db = TestDatabase::new();
    import(&db, &["areas", "--level", "1"], &at("areas.geojson"));
    import(&db, &["schools"], &at("schools.csv"));

    let areas = export(&db, &["areas"], &at("areas-out.geojson"));
    let table = export(&db, &["schools"], &at("out.csv"));
    let again = import(&db, &["areas", "--level", "1"], &at("areas-out.geojson"));
    assert_eq!(again["unchanged"], 2, "{again}");
    for format in FORMATS {
        let file = at(&format!("out.{format}"));
        export(&db, &["schools", "--format", format], &file);
        let again = import(&db, &["schools"], &file);
        assert_eq!(again["unchanged"], 4, "{format}: {again}");
    }

    let other = TestDatabase::new();
    import(&other, &["areas", "--level", "1"], &at("areas-out.geojson"));
    import(&other, &["schools"], &at("out.csv"));
    assert!(export(&other, &["areas"], &at("areas-2.geojson")) == areas);
    let table_2 = export(&other, &["schools"], &at("out-2.csv"));
    assert_eq!(without_ids(&table_2), without_ids(&table));
}

#[test]
fn no_formula_reaches_a_sheet() {
    let dir = tempfile::tempdir().unwrap();
    let list = "name,lat,lon,school_id_govt\n=HYPERLINK(1),-1.5,36.5,1\n";
    fs::write(dir.path().join("in.csv"), list).unwrap();
    let db = TestDatabase::new();
    import(&db, &["schools"], &dir.path().join("in.csv"));
    let out = String::from_utf8(export(&db, &["schools"], &dir.path().join("out.csv"))).unwrap();
    assert!(out.contains("\n'=HYPERLINK(1),36.5,-1.5,"), "{out}");
    let again = import(&db, &["schools"], &dir.path().join("out.csv"));
    assert_eq!(
        again["unchanged"], 1,
        "the guard is no part of the name: {again}"
    );
}

#[test]
fn an_export_that_cannot_be_written_leaves_nothing() {
    let db = TestDatabase::new();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("out");
    for format in FORMATS {
        let arguments = ["export", "schools", "--country", "KEN", "--format", format];
        fails(
            &run(&db, &[&arguments[..], &["--json"]].concat()),
            "file_missing",
        );
        let file = ["--json", "--file", file.to_str().unwrap()];
        fails(
            &run(&db, &[&arguments[..], &file].concat()),
            "country_not_found",
        );
        let left = fs::read_dir(dir.path()).unwrap().count();
        assert_eq!(left, 0, "{format}: not even half a file");
    }
}
