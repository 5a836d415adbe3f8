//! Geometries as well-known binary (OGC 06-103r4, 8.2), the form that `PostGIS` reads fastest.

use bytes::{BufMut, BytesMut};
use geo::{LineString, MultiPolygon, Polygon};

use crate::domain::infrastructure::Place;

const LITTLE_ENDIAN: u8 = 1;
const POINT: u32 = 1;
const LINE: u32 = 2;
const POLYGON: u32 = 3;
const MULTI_LINE: u32 = 5;
const MULTI_POLYGON: u32 = 6;

/// The outline's bytes.
pub(super) fn encode(outline: &MultiPolygon<f64>) -> Vec<u8> {
    let mut out = BytesMut::new();
    begin(&mut out, MULTI_POLYGON, outline.0.len());
    for polygon in outline {
        put_polygon(&mut out, polygon);
    }
    out.to_vec()
}

/// The bytes of where a thing of infrastructure is.
pub(super) fn encode_place(place: &Place) -> Vec<u8> {
    let mut out = BytesMut::new();
    match place {
        Place::Point(at) => {
            out.put_u8(LITTLE_ENDIAN);
            out.put_u32_le(POINT);
            out.put_f64_le(at.longitude());
            out.put_f64_le(at.latitude());
        }
        Place::Lines(lines) => {
            begin(&mut out, MULTI_LINE, lines.0.len());
            for line in lines {
                out.put_u8(LITTLE_ENDIAN);
                out.put_u32_le(LINE);
                put_ring(&mut out, line);
            }
        }
        Place::Surface(surface) => return encode(surface),
    }
    out.to_vec()
}

fn begin(out: &mut BytesMut, kind: u32, parts: usize) {
    out.put_u8(LITTLE_ENDIAN);
    out.put_u32_le(kind);
    put_count(out, parts);
}

fn put_count(out: &mut BytesMut, count: usize) {
    // A file is far smaller than 2^32 positions; PostGIS would refuse the bytes otherwise.
    out.put_u32_le(u32::try_from(count).unwrap_or(u32::MAX));
}

fn put_polygon(out: &mut BytesMut, polygon: &Polygon<f64>) {
    begin(out, POLYGON, 1 + polygon.interiors().len());
    put_ring(out, polygon.exterior());
    for ring in polygon.interiors() {
        put_ring(out, ring);
    }
}

fn put_ring(out: &mut BytesMut, ring: &LineString<f64>) {
    put_count(out, ring.0.len());
    for position in ring {
        out.put_f64_le(position.x);
        out.put_f64_le(position.y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_triangle_is_what_the_standard_says() {
        let ring = LineString::from(vec![(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0)]);
        let bytes = encode(&MultiPolygon::new(vec![Polygon::new(ring, vec![])]));
        assert_eq!(bytes.len(), 9 + 9 + 4 + 4 * 16);
        assert_eq!(bytes[..9], [1, 6, 0, 0, 0, 1, 0, 0, 0]);
        assert_eq!(bytes[9..22], [1, 3, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0]);
        assert_eq!(bytes[38..46], 1.0_f64.to_le_bytes());
    }
}
