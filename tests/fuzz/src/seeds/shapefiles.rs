//! Zipped Shapefiles with every kind of shape.

use std::io::Cursor;

use shapefile::{
    Multipoint, Point, PointM, PointZ, Polygon, PolygonRing, Polyline, ShapeWriter,
    record::EsriShape,
};

use super::packed::packed;

const WGS_84: &str = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],UNIT["Degree",0.0174532925199433]]"#;

/// A table of a text, a number, a date and a truth.
fn dbf(names: &[&[u8]]) -> Vec<u8> {
    let columns = [
        ("name", b'C', 30_u8),
        ("emis_code", b'N', 12),
        ("opened", b'D', 8),
        ("internet", b'L', 1),
    ];
    let mut bytes = vec![3, 124, 1, 1];
    bytes.extend((names.len() as u32).to_le_bytes());
    bytes.extend((32 + 32 * columns.len() as u16 + 1).to_le_bytes());
    bytes.extend((1_u16 + 30 + 12 + 8 + 1).to_le_bytes());
    bytes.resize(32, 0);
    for (name, kind, length) in columns {
        let mut column = name.as_bytes().to_vec();
        column.resize(11, 0);
        column.extend([kind, 0, 0, 0, 0, length]);
        column.resize(32, 0);
        bytes.extend(column);
    }
    bytes.push(b'\r');
    for (at, name) in names.iter().enumerate() {
        let mut text = name.to_vec();
        text.resize(30, b' ');
        bytes.push(if at == 2 { b'*' } else { b' ' });
        bytes.extend(text);
        bytes.extend(format!("{:>12}", 10_203 + at).into_bytes());
        bytes.extend(b"19980901T");
    }
    bytes.push(0x1a);
    bytes
}

fn layer<S: EsriShape>(shapes: &[S], extra: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Cursor::new(vec![]);
    ShapeWriter::new(&mut bytes)
        .write_shapes(shapes)
        .expect("in memory");
    let names: [&[u8]; 3] = [b"Oak School", b"\xc9cole du Ch\xeane", b"West"];
    let table = dbf(&names[..shapes.len()]);
    let mut files: Vec<(&str, &[u8])> = vec![
        ("list/Schools.shp", bytes.get_ref()),
        ("list/Schools.dbf", &table),
        ("list/Schools.prj", WGS_84.as_bytes()),
    ];
    files.extend(extra);
    packed(&files)
}

pub fn all() -> Vec<Vec<u8>> {
    let places = [
        (36.512_345, 1.512_345),
        (36.612_345, 1.612_345),
        (36.7, 1.7),
    ];
    let points = places.map(|(x, y)| Point::new(x, y));
    let square = |x: f64, side: f64| {
        let corners = [
            (x, 0.0),
            (x, side),
            (x + side, side),
            (x + side, 0.0),
            (x, 0.0),
        ];
        corners.map(|(x, y)| Point::new(x, y)).to_vec()
    };
    let mut hole = square(36.2, 0.2);
    hole.reverse();
    let surface = Polygon::with_rings(vec![
        PolygonRing::Outer(square(36.0, 1.0)),
        PolygonRing::Inner(hole),
    ]);
    let other = Polygon::new(PolygonRing::Outer(square(38.0, 1.0)));
    vec![
        layer(&points, &[]),
        layer(
            &points[..2],
            &[
                ("list/Schools.cpg", b"1252"),
                ("__MACOSX/list/._Schools.shp", b"x"),
            ],
        ),
        layer(&places.map(|(x, y)| PointZ::new(x, y, 1700.0, 0.0)), &[]),
        layer(&places.map(|(x, y)| PointM::new(x, y, 3.0)), &[]),
        layer(&[surface, other], &[("list/Schools.cpg", b"ISO-8859-1")]),
        layer(&[Multipoint::new(points.to_vec())], &[]),
        layer(&[Polyline::new(points.to_vec())], &[]),
    ]
}
