//! Workbooks (XLSX, XLS, ODS) → lines of cells: which sheet, and what is in it. Formulas count as
//! the values that they were saved with; what the lines mean is for the sheet to say.

use std::{
    fmt::Display,
    io::{BufReader, Cursor},
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{Data, Ods, Range, Reader, SheetType, Xls, Xlsx};

use super::{
    FileError,
    gathered::Gathered,
    ods_extent,
    options::ReadOptions,
    sheet::{self, HEADER_LINES, Line, Lines},
    source::{Input, Source},
    spreadsheet_cell,
    stream::Stream,
    xls_extent,
};
use crate::{
    domain::listing::{Finding, shortened},
    registry::table::Opened,
};

/// More sheets than a person would look through.
const MAX_SHEETS: usize = 250;
/// XLS and ODS are held in memory while they are read: larger ones are exported as CSV.
const MAX_WHOLE_BYTES: u64 = 100_000_000;

/// A way to write workbooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Xlsx,
    Xls,
    Ods,
}

/// A workbook of which one sheet is read.
pub(super) struct Chosen {
    pub opened: Opened,
    pub sheet: String,
    /// All sheets of the workbook.
    pub sheets: Vec<String>,
    /// Why the sheet may be the wrong one.
    pub doubt: Option<FileError>,
}

/// Opens the sheet that is named, or the one whose header fits.
pub(super) fn open(
    source: &Source,
    format: Format,
    options: &ReadOptions,
) -> Result<Chosen, FileError> {
    // The workbook's reader is not ours, and old formats are a tangle: what it does not expect
    // must end the import of this file and nothing else.
    let opened = catch_unwind(AssertUnwindSafe(|| {
        let mut book = Book::open(source, format)?;
        let (name, doubt) = choose(&mut book, options)?;
        let sheets = book.sheet_names();
        let head = book.head(&name)?;
        let widest = match sheet::header_or_first(&head, &options.columns) {
            Some(at) => book.widest(&name, &head[at..])?,
            None => 0,
        };
        let mut opened = sheet::open(book.into_lines(name.clone())?, widest, &options.columns)?;
        if sheets.len() > 1 {
            let message = format!(
                "the sheet \"{}\" was read, and {} others were not; name another by --sheet",
                shortened(&name),
                sheets.len() - 1
            );
            opened
                .findings
                .insert(0, Finding::info(0, "sheet", message));
        }
        Ok(Chosen {
            opened,
            sheet: name,
            sheets,
            doubt,
        })
    }));
    opened.unwrap_or_else(|_| Err(no_sense()))
}

/// The name of the sheet to read, and whether it may be another that is meant.
fn choose(
    book: &mut Book,
    options: &ReadOptions,
) -> Result<(String, Option<FileError>), FileError> {
    let names = book.sheet_names();
    if names.len() > MAX_SHEETS {
        return Err(broken(&format!("it has {} sheets", names.len())));
    }
    let which = |reason: String| FileError::WhichSheet {
        reason,
        sheets: in_words(&names),
    };
    if let Some(wanted) = options.sheet.as_deref() {
        let named = names.iter().find(|name| name.trim() == wanted.trim());
        return match named {
            Some(name) => Ok((name.clone(), None)),
            None => Err(which(format!("the workbook has no sheet {wanted:?}"))),
        };
    }
    let (mut fitting, mut filled) = (vec![], vec![]);
    for name in &names {
        let head = book.head(name)?;
        if sheet::header_among(&head, &options.columns).is_some() {
            fitting.push(name.clone());
        }
        if !head.is_empty() {
            filled.push(name.clone());
        }
    }
    let doubt = match (fitting.as_slice(), filled.as_slice()) {
        ([_], _) | ([], [_]) => None,
        ([], []) => return Err(FileError::Empty),
        ([], _) => Some(which(
            "none of the workbook's sheets has a header with a school's name or id and its \
             coordinates"
                .into(),
        )),
        (several, _) => Some(which(format!(
            "{} sheets of the workbook could be the list: {}",
            several.len(),
            in_words(several)
        ))),
    };
    let first = fitting.into_iter().chain(filled).next();
    Ok((first.unwrap_or_default(), doubt))
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

fn no_sense() -> FileError {
    broken(&"its content makes no sense")
}

/// An open workbook.
enum Book {
    Xlsx(Box<Xlsx<BufReader<Input>>>),
    Xls(Box<Xls<Cursor<Vec<u8>>>>),
    Ods(Box<Ods<BufReader<Input>>>),
}

impl Book {
    fn open(source: &Source, format: Format) -> Result<Self, FileError> {
        if format != Format::Xlsx && source.length()? > MAX_WHOLE_BYTES {
            let reason = format!(
                "XLS and ODS are read up to {} MB",
                MAX_WHOLE_BYTES / 1_000_000
            );
            return Err(broken(&reason));
        }
        let buffered = || source.open().map(BufReader::new);
        match format {
            Format::Xlsx => Xlsx::new(buffered()?)
                .map(|book| Self::Xlsx(book.into()))
                .map_err(|e| broken(&e)),
            Format::Xls => {
                let bytes = source.all()?;
                xls_extent::check(&bytes)?;
                Xls::new(Cursor::new(bytes))
                    .map(|book| Self::Xls(book.into()))
                    .map_err(|e| broken(&e))
            }
            Format::Ods => {
                ods_extent::check(source.open()?)?;
                Ods::new(buffered()?)
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

    /// The sheet of a format that is read whole; `None` where cells can be read one by one.
    fn range(&mut self, sheet: &str) -> Result<Option<Range<Data>>, FileError> {
        match self {
            Self::Xlsx(_) => Ok(None),
            Self::Xls(book) => book
                .worksheet_range(sheet)
                .map(Some)
                .map_err(|e| broken(&e)),
            Self::Ods(book) => book
                .worksheet_range(sheet)
                .map(Some)
                .map_err(|e| broken(&e)),
        }
    }

    /// The first lines of a sheet that are not empty.
    fn head(&mut self, sheet: &str) -> Result<Vec<Line>, FileError> {
        if let Some(range) = self.range(sheet)? {
            return RangeLines::new(range).take(HEADER_LINES).collect();
        }
        let (mut head, mut gathered) = (vec![], Gathered::default());
        self.each_cell(sheet, |at, text| {
            head.extend(gathered.add(at, text)?);
            Ok(head.len() < HEADER_LINES)
        })?;
        if head.len() < HEADER_LINES {
            head.extend(gathered.line());
        }
        Ok(head)
    }

    /// Columns that the widest line has, from the header on; `head` begins with the header.
    fn widest(&mut self, sheet: &str, head: &[Line]) -> Result<usize, FileError> {
        let width = |line: &Line| line.cells.last().map_or(0, |(column, _)| column + 1);
        let in_head = head.iter().map(width).max().unwrap_or_default();
        let (Some(header), Some(last)) = (head.first(), head.last()) else {
            return Ok(0);
        };
        if let Some(range) = self.range(sheet)? {
            let lines = RangeLines::new(range).filter_map(Result::ok);
            let lines = lines.filter(|line| line.number >= header.number);
            return Ok(lines.map(|line| width(&line)).max().unwrap_or_default());
        }
        if let Self::Xlsx(book) = self {
            let reader = book.worksheet_cells_reader(sheet);
            let (row, column) = reader.map_err(|e| broken(&e))?.dimensions().end;
            let whole = i64::from(row) + 1 >= i64::from(last.number);
            if whole && row > 0 && column as usize <= in_head.saturating_sub(1) {
                return Ok(in_head);
            }
        }
        // What the sheet says of its size is not true, or promises more: all of it tells.
        let mut widest = in_head;
        self.each_cell(sheet, |(row, column), text| {
            if text.is_some() && i64::from(row) + 1 >= i64::from(header.number) {
                widest = widest.max(column as usize + 1);
            }
            Ok(true)
        })?;
        Ok(widest)
    }

    /// Shows the cells of a sheet in their order, as long as more are wanted. Cell by cell: two
    /// at opposite ends of a sheet must not become a table of all that lies between.
    fn each_cell(
        &mut self,
        sheet: &str,
        mut look: impl FnMut((u32, u32), Option<String>) -> Result<bool, FileError>,
    ) -> Result<(), FileError> {
        let Self::Xlsx(book) = self else {
            return Ok(());
        };
        let reader = book.worksheet_cells_reader(sheet);
        let mut reader = reader.map_err(|e| broken(&e))?;
        while let Some(cell) = reader.next_cell().map_err(|e| broken(&e))? {
            let text = spreadsheet_cell::text_ref(cell.get_value());
            if !look(cell.get_position(), text)? {
                break;
            }
        }
        Ok(())
    }

    fn into_lines(mut self, sheet: String) -> Result<Lines, FileError> {
        if let Some(range) = self.range(&sheet)? {
            return Ok(Box::new(RangeLines::new(range)));
        }
        let stream = Stream::begin(no_sense(), move |outbox| {
            let mut gathered = Gathered::default();
            self.each_cell(&sheet, |at, text| {
                let bytes = gathered.row_bytes();
                let line = gathered.add(at, text)?;
                Ok(line.is_none_or(|line| outbox.put(line, bytes)))
            })?;
            if let Some(line) = gathered.line() {
                outbox.put(line, 0);
            }
            Ok(())
        });
        Ok(Box::new(stream?))
    }
}

/// The lines of a sheet that was read whole.
struct RangeLines {
    range: Range<Data>,
    /// The next row of the range.
    at: usize,
}

impl RangeLines {
    fn new(range: Range<Data>) -> Self {
        Self { range, at: 0 }
    }
}

impl Iterator for RangeLines {
    type Item = Result<Line, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (first_row, first_column) = self.range.start()?;
        let place =
            |first: u32, at: usize| first.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        while let Some(row) = self.range.rows().nth(self.at) {
            let mut gathered = Gathered::default();
            let number = place(first_row, self.at);
            self.at += 1;
            for (column, value) in row.iter().enumerate() {
                let at = (number, place(first_column, column));
                if let Err(error) = gathered.add(at, spreadsheet_cell::text(value)) {
                    return Some(Err(error));
                }
            }
            if let Some(line) = gathered.line() {
                return Some(Ok(line));
            }
        }
        None
    }
}
