//! Cells → schools and findings, row by row. Decides what of a row is taken; asks nobody what is
//! known.

use super::{
    FileError,
    columns::Columns,
    duplicates::Taken,
    ids::IdColumn,
    school_file::Doubts,
    school_row,
    table::{Entries, Entry, Row, Shape},
    unknown_values::UnknownValues,
};
use crate::domain::listing::{Finding, SchoolEntry, Severity};

/// The rows of a school list, as they come; an error is the last of them.
pub struct SchoolRows {
    columns: Columns,
    /// Of the file as a whole.
    findings: Vec<Finding>,
    entries: Entries,
    doubts: Doubts,
    row_count: i32,
    ids: IdColumn,
    unknown: UnknownValues,
    taken: Taken,
    positions: Positions,
    ended: bool,
    failure: Option<FileError>,
}

/// What there is to know of a list once all its rows were read.
#[derive(Debug, Clone, PartialEq)]
pub struct SchoolEnd {
    /// Rows that the file holds.
    pub row_count: i32,
    /// What there is to know of the file (row 0), and of rows what only all of them show.
    pub findings: Vec<Finding>,
}

impl SchoolRows {
    pub(super) fn new(
        columns: Columns,
        findings: Vec<Finding>,
        entries: Entries,
        doubts: Doubts,
    ) -> Self {
        Self {
            ids: IdColumn::new(&columns),
            columns,
            positions: Positions::new(&findings),
            findings,
            entries,
            doubts,
            row_count: 0,
            unknown: UnknownValues::default(),
            taken: Taken::default(),
            ended: false,
            failure: None,
        }
    }

    /// Reads what is left of the file, and says what there is to know of it as a whole; or why
    /// nothing of it can be taken: an error among the rows, or no usable position in any of them.
    pub fn finish(mut self) -> Result<SchoolEnd, FileError> {
        self.by_ref().for_each(drop);
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        if let Some(failure) = self.doubts.without_shapes {
            return Err(failure);
        }
        self.positions.check(self.row_count)?;
        let mut findings = self.findings;
        findings.extend(self.ids.findings(&self.columns));
        findings.extend(self.unknown.findings(&self.columns));
        findings.sort_by_key(|finding| finding.row);
        Ok(SchoolEnd {
            row_count: self.row_count,
            findings,
        })
    }

    fn entry(&mut self, entry: Entry) -> SchoolEntry {
        self.row_count = self.row_count.saturating_add(1);
        let entry = match entry {
            Entry::Row(row) => self.row(&row),
            Entry::Passed(finding) => SchoolEntry {
                row: finding.row,
                school: None,
                findings: vec![finding],
            },
        };
        self.positions.look(&entry);
        entry
    }

    fn row(&mut self, row: &Row) -> SchoolEntry {
        if row.shape != Shape::Absent {
            self.doubts.without_shapes = None;
        }
        let read = school_row::read(row, &self.columns);
        let told_apart = read.and_then(|(school, notes)| {
            self.taken.take(&row.cells, &school)?;
            Ok((school, notes))
        });
        self.ids.look(row, told_apart.is_ok());
        let (school, findings) = match told_apart {
            Ok((school, notes)) => {
                for value in notes.unknown {
                    self.unknown.add(row.number, value);
                }
                (Some(school), notes.findings)
            }
            // What else is wrong with a row that is not taken is of no use to anybody.
            Err(finding) => (None, vec![finding]),
        };
        SchoolEntry {
            row: row.number,
            school,
            findings,
        }
    }
}

impl Iterator for SchoolRows {
    type Item = Result<SchoolEntry, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let next = match self.doubts.at_once.take() {
            Some(error) => Some(Err(error)),
            None => self.entries.next(),
        };
        let next = next.map(|entry| entry.map(|entry| self.entry(entry)));
        self.ended = !matches!(next, Some(Ok(_)));
        if let Some(Err(error)) = &next {
            self.failure = Some(error.clone());
        }
        next
    }
}

/// Whether any row has a usable position, and what the first says that has none.
struct Positions {
    any: bool,
    /// Of a row that is not taken, or has no position.
    first: Option<(i32, String)>,
    /// Of any row, or of the file.
    otherwise: Option<(i32, String)>,
}

impl Positions {
    fn new(findings: &[Finding]) -> Self {
        let otherwise = findings.iter().min_by_key(|finding| finding.row);
        Self {
            any: false,
            first: None,
            otherwise: otherwise.map(|finding| (finding.row, finding.message.clone())),
        }
    }

    fn look(&mut self, entry: &SchoolEntry) {
        let school = entry.school.as_ref();
        self.any |= school.is_some_and(|school| school.location.is_ok());
        if self.any || self.first.is_some() {
            return;
        }
        let speaks = |finding: &&Finding| {
            finding.severity == Severity::Error || finding.code.starts_with("coordinate_")
        };
        let said = |finding: &Finding| (finding.row, finding.message.clone());
        self.first = entry.findings.iter().find(speaks).map(said);
        if self.otherwise.is_none() {
            self.otherwise = entry.findings.first().map(said);
        }
    }

    fn check(self, rows: i32) -> Result<(), FileError> {
        if self.any {
            return Ok(());
        }
        let (first_row, first) = self.first.or(self.otherwise).unwrap_or_default();
        Err(FileError::NoUsablePosition {
            rows,
            first_row,
            first,
        })
    }
}
