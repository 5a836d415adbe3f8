//! The cells of one row → one school and its findings. Knows no other row.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{
    cell,
    columns::{Columns, Field},
    position,
    table::{Row, Shape},
};
use crate::domain::{
    listing::{Finding, SchoolRow},
    school::{AliasScheme, Connectivity},
};

/// Longest name and id that are taken, in characters. An index of the database holds no more.
const MAX_NAME_CHARS: usize = 300;
const MAX_ID_CHARS: usize = 200;

/// Attributes of our own beside the file's columns.
const NAME_AS_STATED: &str = "name_as_stated";
const LONGITUDE_AS_STATED: &str = "longitude_as_stated";
const LATITUDE_AS_STATED: &str = "latitude_as_stated";

/// Namespace of the ids that stand for a row without any id. Never to be changed: the ids are
/// what such a row is recognised by when it comes again.
const ROW_NAMESPACE: Uuid = Uuid::from_u128(0x7d52_6a0c_53b5_4c1e_9f0e_5c68_6f6f_6c62);

/// Attributes of our own that a file with such columns may set.
pub(super) fn own_attributes(columns: &Columns) -> impl Iterator<Item = &'static str> {
    let name = columns.has(Field::Name).then_some(NAME_AS_STATED);
    name.into_iter()
        .chain([LONGITUDE_AS_STATED, LATITUDE_AS_STATED])
}

/// Reads a row that is taken, and what there is to know of it; or why it is not taken.
pub(super) fn read(row: &Row, columns: &Columns) -> Result<(SchoolRow, Vec<Finding>), Finding> {
    let mut reading = Reading {
        row,
        columns,
        used: vec![],
        attributes: BTreeMap::new(),
        findings: vec![],
    };
    let school = reading.school()?;
    Ok((school, reading.findings))
}

/// One row while it is being read.
struct Reading<'a> {
    row: &'a Row,
    columns: &'a Columns,
    /// Columns whose text found a home.
    used: Vec<usize>,
    attributes: BTreeMap<String, String>,
    findings: Vec<Finding>,
}

impl Reading<'_> {
    fn school(&mut self) -> Result<SchoolRow, Finding> {
        let name = self.name();
        let position = position::read(self.row, self.columns);
        if !matches!(self.row.shape, Shape::Point { .. } | Shape::Surface(_)) {
            for field in [Field::Latitude, Field::Longitude] {
                self.used.extend(
                    self.columns
                        .stated(self.row, field)
                        .map(|(column, _)| column),
                );
            }
        }
        let education_level = self.education_level();
        let student_count = self.student_count();
        let connectivity = self.connectivity();
        let mut aliases = self.ids();
        if name.is_none() {
            if aliases.is_empty() && position.location.is_err() {
                return Err(self.nothing_to_go_by());
            }
            if self.columns.has(Field::Name) {
                self.unnamed();
            }
        }
        if aliases.is_empty() {
            let texts = [
                name.as_deref(),
                position.longitude.as_deref(),
                position.latitude.as_deref(),
                education_level.as_deref(),
            ];
            aliases.push((AliasScheme::Import, row_id(texts)));
        }
        let location = position.location.map_err(|problem| {
            self.findings.push(problem.finding(self.row.number));
            let stated = [
                (LONGITUDE_AS_STATED, &position.longitude),
                (LATITUDE_AS_STATED, &position.latitude),
            ];
            for (attribute, text) in stated {
                if let Some(text) = text {
                    self.attributes.insert(attribute.into(), text.clone());
                }
            }
            problem.code
        });
        self.gather_attributes();
        Ok(SchoolRow {
            row: self.row.number,
            name,
            location,
            longitude: position.longitude,
            latitude: position.latitude,
            education_level,
            student_count,
            connectivity,
            aliases,
            attributes: std::mem::take(&mut self.attributes),
        })
    }

    fn name(&mut self) -> Option<String> {
        let (column, _) = self.columns.stated(self.row, Field::Name)?;
        self.used.push(column);
        let stated = self.row.text(column)?;
        let folded = cell::folded(stated);
        let cut = folded
            .char_indices()
            .nth(MAX_NAME_CHARS)
            .map(|(end, _)| end);
        let name = folded[..cut.unwrap_or(folded.len())].trim_end().to_owned();
        if name == stated {
            return Some(name);
        }
        let finding = if cut.is_some() {
            let message = format!(
                "the name has more than {MAX_NAME_CHARS} characters and was cut; shorten it, or \
                 close a quotation mark"
            );
            Finding::warning(self.row.number, "name_too_long", message)
        } else {
            let message = "the name had spaces at its ends, several in a row, or ones that do not \
                           break; it is kept with single spaces, and as it was in the attribute \
                           name_as_stated";
            Finding::info(self.row.number, "name_whitespace", message)
        };
        self.findings
            .push(finding.field(self.columns.name(column)).value(stated));
        self.attributes
            .insert(NAME_AS_STATED.into(), stated.to_owned());
        Some(name)
    }

    fn unnamed(&mut self) {
        let column = self
            .columns
            .of(Field::Name)
            .first()
            .copied()
            .unwrap_or_default();
        let message = "the school has no name; until a list names it, it is called \"Unnamed \
                       school\": write its name";
        let finding = Finding::warning(self.row.number, "missing_name", message);
        self.findings.push(finding.field(self.columns.name(column)));
    }

    fn nothing_to_go_by(&self) -> Finding {
        let message = "the row has neither a name nor an id nor a usable position, so that it \
                       stands for no school; state at least a name, or delete the row";
        let finding = Finding::error(self.row.number, "missing_name", message);
        match self.columns.of(Field::Name).first() {
            Some(column) => finding.field(self.columns.name(*column)),
            None => finding,
        }
    }

    fn education_level(&mut self) -> Option<String> {
        let (column, text) = self.columns.stated(self.row, Field::EducationLevel)?;
        self.used.push(column);
        Some(cell::folded(text).into_owned())
    }

    fn student_count(&mut self) -> Option<i32> {
        let (column, text) = self.columns.stated(self.row, Field::StudentCount)?;
        let count = cell::student_count(text);
        if count.is_some() {
            self.used.push(column);
        } else {
            let message = format!(
                "it is no number of students; write a whole number from 0 to {} without spaces \
                 or commas",
                cell::MAX_STUDENTS
            );
            let finding = Finding::warning(self.row.number, "bad_number", message);
            self.findings
                .push(finding.field(self.columns.name(column)).value(text));
        }
        count
    }

    fn connectivity(&mut self) -> Connectivity {
        let Some((column, text)) = self.columns.stated(self.row, Field::Connectivity) else {
            return Connectivity::Unknown;
        };
        if let Some(connectivity) = cell::connectivity(text) {
            self.used.push(column);
            return connectivity;
        }
        let message = "it is neither yes, no nor unknown; write one of the three";
        let finding = Finding::warning(self.row.number, "unknown_value", message);
        self.findings
            .push(finding.field(self.columns.name(column)).value(text));
        Connectivity::Unknown
    }

    fn ids(&mut self) -> Vec<(AliasScheme, String)> {
        let schemes = [
            (AliasScheme::Government, Field::GovernmentId),
            (AliasScheme::Giga, Field::GigaId),
            (AliasScheme::Osm, Field::OsmId),
        ];
        let mut ids = vec![];
        for (scheme, field) in schemes {
            let Some((column, text)) = self.columns.stated(self.row, field) else {
                continue;
            };
            if is_usable_id(text) {
                self.used.push(column);
                ids.push((scheme, normal_id(scheme, text)));
            } else {
                let message = "such an id identifies no school; write the school's own, or leave \
                               it blank";
                let finding = Finding::warning(self.row.number, "unusable_id", message);
                self.findings
                    .push(finding.field(self.columns.name(column)).value(text));
            }
        }
        ids
    }

    fn gather_attributes(&mut self) {
        for (column, text) in &self.row.cells {
            if let Some(text) = cell::stated(text).filter(|_| !self.used.contains(column)) {
                let name = self.columns.name(*column).to_owned();
                self.attributes
                    .entry(name)
                    .or_insert_with(|| text.to_owned());
            }
        }
    }
}

/// An id made of zeros and signs is a blank in disguise; one too long is another column's text.
fn is_usable_id(text: &str) -> bool {
    text.chars().any(|c| c.is_alphanumeric() && c != '0') && text.chars().count() <= MAX_ID_CHARS
}

fn normal_id(scheme: AliasScheme, text: &str) -> String {
    match (scheme, Uuid::parse_str(text)) {
        (AliasScheme::Giga, Ok(id)) => id.to_string(),
        _ => cell::folded(text).into_owned(),
    }
}

/// The id of a row without one: the same texts give the same id, whatever row they stand in.
fn row_id(texts: [Option<&str>; 4]) -> String {
    let text = texts.map(Option::unwrap_or_default).join("\u{1f}");
    Uuid::new_v5(&ROW_NAMESPACE, text.as_bytes()).to_string()
}
