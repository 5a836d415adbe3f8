//! CSV → a table. The delimiter is the one that the header uses most.

use csv::{ReaderBuilder, StringRecord};

use crate::{
    domain::listing::Finding,
    registry::{
        FileError,
        table::{Row, Shape, Table},
    },
};

const DELIMITERS: &[u8] = b",;\t";

/// Reads a text with a header line. Rows that do not fit the header become findings.
pub(super) fn read(text: &str) -> Result<Table, FileError> {
    let mut lines = Lines::new(text);
    let header = lines.next_record()?.ok_or(FileError::Empty)?;
    let columns = unique_names(&header.fields);
    let mut table = Table {
        columns,
        rows: vec![],
        row_count: 0,
        findings: vec![],
    };
    while let Some(record) = lines.next_record()? {
        table.row_count = table.row_count.saturating_add(1);
        match row(&record, table.columns.len()) {
            Ok(row) => table.rows.push(row),
            Err(finding) => table.findings.push(finding),
        }
    }
    Ok(table)
}

/// A record and where a person finds it.
struct Record<'a> {
    fields: StringRecord,
    number: i32,
    raw: &'a str,
}

/// The records of a text, numbered as a spreadsheet numbers its rows: blank lines count, line
/// breaks inside quotation marks do not.
struct Lines<'a> {
    text: &'a str,
    reader: csv::Reader<&'a [u8]>,
    offset: usize,
    number: i32,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        let reader = ReaderBuilder::new()
            .delimiter(delimiter(text))
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        Self {
            text,
            reader,
            offset: 0,
            number: 0,
        }
    }

    fn next_record(&mut self) -> Result<Option<Record<'a>>, FileError> {
        let mut fields = StringRecord::new();
        let more = self
            .reader
            .read_record(&mut fields)
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
        Ok(Some(Record {
            fields,
            number: self.number,
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

fn row(record: &Record<'_>, width: usize) -> Result<Row, Finding> {
    let lines = record.raw.trim_end_matches(['\r', '\n']).lines().count();
    let odd_quotes = record.raw.matches('"').count() % 2 == 1;
    let fields = &record.fields;
    let overhang = fields
        .iter()
        .skip(width)
        .any(|field| !field.trim().is_empty());
    let ragged = fields.len() < width || overhang;
    if lines > 1 && (ragged || odd_quotes) {
        let message = format!(
            "a quotation mark is opened and not closed where it should be: the row runs over \
             {lines} lines, and all of them were passed over; close the quotation mark"
        );
        return Err(Finding::error(record.number, "open_quote", message));
    }
    let blank = fields.iter().all(|field| field.trim().is_empty());
    if blank {
        let message = "nothing is in this row; it was passed over";
        return Err(Finding::info(record.number, "blank_row", message));
    }
    if ragged {
        let message = format!(
            "the row has {} cells and the header names {width}; put texts that hold the \
             delimiter into quotation marks, or add what is missing",
            fields.len()
        );
        return Err(Finding::error(record.number, "ragged_row", message)
            .value(record.raw.trim_end_matches(['\r', '\n'])));
    }
    let cells = fields.iter().take(width).enumerate();
    let cells = cells.filter(|(_, text)| !text.trim().is_empty());
    Ok(Row {
        number: record.number,
        cells: cells
            .map(|(column, text)| (column, text.to_owned()))
            .collect(),
        shape: Shape::Absent,
    })
}

/// The delimiter that the first line uses most outside quotation marks.
fn delimiter(text: &str) -> u8 {
    let line = text
        .trim_start_matches(['\r', '\n'])
        .lines()
        .next()
        .unwrap_or_default();
    let unquoted: String = line.split('"').step_by(2).collect();
    let count = |delimiter: u8| unquoted.bytes().filter(|byte| *byte == delimiter).count();
    // The first of those with the most: a comma, where there is none of any.
    let best = DELIMITERS
        .iter()
        .rev()
        .max_by_key(|delimiter| count(**delimiter));
    best.copied().unwrap_or(b',')
}

/// Column names that can be told apart: a blank one is `column 3`, a second one `name (2)`.
fn unique_names(header: &StringRecord) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(header.len());
    let mut seen = std::collections::HashMap::<String, u32>::new();
    for (at, stated) in header.iter().enumerate() {
        let stated = stated.trim();
        let name = if stated.is_empty() {
            format!("column {}", at + 1)
        } else {
            stated.to_owned()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<i32> {
        read(text)
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
    fn the_delimiter_is_the_one_of_the_header() {
        for text in ["a,b\n1,2", "a;b\n1;2", "a\tb\n1\t2", "\"a,x,y\";b\n1;2"] {
            let table = read(text).unwrap();
            assert_eq!(table.columns.len(), 2, "{text:?}");
            assert_eq!(table.rows[0].text(1), Some("2"), "{text:?}");
        }
    }

    #[test]
    fn rows_that_do_not_fit_the_header_are_findings_and_the_others_are_kept() {
        let table = read("a,b,c\n1,2\n1,2,3\n1,2,3,4\n1,2,3,,\n,,\n").unwrap();
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
            let table = read(text).unwrap();
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
        let table = read("name,,name\n1,2,3\n").unwrap();
        assert_eq!(table.columns, ["name", "column 2", "name (2)"]);
    }
}
