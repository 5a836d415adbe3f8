//! Bytes → text, or a word on what the bytes are instead.

use std::borrow::Cow;

use super::{
    FileError, encoding,
    options::{ReadOptions, TextEncoding},
};

/// How other kinds of files begin.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"SQLite format 3", "a SQLite or GeoPackage database"),
    (b"{\\rtf", "a text document (RTF)"),
];

/// The file's text without a byte-order mark, and the encoding that it was in.
pub(super) fn decode<'a>(
    bytes: &'a [u8],
    options: &ReadOptions,
) -> Result<(Cow<'a, str>, TextEncoding), FileError> {
    if let Some((_, what)) = SIGNATURES
        .iter()
        .find(|(begin, _)| bytes.starts_with(begin))
    {
        return Err(FileError::NotAList { what });
    }
    let (text, encoding) = encoding::decode(bytes, options.encoding)?;
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
    Ok((text, encoding))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_files_are_called_by_their_name() {
        for (bytes, word) in [
            (b"%PDF-1.7 ...".as_slice(), "PDF"),
            (b"\n<!DOCTYPE HTML><html>", "HTML"),
            (b"<html lang='en'>", "HTML"),
            (b"a\0b", "binary"),
        ] {
            let error = decode(bytes, &ReadOptions::default()).unwrap_err();
            let text = error.to_string();
            assert!(
                text.contains(word) && text.contains("CSV (UTF-8)"),
                "{text}"
            );
        }
        let blank = decode(b" \r\n", &ReadOptions::default());
        assert_eq!(blank.unwrap_err(), FileError::Empty);
    }
}
