//! Which encoding a text is in, and the text. Knows nothing of tables.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1256};

use super::{FileError, options::TextEncoding};

/// Bytes looked at for the pattern of UTF-16.
const SNIFFED_BYTES: usize = 8192;

/// Finds out the encoding, unless it is forced, and decodes all of it.
pub(super) fn decode(
    bytes: &[u8],
    forced: Option<TextEncoding>,
) -> Result<(Cow<'_, str>, TextEncoding), FileError> {
    let marked = Encoding::for_bom(bytes);
    if let Some(forced) = forced {
        let mark = match marked {
            Some((encoding, length)) if encoding == forced.0 => length,
            _ => 0,
        };
        return Ok((all_of(bytes, mark, forced.0, FORCED)?, forced));
    }
    if let Some((encoding, mark)) = marked {
        return Ok((
            all_of(bytes, mark, encoding, MARKED)?,
            TextEncoding(encoding),
        ));
    }
    if let Some(encoding) = utf16_pattern(bytes) {
        return Ok((all_of(bytes, 0, encoding, GUESSED)?, TextEncoding(encoding)));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok((Cow::Borrowed(text), TextEncoding(UTF_8))),
        Err(error) => legacy(bytes, error.valid_up_to()),
    }
}

const SAVE: &str = "save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\") and import it again";
const FORCED: &str = "name another --encoding, or save the file as UTF-8";
const MARKED: &str = "its first bytes say that it is: export it again as UTF-8";
const GUESSED: &str = "save it as UTF-8, or name its encoding by --encoding";

/// Text of the time before Unicode: taken where it is Western European or Arabic beyond doubt.
fn legacy(bytes: &[u8], first_odd: usize) -> Result<(Cow<'_, str>, TextEncoding), FileError> {
    if let Some(offset) = bytes.iter().position(|byte| is_control(*byte)) {
        if bytes[offset] == 0 {
            let what = "binary data or UTF-16 text";
            return Err(FileError::NotAList { what });
        }
        let mend = "such a byte is in no text: export the list again as CSV (UTF-8)";
        return Err(wrong_byte(UTF_8, bytes, offset, mend.into()));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    let encoding = if guess == WINDOWS_1256 {
        guess
    } else {
        WINDOWS_1252
    };
    let text = all_of(bytes, 0, encoding, SAVE);
    let doubtful = guess != encoding && all_of(bytes, 0, guess, SAVE) != text;
    match text {
        Ok(text) if !doubtful => Ok((text, TextEncoding(encoding))),
        _ => Err(wrong_byte(UTF_8, bytes, first_odd, mend_by(guess))),
    }
}

fn mend_by(guess: &'static Encoding) -> String {
    let name = guess.name().to_ascii_lowercase();
    if guess == UTF_8 || guess == WINDOWS_1252 || guess == WINDOWS_1256 {
        return SAVE.into();
    }
    format!("it may be {name}: import it with --encoding {name} and look at the names, or {SAVE}")
}

/// Signs that no list holds: control characters other than white space, and the DOS end of file.
fn is_control(byte: u8) -> bool {
    matches!(byte, 0..=8 | 14..=25 | 27..=31 | 127)
}

fn is_unused(c: char) -> bool {
    ('\u{80}'..='\u{9f}').contains(&c)
}

/// UTF-16 without a mark: every other byte of Latin letters, digits and delimiters is zero.
fn utf16_pattern(bytes: &[u8]) -> Option<&'static Encoding> {
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    let (pairs, _) = bytes[..bytes.len().min(SNIFFED_BYTES)].as_chunks::<2>();
    let first = pairs.iter().filter(|pair| pair[0] == 0).count();
    let second = pairs.iter().filter(|pair| pair[1] == 0).count();
    let many = |zeros: usize| zeros * 3 >= pairs.len() && zeros > 0;
    if many(second) && first == 0 {
        return Some(UTF_16LE);
    }
    (many(first) && second == 0).then_some(UTF_16BE)
}

/// The text behind the mark, or the first byte that does not fit.
fn all_of<'a>(
    bytes: &'a [u8],
    mark: usize,
    encoding: &'static Encoding,
    mend: &str,
) -> Result<Cow<'a, str>, FileError> {
    let text = &bytes[mark..];
    let Some(decoded) = encoding.decode_without_bom_handling_and_without_replacement(text) else {
        let offset = mark + first_malformed(text, encoding);
        return Err(wrong_byte(encoding, bytes, offset, mend.into()));
    };
    // Codes that an encoding does not use come out as control characters.
    if encoding.is_single_byte()
        && let Some(offset) = decoded.chars().position(is_unused)
    {
        return Err(wrong_byte(encoding, bytes, offset, mend.into()));
    }
    Ok(decoded)
}

fn first_malformed(bytes: &[u8], encoding: &'static Encoding) -> usize {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut scratch = [0_u8; 4096];
    let mut read = 0;
    loop {
        let rest = &bytes[read..];
        let (result, more, _) =
            decoder.decode_to_utf8_without_replacement(rest, &mut scratch, true);
        read += more;
        match result {
            DecoderResult::OutputFull => {}
            DecoderResult::InputEmpty => return read.saturating_sub(1),
            DecoderResult::Malformed(length, after) => {
                return read.saturating_sub(usize::from(length) + usize::from(after));
            }
        }
    }
}

fn wrong_byte(encoding: &'static Encoding, bytes: &[u8], offset: usize, mend: String) -> FileError {
    let offset = offset.min(bytes.len().saturating_sub(1));
    FileError::WrongEncoding {
        encoding: encoding.name(),
        offset,
        // In UTF-16 too, a line ends with a byte 10, and few other signs have one.
        line: bytes[..offset].split(|byte| *byte == b'\n').count(),
        byte: bytes.get(offset).copied().unwrap_or_default(),
        mend,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(bytes: &[u8]) -> (String, &'static str) {
        let (text, encoding) = decode(bytes, None).unwrap();
        (text.into_owned(), encoding.name())
    }

    fn forced(bytes: &[u8], name: &str) -> Result<String, FileError> {
        let encoding = name.parse().unwrap();
        decode(bytes, Some(encoding)).map(|(text, _)| text.into_owned())
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn a_mark_is_no_part_of_the_text() {
        let expected = ("name".to_owned(), "UTF-8");
        assert_eq!(named(b"\xef\xbb\xbfname"), expected);
        assert_eq!(forced(b"\xef\xbb\xbfname", "utf-8").unwrap(), "name");
        assert_eq!(forced(b"\xff\xfen\0", "utf-16le").unwrap(), "n");
    }

    #[test]
    fn utf_16_is_found_with_a_mark_and_without() {
        let text = "name,lat,lon\n\u{645}\u{62f}\u{631}\u{633}\u{629},1.5,36.5\n";
        for marked in ["", "\u{feff}"] {
            let all = format!("{marked}{text}");
            let little = named(&utf16(&all, u16::to_le_bytes));
            assert_eq!(little, (text.to_owned(), "UTF-16LE"));
            let big = named(&utf16(&all, u16::to_be_bytes));
            assert_eq!(big, (text.to_owned(), "UTF-16BE"));
        }
    }

    #[test]
    fn western_and_arabic_texts_of_old_are_read() {
        let french = "nom,lat,lon\n\u{c9}cole du Ch\u{ea}ne,1.5,36.5\n";
        let (bytes, _, _) = WINDOWS_1252.encode(french);
        assert_eq!(named(&bytes), (french.to_owned(), "windows-1252"));
        let arabic = "name,lat,lon\n\u{645}\u{62f}\u{631}\u{633}\u{629} \u{627}\u{644}\u{646}\u{648}\u{631},1.5,36.5\n";
        let (bytes, _, _) = WINDOWS_1256.encode(arabic);
        assert_eq!(named(&bytes), (arabic.to_owned(), "windows-1256"));
        assert_eq!(forced(&bytes, "cp1256").unwrap(), arabic);
    }

    #[test]
    fn other_texts_of_old_are_refused_with_a_hint_and_read_when_named() {
        let russian = "name,lat,lon\n\u{428}\u{43a}\u{43e}\u{43b}\u{430} \u{434}\u{435}\u{440}\u{435}\u{432}\u{43d}\u{438},1.5,36.5\n";
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(russian);
        let message = decode(&bytes, None).unwrap_err().to_string();
        assert!(message.contains("byte 13 (line 2) is 0xd8"), "{message}");
        assert!(message.contains("--encoding windows-1251"), "{message}");
        assert_eq!(forced(&bytes, "windows-1251").unwrap(), russian);
    }

    #[test]
    fn a_forced_encoding_that_does_not_fit_names_the_byte() {
        for (bytes, name, offset, line) in [
            (b"name\n\xc9cole\n".as_slice(), "utf-8", 5, 2),
            (b"n\0\n\0\x00\xd8a\0".as_slice(), "utf-16le", 4, 2),
            (b"a\nb\n\x81".as_slice(), "windows-1252", 4, 3),
        ] {
            let error = forced(bytes, name).unwrap_err();
            let FileError::WrongEncoding {
                offset: at,
                line: in_line,
                ..
            } = error
            else {
                panic!("{error}");
            };
            assert_eq!((at, in_line), (offset, line), "{name}");
        }
    }

    #[test]
    fn zeros_and_control_characters_are_in_no_text() {
        let message = decode(b"a\xe9\n\x01b", None).unwrap_err().to_string();
        assert!(message.contains("byte 3 (line 2) is 0x01"), "{message}");
        let error = decode(b"na\xe9\0me\n", None).unwrap_err();
        assert!(matches!(error, FileError::NotAList { .. }), "{error}");
    }
}
