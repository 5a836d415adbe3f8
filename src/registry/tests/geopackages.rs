//! GeoPackage files: the layer that is meant, values as they stand, and files made to do harm.

use rusqlite::{Connection, params};

use super::brief;
use crate::{
    domain::{area::AreaLevel, school::AliasScheme},
    registry::{FileError, ReadOptions, read_areas, read_schools, read_schools_with},
};

/// The tables that every GeoPackage has (OGC 12-128r19, annex C), as far as they are read.
const BEGIN: &str = "
    PRAGMA application_id = 1196444487;
    CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY,
        organization TEXT, organization_coordsys_id INTEGER, definition TEXT);
    INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, 'EPSG', 4326, ''),
        ('Undefined', 0, 'NONE', 0, ''), ('Arc 1960 / UTM 37S', 21037, 'EPSG', 21037, '');
    CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT);
    CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);";

fn point(longitude: f64, latitude: f64) -> Vec<u8> {
    let mut blob = b"GP\0\x01\xe6\x10\0\0\x01\x01\0\0\0".to_vec();
    blob.extend([longitude, latitude].map(f64::to_le_bytes).concat());
    blob
}

/// A file with what that SQL makes.
fn package(sql: &str) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("made.gpkg");
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch(&format!("{BEGIN}{sql}")).unwrap();
    drop(connection);
    std::fs::read(path).unwrap()
}

fn layer(table: &str, srs: i32) -> String {
    format!(
        "CREATE TABLE \"{table}\" (fid INTEGER PRIMARY KEY, geom POINT, name TEXT, emis_code TEXT,
            students MEDIUMINT, rate REAL, fed BOOLEAN, photo BLOB);
         INSERT INTO gpkg_contents VALUES ('{table}', 'features');
         INSERT INTO gpkg_geometry_columns VALUES ('{table}', 'geom', {srs});"
    )
}

fn school(table: &str, fid: i64, name: &str) -> String {
    let hex = point(36.5, -1.25)
        .iter()
        .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    format!(
        "INSERT INTO \"{table}\" VALUES ({fid}, x'{hex}', '{name}', '00{fid}', 120, 0.1, 1, x'00');"
    )
}

fn error(file: &[u8]) -> FileError {
    read_schools(file).unwrap_err()
}

#[test]
fn a_layer_is_read_as_it_stands() {
    let sql = [
        layer("schools", 4326),
        school("schools", 7, "Oak \"School\", 2"),
        school("schools", 9, "Elm"),
        "INSERT INTO schools VALUES (11, NULL, 'Fir', '0011', 30.0, 36.46740248799324, 0, NULL);
         INSERT INTO schools VALUES (12, 'POINT(1 2)', 'Ash', '0012', NULL, NULL, NULL, NULL);
         INSERT INTO schools VALUES (13, NULL, x'ff', '0013', NULL, NULL, NULL, NULL);"
            .into(),
    ];
    let list = read_schools(&package(&sql.concat())).unwrap();
    let expected = [
        (0, "warning", "column_left_out"),
        (1, "info", "coordinate_coarse"),
        (2, "info", "coordinate_coarse"),
        (3, "warning", "coordinate_missing"),
        (4, "warning", "coordinate_missing"),
        (5, "error", "unreadable_feature"),
    ];
    assert_eq!(brief(&list.findings), expected);
    assert_eq!((list.row_count, list.rows.len()), (5, 4));
    let oak = &list.rows[0];
    assert_eq!(oak.name.as_deref(), Some("Oak \"School\", 2"));
    assert_eq!(oak.aliases, [(AliasScheme::Government, "007".to_owned())]);
    assert_eq!(oak.student_count, Some(120));
    assert_eq!(oak.longitude.as_deref(), Some("36.5"));
    let fir = &list.rows[2].attributes;
    assert_eq!(fir["rate"], "36.46740248799324");
    assert_eq!(fir["fed"], "false");
    assert_eq!(list.rows[2].student_count, Some(30));
    assert!(!fir.contains_key("fid") && !fir.contains_key("photo"));
}

#[test]
fn many_pages_are_one_layer() {
    let rows: String = (1..=1000)
        .map(|n| school("s", n * 7 - 3000, &format!("School {n}")))
        .collect();
    let list = read_schools(&package(&format!(
        "{}BEGIN;{rows}COMMIT;",
        layer("s", 4326)
    )))
    .unwrap();
    let ids: Vec<_> = list
        .rows
        .iter()
        .map(|row| row.name.clone().unwrap())
        .collect();
    assert_eq!(
        ids,
        (1..=1000)
            .map(|n| format!("School {n}"))
            .collect::<Vec<_>>()
    );
}

#[test]
fn several_layers_are_listed_and_one_can_be_named() {
    let sql = [
        layer("primary", 4326),
        layer("Upper schools", 0),
        school("Upper schools", 1, "Oak"),
    ];
    let file = package(&sql.concat());
    let message = error(&file).to_string();
    assert!(
        message.contains("2 layers; its layers are \"Upper schools\", \"primary\""),
        "{message}"
    );
    assert_eq!(error(&file).code(), "file_layer");
    let named = |name: &str| ReadOptions {
        sheet: Some(name.into()),
        ..ReadOptions::default()
    };
    let list = read_schools_with(&file, &named("upper SCHOOLS")).unwrap();
    assert_eq!(list.rows[0].name.as_deref(), Some("Oak"));
    assert!(
        list.findings
            .iter()
            .any(|finding| finding.code == "reference_system")
    );
    let message = read_schools_with(&file, &named("third"))
        .unwrap_err()
        .to_string();
    assert!(message.contains("no layer \"third\""), "{message}");
    let empty = read_schools_with(&file, &named("primary")).unwrap_err();
    assert_eq!(empty.code(), "file_no_rows");
}

#[test]
fn a_table_without_geometry_is_a_list_too() {
    let sql = "CREATE TABLE list (school_id INTEGER PRIMARY KEY, name TEXT, lat TEXT, lon TEXT);
               INSERT INTO gpkg_contents VALUES ('list', 'attributes');
               INSERT INTO list VALUES (42, 'Oak', '-1.25', '36.5');";
    let list = read_schools(&package(sql)).unwrap();
    // A key that a person made is a column.
    assert_eq!(
        list.rows[0].aliases,
        [(AliasScheme::Government, "42".to_owned())]
    );
    assert!(list.rows[0].location.is_ok());
}

#[test]
fn outlines_are_areas() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("areas.gpkg");
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch(&format!("{BEGIN}{}", layer("areas", 4326)))
        .unwrap();
    let mut outline = b"GP\0\x01\xe6\x10\0\0\x01\x03\0\0\0\x01\0\0\0\x04\0\0\0".to_vec();
    for number in [36.0_f64, -2.0, 37.0, -2.0, 37.0, -1.0, 36.0, -2.0] {
        outline.extend(number.to_le_bytes());
    }
    let insert = "INSERT INTO areas (geom, name) VALUES (?1, 'West')";
    connection.execute(insert, params![outline]).unwrap();
    drop(connection);
    let list = read_areas(&std::fs::read(path).unwrap(), AreaLevel::new(1).unwrap()).unwrap();
    assert_eq!(list.rows[0].name, "West");
}

#[test]
fn metres_are_refused_by_name() {
    let metres = package(&[layer("s", 21_037), school("s", 1, "Oak")].concat());
    let message = error(&metres).to_string();
    assert!(
        message.contains("EPSG:21037 (Arc 1960 / UTM 37S)"),
        "{message}"
    );
}

#[test]
fn nothing_in_a_file_is_executed() {
    let endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)";
    let view = format!(
        "CREATE VIEW s AS {endless} SELECT x AS fid, NULL AS geom, 'Oak' AS name FROM n;
         INSERT INTO gpkg_contents VALUES ('s', 'features');
         INSERT INTO gpkg_geometry_columns VALUES ('s', 'geom', 4326);"
    );
    let message = error(&package(&view)).to_string();
    assert!(message.contains("\"s\" is a view"), "{message}");
    let contents = format!(
        "DROP TABLE gpkg_contents;
         CREATE VIEW gpkg_contents AS {endless} SELECT 's' AS table_name, 'x' AS data_type FROM n;"
    );
    let message = error(&package(&contents)).to_string();
    assert!(message.contains("is a view"), "{message}");
    let hidden = "CREATE VIRTUAL TABLE s USING fts5(name);
                  INSERT INTO gpkg_contents VALUES ('s', 'features');";
    let message = error(&package(hidden)).to_string();
    assert!(
        message.contains("no table that holds its rows"),
        "{message}"
    );
    let slow = "CREATE TABLE s (fid INTEGER PRIMARY KEY, name TEXT, slow AS (abs(random())));
         INSERT INTO s (name) VALUES ('Oak');
         INSERT INTO gpkg_contents VALUES ('s', 'attributes');";
    // SQLite itself refuses such a column; one that it takes is left out.
    assert!(std::panic::catch_unwind(|| package(slow)).is_err());
    let computed = slow.replace("abs(random())", "length(name)");
    let message = error(&package(&computed)).to_string();
    assert!(message.contains("no coordinates"), "{message}");
}

#[test]
fn a_database_that_is_no_geopackage_says_so() {
    let sql = "DROP TABLE gpkg_contents; CREATE TABLE s (name TEXT);";
    let message = error(&package(sql)).to_string();
    assert!(message.contains("no table \"gpkg_contents\""), "{message}");
    let message = error(&package("")).to_string();
    assert!(message.contains("no layer of features"), "{message}");
    assert_eq!(
        error(b"SQLite format 3\0 and nothing else").code(),
        "file_not_a_geopackage"
    );
}

#[test]
fn a_broken_file_ends_in_an_error_and_never_in_more() {
    let rows: String = (1..=60)
        .map(|n| school("s", n, &format!("School {n}")))
        .collect();
    let file = package(&format!("{}{rows}", layer("s", 4326)));
    for at in (100..file.len()).step_by(97) {
        let mut broken = file.clone();
        broken[at] ^= 0xff;
        broken[at / 2] = broken[at / 2].wrapping_add(1);
        if let Ok(list) = read_schools(&broken) {
            assert!(list.row_count <= 10_000, "{at}");
        }
        drop(read_schools(&file[..at]));
    }
}
