//! Cells → schools and findings. Decides what of a row is taken; asks nobody what is known.

use super::{
    FileError, ReadOptions,
    columns::{Columns, Field},
    duplicates::Taken,
    ids::IdColumn,
    reader, school_row,
    table::{Shape, Table},
    unknown_values::UnknownValues,
};
use crate::domain::listing::{Finding, SchoolList, SchoolRow, Severity, Stated};

/// Reads a school list, or says why nothing of it can be taken.
pub fn read_schools(bytes: &[u8]) -> Result<SchoolList, FileError> {
    read_schools_with(bytes, &ReadOptions::default())
}

/// The same, where something is known of the file beforehand.
pub fn read_schools_with(bytes: &[u8], options: &ReadOptions) -> Result<SchoolList, FileError> {
    let table = reader::read(bytes, options)?;
    let columns = Columns::guess(&table.columns);
    check_columns(&table, &columns)?;
    let mut findings = table.findings.clone();
    if !columns.has(Field::Name) {
        let message = "the file has no column of names; schools that are not known yet are called \
                       \"Unnamed school\": add a column school_name and import the file again";
        findings.push(Finding::warning(0, "missing_name", message));
    }
    findings.extend(columns.findings());
    let id_column = IdColumn::look(&table, &columns);
    let mut unknown = UnknownValues::default();
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
                findings.extend(notes.findings);
                findings.extend(
                    id_column
                        .as_ref()
                        .and_then(|ids| ids.finding(row, &columns)),
                );
                for value in notes.unknown {
                    unknown.add(school.row, value);
                }
                rows.push(school);
            }
            // What else is wrong with a row that is not taken is of no use to anybody.
            Err(finding) => findings.push(finding),
        }
    }
    findings.extend(unknown.findings(&columns));
    findings.sort_by_key(|finding| finding.row);
    check_positions(&rows, &findings, table.row_count)?;
    let own = school_row::own_attributes(&columns);
    let attributes = own.into_iter().chain(table.columns);
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
    let ids = [
        Field::GovernmentId,
        Field::GigaId,
        Field::OsmId,
        Field::SchoolId,
    ];
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

fn check_positions(rows: &[SchoolRow], findings: &[Finding], count: i32) -> Result<(), FileError> {
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
