//! An export as CSV (RFC 4180). A geometry is the last column, as well-known text.

use std::{borrow::Cow, fmt::Write as _, io::Write};

use geo::{Geometry as Shape, LineString, Polygon};

use super::layer::{Cell, Geometry, Layer, Writer, Written, free_name};

pub(super) struct CsvWriter<W: Write> {
    out: csv::Writer<W>,
    has_shape: bool,
}

impl<W: Write> CsvWriter<W> {
    pub fn new(out: W) -> Self {
        Self {
            out: csv::Writer::from_writer(out),
            has_shape: false,
        }
    }
}

impl<W: Write> Writer for CsvWriter<W> {
    fn begin(&mut self, layer: &Layer) -> Written {
        for column in &layer.columns {
            self.out.write_field(plain(&column.name).as_ref())?;
        }
        self.has_shape = layer.shape.is_some();
        if self.has_shape {
            self.out
                .write_field(free_name(layer, &["WKT", "wkt_geometry"])?)?;
        }
        Ok(self.out.write_record(None::<&[u8]>)?)
    }

    fn row(&mut self, cells: &[Cell<'_>], geometry: Option<&Geometry>) -> Written {
        for cell in cells {
            match cell {
                Cell::Text(text) => self.out.write_field(plain(text).as_ref())?,
                other => self.out.write_field(other.shown().as_ref())?,
            }
        }
        if self.has_shape {
            let text = geometry.map(text_of).transpose()?;
            self.out.write_field(text.unwrap_or_default())?;
        }
        Ok(self.out.write_record(None::<&[u8]>)?)
    }

    fn finish(mut self: Box<Self>) -> Written {
        Ok(self.out.flush()?)
    }
}

/// A spreadsheet takes a text that begins so for a formula (OWASP: CSV injection). A number is
/// none, and an import takes the apostrophe away again; so a text that looks guarded gets one too.
fn plain(text: &str) -> Cow<'_, str> {
    const SIGNS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
    let bare = text.trim_start_matches('\'');
    let guarded = bare.len() < text.len();
    if bare.starts_with(SIGNS) && (guarded || text.parse::<f64>().is_err()) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Well-known text (OGC 06-103r4).
fn text_of(geometry: &Geometry) -> Written<String> {
    let mut text = String::new();
    match geometry.shape()? {
        Shape::Point(point) => write!(text, "POINT({} {})", point.x(), point.y())?,
        Shape::LineString(line) => write!(text, "LINESTRING{}", places(&line))?,
        Shape::MultiLineString(lines) => {
            let lines: Vec<String> = lines.iter().map(places).collect();
            write!(text, "MULTILINESTRING({})", lines.join(","))?;
        }
        Shape::Polygon(polygon) => write!(text, "POLYGON{}", rings(&polygon))?,
        Shape::MultiPolygon(polygons) => {
            let polygons: Vec<String> = polygons.iter().map(rings).collect();
            write!(text, "MULTIPOLYGON({})", polygons.join(","))?;
        }
        _ => return Err("a geometry is none that a text can hold; take geojson or gpkg".into()),
    }
    Ok(text)
}

fn rings(polygon: &Polygon<f64>) -> String {
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    let rings: Vec<String> = rings.map(places).collect();
    format!("({})", rings.join(","))
}

fn places(line: &LineString<f64>) -> String {
    let places: Vec<String> = line.coords().map(|c| format!("{} {}", c.x, c.y)).collect();
    format!("({})", places.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_text_and_a_number_stays_one() {
        for (text, written) in [
            ("=1+1", "'=1+1"),
            ("@cmd", "'@cmd"),
            ("-1.25", "-1.25"),
            ("-", "'-"),
            ("'64' SECONDARY", "'64' SECONDARY"),
            ("'=1", "''=1"),
            ("''=1", "'''=1"),
        ] {
            assert_eq!(plain(text), written);
        }
    }

    #[test]
    fn a_geometry_is_a_text() {
        let point = Geometry::Point {
            longitude: 36.5,
            latitude: -1.25,
        };
        assert_eq!(text_of(&point).unwrap(), "POINT(36.5 -1.25)");
        let square = geo::Rect::new((0.0, 0.0), (1.0, 2.0)).to_polygon();
        assert!(
            rings(&square).starts_with("((1 0,1 2,"),
            "{}",
            rings(&square)
        );
    }
}
