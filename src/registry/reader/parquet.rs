//! Parquet and GeoParquet → rows, one a record, group by group. Only flat columns and structures of
//! them are read; what else a file holds is said and left out.

mod geometry;
mod schema;
mod value;

use std::{
    fmt::Display,
    fs::File,
    io::{Read, Seek, SeekFrom},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    thread,
};

use parquet::{
    basic::Compression,
    file::{
        metadata::ParquetMetaData,
        reader::{FileReader, SerializedFileReader},
    },
    record::{Field, reader::RowIter},
};

use self::schema::Plan;
use super::{FileError, sheet::unique_names};
use crate::{
    domain::listing::{Finding, shortened},
    registry::table::{Cell, Entry, Opened, Row, Shape},
};

/// How a Parquet file begins and ends.
pub(super) const SIGNATURE: &[u8] = b"PAR1";

/// Records that are unpacked at once from each column.
const BATCH_ROWS: usize = 256;
/// The largest description of a file that is read, and the most columns and structures in it.
const MAX_FOOTER_BYTES: u64 = 64 << 20;
const MAX_SCHEMA_ELEMENTS: u64 = 5_000;
/// The crate calls itself for every level of a schema; so much is enough for as many levels as
/// there may be elements.
const SCHEMA_STACK_BYTES: usize = 64 << 20;
/// More than any program puts into one column of one group.
const MAX_CHUNK_BYTES: i64 = 1 << 30;
/// Blank records in a row after which the rest of a file is not believed.
const MAX_BLANK_ROWS: u32 = 100_000;

/// Opens the file.
pub(super) fn open(path: &Path) -> Result<Opened, FileError> {
    let mut file = File::open(path).map_err(|e| broken(&e))?;
    let file_bytes = check_footer(&mut file)?;
    // The reader is not ours: what it does not expect must end this import only.
    let reading = thread::Builder::new()
        .stack_size(SCHEMA_STACK_BYTES)
        .spawn(move || SerializedFileReader::new(file))
        .map_err(|e| broken(&e))?;
    let reader = match reading.join() {
        Ok(reader) => reader.map_err(|e| broken(&e))?,
        Err(_) => return Err(senseless()),
    };
    let opened = catch_unwind(AssertUnwindSafe(|| rows(reader, file_bytes)));
    opened.unwrap_or_else(|_| Err(senseless()))
}

fn rows(reader: SerializedFileReader<File>, file_bytes: u64) -> Result<Opened, FileError> {
    let metadata = reader.metadata();
    let described = metadata.file_metadata();
    let geometry = geometry::find(described)?;
    let plan = Plan::make(described.schema(), geometry.as_ref())?;
    check_groups(metadata, &plan, file_bytes)?;
    let records = RowIter::from_file_into(Box::new(reader))
        .project(Some(plan.projection.clone()))
        .map_err(|e| broken(&e))?
        .with_batch_size(BATCH_ROWS);
    let names: Vec<String> = plan
        .columns
        .iter()
        .filter(|column| column.geometry.is_none())
        .map(|column| column.name.replace('\0', "").trim().to_owned())
        .collect();
    Ok(Opened {
        columns: unique_names(&names),
        findings: plan.findings.clone(),
        entries: Box::new(Rows {
            records: Some(records),
            plan,
            number: 0,
            blank: 0,
        }),
    })
}

/// Looks at the end of the file, where it says how much it describes; returns the file's size.
fn check_footer(file: &mut File) -> Result<u64, FileError> {
    let mut read = || {
        let file_bytes = file.seek(SeekFrom::End(0))?;
        let mut end = [0; 8];
        if file_bytes >= 12 {
            file.seek(SeekFrom::Start(file_bytes - 8))?;
            file.read_exact(&mut end)?;
        }
        let [a, b, c, d, signature @ ..] = end;
        let footer_bytes = u64::from(u32::from_le_bytes([a, b, c, d]));
        let begin = file_bytes.saturating_sub(8 + footer_bytes);
        let mut footer = vec![];
        file.seek(SeekFrom::Start(begin))?;
        file.take(24).read_to_end(&mut footer)?;
        file.rewind()?;
        Ok::<_, std::io::Error>((file_bytes, signature, footer_bytes, footer))
    };
    let (file_bytes, signature, footer_bytes, footer) = read().map_err(|e| broken(&e))?;
    if signature != SIGNATURE || footer_bytes + 12 > file_bytes {
        return Err(broken(&"its end is missing or locked"));
    }
    if footer_bytes > MAX_FOOTER_BYTES {
        return Err(broken(&"its description is larger than any list needs"));
    }
    match schema_elements(&footer) {
        Some(0..=MAX_SCHEMA_ELEMENTS) => Ok(file_bytes),
        Some(many) => Err(broken(&format!("it describes {many} columns"))),
        None => Err(broken(&"its description does not begin as it should")),
    }
}

/// How many elements the schema has, from the first bytes of the description (Thrift's compact
/// protocol): a version and then the list of elements.
fn schema_elements(footer: &[u8]) -> Option<u64> {
    let mut bytes = footer.iter().copied();
    if bytes.next()? != 0x15 {
        return None;
    }
    number(&mut bytes)?;
    if bytes.next()? != 0x19 {
        return None;
    }
    match bytes.next()? {
        0xfc => number(&mut bytes),
        few if few & 0x0f == 0x0c => Some(u64::from(few >> 4)),
        _ => None,
    }
}

/// A number in groups of seven bits, the lowest first.
fn number(bytes: &mut impl Iterator<Item = u8>) -> Option<u64> {
    let mut number = 0;
    for shift in (0..35).step_by(7) {
        let byte = bytes.next()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// What the file says of its groups, as far as it can be believed before they are read.
fn check_groups(metadata: &ParquetMetaData, plan: &Plan, file_bytes: u64) -> Result<(), FileError> {
    let mut rows = 0_u64;
    for group in metadata.row_groups() {
        let Ok(group_rows) = u64::try_from(group.num_rows()) else {
            return Err(senseless());
        };
        rows = rows.saturating_add(group_rows);
        for column in group.columns() {
            let top = column.column_path().parts().first();
            if !top.is_some_and(|name| plan.reads(name)) {
                continue;
            }
            match column.compression() {
                Compression::UNCOMPRESSED
                | Compression::SNAPPY
                | Compression::GZIP(_)
                | Compression::ZSTD(_) => {}
                other => {
                    return Err(broken(&format!(
                        "it is packed by {other}; snappy, zstd and gzip are read"
                    )));
                }
            }
            if !(0..=MAX_CHUNK_BYTES).contains(&column.uncompressed_size())
                || u64::try_from(column.num_values()) != Ok(group_rows)
            {
                return Err(senseless());
            }
        }
    }
    // A school takes at least a byte.
    if rows > file_bytes {
        let reason = format!("it claims to hold {rows} rows in {file_bytes} bytes");
        return Err(broken(&reason));
    }
    Ok(())
}

/// The records of a file.
struct Rows {
    /// `None` after the end, or after an error.
    records: Option<RowIter<'static>>,
    plan: Plan,
    number: i32,
    /// Records since the last one that said something.
    blank: u32,
}

impl Iterator for Rows {
    type Item = Result<Entry, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        let records = self.records.as_mut()?;
        let read = catch_unwind(AssertUnwindSafe(|| records.next()));
        let failed = match read {
            Ok(Some(Ok(record))) => {
                self.number = self.number.saturating_add(1);
                match self.entry(record.into_columns()) {
                    Ok(entry) => return Some(Ok(entry)),
                    Err(error) => error,
                }
            }
            Ok(Some(Err(error))) => {
                let row = self.number.saturating_add(1);
                broken(&format!("record {row}: {error}"))
            }
            Ok(None) => {
                self.records = None;
                return None;
            }
            Err(_) => senseless(),
        };
        self.records = None;
        Some(Err(failed))
    }
}

impl Rows {
    fn entry(&mut self, record: Vec<(String, Field)>) -> Result<Entry, FileError> {
        let mut cells: Vec<Cell> = vec![];
        let mut shape = Shape::Absent;
        let mut place = 0;
        for (column, (_, field)) in self.plan.columns.iter().zip(record) {
            if let Some(encoding) = column.geometry {
                shape = encoding.shape(&field);
                continue;
            }
            if let Some(text) = value::text(&field, column.notation) {
                cells.push((place, text));
            }
            place += 1;
        }
        if !cells.is_empty() || shape != Shape::Absent {
            self.blank = 0;
            let number = self.number;
            return Ok(Entry::Row(Row {
                number,
                cells,
                shape,
            }));
        }
        self.blank += 1;
        if self.blank > MAX_BLANK_ROWS {
            let reason = format!("nothing is in the {MAX_BLANK_ROWS} records before that");
            return Err(broken(&format!("record {}: {reason}", self.number)));
        }
        let message = "nothing is in this row; it was passed over";
        let finding = Finding::info(self.number, "blank_row", message);
        Ok(Entry::Passed(finding))
    }
}

fn senseless() -> FileError {
    broken(&"its content makes no sense")
}

fn broken(reason: &dyn Display) -> FileError {
    FileError::NotParquet {
        reason: shortened(&reason.to_string()),
    }
}
