//! A `GeoJSON` geometry (RFC 7946) → a shape. Knows no feature.

use geo::{Coord, LineString, MultiLineString, MultiPolygon, Polygon};
use geojson::{Geometry, GeometryValue, Position};

use crate::registry::table::Shape;

/// Reads a geometry.
pub(super) fn read(text: &str) -> Shape {
    if text == "null" {
        return Shape::Absent;
    }
    match serde_json::from_str::<Geometry>(text) {
        Ok(geometry) => shape_of(&geometry.value),
        Err(error) => Shape::Unusable(format!("its geometry cannot be read ({error})")),
    }
}

/// Positions are checked here: the conversions of `geojson` panic on one that is too short.
fn shape_of(geometry: &GeometryValue) -> Shape {
    let surface = match geometry {
        GeometryValue::Point { coordinates } => {
            return match coordinates.as_slice() {
                [longitude, latitude, ..] => Shape::Point {
                    longitude: *longitude,
                    latitude: *latitude,
                },
                _ => Shape::Unusable("its point has fewer than two numbers".into()),
            };
        }
        GeometryValue::Polygon { coordinates } => polygon(coordinates).map(|polygon| vec![polygon]),
        GeometryValue::MultiPolygon { coordinates } => {
            coordinates.iter().map(|rings| polygon(rings)).collect()
        }
        GeometryValue::LineString { coordinates } => {
            return lines(std::slice::from_ref(coordinates));
        }
        GeometryValue::MultiLineString { coordinates } => return lines(coordinates),
        other => {
            let kind = other.type_name();
            return Shape::Unusable(format!("its geometry is a {kind}"));
        }
    };
    match surface {
        Some(polygons) => Shape::Surface(MultiPolygon::new(polygons)),
        None => short_position(),
    }
}

fn short_position() -> Shape {
    Shape::Unusable("a position of its outline has fewer than two numbers".into())
}

fn lines(lines: &[Vec<Position>]) -> Shape {
    let lines: Option<Vec<_>> = lines.iter().map(|positions| line(positions)).collect();
    lines.map_or_else(short_position, |lines| {
        Shape::Lines(MultiLineString::new(lines))
    })
}

fn line(positions: &[Position]) -> Option<LineString<f64>> {
    let coordinates = positions.iter().map(|position| match position.as_slice() {
        [x, y, ..] => Some(Coord { x: *x, y: *y }),
        _ => None,
    });
    Some(LineString::new(coordinates.collect::<Option<Vec<_>>>()?))
}

fn polygon(rings: &[Vec<Position>]) -> Option<Polygon<f64>> {
    let mut rings = rings.iter().map(|positions| line(positions));
    let outline = rings
        .next()
        .unwrap_or_else(|| Some(LineString::new(vec![])))?;
    let holes: Option<Vec<_>> = rings.collect();
    Some(Polygon::new(outline, holes?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_positions_do_not_end_the_program() {
        for geometry in [
            r#"{"type":"Point","coordinates":[1]}"#,
            r#"{"type":"Polygon","coordinates":[[[1],[2,3]]]}"#,
            r#"{"type":"MultiPolygon","coordinates":[[[[]]]]}"#,
            r#"{"type":"LineString","coordinates":[[1,2],[3]]}"#,
            r#"{"type":"Point","coordinates":["1","2"]}"#,
            r#"{"type":"Sphere"}"#,
        ] {
            assert!(matches!(read(geometry), Shape::Unusable(_)), "{geometry}");
        }
        let empty = read(r#"{"type":"Polygon","coordinates":[]}"#);
        assert!(matches!(empty, Shape::Surface(_)));
    }
}
