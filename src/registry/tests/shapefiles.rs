//! Zipped Shapefiles: points are schools, polygons areas; what is in other units is refused.

use std::io::Cursor;

use shapefile::{Point, Polygon, PolygonRing, ShapeWriter};

use super::{of_the_reader, packed};
use crate::{
    domain::area::AreaLevel,
    registry::{FileError, ReadOptions, read_areas, read_schools, read_schools_with},
};

pub(super) const WGS_84: &str = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],UNIT["Degree",0.0174532925199433]]"#;
const UTM: &str = r#"PROJCS["WGS_1984_UTM_Zone_37S",GEOGCS["GCS_WGS_1984"]]"#;

/// A table of two columns, a text and a number.
fn dbf(rows: &[(&[u8], &str)]) -> Vec<u8> {
    let mut bytes = vec![3, 124, 1, 1];
    bytes.extend(u32::try_from(rows.len()).unwrap().to_le_bytes());
    bytes.extend((32_u16 + 64 + 1).to_le_bytes());
    bytes.extend((1_u16 + 30 + 12).to_le_bytes());
    bytes.resize(32, 0);
    for (name, kind, length) in [("name", b'C', 30), ("emis_code", b'N', 12)] {
        let mut column = name.as_bytes().to_vec();
        column.resize(11, 0);
        column.extend([kind, 0, 0, 0, 0, length]);
        column.resize(32, 0);
        bytes.extend(column);
    }
    bytes.push(b'\r');
    for (text, number) in rows {
        let mut text = text.to_vec();
        text.resize(30, b' ');
        bytes.push(b' ');
        bytes.extend(text);
        bytes.extend(format!("{number:>12}").into_bytes());
    }
    bytes.push(0x1a);
    bytes
}

fn points(places: &[(f64, f64)]) -> Vec<u8> {
    let mut bytes = Cursor::new(vec![]);
    let shapes: Vec<Point> = places.iter().map(|(x, y)| Point::new(*x, *y)).collect();
    ShapeWriter::new(&mut bytes).write_shapes(&shapes).unwrap();
    bytes.into_inner()
}

pub(super) fn schools(projection: &str, extra: &[(&str, &[u8])]) -> Vec<u8> {
    let shapes = points(&[(36.512_345, 1.512_345), (36.612_345, 1.612_345)]);
    let table = dbf(&[
        (b"Oak School", "10203.000"),
        (b"\xc9cole du Ch\xeane", "10204"),
    ]);
    let mut files: Vec<(&str, &[u8])> = vec![
        ("list/Schools.SHP", &shapes),
        ("list/Schools.dbf", &table),
        ("list/Schools.prj", projection.as_bytes()),
        ("__MACOSX/list/._Schools.shp", b"x"),
    ];
    files.extend(extra);
    packed(&files)
}

#[test]
fn points_are_schools() {
    let list = read_schools(&schools(WGS_84, &[])).unwrap();
    assert_eq!(of_the_reader(&list.findings), [(0, "info", "encoding")]);
    let names: Vec<_> = list.rows.iter().map(|row| row.name.as_deref()).collect();
    assert_eq!(names, [Some("Oak School"), Some("École du Chêne")]);
    assert_eq!(list.rows[0].aliases[0].1, "10203");
    let location = list.rows[1].location.unwrap();
    assert!((location.longitude() - 36.612_345).abs() < 1e-9);
}

#[test]
fn the_encoding_is_the_one_that_the_file_states_or_that_is_forced() {
    let error = read_schools(&schools(WGS_84, &[("list/Schools.cpg", b"UTF-8")])).unwrap_err();
    assert_eq!(error.code(), "file_encoding");
    assert!(error.to_string().contains("(line 2)"), "{error}");
    let forced = ReadOptions {
        encoding: "latin-1".parse().ok(),
        ..ReadOptions::default()
    };
    let bytes = schools(WGS_84, &[("list/Schools.cpg", b"UTF-8")]);
    assert!(read_schools_with(&bytes, &forced).is_ok());
}

#[test]
fn polygons_are_areas() {
    let square = |x: f64| {
        let corners = [(x, 0.0), (x, 1.0), (x + 1.0, 1.0), (x + 1.0, 0.0), (x, 0.0)];
        let corners = corners.map(|(x, y)| Point::new(x, y));
        Polygon::new(PolygonRing::Outer(corners.to_vec()))
    };
    let mut shapes = Cursor::new(vec![]);
    let writer = ShapeWriter::new(&mut shapes);
    writer.write_shapes(&[square(36.0), square(37.0)]).unwrap();
    let table = dbf(&[(b"West", "1"), (b"East", "2")]);
    let bytes = packed(&[("a.shp", shapes.get_ref()), ("a.dbf", &table)]);
    let list = read_areas(&bytes, AreaLevel::new(1).unwrap()).unwrap();
    let names: Vec<&str> = list.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["West", "East"]);
    assert_eq!(list.findings[0].code, "reference_system");
}

#[test]
fn what_is_no_whole_layer_in_degrees_is_refused() {
    let shapes = points(&[(36.5, 1.5)]);
    let one = dbf(&[(b"Oak School", "1")]);
    let two = dbf(&[(b"Oak School", "1"), (b"Elm School", "2")]);
    let cases: [(&str, Vec<u8>); 5] = [
        ("file_reference_system", schools(UTM, &[])),
        ("file_not_a_shapefile", packed(&[("a.shp", &shapes)])),
        (
            "file_not_a_shapefile",
            packed(&[("a.shp", &shapes), ("a.dbf", &two)]),
        ),
        (
            "file_not_a_shapefile",
            packed(&[("a.shp", &shapes[..110]), ("a.dbf", &one)]),
        ),
        (
            "file_not_a_shapefile",
            packed(&[("a.shp", &shapes), ("a.dbf", &one), ("b.shp", &shapes)]),
        ),
    ];
    for (code, bytes) in cases {
        let error: FileError = read_schools(&bytes).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
    }
    for end in 0..one.len() {
        drop(read_schools(&packed(&[
            ("a.shp", &shapes),
            ("a.dbf", &one[..end]),
        ])));
    }
}
