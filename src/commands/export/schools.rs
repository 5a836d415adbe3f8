//! Schools as rows, under the names by which an import knows them.

use std::borrow::Cow;

use serde_json::Value;

use super::layer::{Cell, Column, Geometry, Kind, Layer, ShapeKind};
use crate::{domain::country::Country, store::exports::ExportedSchool};

/// Columns with a home of their own: Giga's school master names, and ours for our own id.
const HOMES: [(&str, Kind); 10] = [
    ("school_name", Kind::Text),
    (LONGITUDE, Kind::Real),
    (LATITUDE, Kind::Real),
    ("giga_id_school", Kind::Text),
    ("school_id_govt", Kind::Text),
    ("@id", Kind::Text),
    ("schoolbeat_id", Kind::Text),
    ("education_level", Kind::Text),
    ("num_students", Kind::Integer),
    ("connectivity_govt", Kind::Text),
];
const LONGITUDE: &str = "longitude";
const LATITUDE: &str = "latitude";
/// What an import keeps of a text that it did not take as it was; out it goes as it came.
const AS_STATED: [&str; 3] = [
    "name_as_stated",
    "longitude_as_stated",
    "latitude_as_stated",
];

/// How schools become rows.
pub(super) struct Rows {
    attributes: Vec<String>,
    is_flat: bool,
}

impl Rows {
    /// Rows with these attributes; `is_flat` where positions can only stand in columns.
    pub fn new(mut attributes: Vec<String>, is_flat: bool) -> Self {
        // A list with positions of its own may have had columns of that name beside them.
        let home = |name: &str| HOMES.iter().any(|(home, _)| *home == name);
        attributes.retain(|name| !AS_STATED.contains(&name.as_str()) && !home(name));
        Self {
            attributes,
            is_flat,
        }
    }

    /// What the rows have in common.
    pub fn layer(&self, country: &Country) -> Layer {
        let homes = HOMES.iter().map(|(name, kind)| match *name {
            // Where a geometry holds the position, the columns hold what else a list states.
            LONGITUDE | LATITUDE if !self.is_flat => Column::new(*name, Kind::Text),
            name => Column::new(name, *kind),
        });
        let attributes = self.attributes.iter();
        let attributes = attributes.map(|name| Column::new(name, Kind::Text));
        Layer {
            name: "schools".into(),
            title: format!("Schools of {}", country.name),
            credit: country.credit.clone(),
            columns: homes.chain(attributes).collect(),
            shape: (!self.is_flat).then_some(ShapeKind::Point),
        }
    }

    /// A school: a cell for each column, and its place.
    pub fn row<'a>(&self, school: &'a ExportedSchool) -> (Vec<Cell<'a>>, Option<Geometry>) {
        let [longitude, latitude] = self.position(school);
        let declared = school.connectivity_declared.as_str();
        let name = attribute(school, "name_as_stated");
        let mut cells = vec![
            Cell::Text(name.unwrap_or_else(|| school.name.as_str().into())),
            longitude,
            latitude,
            Cell::text(school.giga_id.as_deref()),
            Cell::text(school.government_id.as_deref()),
            Cell::text(school.osm_id.as_deref()),
            Cell::Text(school.id.to_string().into()),
            Cell::text(school.education_level.as_deref()),
            match school.student_count {
                Some(students) => Cell::Integer(students.into()),
                None => Cell::Blank,
            },
            Cell::text(Some(declared).filter(|said| *said != "unknown")),
        ];
        let attributes = self.attributes.iter();
        cells.extend(attributes.map(|name| Cell::text(attribute(school, name))));
        let place = school.position.filter(|_| !self.is_flat);
        let place = place.map(|(longitude, latitude)| Geometry::Point {
            longitude,
            latitude,
        });
        (cells, place)
    }

    fn position<'a>(&self, school: &'a ExportedSchool) -> [Cell<'a>; 2] {
        match school.position {
            Some((longitude, latitude)) if self.is_flat => {
                [Cell::Real(longitude), Cell::Real(latitude)]
            }
            Some(_) => [LONGITUDE, LATITUDE].map(|name| Cell::text(attribute(school, name))),
            None => ["longitude_as_stated", "latitude_as_stated"]
                .map(|name| Cell::text(attribute(school, name))),
        }
    }
}

fn attribute<'a>(school: &'a ExportedSchool, name: &str) -> Option<Cow<'a, str>> {
    match school.attributes.get(name)? {
        Value::String(text) => Some(text.into()),
        Value::Null => None,
        other => Some(other.to_string().into()),
    }
}
