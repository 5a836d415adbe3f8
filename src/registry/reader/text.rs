//! Bytes → text, or a word on what the bytes are instead.

use super::FileError;

/// How other kinds of files begin.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "an Excel workbook or another ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"SQLite format 3", "a SQLite or GeoPackage database"),
    (b"{\\rtf", "a text document (RTF)"),
];

/// Bytes looked at for signs of binary data.
const SNIFFED_BYTES: usize = 8192;

/// The file's text, without a byte-order mark.
pub(super) fn decode(bytes: &[u8]) -> Result<&str, FileError> {
    if let Some((_, what)) = SIGNATURES
        .iter()
        .find(|(begin, _)| bytes.starts_with(begin))
    {
        return Err(FileError::NotAList { what });
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(FileError::Utf16);
    }
    if bytes[..bytes.len().min(SNIFFED_BYTES)].contains(&0) {
        let what = "binary data or UTF-16 text";
        return Err(FileError::NotAList { what });
    }
    let mark = if bytes.starts_with(b"\xef\xbb\xbf") {
        3
    } else {
        0
    };
    let text = std::str::from_utf8(&bytes[mark..]).map_err(|error| {
        let offset = mark + error.valid_up_to();
        let line = bytes[..offset].split(|byte| *byte == b'\n').count();
        FileError::NotUtf8 {
            offset,
            line,
            byte: bytes[offset],
        }
    })?;
    let begin = text.trim_start();
    if begin.is_empty() {
        return Err(FileError::Empty);
    }
    if begin.starts_with('<') {
        let head = begin.get(..14).unwrap_or(begin).to_ascii_lowercase();
        let html = head.starts_with("<!doctype html") || head.starts_with("<html");
        let what = if html {
            "a web page (HTML)"
        } else {
            "XML or a web page"
        };
        return Err(FileError::NotAList { what });
    }
    if text.contains('\0') {
        return Err(FileError::NotAList {
            what: "binary data",
        });
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        assert_eq!(decode(b"\xef\xbb\xbfname"), Ok("name"));
    }

    #[test]
    fn a_broken_byte_is_named_with_its_place() {
        let error = decode(b"name\nEcole\nPRIM\xc8RE\n").unwrap_err();
        let expected = FileError::NotUtf8 {
            offset: 15,
            line: 3,
            byte: 0xc8,
        };
        assert_eq!(error, expected);
        let text = error.to_string();
        assert!(
            text.contains("byte 15 (line 3) is 0xc8; save it as UTF-8"),
            "{text}"
        );
    }

    #[test]
    fn other_files_are_called_by_their_name() {
        for (bytes, word) in [
            (b"%PDF-1.7 ...".as_slice(), "PDF"),
            (b"PK\x03\x04....", "Excel"),
            (b"\n<!DOCTYPE HTML><html>", "HTML"),
            (b"<html lang='en'>", "HTML"),
            (b"a\0b", "binary"),
        ] {
            let text = decode(bytes).unwrap_err().to_string();
            assert!(
                text.contains(word) && text.contains("CSV (UTF-8)"),
                "{text}"
            );
        }
        assert_eq!(decode(b"\xff\xfen\0a\0"), Err(FileError::Utf16));
        assert_eq!(decode(b" \r\n"), Err(FileError::Empty));
    }
}
