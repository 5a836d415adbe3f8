//! CSV → lines of cells. What the lines mean is for the sheet to say.

use csv::{ReaderBuilder, StringRecord};

use super::{
    FileError,
    delimiter::delimiter,
    options::Delimiter,
    sheet::{self, Line},
};
use crate::registry::table::Table;

/// Reads a text of lines with a header among the first ones.
pub(super) fn read(text: &str, forced: Option<Delimiter>) -> Result<Table, FileError> {
    let delimiter = forced.unwrap_or_else(|| delimiter(text));
    sheet::table(lines(text, delimiter, usize::MAX)?)
}

/// The first lines of a text that are not empty.
pub(super) fn lines(
    text: &str,
    delimiter: Delimiter,
    most: usize,
) -> Result<Vec<Line<'_>>, FileError> {
    let mut records = Records::new(text, delimiter);
    let mut lines = vec![];
    while lines.len() < most
        && let Some(line) = records.next_line()?
    {
        lines.push(line);
    }
    Ok(lines)
}

/// The records of a text, numbered as a spreadsheet numbers its rows: blank lines count, line
/// breaks inside quotation marks do not.
struct Records<'a> {
    text: &'a str,
    reader: csv::Reader<&'a [u8]>,
    fields: StringRecord,
    offset: usize,
    number: i32,
}

impl<'a> Records<'a> {
    fn new(text: &'a str, delimiter: Delimiter) -> Self {
        let reader = ReaderBuilder::new()
            .delimiter(delimiter.byte())
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        Self {
            text,
            reader,
            fields: StringRecord::new(),
            offset: 0,
            number: 0,
        }
    }

    fn next_line(&mut self) -> Result<Option<Line<'a>>, FileError> {
        let more =
            self.reader
                .read_record(&mut self.fields)
                .map_err(|error| FileError::NotCsv {
                    reason: error.to_string(),
                })?;
        if !more {
            return Ok(None);
        }
        let end = usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX);
        let raw = self.text.get(self.offset..end).unwrap_or_default();
        let (blank_lines, raw) = without_blank_lines(raw, self.text[..self.offset].ends_with('\r'));
        self.offset = end;
        self.number = self.number.saturating_add(blank_lines).saturating_add(1);
        let cells = self.fields.iter().enumerate();
        let cells = cells.filter(|(_, text)| !text.trim().is_empty());
        Ok(Some(Line {
            number: self.number,
            cells: cells
                .map(|(column, text)| (column, unguarded(text).to_owned()))
                .collect(),
            width: Some(self.fields.len()),
            raw,
        }))
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
    use super::*;

    fn numbers(text: &str) -> Vec<i32> {
        read(text, None)
            .unwrap()
            .rows
            .iter()
            .map(|row| row.number)
            .collect()
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
        let table = read("a,b,c\n1,2\n1,2,3\n1,2,3,4\n1,2,3,,\n,,\n", None).unwrap();
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
            let table = read(text, None).unwrap();
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
        let table = read("name,,name\n1,2,3\n", None).unwrap();
        assert_eq!(table.columns, ["name", "column 2", "name (2)"]);
    }
}
