//! Whether an old workbook (.xls) may be read at all: chains of sectors that end, and sheets that
//! fit into memory. Two cells at opposite corners would become a table of all that lies between;
//! reads none of them.

use super::{FileError, sheet::MAX_COLUMNS};

/// Cells of all sheets together; a sheet of so many is exported as CSV.
const MAX_CELLS: u64 = 10_000_000;
/// Sector numbers from here on are marks, not sectors.
const RESERVED: u32 = 0xffff_fffa;
/// Shorter streams are kept in a file within the file.
const MINI_STREAM_BYTES: usize = 4096;
const MINI_SECTOR_BYTES: usize = 64;

/// Refuses a workbook that would not end, or not fit into memory.
pub(super) fn check(bytes: &[u8]) -> Result<(), FileError> {
    let stream = Compound::open(bytes).and_then(|file| file.workbook());
    let Some(stream) = stream else {
        return Err(broken("its content is broken or goes round in circles"));
    };
    let mut cells = 0_u64;
    for begin in sheet_places(&stream) {
        let Some(sheet) = stream.get(begin..) else {
            return Err(broken("a sheet lies behind its end"));
        };
        cells = cells.saturating_add(sheet_cells(sheet)?);
        if cells > MAX_CELLS {
            let reason = format!("its sheets have more than {MAX_CELLS} cells");
            return Err(FileError::UnsafeArchive { reason });
        }
    }
    Ok(())
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> {
    let (words, _) = bytes.as_chunks::<4>();
    words.iter().map(|word| u32::from_le_bytes(*word))
}

/// The compound file (MS-CFB) around the workbook.
struct Compound<'a> {
    bytes: &'a [u8],
    sector_bytes: usize,
    /// The sector that follows each.
    next: Vec<u32>,
}

impl<'a> Compound<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        let sector_bytes = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let mut file = Self {
            bytes,
            sector_bytes,
            next: vec![],
        };
        let mut tables: Vec<u32> = words(bytes.get(76..512)?).collect();
        let mut more = u32_at(bytes, 68)?;
        let most = bytes.len() / sector_bytes + 1;
        for _ in 0..most {
            if more >= RESERVED {
                break;
            }
            tables.extend(words(file.sector(more)?));
            more = tables.pop()?;
        }
        if more < RESERVED || tables.len() > most + 109 + sector_bytes {
            return None;
        }
        for table in tables.into_iter().filter(|table| *table < RESERVED) {
            let sector = file.sector(table)?;
            file.next.extend(words(sector));
        }
        ends(&file.next).then_some(file)
    }

    fn sector(&self, at: u32) -> Option<&'a [u8]> {
        let begin = (at as usize)
            .checked_add(1)?
            .checked_mul(self.sector_bytes)?;
        let end = (begin + self.sector_bytes).min(self.bytes.len());
        self.bytes.get(begin..end)
    }

    /// The sectors from one on; they end, since the file was found to.
    fn chain(&self, mut at: u32) -> Option<Vec<u8>> {
        let mut content = vec![];
        while at < RESERVED {
            content.extend_from_slice(self.sector(at)?);
            at = *self.next.get(at as usize)?;
        }
        Some(content)
    }

    fn workbook(&self) -> Option<Vec<u8>> {
        let directory = self.chain(u32_at(self.bytes, 48)?)?;
        let (entries, _) = directory.as_chunks::<128>();
        let mini_tables = u32_at(self.bytes, 64)?;
        let mini_next: Vec<u32> = match mini_tables {
            0 => vec![],
            _ => words(&self.chain(u32_at(self.bytes, 60)?)?).collect(),
        };
        if !ends(&mini_next) {
            return None;
        }
        let named = |wanted: &str| entries.iter().find(|entry| is_named(*entry, wanted));
        let entry = named("Workbook").or_else(|| named("Book"))?;
        let (begin, length) = (u32_at(entry, 116)?, u32_at(entry, 120)? as usize);
        let mut stream = if length >= MINI_STREAM_BYTES {
            self.chain(begin)?
        } else {
            let minis = self.chain(u32_at(entries.first()?, 116)?)?;
            let mut content = vec![];
            let mut at = begin;
            while at < RESERVED {
                let place = (at as usize).checked_mul(MINI_SECTOR_BYTES)?;
                let end = (place + MINI_SECTOR_BYTES).min(minis.len());
                content.extend_from_slice(minis.get(place..end)?);
                at = *mini_next.get(at as usize)?;
            }
            content
        };
        stream.truncate(length);
        Some(stream)
    }
}

fn is_named(entry: &[u8], name: &str) -> bool {
    let stated: Vec<u8> = entry[..64].iter().step_by(2).copied().collect();
    let end = stated.iter().position(|byte| *byte == 0);
    stated[..end.unwrap_or(stated.len())].eq_ignore_ascii_case(name.as_bytes())
}

/// Whether every chain ends: none comes back to where it was.
fn ends(next: &[u32]) -> bool {
    // 0 is not seen, others are the walk that saw the sector.
    let mut seen = vec![0_usize; next.len()];
    for start in 0..next.len() {
        let mut at = start;
        while seen.get(at) == Some(&0) {
            seen[at] = start + 1;
            at = next[at] as usize;
        }
        let own = seen.get(at) == Some(&(start + 1));
        if own {
            return false;
        }
    }
    true
}

/// The records of a stream: kind and content.
fn records(mut stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let (kind, length) = (u16_at(stream, 0)?, usize::from(u16_at(stream, 2)?));
        let content = stream.get(4..4 + length)?;
        stream = &stream[4 + length..];
        Some((kind, content))
    })
}

/// Where the sheets begin (`BoundSheet8`).
fn sheet_places(stream: &[u8]) -> Vec<usize> {
    let sheets = records(stream)
        .take_while(|(kind, _)| *kind != 0x0a)
        .filter(|(kind, _)| *kind == 0x85);
    sheets
        .filter_map(|(_, content)| Some(u32_at(content, 0)? as usize))
        .collect()
}

/// The cells between the first one and the last, as far as records state them or announce them.
fn sheet_cells(sheet: &[u8]) -> Result<u64, FileError> {
    let (mut rows, mut columns, mut announced, mut depth) = (0_u64, 0_u64, 0_u64, 0_u32);
    for (kind, content) in records(sheet) {
        let at = |place: usize| u16_at(content, place).map_or(0, u64::from);
        match kind {
            0x0809 => depth += 1,
            // The end, of the sheet or of a chart in it.
            0x0a if depth <= 1 => break,
            0x0a => depth -= 1,
            // Dimensions, in the older form and in the newer.
            0x0200 if content.len() == 10 => announced = announced.max(at(2) * at(6)),
            0x0200 => {
                let rows = u32_at(content, 4).map_or(0, u64::from);
                announced = announced.max(rows.saturating_mul(at(10)));
            }
            // Formula, Number, Label, BoolErr, RK, RString, LabelSst.
            0x06 | 0x0203 | 0x0204 | 0x0205 | 0x027e | 0xd6 | 0xfd => {
                rows = rows.max(at(0) + 1);
                columns = columns.max(at(2) + 1);
            }
            // MulRk: its last column stands at its end.
            0xbd => {
                rows = rows.max(at(0) + 1);
                let wide = content.len() as u64 / 6;
                columns = columns.max(at(2) + 1 + wide);
            }
            _ => {}
        }
    }
    if columns > MAX_COLUMNS as u64 {
        return Err(FileError::TooManyColumns {
            found: usize::try_from(columns).unwrap_or(usize::MAX),
            limit: MAX_COLUMNS,
        });
    }
    Ok(announced.max(rows * columns))
}

fn broken(reason: &str) -> FileError {
    FileError::NotAWorkbook {
        reason: reason.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_that_come_back_do_not_end() {
        let end = 0xffff_fffe;
        assert!(ends(&[]));
        assert!(ends(&[1, 2, end, 2, end]));
        assert!(!ends(&[0]));
        assert!(!ends(&[1, 2, 0]));
        assert!(!ends(&[end, 2, 3, 2]));
    }
}
