//! Cells → schools and findings. Decides what of a row is taken; asks nobody what is known.

use std::collections::BTreeMap;

use super::{
    FileError, Finding, Severity,
    columns::{Columns, Field},
    duplicates::Taken,
    reader, school_row,
    table::{Shape, Table},
};
use crate::domain::{
    location::Location,
    school::{AliasScheme, Connectivity},
};

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
pub struct Stated {
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
        let read = school_row::read(row, &columns);
        let told_apart = read.and_then(|(school, notes)| {
            taken.take(&row.cells, &school)?;
            Ok((school, notes))
        });
        match told_apart {
            Ok((school, notes)) => {
                rows.push(school);
                findings.extend(notes);
            }
            // What else is wrong with a row that is not taken is of no use to anybody.
            Err(finding) => findings.push(finding),
        }
    }
    findings.sort_by_key(|finding| finding.row);
    check_positions(&rows, &findings, table.row_count)?;
    let own = school_row::own_attributes(&columns);
    let attributes = own.map(Into::into).chain(table.columns);
    Ok(SchoolList {
        rows,
        row_count: table.row_count,
        findings,
        stated: Stated {
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
