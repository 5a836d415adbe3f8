//! Archives: what is in one, and whether it is safe to unpack. Reads no table.

use std::io::{self, Read};

use zip::ZipArchive;

use super::{
    FileError, shapefile,
    source::{Input, Source},
    workbook::Format,
};

/// What an archive unpacks to at most.
const MAX_UNPACKED_BYTES: u64 = 4 << 30;
/// What a workbook's texts unpack to at most: all of them are held in memory.
const MAX_TEXT_BYTES: u64 = 256 << 20;
const TEXTS: &str = "xl/sharedStrings.xml";
/// How much larger than itself an archive may become; the best packed workbooks reach some 50.
const MAX_RATIO: u64 = 200;
/// Below that size nobody minds the ratio.
const HARMLESS_BYTES: u64 = 10_000_000;
/// More files than any workbook or Shapefile has.
const MAX_FILES: usize = 5_000;

/// What kind of file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Sheets.
    Workbook(Format),
    /// Shapes and their table.
    Shapefile,
}

/// What is packed in the file; `None` if it is no archive.
pub(super) fn kind(source: &Source) -> Result<Option<Kind>, FileError> {
    let begin = source.head(4)?;
    if begin.starts_with(b"\xd0\xcf\x11\xe0") {
        return Ok(Some(Kind::Workbook(Format::Xls)));
    }
    if !begin.starts_with(b"PK\x03\x04") {
        return Ok(None);
    }
    let broken = FileError::NotAList {
        what: "a broken Excel workbook or another ZIP archive",
    };
    let mut archive = ZipArchive::new(source.open()?).map_err(|_| broken)?;
    check(&mut archive, source.length()?)?;
    let has = |name: &str| archive.index_for_name(name).is_some();
    if has("xl/workbook.xml") {
        Ok(Some(Kind::Workbook(Format::Xlsx)))
    } else if has("content.xml") && has("mimetype") {
        Ok(Some(Kind::Workbook(Format::Ods)))
    } else if archive
        .file_names()
        .any(|name| name.is_ok_and(|name| shapefile::is_layer(&name)))
    {
        Ok(Some(Kind::Shapefile))
    } else if has("xl/workbook.bin") {
        let what = "a binary Excel workbook (.xlsb)";
        Err(FileError::NotAList { what })
    } else {
        let what = "a ZIP archive without a workbook or a Shapefile";
        Err(FileError::NotAList { what })
    }
}

/// Refuses what unpacks to too much, by what it declares and by what it does, files that lie over
/// each other, and names that lead out of the archive.
fn check(archive: &mut ZipArchive<Input>, packed_bytes: u64) -> Result<(), FileError> {
    if archive.len() > MAX_FILES {
        let reason = format!("{} files are packed in it", archive.len());
        return Err(FileError::UnsafeArchive { reason });
    }
    let (mut declared, mut places) = (0_u64, vec![]);
    for at in 0..archive.len() {
        let file = archive.by_index_raw(at).map_err(|e| unreadable(&e))?;
        if file.enclosed_name().is_none() {
            let name = String::from_utf8_lossy(file.name_raw()).into_owned();
            let reason = format!("the packed file {name:?} leads out of the archive");
            return Err(FileError::UnsafeArchive { reason });
        }
        if file.encrypted() {
            let reason = "it is locked by a password".into();
            return Err(FileError::NotAWorkbook { reason });
        }
        declared = declared.saturating_add(file.size());
        places.push((file.header_start(), file.compressed_size()));
    }
    let most = MAX_UNPACKED_BYTES.min((packed_bytes * MAX_RATIO).max(HARMLESS_BYTES));
    if declared > most {
        return Err(too_large(most));
    }
    places.sort_unstable();
    let over = |pair: &[(u64, u64)]| pair[0].0.saturating_add(pair[0].1) > pair[1].0;
    if places.windows(2).any(over) {
        let reason = "the files that are packed in it lie over each other".into();
        return Err(FileError::UnsafeArchive { reason });
    }
    // What is declared may be untrue.
    let mut left = most;
    for at in 0..archive.len() {
        let file = archive.by_index(at).map_err(|e| unreadable(&e))?;
        let texts = file.name().is_ok_and(|name| name == TEXTS);
        let here = if texts {
            left.min(MAX_TEXT_BYTES)
        } else {
            left
        };
        let unpacked = io::copy(&mut file.take(here + 1), &mut io::sink());
        let unpacked = unpacked.map_err(|e| unreadable(&e))?;
        if unpacked > here {
            return Err(too_large(if here < left { MAX_TEXT_BYTES } else { most }));
        }
        left -= unpacked;
    }
    Ok(())
}

fn too_large(most: u64) -> FileError {
    let reason = format!(
        "it unpacks to more than {} MB, far more than a list of that size needs",
        most / 1_000_000
    );
    FileError::UnsafeArchive { reason }
}

fn unreadable(error: &dyn std::error::Error) -> FileError {
    FileError::NotAWorkbook {
        reason: format!("a packed file is broken ({error})"),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn kind(bytes: &[u8]) -> Result<Option<Kind>, FileError> {
        super::kind(&Source::memory(bytes))
    }

    fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(vec![]));
        for (name, content) in files {
            writer
                .start_file(*name, SimpleFileOptions::default())
                .unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn an_archive_is_known_by_what_is_in_it() {
        let book = packed(&[("xl/workbook.xml", b"x")]);
        assert_eq!(kind(&book), Ok(Some(Kind::Workbook(Format::Xlsx))));
        let message = kind(&packed(&[("a.txt", b"x")])).unwrap_err().to_string();
        assert!(message.contains("without a workbook"), "{message}");
        assert_eq!(kind(b"name,lat,lon"), Ok(None));
    }

    #[test]
    fn an_archive_that_becomes_too_large_is_refused() {
        let bomb = packed(&[("xl/workbook.xml", &vec![b' '; 40_000_000])]);
        assert!(bomb.len() < 100_000, "{}", bomb.len());
        let message = kind(&bomb).unwrap_err().to_string();
        assert!(message.contains("unpacks to more than 10 MB"), "{message}");
    }

    #[test]
    fn an_archive_that_lies_about_its_size_is_refused() {
        let content = vec![b' '; 40_000_000];
        let mut bomb = packed(&[("xl/workbook.xml", &content)]);
        let size = 40_000_000_u32.to_le_bytes();
        let places: Vec<usize> = (0..bomb.len() - 4)
            .filter(|at| bomb[*at..at + 4] == size)
            .collect();
        assert!(!places.is_empty());
        for at in places {
            bomb[at..at + 4].copy_from_slice(&9_u32.to_le_bytes());
        }
        assert!(kind(&bomb).is_err());
    }

    #[test]
    fn names_that_lead_out_of_the_archive_are_refused() {
        let mut archive = packed(&[("aa/aa/workbook.xml", b"x")]);
        let name = b"aa/aa/workbook.xml";
        let places: Vec<usize> = archive
            .windows(name.len())
            .enumerate()
            .filter_map(|(at, window)| (window == name).then_some(at))
            .collect();
        for at in places {
            archive[at..at + 6].copy_from_slice(b"../../");
        }
        let message = kind(&archive).unwrap_err().to_string();
        assert!(message.contains("leads out of the archive"), "{message}");
    }

    #[test]
    fn files_that_lie_over_each_other_are_refused() {
        let mut archive = packed(&[("xl/workbook.xml", b"one"), ("xl/workbook.xmm", b"two")]);
        // The directory's second entry leads to where the first one begins.
        let entries: Vec<usize> = archive
            .windows(4)
            .enumerate()
            .filter_map(|(at, window)| (window == b"PK\x01\x02").then_some(at))
            .collect();
        archive[entries[1] + 42..entries[1] + 46].copy_from_slice(&[0; 4]);
        let message = kind(&archive).unwrap_err().to_string();
        assert!(message.contains("lie over each other"), "{message}");
    }
}
