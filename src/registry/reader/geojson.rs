//! `GeoJSON` (RFC 7946) → a table: one row a feature, one column a property. A feature that cannot
//! be read is a finding, not the end of the file.

use std::collections::HashMap;

use geo::{Coord, LineString, MultiLineString, MultiPolygon, Polygon};
use geojson::{Geometry, GeometryValue, Position};
use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};

use crate::{
    domain::listing::{Finding, shortened},
    registry::{
        FileError,
        table::{Cell, Row, Shape, Table},
    },
};

#[derive(Deserialize)]
struct Collection<'a> {
    r#type: String,
    #[serde(borrow, default)]
    features: Option<Vec<&'a RawValue>>,
    #[serde(default)]
    crs: Option<Value>,
}

#[derive(Deserialize)]
struct Feature<'a> {
    #[serde(default)]
    id: Option<Value>,
    #[serde(default)]
    properties: Option<Map<String, Value>>,
    #[serde(borrow, default)]
    geometry: Option<&'a RawValue>,
}

/// Reads a `FeatureCollection`.
pub(super) fn read(text: &str) -> Result<Table, FileError> {
    let collection: Collection<'_> =
        serde_json::from_str(text).map_err(|error| FileError::NotGeoJson {
            reason: error.to_string(),
        })?;
    let features = match (collection.r#type.as_str(), collection.features) {
        ("FeatureCollection", Some(features)) => features,
        ("FeatureCollection", None) => return Err(no_collection("it has no \"features\"")),
        (other, _) => return Err(no_collection(&format!("its type is {other:?}"))),
    };
    check_reference_system(collection.crs.as_ref())?;
    let mut columns = Names::default();
    let mut rows = Vec::with_capacity(features.len());
    let mut findings = vec![];
    // A file that is read at once has fewer features than that.
    let row_count = i32::try_from(features.len()).unwrap_or(i32::MAX);
    for (number, feature) in (1..=row_count).zip(features) {
        match serde_json::from_str::<Feature<'_>>(feature.get()) {
            Ok(feature) => rows.push(row(number, feature, &mut columns)),
            Err(error) => {
                let message = format!("the feature cannot be read ({error}); export it again");
                findings.push(Finding::error(number, "unreadable_feature", message));
            }
        }
    }
    Ok(Table {
        columns: columns.names,
        rows,
        row_count,
        findings,
    })
}

fn no_collection(reason: &str) -> FileError {
    FileError::NotGeoJson {
        reason: reason.into(),
    }
}

/// Older files may name their reference system; RFC 7946 knows only one.
fn check_reference_system(crs: Option<&Value>) -> Result<(), FileError> {
    let name = crs
        .and_then(|crs| crs.pointer("/properties/name"))
        .and_then(Value::as_str);
    match name {
        Some(name) if !(name.ends_with("CRS84") || name.ends_with(":4326")) => {
            Err(FileError::OtherReferenceSystem {
                crs: shortened(name),
            })
        }
        _ => Ok(()),
    }
}

/// Columns in the order in which they were first met.
#[derive(Default)]
struct Names {
    names: Vec<String>,
    places: HashMap<String, usize>,
}

impl Names {
    fn place(&mut self, name: &str) -> usize {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        let place = self.names.len();
        self.names.push(name.to_owned());
        self.places.insert(name.to_owned(), place);
        place
    }
}

fn row(number: i32, feature: Feature<'_>, columns: &mut Names) -> Row {
    let mut properties = feature.properties.unwrap_or_default();
    if let Some(id) = feature.id.filter(|id| id.is_string() || id.is_number()) {
        let osm = id.as_str().is_some_and(|id| {
            ["node/", "way/", "relation/"]
                .iter()
                .any(|kind| id.starts_with(kind))
        });
        // Overpass writes the id of the feature as a property too.
        let name = if osm { "@id" } else { "id" };
        properties.entry(name).or_insert(id);
    }
    let mut cells: Vec<Cell> = properties
        .into_iter()
        .filter_map(|(name, value)| {
            let name = name.replace('\0', "");
            Some((columns.place(name.trim()), text(value)?))
        })
        .collect();
    cells.sort();
    cells.dedup_by_key(|cell| cell.0);
    Row {
        number,
        cells,
        shape: feature
            .geometry
            .map_or(Shape::Absent, |geometry| shape(geometry.get())),
    }
}

/// `PostgreSQL` holds no zero character in a text; no list means one.
fn text(value: Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::String(text) => text,
        other => other.to_string(),
    };
    let text = text.replace('\0', "");
    (!text.trim().is_empty()).then_some(text)
}

fn shape(text: &str) -> Shape {
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

    fn collection(features: &str) -> String {
        format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#)
    }

    #[test]
    fn a_feature_that_cannot_be_read_is_a_finding() {
        let text = collection(
            r#"{"type":"Feature","properties":{"name":"\ud800"},"geometry":null},
               7,
               {"type":"Feature","properties":{"name":"A"},"geometry":{"type":"Point","coordinates":[1,2,3]}}"#,
        );
        let table = read(&text).unwrap();
        let bad: Vec<_> = table.findings.iter().map(|f| (f.row, f.code)).collect();
        assert_eq!(bad, [(1, "unreadable_feature"), (2, "unreadable_feature")]);
        assert_eq!((table.rows[0].number, table.row_count), (3, 3));
        let point = Shape::Point {
            longitude: 1.0,
            latitude: 2.0,
        };
        assert_eq!(table.rows[0].shape, point);
    }

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
            assert!(matches!(shape(geometry), Shape::Unusable(_)), "{geometry}");
        }
        let empty = shape(r#"{"type":"Polygon","coordinates":[]}"#);
        assert!(matches!(empty, Shape::Surface(_)));
    }

    #[test]
    fn only_a_collection_in_degrees_is_read() {
        for (text, word) in [
            (r#"{"type":"Feature","properties":{}}"#, "Feature"),
            (r#"{"type":"FeatureCollection"}"#, "no \"features\""),
            ("[1,2]", "invalid type"),
            (r#"{"type":"FeatureCollection","features":["#, "EOF"),
            (
                r#"{"type":"FeatureCollection","features":[],
                    "crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32737"}}}"#,
                "EPSG::32737",
            ),
        ] {
            let message = read(text).unwrap_err().to_string();
            assert!(message.contains(word), "{message}");
        }
    }

    #[test]
    fn the_id_of_a_feature_is_a_column() {
        let text = collection(
            r#"{"type":"Feature","id":"way/7","properties":{"@id":"way/7","n":4,"deep":{"a":[1]},"no":null}},
               {"type":"Feature","id":12,"properties":null}"#,
        );
        let table = read(&text).unwrap();
        let column = |name| {
            table
                .columns
                .iter()
                .position(|known| known == name)
                .unwrap()
        };
        assert_eq!(table.columns.len(), 5);
        assert_eq!(table.rows[0].text(column("@id")), Some("way/7"));
        assert_eq!(table.rows[0].text(column("deep")), Some(r#"{"a":[1]}"#));
        assert_eq!(table.rows[0].text(column("no")), None);
        assert_eq!(table.rows[1].text(column("id")), Some("12"));
    }
}
