//! Workbooks (XLSX, XLS, ODS) → lines of cells: which sheet, and what is in it. Formulas count as
//! the values that they were saved with; what the lines mean is for the sheet to say.

use std::{
    collections::BTreeMap,
    fmt::Display,
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{DataType, Ods, Reader, SheetType, Xls, Xlsx};

use super::{
    FileError, ods_extent,
    sheet::{self, HEADER_LINES, Line, MAX_COLUMNS},
    spreadsheet_cell, xls_extent,
};
use crate::{
    domain::listing::{Finding, shortened},
    registry::table::{Cell, Table},
};

/// More sheets than a person would look through.
const MAX_SHEETS: usize = 250;
/// Text of one sheet, with what its cells cost beside: a text may be stored once and shown often.
const MAX_SHEET_BYTES: usize = 1 << 30;
const CELL_BYTES: usize = 64;

/// A way to write workbooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Xlsx,
    Xls,
    Ods,
}

/// Reads the sheet of that name, or the one whose header fits.
pub(super) fn read(bytes: &[u8], format: Format, sheet: Option<&str>) -> Result<Table, FileError> {
    // The workbook's reader is not ours, and old formats are a tangle: what it does not expect
    // must end the import of this file and nothing else.
    let read = catch_unwind(AssertUnwindSafe(|| {
        let mut book = Book::open(bytes, format)?;
        let (name, others) = choose(&mut book, sheet)?;
        let mut table = sheet::table(book.lines(&name, usize::MAX)?)?;
        if others > 0 {
            let message = format!(
                "the sheet \"{}\" was read, and {others} others were not; name another by --sheet",
                shortened(&name)
            );
            table.findings.insert(0, Finding::info(0, "sheet", message));
        }
        Ok(table)
    }));
    read.unwrap_or_else(|_| Err(broken(&"its content makes no sense")))
}

/// The name of the sheet to read, and how many more there are.
fn choose(book: &mut Book<'_>, wanted: Option<&str>) -> Result<(String, usize), FileError> {
    let names = book.sheet_names();
    if names.len() > MAX_SHEETS {
        return Err(broken(&format!("it has {} sheets", names.len())));
    }
    let others = names.len().saturating_sub(1);
    let which = |reason: String| FileError::WhichSheet {
        reason,
        sheets: in_words(&names),
    };
    if let Some(wanted) = wanted {
        let named = names.iter().find(|name| name.trim() == wanted.trim());
        return match named {
            Some(name) => Ok((name.clone(), others)),
            None => Err(which(format!("the workbook has no sheet {wanted:?}"))),
        };
    }
    let (mut fitting, mut filled) = (vec![], vec![]);
    for name in &names {
        let head = book.lines(name, HEADER_LINES)?;
        if sheet::header_among(&head).is_some() {
            fitting.push(name.clone());
        }
        if !head.is_empty() {
            filled.push(name.clone());
        }
    }
    match (fitting.as_slice(), filled.as_slice()) {
        ([one], _) | ([], [one]) => Ok((one.clone(), others)),
        ([], []) => Err(FileError::Empty),
        ([], _) => Err(which(
            "none of the workbook's sheets has a header with a school's name or id and its \
             coordinates"
                .into(),
        )),
        (several, _) => Err(which(format!(
            "{} sheets of the workbook could be the list: {}",
            several.len(),
            in_words(several)
        ))),
    }
}

fn in_words(names: &[String]) -> String {
    let quoted: Vec<String> = names
        .iter()
        .take(40)
        .map(|name| format!("\"{}\"", shortened(name)))
        .collect();
    quoted.join(", ")
}

fn broken(reason: &dyn Display) -> FileError {
    FileError::NotAWorkbook {
        reason: shortened(&reason.to_string()),
    }
}

/// An open workbook.
enum Book<'a> {
    Xlsx(Box<Xlsx<Cursor<&'a [u8]>>>),
    Xls(Box<Xls<Cursor<&'a [u8]>>>),
    Ods(Box<Ods<Cursor<&'a [u8]>>>),
}

impl<'a> Book<'a> {
    fn open(bytes: &'a [u8], format: Format) -> Result<Self, FileError> {
        let file = Cursor::new(bytes);
        match format {
            Format::Xlsx => Xlsx::new(file)
                .map(|book| Self::Xlsx(book.into()))
                .map_err(|e| broken(&e)),
            Format::Xls => {
                xls_extent::check(bytes)?;
                Xls::new(file)
                    .map(|book| Self::Xls(book.into()))
                    .map_err(|e| broken(&e))
            }
            Format::Ods => {
                ods_extent::check(bytes)?;
                Ods::new(file)
                    .map(|book| Self::Ods(book.into()))
                    .map_err(|e| broken(&e))
            }
        }
    }

    /// Sheets of cells, in their order; charts and macros are none.
    fn sheet_names(&self) -> Vec<String> {
        let sheets = match self {
            Self::Xlsx(book) => book.sheets_metadata(),
            Self::Xls(book) => book.sheets_metadata(),
            Self::Ods(book) => book.sheets_metadata(),
        };
        let of_cells = sheets
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet);
        of_cells.map(|sheet| sheet.name.clone()).collect()
    }

    /// The first lines of a sheet that are not empty.
    fn lines(&mut self, sheet: &str, most: usize) -> Result<Vec<Line<'static>>, FileError> {
        let mut lines = Lines::new(most);
        match self {
            Self::Xlsx(book) => {
                // Cell by cell: two cells at opposite ends of a sheet must not become a table of
                // all that lies between.
                let reader = book.worksheet_cells_reader(sheet);
                let mut reader = reader.map_err(|e| broken(&e))?;
                while let Some(cell) = reader.next_cell().map_err(|e| broken(&e))? {
                    let text = spreadsheet_cell::text_ref(cell.get_value());
                    if !lines.add(cell.get_position(), text)? {
                        break;
                    }
                }
            }
            Self::Xls(book) => {
                let range = book.worksheet_range(sheet).map_err(|e| broken(&e))?;
                lines.add_range(&range)?;
            }
            Self::Ods(book) => {
                let range = book.worksheet_range(sheet).map_err(|e| broken(&e))?;
                lines.add_range(&range)?;
            }
        }
        Ok(lines.finish())
    }
}

/// Cells gathered into lines.
struct Lines {
    most: usize,
    by_row: BTreeMap<u32, Vec<Cell>>,
    bytes: usize,
}

impl Lines {
    fn new(most: usize) -> Self {
        Self {
            most,
            by_row: BTreeMap::new(),
            bytes: 0,
        }
    }

    /// Takes a cell; whether more are wanted.
    fn add(&mut self, at: (u32, u32), text: Option<String>) -> Result<bool, FileError> {
        let Some(text) = text else {
            return Ok(true);
        };
        let (row, column) = (at.0, at.1 as usize);
        if self.by_row.len() >= self.most && !self.by_row.contains_key(&row) {
            return Ok(false);
        }
        if column >= MAX_COLUMNS {
            return Err(FileError::TooManyColumns {
                found: column + 1,
                limit: MAX_COLUMNS,
            });
        }
        self.bytes += text.len() + CELL_BYTES;
        if self.bytes > MAX_SHEET_BYTES {
            let reason = "its sheet holds more than 1 GB of text".into();
            return Err(FileError::UnsafeArchive { reason });
        }
        self.by_row.entry(row).or_default().push((column, text));
        Ok(true)
    }

    fn add_range(&mut self, range: &calamine::Range<calamine::Data>) -> Result<(), FileError> {
        let (first_row, first_column) = range.start().unwrap_or_default();
        for (row, column, value) in range.used_cells() {
            if value.is_empty() {
                continue;
            }
            let place =
                |first: u32, at: usize| first.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
            let at = (place(first_row, row), place(first_column, column));
            if !self.add(at, spreadsheet_cell::text(value))? {
                break;
            }
        }
        Ok(())
    }

    fn finish(self) -> Vec<Line<'static>> {
        let lines = self.by_row.into_iter().map(|(row, mut cells)| {
            cells.sort_by_key(|cell| cell.0);
            cells.dedup_by_key(|cell| cell.0);
            Line {
                number: i32::try_from(row).unwrap_or(i32::MAX).saturating_add(1),
                cells,
                width: None,
                raw: "",
            }
        });
        lines.collect()
    }
}
