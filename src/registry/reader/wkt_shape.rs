//! Well-known text in a cell (OGC 06-103r4) → a shape. Knows no table.

use std::str::FromStr;

use geo::{Geometry, MultiLineString, MultiPolygon};
use wkt::Wkt;

use crate::registry::{
    spelling::plain,
    table::{Cell, Shape},
};

/// Columns that hold a geometry, as `ogr2ogr`, QGIS and PostGIS call them.
const COLUMNS: [&str; 6] = [
    "wkt",
    "wktgeometry",
    "wktgeom",
    "geometry",
    "geom",
    "thegeom",
];
/// How the shapes that are wanted begin. A collection, which may lie in itself, is none of them.
const KINDS: [&str; 6] = [
    "POINT",
    "LINESTRING",
    "POLYGON",
    "MULTIPOINT",
    "MULTILINESTRING",
    "MULTIPOLYGON",
];
/// The only reference system, where a text states one (PostGIS: EWKT): WGS 84.
const WGS_84: &str = "4326";

/// Which of the columns may hold a geometry.
pub(super) fn column(names: &[String]) -> Option<usize> {
    names
        .iter()
        .position(|name| COLUMNS.contains(&plain(name).as_str()))
}

/// Takes the geometry out of a row's cells; a cell that begins like none stays what it is.
pub(super) fn take(cells: &mut Vec<Cell>, column: Option<usize>) -> Shape {
    let found = column.and_then(|column| cells.binary_search_by_key(&column, |cell| cell.0).ok());
    let Some((at, shape)) = found.and_then(|at| Some((at, shape(&cells[at].1)?))) else {
        return Shape::Absent;
    };
    cells.remove(at);
    shape
}

/// `None` where the text is none that states a geometry.
fn shape(text: &str) -> Option<Shape> {
    let text = text.trim();
    let (system, text) = match text.split_once(';') {
        Some((system, rest)) if starts_with(system, "SRID=") => (Some(&system[5..]), rest.trim()),
        _ => (None, text),
    };
    let word = text.split(|c: char| !c.is_ascii_alphabetic()).next()?;
    let word = word.to_ascii_uppercase();
    let bare = word
        .strip_suffix("ZM")
        .or_else(|| word.strip_suffix(['Z', 'M']));
    if !KINDS.contains(&bare.unwrap_or(&word)) {
        return None;
    }
    if let Some(system) = system.filter(|system| system.trim() != WGS_84) {
        return Some(Shape::Unusable(format!(
            "its geometry is in the reference system {system}; export it in WGS 84 (EPSG 4326)"
        )));
    }
    Some(match read(text) {
        Ok(shape) => shape,
        Err(reason) => Shape::Unusable(format!("its geometry cannot be read ({reason})")),
    })
}

fn starts_with(text: &str, word: &str) -> bool {
    text.get(..word.len())
        .is_some_and(|begin| begin.eq_ignore_ascii_case(word))
}

fn read(text: &str) -> Result<Shape, String> {
    let last = text.rsplit(' ').next();
    if last.is_some_and(|word| word.eq_ignore_ascii_case("EMPTY")) {
        return Ok(Shape::Absent);
    }
    let read = Wkt::<f64>::from_str(text)?;
    let geometry = Geometry::try_from(read).map_err(|error| error.to_string())?;
    Ok(match geometry {
        Geometry::Point(point) => Shape::Point {
            longitude: point.x(),
            latitude: point.y(),
        },
        Geometry::MultiPoint(points) if points.0.len() == 1 => Shape::Point {
            longitude: points.0[0].x(),
            latitude: points.0[0].y(),
        },
        Geometry::MultiPoint(points) => {
            Shape::Unusable(format!("its geometry is {} points", points.0.len()))
        }
        Geometry::LineString(line) => Shape::Lines(MultiLineString::new(vec![line])),
        Geometry::MultiLineString(lines) => Shape::Lines(lines),
        Geometry::Polygon(polygon) => Shape::Surface(MultiPolygon::new(vec![polygon])),
        Geometry::MultiPolygon(polygons) => Shape::Surface(polygons),
        _ => Shape::Unusable("its geometry is none that is known".into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Shape> {
        shape(text)
    }

    #[test]
    fn shapes_are_read() {
        let at = |longitude, latitude| {
            Some(Shape::Point {
                longitude,
                latitude,
            })
        };
        assert_eq!(of("POINT(36.5 -1.25)"), at(36.5, -1.25));
        assert_eq!(of(" point z (36.5 -1.25 1700) "), at(36.5, -1.25));
        assert_eq!(of("PointZ(36.5 -1.25 1700)"), at(36.5, -1.25));
        assert_eq!(of("SRID=4326;POINT(36.5 -1.25)"), at(36.5, -1.25));
        assert_eq!(of("MULTIPOINT((36.5 -1.25))"), at(36.5, -1.25));
        assert_eq!(of("POINT EMPTY"), Some(Shape::Absent));
        let Some(Shape::Surface(surface)) =
            of("POLYGON((0 0,1 0,1 1,0 0),(.1 .1,.2 .1,.2 .2,.1 .1))")
        else {
            panic!("no surface")
        };
        assert_eq!(surface.0[0].interiors().len(), 1);
        assert!(matches!(of("LINESTRING(1 2,3 4)"), Some(Shape::Lines(l)) if l.0[0].0.len() == 2));
        let two = "MULTILINESTRING((1 2,3 4),(5 6,7 8))";
        assert!(matches!(of(two), Some(Shape::Lines(l)) if l.0.len() == 2));
    }

    #[test]
    fn what_is_no_geometry_is_a_text_and_what_is_a_broken_one_says_so() {
        for text in [
            "",
            "round",
            "Pointe-Noire",
            "GEOMETRYCOLLECTION(POINT(1 2))",
            "{}",
            "é",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
        for text in [
            "POINT",
            "POINT(1)",
            "POINT(a b)",
            "POLYGON((0 0,1 0",
            "LINESTRING(1 2,,3 4)",
            "MULTIPOINT((1 2),(3 4))",
            "SRID=32736;POINT(500000 9800000)",
        ] {
            assert!(
                matches!(of(text), Some(Shape::Unusable(_))),
                "{text}: {:?}",
                of(text)
            );
        }
    }
}
