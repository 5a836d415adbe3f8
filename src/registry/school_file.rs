//! A school list that was opened: what it seems to be, before its rows are taken. Reads no row for
//! what it says.

use std::path::Path;

use super::{
    FileError, ReadOptions,
    columns::{Columns, Field},
    layout::Layout,
    reader::{self, Source},
    school_row,
    school_rows::SchoolRows,
    table::{Entries, Entry, Shape, in_words},
};
use crate::domain::listing::{Finding, Stated};

/// Rows that are looked at before a person has said anything, and their text at most.
const FIRST_ROWS: usize = 200;
const FIRST_BYTES: usize = 16_000_000;

/// A file that was opened and whose columns were guessed. All that is known of its rows is how the
/// first ones look.
pub struct SchoolFile {
    layout: Layout,
    stated: Stated,
    columns: Columns,
    findings: Vec<Finding>,
    entries: Entries,
    doubts: Doubts,
}

/// Why rows may not be taken.
#[derive(Debug, Default)]
pub(super) struct Doubts {
    /// From the first one on.
    pub at_once: Option<FileError>,
    /// If none of them has a shape.
    pub without_shapes: Option<FileError>,
}

impl SchoolFile {
    /// Looks at a file's beginning and guesses its columns. Fails where nothing of it can be shown
    /// to a person; what can be shown and not taken, [`Self::check`] says.
    pub fn open(path: &Path, options: &ReadOptions) -> Result<Self, FileError> {
        Self::of(&Source::path(path), options)
    }

    pub(super) fn of(source: &Source, options: &ReadOptions) -> Result<Self, FileError> {
        let (mut opened, format) = reader::open(source, options)?;
        let first = first_rows(&mut opened.entries)?;
        if first.is_empty() {
            return Err(format.doubt.unwrap_or(reader::no_rows(&opened.columns)));
        }
        let columns = Columns::of_file(&opened.columns, &options.columns)?;
        let rows = first.iter().filter_map(|entry| match entry {
            Entry::Row(row) => Some(row),
            Entry::Passed(_) => None,
        });
        let has_shapes = rows.clone().any(|row| row.shape != Shape::Absent);
        let layout = Layout::new(&format, &columns, rows);
        let mut doubts = Doubts::default();
        match check_coordinates(&columns) {
            Err(error) if format.has_shapes && !has_shapes => doubts.without_shapes = Some(error),
            Err(error) if !has_shapes => doubts.at_once = Some(error),
            _ => {}
        }
        let named = check_name(&columns).err();
        doubts.at_once = format.doubt.or(named).or(doubts.at_once);
        let mut findings = opened.findings;
        if !columns.has(Field::Name) {
            let message = "the file has no column of names; schools that are not known yet are \
                           called \"Unnamed school\": add a column school_name and import the \
                           file again";
            findings.push(Finding::warning(0, "missing_name", message));
        }
        findings.extend(columns.findings());
        Ok(Self {
            layout,
            stated: stated(&columns),
            columns,
            findings,
            entries: Box::new(first.into_iter().map(Ok).chain(opened.entries)),
            doubts,
        })
    }

    /// What the file seems to be, for a person.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// What the file speaks of.
    pub fn stated(&self) -> &Stated {
        &self.stated
    }

    /// Whether its rows may be taken, as far as that is known before they are read: it is clear
    /// which sheet is meant, and which columns are names and coordinates.
    pub fn check(&self) -> Result<(), FileError> {
        match &self.doubts.at_once {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }

    /// The rows, as they come. Where they may not be taken, the first is the error that says why.
    pub fn rows(self) -> SchoolRows {
        SchoolRows::new(self.columns, self.findings, self.entries, self.doubts)
    }
}

fn first_rows(entries: &mut Entries) -> Result<Vec<Entry>, FileError> {
    let (mut first, mut bytes) = (vec![], 0);
    while first.len() < FIRST_ROWS && bytes < FIRST_BYTES {
        let Some(entry) = entries.next().transpose()? else {
            break;
        };
        if let Entry::Row(row) = &entry {
            bytes += row.cells.iter().map(|(_, text)| text.len()).sum::<usize>();
        }
        first.push(entry);
    }
    Ok(first)
}

fn stated(columns: &Columns) -> Stated {
    let own = school_row::own_attributes(columns);
    Stated {
        education_level: columns.has(Field::EducationLevel),
        student_count: columns.has(Field::StudentCount),
        connectivity: columns.has(Field::Connectivity),
        attributes: own
            .into_iter()
            .chain(columns.names().iter().cloned())
            .collect(),
    }
}

fn check_name(columns: &Columns) -> Result<(), FileError> {
    let who = [
        Field::Name,
        Field::GovernmentId,
        Field::GigaId,
        Field::OsmId,
        Field::SchoolId,
    ];
    if who.iter().any(|field| columns.has(*field)) {
        return Ok(());
    }
    Err(FileError::NoNameColumn {
        looked_for: Columns::looked_for(Field::Name),
        found: in_words(columns.names()),
    })
}

fn check_coordinates(columns: &Columns) -> Result<(), FileError> {
    let missing = match (columns.has(Field::Latitude), columns.has(Field::Longitude)) {
        (true, true) => return Ok(()),
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
        found: in_words(columns.names()),
    })
}
