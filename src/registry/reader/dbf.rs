//! The table of a Shapefile (dBASE) → columns and cells. Knows no geometry.

use encoding_rs::Encoding;

use super::{FileError, encoding, options::TextEncoding, spreadsheet_cell};
use crate::registry::table::Cell;

/// Where the description of the columns begins, and how long each is.
const HEADER_BYTES: usize = 32;
const COLUMN_BYTES: usize = 32;

/// The columns, and the rows in the order of the shapes.
#[derive(Debug, PartialEq)]
pub(super) struct Dbf {
    /// As the file names them.
    pub columns: Vec<String>,
    /// The cells of a row; `None` if it is marked as deleted.
    pub rows: Vec<Option<Vec<Cell>>>,
    /// How the texts were read.
    pub encoding: TextEncoding,
}

struct Column {
    name: Vec<u8>,
    kind: u8,
    begin: usize,
    length: usize,
}

/// Reads the table; the encoding is the one that is forced, or that of the `.cpg`, or found out.
pub(super) fn read(bytes: &[u8], stated: Option<TextEncoding>) -> Result<Dbf, FileError> {
    let number = |at: usize| {
        Some(usize::from(u16::from_le_bytes(
            *bytes.get(at..)?.first_chunk()?,
        )))
    };
    let (Some(begin), Some(length)) = (number(8), number(10)) else {
        return Err(broken("its table is cut off"));
    };
    if length < 1 || bytes.len() < begin || begin < HEADER_BYTES {
        return Err(broken("its table is cut off"));
    }
    let columns = columns(&bytes[HEADER_BYTES..begin], length)?;
    let count = u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]) as usize;
    let records: Vec<&[u8]> = bytes[begin..].chunks_exact(length).take(count).collect();
    if records.len() < count {
        return Err(broken("its table has fewer rows than it says"));
    }
    let encoding = text_encoding(&columns, &records, stated)?;
    let rows = records.iter().map(|record| {
        (record[0] != b'*').then(|| {
            let cells = columns.iter().enumerate();
            let text = |column: &Column| text(column, record, encoding.0);
            cells
                .filter_map(|(at, column)| Some((at, text(column)?)))
                .collect()
        })
    });
    let rows = rows.collect();
    let columns = columns
        .iter()
        .map(|column| decoded(&column.name, encoding.0))
        .collect();
    Ok(Dbf {
        columns,
        rows,
        encoding,
    })
}

fn columns(header: &[u8], record_length: usize) -> Result<Vec<Column>, FileError> {
    let mut columns = vec![];
    // The deletion mark comes first.
    let mut begin = 1;
    for described in header.chunks_exact(COLUMN_BYTES) {
        if described[0] == b'\r' {
            break;
        }
        let name = described[..11].split(|byte| *byte == 0).next();
        let length = usize::from(described[16]);
        columns.push(Column {
            name: name.unwrap_or_default().to_vec(),
            kind: described[11],
            begin,
            length,
        });
        begin += length;
    }
    if begin > record_length {
        return Err(broken("its table's columns are wider than its rows"));
    }
    Ok(columns)
}

/// One line a row, so that an error names the row.
fn text_encoding(
    columns: &[Column],
    records: &[&[u8]],
    stated: Option<TextEncoding>,
) -> Result<TextEncoding, FileError> {
    let mut texts = vec![];
    for record in records {
        for column in columns.iter().filter(|column| column.kind == b'C') {
            let cell = &record[column.begin..column.begin + column.length];
            texts.extend(cell.iter().filter(|byte| **byte != 0));
            texts.push(b' ');
        }
        texts.push(b'\n');
    }
    encoding::decode(&texts, stated).map(|(_, encoding)| encoding)
}

fn decoded(bytes: &[u8], encoding: &'static Encoding) -> String {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    text.trim_matches(|c: char| c == '\0' || c.is_whitespace())
        .replace('\0', "")
}

fn text(column: &Column, record: &[u8], encoding: &'static Encoding) -> Option<String> {
    let text = decoded(
        &record[column.begin..column.begin + column.length],
        encoding,
    );
    let text = match column.kind {
        b'C' => text,
        b'N' | b'F' => number(text),
        b'L' => match text.as_str() {
            "T" | "t" | "Y" | "y" => "yes".into(),
            "F" | "f" | "N" | "n" => "no".into(),
            _ => return None,
        },
        b'D' if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..])
        }
        // Binary numbers, memos and pictures are not text.
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// A number as it is written, unless it is a whole one with zeros behind a point, or has an
/// exponent; stars stand for one that was too wide.
fn number(text: String) -> String {
    if text.contains('*') {
        return String::new();
    }
    match text.parse::<f64>() {
        Ok(number) if number.fract() == 0.0 && text.contains('.') || text.contains(['e', 'E']) => {
            spreadsheet_cell::decimal(number)
        }
        _ => text,
    }
}

fn broken(reason: &str) -> FileError {
    FileError::NotAShapefile {
        reason: reason.into(),
    }
}
