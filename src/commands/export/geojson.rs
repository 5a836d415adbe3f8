//! An export as a `FeatureCollection` (RFC 7946). A blank cell is no property.

use std::io::Write;

use geojson::Geometry as JsonGeometry;
use serde_json::{Map, Value, json};

use super::layer::{Cell, Geometry, Layer, Writer, Written};

pub(super) struct GeoJsonWriter<W: Write> {
    out: W,
    names: Vec<String>,
    is_first: bool,
}

impl<W: Write> GeoJsonWriter<W> {
    pub fn new(out: W) -> Self {
        Self {
            out,
            names: vec![],
            is_first: true,
        }
    }
}

impl<W: Write> Writer for GeoJsonWriter<W> {
    fn begin(&mut self, layer: &Layer) -> Written {
        self.names = layer
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect();
        let begin = "{\"type\":\"FeatureCollection\",\"features\":[\n";
        Ok(self.out.write_all(begin.as_bytes())?)
    }

    fn row(&mut self, cells: &[Cell<'_>], geometry: Option<&Geometry>) -> Written {
        let mut properties = Map::new();
        for (name, cell) in self.names.iter().zip(cells) {
            let value = match cell {
                Cell::Blank => continue,
                Cell::Text(text) => Value::from(text.as_ref()),
                Cell::Integer(number) => (*number).into(),
                Cell::Real(number) => (*number).into(),
            };
            properties.insert(name.clone(), value);
        }
        let geometry = geometry.map(Geometry::json).transpose()?;
        let geometry = geometry.map(JsonGeometry::new);
        let feature = json!({"type": "Feature", "properties": properties, "geometry": geometry});
        let comma = if self.is_first { "" } else { ",\n" };
        self.is_first = false;
        Ok(write!(self.out, "{comma}{feature}")?)
    }

    fn finish(mut self: Box<Self>) -> Written {
        self.out.write_all(b"\n]}\n")?;
        Ok(self.out.flush()?)
    }
}
