//! Areas as rows: the properties that they came with, and their names where they came without.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::layer::{Cell, Column, Geometry, Kind, Layer, ShapeKind};
use crate::{
    domain::{area::AreaLevel, country::Country},
    registry::is_population,
    store::exports::{ExportedArea, NamedArea},
};

const POPULATION: &str = "population";

/// How areas become rows.
#[derive(Default)]
pub(super) struct Rows {
    attributes: BTreeSet<String>,
    has_name: bool,
    has_code: bool,
    has_population: bool,
    languages: BTreeSet<String>,
}

impl Rows {
    /// Makes room for what an area says. A name that stands among its properties is not said
    /// twice: it is read from there again.
    pub fn make_room(&mut self, area: &NamedArea) {
        self.attributes.extend(area.attributes.keys().cloned());
        self.has_name |= !says(&area.attributes, &area.name);
        let code = area.code.as_ref();
        self.has_code |= code.is_some_and(|code| !says(&area.attributes, code));
        let counted = area.attributes.keys().any(|name| is_population(name));
        self.has_population |= area.population.is_some() && !counted;
        let names = area.names.iter();
        let unsaid = names.filter(|(_, name)| !says(&area.attributes, text(name).as_ref()));
        self.languages
            .extend(unsaid.map(|(language, _)| language.clone()));
    }

    /// The names of the columns.
    fn columns(&self) -> Vec<String> {
        let own = [
            (self.has_name, "name"),
            (self.has_code, "code"),
            (self.has_population, POPULATION),
        ];
        let own = own
            .iter()
            .filter(|(has, _)| *has)
            .map(|(_, name)| (*name).to_owned());
        let languages = self
            .languages
            .iter()
            .map(|language| format!("name_{language}"));
        let mut columns: Vec<String> = own.chain(languages).collect();
        let rest = self
            .attributes
            .iter()
            .filter(|name| !columns.contains(name));
        let rest: Vec<String> = rest.cloned().collect();
        columns.extend(rest);
        columns
    }

    /// What the rows have in common. A workbook's cell is too small for an outline.
    pub fn layer(&self, country: &Country, level: AreaLevel, has_outlines: bool) -> Layer {
        let columns = self.columns().into_iter();
        Layer {
            name: format!("areas_{level}"),
            title: format!("Areas of level {level} of {}", country.name),
            credit: country.credit.clone(),
            columns: columns.map(|name| Column::new(name, Kind::Text)).collect(),
            shape: has_outlines.then_some(ShapeKind::Surface),
        }
    }

    /// An area: a cell for each column, and its outline.
    pub fn row(&self, area: ExportedArea) -> (Vec<Cell<'static>>, Geometry) {
        let NamedArea {
            name,
            code,
            names,
            population,
            attributes,
        } = area.named;
        let stated = |column: &str| attributes.get(column).map(text);
        let cell = |column: String| match column.as_str() {
            "name" if self.has_name => stated("name")
                .filter(|said| same(said, &name))
                .or_else(|| Some(name.clone())),
            "code" if self.has_code => stated("code").or_else(|| code.clone()),
            POPULATION if self.has_population => {
                stated(POPULATION).or_else(|| population.map(|people| people.to_string()))
            }
            column => stated(column).or_else(|| {
                let language = column.strip_prefix("name_")?;
                Some(text(names.get(language)?))
            }),
        };
        let cells = self.columns().into_iter().map(cell);
        (cells.map(Cell::text).collect(), Geometry::Wkb(area.outline))
    }
}

/// Whether any property says so, whatever its blanks.
fn says(attributes: &Map<String, Value>, wanted: &str) -> bool {
    attributes.values().any(|value| same(&text(value), wanted))
}

fn same(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
