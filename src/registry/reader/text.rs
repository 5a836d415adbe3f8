//! A file of text, found to be one: its encoding and its beginning; or a word on what it is
//! instead.

use std::io::Read;

use super::{
    FileError,
    decoded::Decoded,
    encoding::{self, Found},
    options::{ReadOptions, TextEncoding},
    source::{Source, fill},
};

/// How other kinds of files begin.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"{\\rtf", "a text document (RTF)"),
];
/// Longest of them.
const SIGNATURE_BYTES: usize = 16;
/// Text that is looked at for its delimiter, and a bit more, so that it is seen to go on.
const HEAD_BYTES: usize = (1 << 16) + 64;

/// A text that is read as often as it is wanted, never whole.
#[derive(Debug, Clone)]
pub(super) struct TextFile {
    source: Source,
    found: Found,
    /// Its first characters.
    pub head: String,
    /// Whether it begins like JSON.
    pub is_json: bool,
}

/// Finds out what the text is in, and that it is one from the first byte to the last.
pub(super) fn open(source: &Source, options: &ReadOptions) -> Result<TextFile, FileError> {
    let begin = source.head(SIGNATURE_BYTES)?;
    if let Some((_, what)) = SIGNATURES.iter().find(|(sign, _)| begin.starts_with(sign)) {
        return Err(FileError::NotAList { what });
    }
    let again = || Ok(Box::new(source.open()?) as Box<dyn Read>);
    let found = encoding::find(&again, options.encoding)?;
    let mut text = TextFile {
        source: source.clone(),
        found,
        head: String::new(),
        is_json: false,
    };
    let (head, begin) = beginning(&mut text.read()?)?;
    if begin.is_empty() {
        return Err(FileError::Empty);
    }
    if begin.starts_with('<') {
        let tag = begin.get(..14).unwrap_or(&begin).to_ascii_lowercase();
        let html = tag.starts_with("<!doctype html") || tag.starts_with("<html");
        let what = if html {
            "a web page (HTML)"
        } else {
            "XML or a web page"
        };
        return Err(FileError::NotAList { what });
    }
    if found.zero {
        return Err(FileError::NotAList {
            what: "binary data",
        });
    }
    text.is_json = begin.starts_with(['{', '[']);
    text.head = head;
    Ok(text)
}

impl TextFile {
    /// The text from its beginning, as UTF-8 without a mark.
    pub fn read(&self) -> Result<Box<dyn Read + Send>, FileError> {
        let Found { encoding, mark, .. } = self.found;
        Ok(Box::new(Decoded::new(
            self.source.open()?,
            encoding.0,
            mark,
        )?))
    }

    /// What it is in.
    pub fn encoding(&self) -> TextEncoding {
        self.found.encoding
    }
}

/// The first characters, and the first ones that are no white space.
fn beginning(text: &mut dyn Read) -> Result<(String, String), FileError> {
    let (mut piece, mut kept) = (vec![0; HEAD_BYTES], 0);
    let mut head = None;
    loop {
        let length = kept + fill(text, &mut piece[kept..])?;
        let end = match std::str::from_utf8(&piece[..length]) {
            Ok(_) => length,
            Err(error) => error.valid_up_to(),
        };
        let whole = String::from_utf8_lossy(&piece[..end]);
        let begin = whole.trim_start().to_owned();
        let head = head.get_or_insert_with(|| whole.into_owned());
        // White space at the end may be followed by more of it.
        if !begin.is_empty() || length < piece.len() {
            return Ok((std::mem::take(head), begin));
        }
        piece.copy_within(end..length, 0);
        kept = length - end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(bytes: &[u8]) -> Result<TextFile, FileError> {
        open(&Source::memory(bytes), &ReadOptions::default())
    }

    #[test]
    fn other_files_are_called_by_their_name() {
        for (bytes, word) in [
            (b"%PDF-1.7 ...".as_slice(), "PDF"),
            (b"\n<!DOCTYPE HTML><html>", "HTML"),
            (b"<html lang='en'>", "HTML"),
            (b"a\0b", "binary"),
        ] {
            let text = opened(bytes).unwrap_err().to_string();
            assert!(
                text.contains(word) && text.contains("CSV (UTF-8)"),
                "{text}"
            );
        }
        assert_eq!(opened(b" \r\n").unwrap_err(), FileError::Empty);
    }

    #[test]
    fn white_space_without_end_is_gone_through() {
        let blanks = " \u{a0}\n".repeat(HEAD_BYTES);
        assert_eq!(opened(blanks.as_bytes()).unwrap_err(), FileError::Empty);
        let json = opened(format!("{blanks}{{").as_bytes()).unwrap();
        assert!(json.is_json && json.head.len() > HEAD_BYTES - 4);
    }
}
