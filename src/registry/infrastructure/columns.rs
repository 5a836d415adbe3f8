//! Which column of a file of infrastructure means what: guessed from its name, whatever its case,
//! accents and signs. Reads no geometry.

use std::collections::BTreeMap;

use super::{MAX_TEXT_CHARS, terms};
use crate::{
    domain::infrastructure::{Form, Kind},
    registry::{
        cell,
        columns::{self, plain},
        known_values,
        table::Row,
    },
};

/// What a column may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    Id,
    Name,
    From,
    To,
    Status,
    Operator,
    Technology,
    RangeM,
    RangeKm,
}

/// Names by field, the best first.
const NAMES: &[(Field, &str)] = &[
    (
        Field::Id,
        "line_id, node_id, site_id, site, tower_id, cell_id, link_id, asset_id, feature_id, unique_id, \
         id, @id, uuid, osm_id, site_code, ref, code, globalid",
    ),
    (
        Field::Name,
        "name, node_name, site_name, line_name, link_name, tower_name, nom, nom_site, nombre, \
         nome, label, title, اسم, الاسم",
    ),
    (
        Field::From,
        "from, from_node, site_a, a_end, start, de, origin, desde",
    ),
    (
        Field::To,
        "to, to_node, site_b, b_end, end, vers, destination, hasta, para",
    ),
    (
        Field::Status,
        "status, node_status, line_status, link_status, site_status, operational_status, \
         type_infr, statut, état, estado, situation, situação, الحالة",
    ),
    (
        Field::Operator,
        "operator, operator_name, owner, provider, isp, mno, company, opérateur, operador, \
         propriétaire, propietario, proprietário, operator_n, operators, المشغل",
    ),
    (
        Field::Technology,
        "technology, technologies, radio, rat, network_type, generation, type_infr, \
         infrastructure_type, tech, medium, technologie, tecnología, tecnologia, coverage_type, \
         network, type, التقنية",
    ),
    (
        Field::RangeM,
        "range_m, radius_m, coverage_radius_m, range, radius, cell_range, portée_m, alcance_m",
    ),
    (
        Field::RangeKm,
        "range_km, radius_km, coverage_radius_km, portée_km, alcance_km",
    ),
];

/// What an export adds for people; an import has it from elsewhere.
const OWN_PREFIX: &str = "schoolbeat:";
/// What together makes an id of `OpenCellID`, whose `cell` alone is none.
const CELL_ID: [&str; 4] = ["mcc", "net", "area", "cell"];

/// The columns of one file, by what they mean.
pub(super) struct Columns {
    meanings: BTreeMap<Field, Vec<usize>>,
    cell_id: Option<[usize; 4]>,
    own: Vec<usize>,
    /// Latitude and longitude.
    pub position: columns::Columns,
}

impl Columns {
    pub(super) fn guess(names: &[String]) -> Self {
        let plains: Vec<String> = names.iter().map(|name| plain(name)).collect();
        let column = |name: &str| {
            let name = plain(name);
            plains.iter().position(|known| *known == name)
        };
        let meanings = NAMES.iter().map(|(field, names)| {
            let found = names.split(',').filter_map(column);
            (*field, found.collect::<Vec<_>>())
        });
        let parts: Option<Vec<usize>> = CELL_ID.iter().map(|name| column(name)).collect();
        let own = names.iter().enumerate();
        Self {
            meanings: meanings.filter(|(_, found)| !found.is_empty()).collect(),
            cell_id: parts.and_then(|parts| parts.try_into().ok()),
            own: own
                .filter(|(_, name)| name.starts_with(OWN_PREFIX))
                .map(|(column, _)| column)
                .collect(),
            position: columns::Columns::guess_around(names, &columns::Said::new()),
        }
    }

    fn of(&self, field: Field) -> &[usize] {
        self.meanings.get(&field).map_or(&[], Vec::as_slice)
    }

    pub(super) fn is(&self, column: usize, field: Field) -> bool {
        self.of(field).contains(&column)
    }

    /// What the row's columns of that field say, the best first; what says nothing is left out.
    pub(super) fn stated<'a>(
        &'a self,
        row: &'a Row,
        field: Field,
    ) -> impl Iterator<Item = (usize, &'a str)> {
        self.of(field).iter().filter_map(|column| {
            let text = cell::stated(row.text(*column)?)?;
            (!terms::is_blank(text)).then_some((*column, text))
        })
    }

    /// What the source itself calls it.
    pub(super) fn id(&self, row: &Row) -> Option<String> {
        if let Some(parts) = self.cell_id {
            let parts = parts.map(|column| row.text(column).and_then(cell::stated));
            let parts: Option<Vec<&str>> = parts.into_iter().collect();
            if let Some(parts) = parts {
                return Some(format!("cell:{}", parts.join("-")));
            }
        }
        let (_, text) = self.stated(row, Field::Id).next()?;
        (text.chars().count() <= MAX_TEXT_CHARS).then(|| text.to_owned())
    }

    /// The column of the range, its text, and its metres if it is a number.
    pub(super) fn range<'a>(&'a self, row: &'a Row) -> Option<(usize, &'a str, Option<f64>)> {
        let in_metres = self.stated(row, Field::RangeM).map(|stated| (stated, 1.0));
        let in_km = self.stated(row, Field::RangeKm);
        let ((column, text), unit) = in_metres
            .chain(in_km.map(|stated| (stated, 1000.0)))
            .next()?;
        let (digits, unit) = match text.to_lowercase() {
            lower if lower.ends_with("km") => (lower[..lower.len() - 2].to_owned(), 1000.0),
            lower if lower.ends_with('m') => (lower[..lower.len() - 1].to_owned(), 1.0),
            lower => (lower, unit),
        };
        Some((
            column,
            text,
            known_values::number(digits.trim()).map(|number| number * unit),
        ))
    }

    /// Whether what the column says is kept elsewhere.
    pub(super) fn is_home(&self, column: usize, kind: Kind) -> bool {
        let axes = [columns::Field::Latitude, columns::Field::Longitude];
        let of_position = |axis| self.position.of(axis).contains(&column);
        self.own.contains(&column)
            || (kind.form() == Form::Point && axes.into_iter().any(of_position))
    }
}
