//! What an export writes, whatever the format: columns, cells, geometries, and the trait of those
//! who write them. Knows neither a format nor what the rows are about.

use std::{borrow::Cow, error::Error};

use geo::{BoundingRect, Geometry as Shape};
use geo_traits::to_geo::ToGeoGeometry;
use geojson::GeometryValue;
use wkb::{reader::read_wkb, writer};

/// How writing ends; the caller says which file it was.
pub(super) type Written<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Writes rows one by one; nothing of a layer is held whole.
pub(super) trait Writer {
    /// Begins the only layer.
    fn begin(&mut self, layer: &Layer) -> Written;
    /// Writes a row: a cell for each column, and its geometry where the layer has one.
    fn row(&mut self, cells: &[Cell<'_>], geometry: Option<&Geometry>) -> Written;
    /// Ends the file.
    fn finish(self: Box<Self>) -> Written;
}

/// What all rows of an export have in common.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layer {
    /// Name of the layer or sheet.
    pub name: String,
    /// What it is, for a person.
    pub title: String,
    /// Whose data it is, and under which licence.
    pub credit: Option<String>,
    pub columns: Vec<Column>,
    /// What the rows' geometries are; `None` where they have none.
    pub shape: Option<ShapeKind>,
}

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    pub name: String,
    pub kind: Kind,
}

/// What the cells of a column are, if they are not blank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
    /// Numbers and, in formats that can hold both, texts that a list states instead of them.
    Real,
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell<'a> {
    Blank,
    Text(Cow<'a, str>),
    Integer(i64),
    Real(f64),
}

/// Which geometries a layer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShapeKind {
    Point,
    Surface,
    /// Of any kind.
    Mixed,
}

/// One geometry, in degrees (WGS 84), as its source has it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Geometry {
    Point {
        longitude: f64,
        latitude: f64,
    },
    /// Well-known binary.
    Wkb(Vec<u8>),
}

impl Column {
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self {
            name: name.into(),
            kind,
        }
    }
}

impl Cell<'_> {
    /// A text, or a blank.
    pub fn text<'a>(text: Option<impl Into<Cow<'a, str>>>) -> Cell<'a> {
        text.map_or(Cell::Blank, |text| Cell::Text(text.into()))
    }

    /// As a person reads it; a blank is an empty text.
    pub fn shown(&self) -> Cow<'_, str> {
        match self {
            Self::Blank => "".into(),
            Self::Text(text) => text.as_ref().into(),
            Self::Integer(number) => number.to_string().into(),
            Self::Real(number) => number.to_string().into(),
        }
    }
}

impl Geometry {
    /// As the arithmetic knows it.
    pub fn shape(&self) -> Written<Shape<f64>> {
        match self {
            Self::Point {
                longitude,
                latitude,
            } => Ok(Shape::Point(geo::Point::new(*longitude, *latitude))),
            Self::Wkb(bytes) => {
                let read = read_wkb(bytes)?;
                let shape = read.try_to_geometry();
                shape.ok_or_else(|| "a geometry holds an empty point".into())
            }
        }
    }

    /// As well-known binary, little-endian.
    pub fn wkb(&self) -> Written<Cow<'_, [u8]>> {
        match self {
            Self::Wkb(bytes) => Ok(bytes.into()),
            Self::Point { .. } => {
                let mut bytes = vec![];
                writer::write_geometry(
                    &mut bytes,
                    &self.shape()?,
                    &writer::WriteOptions::default(),
                )?;
                Ok(bytes.into())
            }
        }
    }

    /// As GeoJSON.
    pub fn json(&self) -> Written<GeometryValue> {
        Ok(GeometryValue::from(&self.shape()?))
    }

    /// West, south, east and north; `None` where it is empty.
    pub fn bounds(&self) -> Written<Option<[f64; 4]>> {
        let bounds = self.shape()?.bounding_rect();
        Ok(bounds.map(|bounds| {
            let (min, max) = (bounds.min(), bounds.max());
            [min.x, min.y, max.x, max.y]
        }))
    }
}

/// The bounds of all geometries so far.
#[derive(Debug, Default)]
pub(super) struct Extent(pub Option<[f64; 4]>);

impl Extent {
    pub fn add(&mut self, geometry: &Geometry) -> Written {
        let Some(new) = geometry.bounds()? else {
            return Ok(());
        };
        let known = self.0.unwrap_or(new);
        self.0 = Some([
            known[0].min(new[0]),
            known[1].min(new[1]),
            known[2].max(new[2]),
            known[3].max(new[3]),
        ]);
        Ok(())
    }
}

/// The first of these names that no column has, whatever its case.
pub(super) fn free_name(layer: &Layer, wanted: &[&str]) -> Written<String> {
    let taken = |name: &str| {
        let mut columns = layer.columns.iter();
        columns.any(|column| column.name.eq_ignore_ascii_case(name))
    };
    let free = wanted.iter().find(|name| !taken(name));
    free.map(|name| (*name).to_owned()).ok_or_else(|| {
        let names = wanted.join(", ");
        format!("columns are called {names}, so that none of these names is left; take csv").into()
    })
}
