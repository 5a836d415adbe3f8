//! `GeoJSON` (RFC 7946) → rows: one a feature, one column a property. Goes through the file twice,
//! one feature at a time: for the columns, then for the rows. A feature that cannot be read is a
//! finding, not the end of the file.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Map, Value, value::RawValue};

use super::{
    features::{self, NotGeoJson},
    geojson_shape,
    stream::Stream,
    text::TextFile,
};
use crate::{
    domain::listing::{Finding, shortened},
    registry::{
        FileError,
        table::{Cell, Entry, Opened, Row, Shape},
    },
};

/// Properties that all features may have together; every one becomes an attribute of schools.
const MAX_PROPERTIES: usize = 5000;

#[derive(Deserialize)]
struct Feature<'a> {
    #[serde(default)]
    id: Option<Value>,
    #[serde(default)]
    properties: Option<Map<String, Value>>,
    #[serde(borrow, default)]
    geometry: Option<&'a RawValue>,
}

/// A feature without what its properties are.
#[derive(Deserialize)]
#[expect(
    clippy::zero_sized_map_values,
    reason = "what a map holds is passed over, and it is no set all the same"
)]
struct Named {
    #[serde(default)]
    id: Option<Value>,
    #[serde(default)]
    properties: Option<BTreeMap<String, IgnoredAny>>,
}

/// Reads a `FeatureCollection`.
pub(super) fn open(text: &TextFile) -> Result<Opened, FileError> {
    let mut columns = Names::default();
    let mut too_many = None;
    let collection = features::each(text.read()?, |feature| {
        if let Ok(feature) = serde_json::from_str::<Named>(feature.get()) {
            columns.add(feature);
        }
        let found = columns.names.len();
        too_many = (found > MAX_PROPERTIES).then_some(found);
        too_many.is_none()
    });
    if let Some(found) = too_many {
        return Err(FileError::TooManyColumns {
            found,
            limit: MAX_PROPERTIES,
        });
    }
    let collection = collection?;
    match collection.kind.as_deref() {
        Some("FeatureCollection") if collection.has_features => {}
        Some("FeatureCollection") => return Err(not_geojson("it has no \"features\"")),
        Some(other) => return Err(not_geojson(&format!("its type is {:?}", shortened(other)))),
        None => return Err(not_geojson("it has no \"type\"")),
    }
    check_reference_system(collection.crs.as_ref())?;
    let Names { names, places } = columns;
    let text = text.clone();
    let rows = Stream::begin(not_geojson("its content makes no sense"), move |outbox| {
        let mut number = 0_i32;
        features::each(text.read()?, |feature| {
            number = number.saturating_add(1);
            outbox.put(entry(number, feature.get(), &places), feature.get().len())
        })
        .map(drop)
    });
    Ok(Opened {
        columns: names,
        findings: vec![],
        entries: Box::new(rows?),
    })
}

fn not_geojson(reason: &str) -> FileError {
    NotGeoJson(reason).into()
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
    fn add(&mut self, feature: Named) {
        let mut names = feature.properties.unwrap_or_default();
        if let Some(name) = feature.id.as_ref().and_then(name_of_id) {
            names.insert(name.to_owned(), IgnoredAny);
        }
        for name in names.keys().map(|name| plain(name)) {
            if !self.places.contains_key(name.as_ref()) {
                self.places.insert(name.to_string(), self.names.len());
                self.names.push(name.into_owned());
            }
        }
    }
}

/// A property's name as a column is called.
fn plain(name: &str) -> Cow<'_, str> {
    if name.contains('\0') {
        return name.replace('\0', "").trim().to_owned().into();
    }
    name.trim().into()
}

/// The column of a feature's id. Overpass writes that of an element as a property too.
fn name_of_id(id: &Value) -> Option<&'static str> {
    let osm = id.as_str().is_some_and(|id| {
        ["node/", "way/", "relation/"]
            .iter()
            .any(|kind| id.starts_with(kind))
    });
    (id.is_string() || id.is_number()).then_some(if osm { "@id" } else { "id" })
}

fn entry(number: i32, feature: &str, places: &HashMap<String, usize>) -> Entry {
    match serde_json::from_str(feature) {
        Ok(feature) => Entry::Row(row(number, feature, places)),
        Err(error) => {
            let message = format!("the feature cannot be read ({error}); export it again");
            Entry::Passed(Finding::error(number, "unreadable_feature", message))
        }
    }
}

fn row(number: i32, feature: Feature<'_>, places: &HashMap<String, usize>) -> Row {
    let mut properties = feature.properties.unwrap_or_default();
    if let Some(id) = feature.id
        && let Some(name) = name_of_id(&id)
    {
        properties.entry(name).or_insert(id);
    }
    let cells = properties.into_iter().filter_map(|(name, value)| {
        let place = places.get(plain(&name).as_ref())?;
        Some((*place, text(value)?))
    });
    let mut cells: Vec<Cell> = cells.collect();
    cells.sort();
    cells.dedup_by_key(|cell| cell.0);
    let geometry = feature.geometry.map(RawValue::get);
    Row {
        number,
        cells,
        shape: geometry.map_or(Shape::Absent, geojson_shape::read),
    }
}

/// `PostgreSQL` holds no zero character in a text; no list means one.
fn text(value: Value) -> Option<String> {
    let mut text = match value {
        Value::Null => return None,
        Value::String(text) => text,
        other => other.to_string(),
    };
    text.retain(|c| c != '\0');
    (!text.trim().is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::{
        ReadOptions,
        reader::{source::Source, text},
        table::Table,
    };

    fn read(json: &str) -> Result<Table, FileError> {
        let text = text::open(&Source::memory(json.as_bytes()), &ReadOptions::default())?;
        open(&text)?.collect()
    }

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

    #[test]
    fn features_without_end_or_of_too_many_properties_are_refused() {
        let feature = |at| format!(r#"{{"type":"Feature","properties":{{"p{at}":1}}}},"#);
        let features: String = (0..=MAX_PROPERTIES).map(feature).collect();
        let error = read(&collection(features.trim_end_matches(','))).unwrap_err();
        assert_eq!(error.code(), "file_too_many_columns");
        let deep = collection(&"[".repeat(100_000));
        assert_eq!(read(&deep).unwrap_err().code(), "file_not_geojson");
    }
}
