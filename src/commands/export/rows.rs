//! Schools and areas as rows and features, under the names by which an import knows them.

use serde_json::{Map, Value, json};

use crate::{
    commands::CommandError,
    registry::is_population,
    store::exports::{ExportedArea, ExportedSchool},
};

/// Columns with a home of their own: Giga's school master names.
const HOMES: [&str; 9] = [
    "school_name",
    "longitude",
    "latitude",
    "giga_id_school",
    "school_id_govt",
    "@id",
    "education_level",
    "num_students",
    "connectivity_govt",
];
/// What an import keeps of a text that it did not take as it was; out it goes as it came.
const AS_STATED: [&str; 3] = [
    "name_as_stated",
    "longitude_as_stated",
    "latitude_as_stated",
];

/// The columns of an export: homes, then attributes.
pub(super) struct Columns {
    attributes: Vec<String>,
}

impl Columns {
    pub(super) fn new(mut attributes: Vec<String>) -> Self {
        attributes.retain(|name| !AS_STATED.contains(&name.as_str()));
        Self { attributes }
    }

    pub(super) fn header(&self) -> Vec<String> {
        let homes = HOMES.iter().map(|name| (*name).to_owned());
        homes.chain(self.attributes.iter().cloned()).collect()
    }

    /// One field a column.
    pub(super) fn fields(&self, school: &ExportedSchool) -> Vec<String> {
        let homes = homes(school).into_iter().map(Option::unwrap_or_default);
        let attributes = self
            .attributes
            .iter()
            .map(|name| attribute(school, name).unwrap_or_default());
        homes.chain(attributes).map(|text| plain(&text)).collect()
    }
}

fn attribute(school: &ExportedSchool, name: &str) -> Option<String> {
    let value = school.attributes.get(name)?;
    Some(
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned),
    )
}

/// The values of [`HOMES`], in their order, as the list stated them.
fn homes(school: &ExportedSchool) -> [Option<String>; 9] {
    let name = attribute(school, "name_as_stated").unwrap_or_else(|| school.name.clone());
    let (longitude, latitude) = match school.position {
        Some((longitude, latitude)) => (Some(longitude.to_string()), Some(latitude.to_string())),
        None => (
            attribute(school, "longitude_as_stated"),
            attribute(school, "latitude_as_stated"),
        ),
    };
    let declared = school.connectivity_declared.as_str();
    [
        Some(name),
        longitude,
        latitude,
        school.giga_id.clone(),
        school.government_id.clone(),
        school.osm_id.clone(),
        school.education_level.clone(),
        school.student_count.map(|students| students.to_string()),
        Some(declared)
            .filter(|said| *said != "unknown")
            .map(str::to_owned),
    ]
}

/// A spreadsheet takes a text that begins so for a formula (OWASP: CSV injection). A number is
/// none, and an import takes the apostrophe away again.
pub(super) fn plain(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula && text.parse::<f64>().is_err() {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// A school as a feature; without a position its geometry is null, and the list's own words stay.
pub(super) fn school_feature(columns: &Columns, school: &ExportedSchool) -> Value {
    let mut properties = Map::new();
    for (name, value) in HOMES.iter().zip(homes(school)) {
        let is_position = ["longitude", "latitude"].contains(name);
        if let Some(value) = value.filter(|_| !is_position || school.position.is_none()) {
            properties.insert((*name).to_owned(), Value::String(value));
        }
    }
    for name in &columns.attributes {
        if let Some(value) = school.attributes.get(name) {
            properties.insert(name.clone(), value.clone());
        }
    }
    let geometry = school.position.map(
        |(longitude, latitude)| json!({"type": "Point", "coordinates": [longitude, latitude]}),
    );
    json!({"type": "Feature", "properties": properties, "geometry": geometry})
}

/// An area as a feature.
pub(super) fn area_feature(area: &ExportedArea) -> Result<Value, CommandError> {
    let mut properties = area.attributes.clone();
    properties.insert("name".into(), area.name.clone().into());
    // The column that the code came from is among the attributes, under its own name.
    if let Some(code) = &area.code
        && !area.attributes.values().any(|value| value == code.as_str())
    {
        properties.insert("code".into(), code.clone().into());
    }
    // So are those of the names and the population.
    for (language, name) in &area.names {
        if !area.attributes.values().any(|value| value == name) {
            properties.insert(format!("name:{language}"), name.clone());
        }
    }
    let has_people = area.attributes.keys().any(|name| is_population(name));
    if let Some(people) = area.population.filter(|_| !has_people) {
        properties.insert("population".into(), people.into());
    }
    let geometry: Value = serde_json::from_str(&area.geometry)
        .map_err(|error| CommandError::new("database", format!("an outline: {error}")))?;
    Ok(json!({"type": "Feature", "properties": properties, "geometry": geometry}))
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
        ] {
            assert_eq!(plain(text), written);
        }
    }
}
