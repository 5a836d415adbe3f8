//! Lines of cells → a table: which line is the header, what stands above it and what below the
//! table. Knows neither CSV nor workbooks.

use std::collections::HashMap;

use super::{FileError, footer::Footer};
use crate::{
    domain::listing::Finding,
    registry::{
        header,
        table::{Cell, Row, Shape, Table},
    },
};

/// Lines among which the header is looked for.
pub(super) const HEADER_LINES: usize = 20;
/// More columns than any list has; every one of them becomes an attribute of every school.
pub(super) const MAX_COLUMNS: usize = 1000;

/// One line of a file that is not empty.
#[derive(Debug, Clone)]
pub(super) struct Line<'a> {
    /// As a spreadsheet numbers it.
    pub number: i32,
    /// By column; blank cells are left out.
    pub cells: Vec<Cell>,
    /// Cells with the blank ones; `None` where the format has no such thing.
    pub width: Option<usize>,
    /// The line as it is written, in a text.
    pub raw: &'a str,
}

impl Line<'_> {
    /// Its cells, the blank ones too.
    fn texts(&self) -> Vec<String> {
        let last = self.cells.last().map_or(0, |(column, _)| column + 1);
        let mut texts = vec![String::new(); self.width.unwrap_or(last).max(last)];
        for (column, text) in &self.cells {
            text.trim().clone_into(&mut texts[*column]);
        }
        texts
    }

    fn names_columns(&self) -> bool {
        self.cells.len() > 1 && header::names_a_list(&self.texts())
    }
}

/// The line that names the columns, among the first ones; `None` where none does.
pub(super) fn header_among(lines: &[Line<'_>]) -> Option<usize> {
    let first = &lines[..lines.len().min(HEADER_LINES)];
    first.iter().position(Line::names_columns)
}

/// Makes a table of all the lines of a file. Lines that do not fit become findings.
pub(super) fn table(lines: Vec<Line<'_>>) -> Result<Table, FileError> {
    // Without a line that fits, the first one says what the columns are instead.
    let first_filled = lines.iter().position(|line| !line.cells.is_empty());
    let Some(at) = header_among(&lines).or(first_filled).or(first(&lines)) else {
        return Err(FileError::Empty);
    };
    let mut findings = title_rows(&lines[..at], lines[at].number);
    let mut names = lines[at].texts();
    if lines[at].width.is_none() {
        // A spreadsheet's rows may go on where its header has ended.
        let ends = lines[at..].iter().filter_map(|line| line.cells.last());
        let widest = ends.map(|(column, _)| column + 1).max().unwrap_or(0);
        names.resize(widest.max(names.len()), String::new());
    }
    if names.len() > MAX_COLUMNS {
        return Err(FileError::TooManyColumns {
            found: names.len(),
            limit: MAX_COLUMNS,
        });
    }
    let columns = unique_names(&names);
    let footer = Footer::find(&lines[at + 1..], &columns);
    let mut table = Table {
        columns,
        rows: Vec::with_capacity(lines.len()),
        row_count: 0,
        findings: vec![],
    };
    for (place, line) in lines.into_iter().skip(at + 1).enumerate() {
        table.row_count = table.row_count.saturating_add(1);
        if let Some(finding) = footer.finding(place, &line) {
            table.findings.push(finding);
            continue;
        }
        match row(line, table.columns.len()) {
            Ok(row) => table.rows.push(row),
            Err(finding) => table.findings.push(finding),
        }
    }
    findings.append(&mut table.findings);
    table.findings = findings;
    Ok(table)
}

fn first(lines: &[Line<'_>]) -> Option<usize> {
    (!lines.is_empty()).then_some(0)
}

fn title_rows(above: &[Line<'_>], header: i32) -> Vec<Finding> {
    let titles = above.iter().filter(|line| !line.cells.is_empty());
    let finding = |line: &Line<'_>| {
        let message = format!("the row stands above the header, which is row {header}");
        Finding::info(line.number, "title_row", message).value(&written(line))
    };
    titles.map(finding).collect()
}

/// What a line says, for a person.
pub(super) fn written(line: &Line<'_>) -> String {
    let cells: Vec<&str> = line.cells.iter().map(|(_, text)| text.trim()).collect();
    cells.join(" ")
}

fn row(line: Line<'_>, width: usize) -> Result<Row, Finding> {
    let raw = line.raw.trim_end_matches(['\r', '\n']);
    let lines = raw.lines().count();
    let odd_quotes = line.raw.matches('"').count() % 2 == 1;
    // Cells behind the header's last that hold nothing are a habit of spreadsheets.
    let overhang = line
        .cells
        .last()
        .is_some_and(|(column, _)| *column >= width);
    let stated_width = line.width.unwrap_or(width);
    let ragged = stated_width < width || overhang;
    if lines > 1 && (ragged || odd_quotes) {
        let message = format!(
            "a quotation mark is opened and not closed where it should be: the row runs over \
             {lines} lines, and all of them were passed over; close the quotation mark"
        );
        return Err(Finding::error(line.number, "open_quote", message));
    }
    if line.cells.is_empty() {
        let message = "nothing is in this row; it was passed over";
        return Err(Finding::info(line.number, "blank_row", message));
    }
    if ragged {
        let message = format!(
            "the row has {stated_width} cells and the header names {width}; put texts that hold \
             the delimiter into quotation marks, or add what is missing"
        );
        return Err(Finding::error(line.number, "ragged_row", message).value(raw));
    }
    Ok(Row {
        number: line.number,
        cells: line.cells,
        shape: Shape::Absent,
    })
}

/// Column names that can be told apart: a blank one is `column 3`, a second one `name (2)`.
pub(super) fn unique_names(header: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(header.len());
    let mut seen = HashMap::<String, u32>::new();
    for (at, stated) in header.iter().enumerate() {
        let name = if stated.is_empty() {
            format!("column {}", at + 1)
        } else {
            stated.clone()
        };
        let times = seen
            .entry(name.clone())
            .and_modify(|n| *n += 1)
            .or_insert(1);
        names.push(if *times == 1 {
            name
        } else {
            format!("{name} ({times})")
        });
    }
    names
}
