//! Cells → schools and findings. Decides what of a row is taken; asks nobody what is known.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{
    FileError, Finding, Severity, cell,
    columns::{Columns, Field},
    duplicates::Taken,
    position, reader,
    table::{Row, Shape, Table},
};
use crate::domain::{
    location::Location,
    school::{AliasScheme, Connectivity},
};

/// Longest name and id that are taken, in characters. An index of the database holds no more.
const MAX_NAME_CHARS: usize = 300;
const MAX_ID_CHARS: usize = 200;

/// Attributes of our own beside the file's columns.
pub(super) const NAME_AS_STATED: &str = "name_as_stated";
const LONGITUDE_AS_STATED: &str = "longitude_as_stated";
const LATITUDE_AS_STATED: &str = "latitude_as_stated";

/// Namespace of the ids that stand for a row without any id. Never to be changed: the ids are
/// what such a row is recognised by when it comes again.
const ROW_NAMESPACE: Uuid = Uuid::from_u128(0x7d52_6a0c_53b5_4c1e_9f0e_5c68_6f6f_6c62);

/// One school, as the file states it.
#[derive(Debug, Clone, PartialEq)]
pub struct SchoolRow {
    /// Where it stands in the file.
    pub row: u32,
    /// Its name with single spaces; `None` if the file does not say.
    pub name: Option<String>,
    /// Its place, or the slug that says why there is none.
    pub location: Result<Location, &'static str>,
    /// The longitude as the file writes it.
    pub longitude: Option<String>,
    /// The latitude as the file writes it.
    pub latitude: Option<String>,
    /// Its level, as the file words it.
    pub education_level: Option<String>,
    /// Its students.
    pub student_count: Option<i32>,
    /// What the list says of its internet.
    pub connectivity: Connectivity,
    /// Ids, and in their stead one made from name, position and level.
    pub aliases: Vec<(AliasScheme, String)>,
    /// Every column without a home above.
    pub attributes: BTreeMap<String, String>,
}

/// What a file speaks of at all: what it is silent on is left as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one for each field that a file may lack"
)]
pub struct Stated {
    /// Has names.
    pub name: bool,
    /// Has levels.
    pub education_level: bool,
    /// Has numbers of students.
    pub student_count: bool,
    /// Says who is connected.
    pub connectivity: bool,
    /// Attributes that this file may set, and so clear.
    pub attributes: Vec<String>,
}

/// A school list that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct SchoolList {
    /// Rows that are taken, in the order of the file.
    pub rows: Vec<SchoolRow>,
    /// Rows that the file holds.
    pub row_count: u32,
    /// What there is to know, by row.
    pub findings: Vec<Finding>,
    /// What the file speaks of.
    pub stated: Stated,
}

impl SchoolList {
    /// Rows that were not taken.
    pub fn rejected_count(&self) -> u32 {
        let taken = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        self.row_count.saturating_sub(taken)
    }
}

/// Reads a school list, or says why nothing of it can be taken.
pub fn read_schools(bytes: &[u8]) -> Result<SchoolList, FileError> {
    let table = reader::read(bytes)?;
    let columns = Columns::guess(&table.columns);
    check_columns(&table, &columns)?;
    let mut findings = table.findings.clone();
    if !columns.has(Field::Name) {
        let message = "the file has no column of names; schools that are not known yet are called \
                       \"Unnamed school\": add a column school_name and import the file again";
        findings.push(Finding::warning(0, "missing_name", message));
    }
    let mut taken = Taken::default();
    let mut rows = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let mut reading = Reading {
            row,
            columns: &columns,
            used: vec![],
            attributes: BTreeMap::new(),
            findings: vec![],
        };
        let school = reading.school();
        let told_apart = school.and_then(|school| taken.take(&row.cells, &school).map(|()| school));
        match told_apart {
            Ok(school) => {
                rows.push(school);
                findings.append(&mut reading.findings);
            }
            // What else is wrong with a row that is not taken is of no use to anybody.
            Err(finding) => findings.push(finding),
        }
    }
    findings.sort_by_key(|finding| finding.row);
    check_positions(&rows, &findings, table.row_count)?;
    let of_our_own = [NAME_AS_STATED, LONGITUDE_AS_STATED, LATITUDE_AS_STATED];
    let attributes = of_our_own.map(Into::into).into_iter().chain(table.columns);
    Ok(SchoolList {
        rows,
        row_count: table.row_count,
        findings,
        stated: Stated {
            name: columns.has(Field::Name),
            education_level: columns.has(Field::EducationLevel),
            student_count: columns.has(Field::StudentCount),
            connectivity: columns.has(Field::Connectivity),
            attributes: attributes.collect(),
        },
    })
}

fn check_columns(table: &Table, columns: &Columns) -> Result<(), FileError> {
    let ids = [Field::GovernmentId, Field::GigaId, Field::OsmId];
    if !columns.has(Field::Name) && !ids.iter().any(|id| columns.has(*id)) {
        return Err(FileError::NoNameColumn {
            looked_for: Columns::looked_for(Field::Name),
            found: table.column_names(),
        });
    }
    let missing = match (columns.has(Field::Latitude), columns.has(Field::Longitude)) {
        (true, true) => return Ok(()),
        _ if table.rows.iter().any(|row| row.shape != Shape::Absent) => return Ok(()),
        (false, true) => "latitude",
        (true, false) => "longitude",
        (false, false) => "latitude or longitude",
    };
    let field = if columns.has(Field::Latitude) {
        Field::Longitude
    } else {
        Field::Latitude
    };
    Err(FileError::NoCoordinateColumns {
        missing,
        looked_for: Columns::looked_for(field),
        found: table.column_names(),
    })
}

fn check_positions(rows: &[SchoolRow], findings: &[Finding], count: u32) -> Result<(), FileError> {
    if rows.iter().any(|row| row.location.is_ok()) {
        return Ok(());
    }
    let speaks = |finding: &&Finding| {
        finding.severity == Severity::Error || finding.code.starts_with("coordinate_")
    };
    let first = findings.iter().find(speaks).or_else(|| findings.first());
    Err(FileError::NoUsablePosition {
        rows: count,
        first_row: first.map_or(0, |finding| finding.row),
        first: first.map_or(String::new(), |finding| finding.message.clone()),
    })
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
