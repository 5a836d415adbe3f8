//! The cells of one row → one school and its findings. Knows no other row.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{
    attributes::Kind,
    cell,
    columns::{Columns, Field},
    contradictions, ids,
    known_values::{self, Value},
    levels,
    position::{self, Position},
    school_name,
    spelling::plain,
    table::{Row, Shape},
    unknown_values::UnknownValue,
    vocabulary::Terms,
};
use crate::domain::{
    listing::{Finding, Repair, SchoolRow},
    school::{AliasScheme, Connectivity},
};

/// Attributes of our own beside the file's columns.
const NAME_AS_STATED: &str = "name_as_stated";
const LONGITUDE_AS_STATED: &str = "longitude_as_stated";
const LATITUDE_AS_STATED: &str = "latitude_as_stated";
/// Giga's name for the level in the government's words; the other where a column has it.
const LEVEL_GOVT: &str = "education_level_govt";
const LEVEL_AS_STATED: &str = "education_level_as_stated";

/// Attributes of our own that a file with such columns may set.
pub(super) fn own_attributes(columns: &Columns) -> Vec<String> {
    let mut own: Vec<String> = vec![LONGITUDE_AS_STATED.into(), LATITUDE_AS_STATED.into()];
    if columns.has(Field::Name) {
        own.push(NAME_AS_STATED.into());
    }
    if columns.has(Field::EducationLevel) {
        own.extend([LEVEL_GOVT, LEVEL_AS_STATED].map(Into::into));
    }
    for attribute in columns.attributes() {
        own.push(attribute.name.into());
        if matches!(attribute.kind, Kind::Term(_)) {
            own.push(as_stated(attribute.name));
        }
    }
    own.sort_unstable();
    own
}

fn as_stated(attribute: &str) -> String {
    format!("{attribute}_as_stated")
}

/// What there is to know of a row.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub findings: Vec<Finding>,
    /// Values that are counted over the whole list.
    pub unknown: Vec<UnknownValue>,
    repairs: Vec<Repair>,
}

/// Reads a row that is taken, and what there is to know of it; or why it is not taken.
pub(super) fn read(row: &Row, columns: &Columns) -> Result<(SchoolRow, Notes), Finding> {
    let mut reading = Reading {
        row,
        columns,
        used: vec![],
        attributes: BTreeMap::new(),
        notes: Notes::default(),
    };
    let school = reading.school()?;
    Ok((school, reading.notes))
}

/// One row while it is being read.
struct Reading<'a> {
    row: &'a Row,
    columns: &'a Columns,
    /// Columns whose text found a home.
    used: Vec<usize>,
    attributes: BTreeMap<String, String>,
    notes: Notes,
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
        let (education_level, stated_level) = self.education_level();
        let student_count = self.student_count();
        let connectivity = self.connectivity();
        let school_id = self.school_id();
        let mut aliases = self.ids();
        if name.is_none() {
            let unknown = aliases.is_empty() && school_id.is_none();
            if unknown && position.location.is_err() {
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
                stated_level.as_deref(),
            ];
            // An export's words may differ from those of the list before it: the level, digits.
            let made_up = school_id.map_or_else(|| ids::of_row(texts), |id| id.to_string());
            aliases.push((AliasScheme::Import, made_up));
        }
        self.keep_position_texts(&position);
        self.notes.findings.extend(position.notes);
        self.notes.repairs.extend(position.repair);
        let location = position.location.map_err(|problem| {
            self.note(problem.finding(self.row.number));
            problem.code
        });
        self.gather_attributes();
        self.find_contradictions(connectivity, student_count);
        Ok(SchoolRow {
            row: self.row.number,
            school_id,
            name,
            location,
            longitude: position.longitude,
            latitude: position.latitude,
            education_level,
            student_count,
            connectivity,
            aliases,
            attributes: std::mem::take(&mut self.attributes),
            repairs: std::mem::take(&mut self.notes.repairs),
        })
    }

    fn find_contradictions(&mut self, connectivity: Connectivity, student_count: Option<i32>) {
        for (fields, what) in contradictions::of(connectivity, student_count, &self.attributes) {
            let message = format!("{what}; both are kept as stated: correct the one that is wrong");
            let finding = Finding::warning(self.row.number, "contradiction", message);
            self.note(finding.field(fields));
        }
    }

    fn keep_position_texts(&mut self, position: &Position) {
        if position.location.is_err() || position.keeps_texts {
            let stated = [
                (LONGITUDE_AS_STATED, &position.longitude),
                (LATITUDE_AS_STATED, &position.latitude),
            ];
            for (attribute, text) in stated {
                if let Some(text) = text {
                    self.attributes.insert(attribute.into(), text.clone());
                }
            }
        }
    }

    fn note(&mut self, finding: Finding) {
        self.notes.findings.push(finding);
    }

    /// Notes what a column states in this row.
    fn warn(&mut self, column: usize, code: &'static str, text: &str, message: impl Into<String>) {
        let finding = Finding::warning(self.row.number, code, message);
        self.note(finding.field(self.columns.name(column)).value(text));
    }

    fn unknown(&mut self, column: usize, text: &str, wanted: impl Into<String>) {
        self.notes.unknown.push(UnknownValue {
            column,
            text: text.to_owned(),
            wanted: wanted.into(),
        });
    }

    fn name(&mut self) -> Option<String> {
        let (column, _) = self.columns.stated(self.row, Field::Name)?;
        self.used.push(column);
        let stated = self.row.text(column)?;
        let read = school_name::read(stated);
        for finding in read.findings(self.row.number) {
            self.note(finding.field(self.columns.name(column)).value(stated));
        }
        if read.kept != stated {
            self.attributes
                .insert(NAME_AS_STATED.into(), stated.to_owned());
        }
        self.notes.repairs.extend(read.repairs());
        Some(read.kept)
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
        self.note(finding.field(self.columns.name(column)));
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

    /// The level in Giga's terms, and as it is stated.
    fn education_level(&mut self) -> (Option<String>, Option<String>) {
        let Some((column, text)) = self.columns.stated(self.row, Field::EducationLevel) else {
            return (None, None);
        };
        self.used.push(column);
        let stated = cell::folded(text).into_owned();
        let Some(term) = levels::of_column(self.columns.name(column), &stated) else {
            self.unknown(column, &stated, levels::named());
            return (Some(stated.clone()), Some(stated));
        };
        if term != stated {
            let mut columns = self.columns.of(Field::EducationLevel).iter();
            let taken = columns.any(|other| {
                *other != column
                    && self.columns.name(*other) == LEVEL_GOVT
                    && self.row.text(*other).and_then(cell::stated).is_some()
            });
            let attribute = if taken { LEVEL_AS_STATED } else { LEVEL_GOVT };
            self.attributes.insert(attribute.into(), stated.clone());
        }
        (Some(term.to_owned()), Some(stated))
    }

    fn student_count(&mut self) -> Option<i32> {
        let (column, text) = self.columns.stated(self.row, Field::StudentCount)?;
        let Some(count) = cell::student_count(text) else {
            let message = format!(
                "it is no number of students; write a whole number from 0 to {} without spaces \
                 or commas",
                cell::MAX_STUDENTS
            );
            self.warn(column, "bad_number", text, message);
            return None;
        };
        self.used.push(column);
        if count > cell::MANY_STUDENTS {
            let message = format!(
                "more than {} students are not believed; the number is taken: check it",
                cell::MANY_STUDENTS
            );
            self.warn(column, "out_of_range", text, message);
        }
        Some(count)
    }

    fn connectivity(&mut self) -> Connectivity {
        let Some((column, text)) = self.columns.stated(self.row, Field::Connectivity) else {
            return Connectivity::Unknown;
        };
        if let Some(connectivity) = cell::connectivity(text) {
            self.used.push(column);
            return connectivity;
        }
        self.unknown(column, text, "yes, no, unknown");
        Connectivity::Unknown
    }

    /// Our own id. One that is none is no attribute either: an export would write it twice.
    fn school_id(&mut self) -> Option<Uuid> {
        let (column, text) = self.columns.stated(self.row, Field::SchoolId)?;
        self.used.push(column);
        let id = Uuid::parse_str(text).ok().filter(|id| !id.is_nil());
        if id.is_none() {
            let message = "it is no id that an export wrote, and the school is looked for by its \
                           other ids; leave the column as it was exported, or blank";
            self.warn(column, "unusable_id", text, message);
        }
        id
    }

    fn ids(&mut self) -> Vec<(AliasScheme, String)> {
        let mut taken = vec![];
        for (scheme, field) in ids::SCHEMES {
            let Some(column) = self.columns.of(field).first().copied() else {
                continue;
            };
            match ids::read(self.row, column, scheme) {
                None => {}
                Some(Ok(id)) => {
                    self.used.push(column);
                    taken.push((scheme, id));
                }
                Some(Err(finding)) => self.note(finding.field(self.columns.name(column))),
            }
        }
        taken
    }

    /// Keeps every column that found no home: a known field in Giga's words under Giga's name, any
    /// other as it is.
    fn gather_attributes(&mut self) {
        let row = self.row;
        for (column, text) in &row.cells {
            let Some(text) = cell::stated(text).filter(|_| !self.used.contains(column)) else {
                continue;
            };
            if let Some(attribute) = self.columns.attribute(*column) {
                // It counts before a column that only has its name.
                let value = self.known_value(*column, text);
                self.attributes.insert(attribute.name.to_owned(), value);
            } else {
                let name = self.columns.name(*column).to_owned();
                let kept = self.attributes.entry(name);
                kept.or_insert_with(|| text.to_owned());
            }
        }
    }

    fn known_value(&mut self, column: usize, text: &str) -> String {
        let Some(attribute) = self.columns.attribute(column) else {
            return text.to_owned();
        };
        match known_values::read(attribute, text) {
            Value::Taken(value) => {
                let term = matches!(attribute.kind, Kind::Term(terms) if terms != Terms::YesNo);
                if term && plain(&value) != plain(text) {
                    let name = as_stated(attribute.name);
                    self.attributes.insert(name, text.to_owned());
                }
                return value.into_owned();
            }
            Value::Unknown { wanted } => self.unknown(column, text, wanted),
            Value::NotANumber { wanted } => {
                let message = format!(
                    "it is no {wanted}; write one in digits, without spaces. It is kept as stated"
                );
                self.warn(column, "bad_number", text, message);
            }
            Value::OutOfRange { range } => {
                let message =
                    format!("it is not within {range}; it is kept as stated: check the number");
                self.warn(column, "out_of_range", text, message);
            }
        }
        text.to_owned()
    }
}
