//! CSV → lines of cells, one after the other. What the lines mean is for the sheet to say.

use std::io::{self, Read};

use csv::{ReaderBuilder, StringRecord};

use super::{
    FileError,
    options::Delimiter,
    sheet::{Line, Lines},
    source::unreadable,
};

/// Longest row, with the lines that a quotation mark holds together.
const MAX_ROW_BYTES: usize = 8_000_000;
/// Bytes that are read at once.
const PIECE_BYTES: usize = 1 << 16;

/// The lines of a text, as they come.
pub(super) fn lines(text: Box<dyn Read + Send>, delimiter: Delimiter) -> Lines {
    Box::new(Records::new(text, delimiter))
}

/// The first lines of a text that are not empty.
pub(super) fn first_lines(text: &str, delimiter: Delimiter, most: usize) -> Vec<Line> {
    let records = Records::new(text.as_bytes(), delimiter);
    records.take(most).map_while(Result::ok).collect()
}

/// The records of a text, numbered as a spreadsheet numbers its rows: blank lines count, line
/// breaks inside quotation marks do not.
struct Records<R> {
    reader: csv::Reader<Kept<R>>,
    fields: StringRecord,
    number: i32,
    /// Whether the last record ended with the first half of a line end, perhaps.
    after_return: bool,
    ended: bool,
}

impl<R: Read> Records<R> {
    fn new(text: R, delimiter: Delimiter) -> Self {
        let kept = Kept {
            input: text,
            bytes: vec![],
            at: 0,
            begin: 0,
        };
        let reader = ReaderBuilder::new()
            .delimiter(delimiter.byte())
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(PIECE_BYTES)
            .from_reader(kept);
        Self {
            reader,
            fields: StringRecord::new(),
            number: 0,
            after_return: false,
            ended: false,
        }
    }

    fn next_line(&mut self) -> Result<Option<Line>, FileError> {
        let more = self.reader.read_record(&mut self.fields);
        if !more.map_err(|error| self.failure(error))? {
            return Ok(None);
        }
        let end = self.reader.position().byte();
        let raw = self.reader.get_mut().until(end);
        let after_return = std::mem::replace(&mut self.after_return, raw.last() == Some(&b'\r'));
        let raw = String::from_utf8_lossy(raw);
        let (blank_lines, raw) = without_blank_lines(&raw, after_return);
        self.number = self.number.saturating_add(blank_lines).saturating_add(1);
        let cells = self.fields.iter().enumerate();
        let cells = cells.filter(|(_, text)| !text.trim().is_empty());
        Ok(Some(Line {
            number: self.number,
            cells: cells
                .map(|(column, text)| (column, unguarded(text).to_owned()))
                .collect(),
            width: Some(self.fields.len()),
            raw: raw.to_owned(),
        }))
    }

    fn failure(&self, error: csv::Error) -> FileError {
        let reason = error.to_string();
        match error.into_kind() {
            csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                let reason = format!(
                    "the row after row {} is longer than {} MB; a quotation mark is probably \
                     opened in it and not closed",
                    self.number,
                    MAX_ROW_BYTES / 1_000_000
                );
                FileError::NotCsv { reason }
            }
            csv::ErrorKind::Io(error) => unreadable(&error),
            _ => FileError::NotCsv { reason },
        }
    }
}

impl<R: Read> Iterator for Records<R> {
    type Item = Result<Line, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let line = self.next_line().transpose();
        self.ended = !matches!(line, Some(Ok(_)));
        line
    }
}

/// Bytes that stay to be seen until the record is over that they are of.
struct Kept<R> {
    input: R,
    bytes: Vec<u8>,
    /// Where in them what is not over begins, and where that is in the text.
    at: usize,
    begin: u64,
}

impl<R> Kept<R> {
    /// What was not seen of the bytes before that place in the text.
    fn until(&mut self, end: u64) -> &[u8] {
        let length = usize::try_from(end.saturating_sub(self.begin)).unwrap_or(usize::MAX);
        let first = self.at;
        self.at = first.saturating_add(length).min(self.bytes.len());
        self.begin = end;
        &self.bytes[first..self.at]
    }
}

impl<R: Read> Read for Kept<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.bytes.drain(..self.at);
        self.at = 0;
        if self.bytes.len() > MAX_ROW_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let length = self.input.read(room)?;
        self.bytes.extend_from_slice(&room[..length]);
        Ok(length)
    }
}

/// Splits off the blank lines before a record, and the rest of the line end before them.
fn without_blank_lines(raw: &str, after_return: bool) -> (i32, &str) {
    let mut rest = if after_return {
        raw.strip_prefix('\n').unwrap_or(raw)
    } else {
        raw
    };
    let mut count = 0;
    loop {
        let next = ["\r\n", "\n", "\r"]
            .iter()
            .find_map(|end| rest.strip_prefix(end));
        match next {
            Some(after) => rest = after,
            None => return (count, rest),
        }
        count += 1;
    }
}

/// An apostrophe before what would be a formula is a sheet's way of saying that it is none, and no
/// part of the text; our own exports write it, also before a text that looks so itself.
fn unguarded(text: &str) -> &str {
    const SIGNS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
    match text.strip_prefix('\'') {
        Some(guarded) if guarded.trim_start_matches('\'').starts_with(SIGNS) => guarded,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::registry::{
        reader::{delimiter::delimiter, sheet},
        table::Table,
    };

    fn read(text: &str) -> Table {
        let lines = lines(Box::new(io::Cursor::new(text.to_owned())), delimiter(text));
        let opened = sheet::open(lines, 0, &BTreeMap::new()).unwrap();
        opened.collect().unwrap()
    }

    fn numbers(text: &str) -> Vec<i32> {
        read(text).rows.iter().map(|row| row.number).collect()
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_numbers_them() {
        assert_eq!(numbers("a,b\n1,2\n3,4\n"), [2, 3]);
        assert_eq!(numbers("a,b\r\n1,2\r\n3,4"), [2, 3]);
        assert_eq!(numbers("a,b\r1,2\r3,4\r"), [2, 3]);
        assert_eq!(numbers("a,b\r\n\r\n1,2\r\n\r\n\r\n3,4\r\n"), [3, 6]);
        assert_eq!(numbers("\n\na,b\n1,2\n"), [4]);
        assert_eq!(numbers("a,b\n\"1\n\nx\",2\n3,4\n"), [2, 3]);
    }

    #[test]
    fn rows_that_do_not_fit_the_header_are_findings_and_the_others_are_kept() {
        let table = read("a,b,c\n1,2\n1,2,3\n1,2,3,4\n1,2,3,,\n,,\n");
        assert_eq!(table.row_count, 5);
        let kept: Vec<i32> = table.rows.iter().map(|row| row.number).collect();
        assert_eq!(kept, [3, 5]);
        let codes: Vec<_> = table.findings.iter().map(|f| (f.row, f.code)).collect();
        assert_eq!(
            codes,
            [(2, "ragged_row"), (4, "ragged_row"), (6, "blank_row")]
        );
    }

    #[test]
    fn an_open_quotation_mark_does_not_swallow_rows_in_silence() {
        for text in ["a,b\n1,\"x\n2,y\n3,z\n", "a,b\n\"1,x\n2,y\n3,z\n"] {
            let table = read(text);
            assert!(table.rows.is_empty(), "{text:?}");
            assert_eq!(
                (table.findings[0].row, table.findings[0].code),
                (2, "open_quote")
            );
            assert!(
                table.findings[0].message.contains("3 lines"),
                "{:?}",
                table.findings
            );
        }
    }

    #[test]
    fn columns_can_be_told_apart() {
        let table = read("name,,name\n1,2,3\n");
        assert_eq!(table.columns, ["name", "column 2", "name (2)"]);
    }

    #[test]
    fn rows_keep_their_numbers_over_many_pieces() {
        let row = format!("\"{}\",2\r\n\r\n", "x\n".repeat(30));
        let text = format!("a,b\r\n{}", row.repeat(5000));
        let expected: Vec<i32> = (0..5000).map(|at| 2 + 2 * at).collect();
        assert_eq!(numbers(&text), expected);
    }

    #[test]
    fn a_row_that_does_not_end_is_refused_before_it_fills_the_memory() {
        let endless = Box::new(io::repeat(b'x'));
        let text = Box::new(io::Cursor::new("name,lat,lon\nOak,1,36\n")).chain(endless);
        let mut lines = lines(Box::new(text), Delimiter::Comma);
        assert_eq!(lines.by_ref().take(2).flatten().count(), 2);
        let message = lines.next().unwrap().unwrap_err().to_string();
        assert!(
            message.contains("the row after row 2 is longer than 8 MB"),
            "{message}"
        );
        assert!(lines.next().is_none());
    }
}
