//! Well-known binary (OGC 06-103r4), bare or wrapped as a GeoPackage wraps it → a shape. Knows no
//! file.

use std::panic::catch_unwind;

use geo::{Coord, LineString, MultiLineString, MultiPolygon, Polygon};
use geo_traits::{
    CoordTrait, GeometryTrait, GeometryType, LineStringTrait, MultiLineStringTrait,
    MultiPointTrait, MultiPolygonTrait, PointTrait, PolygonTrait,
};

use crate::registry::table::Shape;

/// Bytes of a GeoPackage's envelope, by the code in its flags (OGC 12-128r19, 2.1.3).
const ENVELOPE_BYTES: [usize; 5] = [0, 32, 48, 48, 64];

/// The shape of a geometry that is bare.
pub(super) fn shape(bytes: &[u8]) -> Shape {
    let unreadable =
        |reason: &str| Shape::Unusable(format!("its geometry cannot be read ({reason})"));
    // The parser is not ours: what it does not expect must end this geometry only.
    let read = catch_unwind(|| match wkb::reader::read_wkb(bytes) {
        Ok(geometry) => shape_of(&geometry),
        Err(error) => unreadable(&error.to_string()),
    });
    read.unwrap_or_else(|_| unreadable("its content makes no sense"))
}

/// The shape of a geometry with a GeoPackage's header before it.
pub(super) fn of_geopackage(blob: &[u8]) -> Shape {
    let Some((b"GP", rest)) = blob.split_at_checked(2) else {
        return Shape::Unusable("its geometry has no GeoPackage header".into());
    };
    let [_version, flags, _srs @ ..] = rest else {
        return Shape::Unusable("its geometry has no flags".into());
    };
    if flags & 0b1_0000 != 0 {
        return Shape::Absent;
    }
    let envelope = ENVELOPE_BYTES.get(usize::from(flags >> 1 & 0b111));
    match envelope.and_then(|bytes| blob.get(8 + bytes..)) {
        Some(wkb) => shape(wkb),
        None => Shape::Unusable("its geometry's header is cut off".into()),
    }
}

fn shape_of(geometry: &wkb::reader::Wkb<'_>) -> Shape {
    match geometry.as_type() {
        GeometryType::Point(point) => single(point),
        GeometryType::MultiPoint(points) => match (points.num_points(), points.point(0)) {
            (1, Some(point)) => single(&point),
            (0, _) => Shape::Absent,
            (several, _) => Shape::Unusable(format!("its geometry is {several} points")),
        },
        GeometryType::Polygon(surface) => Shape::Surface(MultiPolygon::new(vec![polygon(surface)])),
        GeometryType::MultiPolygon(surface) => {
            Shape::Surface(surface.polygons().map(|part| polygon(&part)).collect())
        }
        GeometryType::LineString(part) => Shape::Lines(MultiLineString::new(vec![line(part)])),
        GeometryType::MultiLineString(parts) => {
            Shape::Lines(parts.line_strings().map(|part| line(&part)).collect())
        }
        _ => Shape::Unusable("its geometry is a GeometryCollection".into()),
    }
}

/// A point without coordinates, or with NaN for them, is how the format says that there is none.
fn single(point: &impl PointTrait<T = f64>) -> Shape {
    match point.coord() {
        Some(place) if !place.x().is_nan() || !place.y().is_nan() => Shape::Point {
            longitude: place.x(),
            latitude: place.y(),
        },
        _ => Shape::Absent,
    }
}

fn polygon(surface: &impl PolygonTrait<T = f64>) -> Polygon<f64> {
    let outline = surface.exterior();
    let outline = outline.map_or_else(|| LineString::new(vec![]), |ring| line(&ring));
    Polygon::new(
        outline,
        surface.interiors().map(|ring| line(&ring)).collect(),
    )
}

fn line(line: &impl LineStringTrait<T = f64>) -> LineString<f64> {
    let places = line.coords().map(|place| Coord {
        x: place.x(),
        y: place.y(),
    });
    LineString::new(places.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Little-endian: type, then whatever follows.
    fn wkb(kind: u32, counts: &[u32], numbers: &[f64]) -> Vec<u8> {
        let mut bytes = vec![1];
        bytes.extend(kind.to_le_bytes());
        bytes.extend(counts.iter().flat_map(|count| count.to_le_bytes()));
        bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        bytes
    }

    fn point(longitude: f64, latitude: f64) -> Shape {
        Shape::Point {
            longitude,
            latitude,
        }
    }

    #[test]
    fn shapes_are_read_with_and_without_heights() {
        assert_eq!(shape(&wkb(1, &[], &[36.5, -1.25])), point(36.5, -1.25));
        // ISO's Z, EWKB's Z, and a number of a reference system before the coordinates.
        assert_eq!(
            shape(&wkb(1001, &[], &[36.5, -1.25, 9.0])),
            point(36.5, -1.25)
        );
        assert_eq!(
            shape(&wkb(0x8000_0001, &[], &[36.5, -1.25, 9.0])),
            point(36.5, -1.25)
        );
        assert_eq!(
            shape(&wkb(0x2000_0001, &[4326], &[36.5, -1.25])),
            point(36.5, -1.25)
        );
        let one = [wkb(4, &[1], &[]), wkb(1, &[], &[1.0, 2.0])].concat();
        assert_eq!(shape(&one), point(1.0, 2.0));
        let ring = wkb(3, &[1, 4], &[0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0]);
        assert!(matches!(shape(&ring), Shape::Surface(s) if s.0[0].exterior().0.len() == 4));
        let line = wkb(2, &[2], &[0.0, 0.0, 1.0, 0.5]);
        assert!(matches!(shape(&line), Shape::Lines(lines) if lines.0[0].0.len() == 2));
        assert_eq!(shape(&wkb(1, &[], &[f64::NAN, f64::NAN])), Shape::Absent);
    }

    #[test]
    fn what_is_no_geometry_ends_nothing_but_itself() {
        let deep: Vec<u8> = std::iter::repeat_n(wkb(7, &[1], &[]), 100_000)
            .flatten()
            .collect();
        for bytes in [
            vec![],
            vec![1],
            vec![9, 1, 0, 0, 0],
            wkb(1, &[], &[1.0]),
            wkb(99, &[], &[]),
            wkb(3, &[u32::MAX], &[]),
            wkb(6, &[u32::MAX, u32::MAX], &[1.0]),
            wkb(2, &[u32::MAX], &[1.0]),
            wkb(7, &[0], &[]),
            deep,
        ] {
            let read = shape(&bytes);
            assert!(matches!(read, Shape::Unusable(_)), "{read:?}");
        }
        for blob in [b"".as_slice(), b"GP", b"GP\0", b"GP\0\x0f0000", b"XX\0\x01"] {
            assert!(matches!(of_geopackage(blob), Shape::Unusable(_)));
        }
    }

    #[test]
    fn a_geopackages_header_is_passed_over() {
        let header = b"GP\0\x01\xe6\x10\0\0".to_vec();
        let bare = wkb(1, &[], &[36.5, -1.25]);
        assert_eq!(
            of_geopackage(&[header, bare.clone()].concat()),
            point(36.5, -1.25)
        );
        let boxed = [b"GP\0\x03\xe6\x10\0\0".to_vec(), vec![0; 32], bare].concat();
        assert_eq!(of_geopackage(&boxed), point(36.5, -1.25));
        assert_eq!(of_geopackage(b"GP\0\x11\xe6\x10\0\0"), Shape::Absent);
    }
}
