//! The table of a Shapefile (dBASE) → columns and cells. Knows no geometry.

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
};

use encoding_rs::Encoding;

use super::{
    FileError, encoding,
    options::TextEncoding,
    sheet::MAX_COLUMNS,
    source::{fill, unreadable},
    spreadsheet_cell,
};
use crate::registry::table::Cell;

/// Where the description of the columns begins, and how long each is.
const HEADER_BYTES: usize = 32;
const COLUMN_BYTES: usize = 32;

/// The table, its columns known and its rows not yet read.
pub(super) struct Dbf {
    /// As the file names them.
    pub columns: Vec<String>,
    /// How the texts are read.
    pub encoding: TextEncoding,
    /// The rows, in the order of the shapes.
    pub rows: Records,
}

struct Column {
    name: Vec<u8>,
    kind: u8,
    begin: usize,
    length: usize,
}

/// The rows, as they come.
pub(super) struct Records {
    file: BufReader<File>,
    columns: Vec<Column>,
    record: Vec<u8>,
    left: u32,
    encoding: &'static Encoding,
}

/// Opens the table; the encoding is the one that is forced, or that of the `.cpg`, or found out.
pub(super) fn open(mut file: File, stated: Option<TextEncoding>) -> Result<Dbf, FileError> {
    let length = file.metadata().map_err(|e| unreadable(&e))?.len();
    let mut head = vec![0; HEADER_BYTES];
    let cut_off = || broken("its table is cut off");
    if fill(&mut file, &mut head)? < HEADER_BYTES {
        return Err(cut_off());
    }
    let number = |at: usize| usize::from(u16::from_le_bytes([head[at], head[at + 1]]));
    let (begin, record_length) = (number(8), number(10));
    if record_length < 1 || length < begin as u64 || begin < HEADER_BYTES {
        return Err(cut_off());
    }
    let mut described = vec![0; begin - HEADER_BYTES];
    fill(&mut file, &mut described)?;
    let columns = columns(&described, record_length)?;
    let count = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
    let held = (length - begin as u64) / record_length as u64;
    if held < u64::from(count) {
        return Err(broken("its table has fewer rows than it says"));
    }
    let texts = || {
        let rows = SeekFrom::Start(begin as u64);
        (&file).seek(rows).map_err(|e| unreadable(&e))?;
        let texts = Texts {
            file: BufReader::new(&file),
            columns: &columns,
            record: vec![0; record_length],
            left: count,
            line: vec![],
            at: 0,
        };
        Ok(Box::new(texts) as Box<dyn Read + '_>)
    };
    let encoding = encoding::find(&texts, stated)?.encoding;
    file.seek(SeekFrom::Start(begin as u64))
        .map_err(|e| unreadable(&e))?;
    let names = columns
        .iter()
        .map(|column| decoded(&column.name, encoding.0));
    Ok(Dbf {
        columns: names.collect(),
        encoding,
        rows: Records {
            file: BufReader::new(file),
            columns,
            record: vec![0; record_length],
            left: count,
            encoding: encoding.0,
        },
    })
}

impl Iterator for Records {
    type Item = Result<Option<Vec<Cell>>, FileError>;

    /// The cells of a row; `None` for one that is marked as deleted.
    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        match fill(&mut self.file, &mut self.record) {
            Ok(length) if length == self.record.len() => {}
            Ok(_) => return Some(Err(broken("its table is cut off"))),
            Err(error) => return Some(Err(error)),
        }
        let cells = self.columns.iter().enumerate();
        let text = |column: &Column| text(column, &self.record, self.encoding);
        let cells = cells.filter_map(|(at, column)| Some((at, text(column)?)));
        Some(Ok((self.record[0] != b'*').then(|| cells.collect())))
    }
}

/// The texts of all rows, one line a row, so that an error names the row.
struct Texts<'a, R> {
    file: R,
    columns: &'a [Column],
    record: Vec<u8>,
    left: u32,
    line: Vec<u8>,
    at: usize,
}

impl<R: Read> Read for Texts<'_, R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if self.at == self.line.len() && self.left > 0 {
            self.left -= 1;
            self.file.read_exact(&mut self.record)?;
            self.line.clear();
            self.at = 0;
            for column in self.columns.iter().filter(|column| column.kind == b'C') {
                let cell = &self.record[column.begin..column.begin + column.length];
                self.line.extend(cell.iter().filter(|byte| **byte != 0));
                self.line.push(b' ');
            }
            self.line.push(b'\n');
        }
        let rest = &self.line[self.at..];
        let length = rest.len().min(room.len());
        room[..length].copy_from_slice(&rest[..length]);
        self.at += length;
        Ok(length)
    }
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
    if columns.len() > MAX_COLUMNS {
        return Err(FileError::TooManyColumns {
            found: columns.len(),
            limit: MAX_COLUMNS,
        });
    }
    if begin > record_length {
        return Err(broken("its table's columns are wider than its rows"));
    }
    Ok(columns)
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
