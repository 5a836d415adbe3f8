//! Lines of cells → a table: which line is the header, what stands above it and what below the
//! table. Knows neither CSV nor workbooks.

use std::collections::{HashMap, VecDeque};

use super::{FileError, footer::Tail, wkt_shape};
use crate::{
    domain::listing::Finding,
    registry::{
        columns::Said,
        header,
        table::{Cell, Entry, Opened, Row},
    },
};

/// Lines among which the header is looked for.
pub(super) const HEADER_LINES: usize = 20;
/// More columns than any list has; every one of them becomes an attribute of every school.
pub(super) const MAX_COLUMNS: usize = 1000;

/// One line of a file that is not empty.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// As a spreadsheet numbers it.
    pub number: i32,
    /// By column; blank cells are left out.
    pub cells: Vec<Cell>,
    /// Cells with the blank ones; `None` where the format has no such thing.
    pub width: Option<usize>,
    /// The line as it is written, in a text.
    pub raw: String,
}

impl Line {
    /// Its cells, the blank ones too.
    fn texts(&self) -> Vec<String> {
        let last = self.cells.last().map_or(0, |(column, _)| column + 1);
        let mut texts = vec![String::new(); self.width.unwrap_or(last).max(last)];
        for (column, text) in &self.cells {
            text.trim().clone_into(&mut texts[*column]);
        }
        texts
    }

    fn names_columns(&self, said: &Said) -> bool {
        self.cells.len() > 1 && header::names_a_list(&self.texts(), said)
    }
}

/// Lines as they come; an error ends them.
pub(super) type Lines = Box<dyn Iterator<Item = Result<Line, FileError>> + Send>;

/// The line that names the columns, among the first ones; `None` where none does.
pub(super) fn header_among(lines: &[Line], said: &Said) -> Option<usize> {
    let first = &lines[..lines.len().min(HEADER_LINES)];
    first.iter().position(|line| line.names_columns(said))
}

/// The same; without a line that fits, the first one says what the columns are instead.
pub(super) fn header_or_first(lines: &[Line], said: &Said) -> Option<usize> {
    let first_filled = || lines.iter().position(|line| !line.cells.is_empty());
    header_among(lines, said).or_else(first_filled)
}

/// Makes a table of the lines of a file. A spreadsheet's rows may go on where its header has
/// ended: so wide is the widest of them.
pub(super) fn open(mut lines: Lines, widest: usize, said: &Said) -> Result<Opened, FileError> {
    let mut head: Vec<Line> = lines
        .by_ref()
        .take(HEADER_LINES)
        .collect::<Result<_, _>>()?;
    while !head.is_empty() && head.iter().all(|line| line.cells.is_empty()) {
        head.truncate(HEADER_LINES);
        match lines.next() {
            Some(line) => head.push(line?),
            None => break,
        }
    }
    let Some(at) = header_or_first(&head, said) else {
        return Err(FileError::Empty);
    };
    let findings = title_rows(&head[..at], head[at].number);
    let under = head.split_off(at + 1);
    let header = &head[at];
    let mut names = header.texts();
    let width = widest.max(names.len());
    if width > MAX_COLUMNS {
        return Err(FileError::TooManyColumns {
            found: width,
            limit: MAX_COLUMNS,
        });
    }
    names.resize(width, String::new());
    let columns = unique_names(&names);
    let rows = Rows {
        tail: Tail::new(&columns, said),
        width,
        geometry: wkt_shape::column(&columns),
        lines: Box::new(under.into_iter().map(Ok).chain(lines)),
        sure: VecDeque::new(),
        end: VecDeque::new(),
    };
    Ok(Opened {
        columns,
        findings,
        entries: Box::new(rows),
    })
}

/// The lines under the header, as rows.
struct Rows {
    lines: Lines,
    width: usize,
    /// The column that may hold well-known text.
    geometry: Option<usize>,
    tail: Tail,
    sure: VecDeque<Line>,
    /// The last ones.
    end: VecDeque<(Line, Option<Finding>)>,
}

impl Iterator for Rows {
    type Item = Result<Entry, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(line) = self.sure.pop_front() {
                return Some(Ok(self.entry(line, None)));
            }
            if let Some((line, footer)) = self.end.pop_front() {
                return Some(Ok(self.entry(line, footer)));
            }
            match self.lines.next() {
                Some(Ok(line)) => self.tail.push(line, &mut self.sure),
                Some(Err(error)) => return Some(Err(error)),
                None => self.end = self.tail.end().into(),
            }
            if self.sure.is_empty() && self.end.is_empty() && self.tail.is_empty() {
                return None;
            }
        }
    }
}

impl Rows {
    fn entry(&self, line: Line, footer: Option<Finding>) -> Entry {
        match footer.map_or_else(|| row(line, self.width, self.geometry), Err) {
            Ok(row) => Entry::Row(row),
            Err(finding) => Entry::Passed(finding),
        }
    }
}

fn title_rows(above: &[Line], header: i32) -> Vec<Finding> {
    let titles = above.iter().filter(|line| !line.cells.is_empty());
    let finding = |line: &Line| {
        let message = format!("the row stands above the header, which is row {header}");
        Finding::info(line.number, "title_row", message).value(&written(line))
    };
    titles.map(finding).collect()
}

/// What a line says, for a person.
pub(super) fn written(line: &Line) -> String {
    let cells: Vec<&str> = line.cells.iter().map(|(_, text)| text.trim()).collect();
    cells.join(" ")
}

fn row(mut line: Line, width: usize, geometry: Option<usize>) -> Result<Row, Finding> {
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
    let shape = wkt_shape::take(&mut line.cells, geometry);
    Ok(Row {
        number: line.number,
        cells: line.cells,
        shape,
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
