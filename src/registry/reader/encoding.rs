//! Which encoding bytes are in: every one of them is looked at, in pieces, before the first is
//! believed. Knows nothing of tables.

use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1256};

use super::{
    FileError,
    decoded::Decoded,
    options::TextEncoding,
    source::{fill, unreadable},
};

/// Bytes looked at for the pattern of UTF-16.
const SNIFFED_BYTES: usize = 8192;
/// Bytes looked at at once.
const PIECE_BYTES: usize = 1 << 16;

/// Gives the bytes from their beginning.
pub(super) type Begin<'a> = &'a dyn Fn() -> Result<Box<dyn Read + 'a>, FileError>;

/// The encoding that all the bytes are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub encoding: TextEncoding,
    /// Bytes at the beginning that say so and are no text.
    pub mark: usize,
    /// Whether the text holds a zero character.
    pub zero: bool,
}

/// Finds out the encoding, unless it is forced, and that all bytes are in it.
pub(super) fn find(begin: Begin<'_>, forced: Option<TextEncoding>) -> Result<Found, FileError> {
    let mut head = vec![];
    let first = begin()?.take(SNIFFED_BYTES as u64).read_to_end(&mut head);
    first.map_err(|e| unreadable(&e))?;
    let marked = Encoding::for_bom(&head);
    if let Some(forced) = forced {
        let mark = match marked {
            Some((encoding, length)) if encoding == forced.0 => length,
            _ => 0,
        };
        return all_in(begin, mark, forced.0, FORCED);
    }
    if let Some((encoding, mark)) = marked {
        return all_in(begin, mark, encoding, MARKED);
    }
    if let Some(encoding) = utf16_pattern(&head)
        && length(begin)?.is_multiple_of(2)
    {
        return all_in(begin, 0, encoding, GUESSED);
    }
    let checked = check(begin, 0, UTF_8)?;
    match checked.fault {
        None => Ok(checked.found(UTF_8, 0)),
        Some(first_odd) => legacy(begin, first_odd),
    }
}

const SAVE: &str = "save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\") and import it again";
const FORCED: &str = "name another --encoding, or save the file as UTF-8";
const MARKED: &str = "its first bytes say that it is: export it again as UTF-8";
const GUESSED: &str = "save it as UTF-8, or name its encoding by --encoding";

/// Text of the time before Unicode: taken where it is Western European or Arabic beyond doubt.
fn legacy(begin: Begin<'_>, first_odd: u64) -> Result<Found, FileError> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut control = None;
    each_piece(begin, |piece, at| {
        let found = piece.iter().position(|byte| is_control(*byte));
        control = found.map(|place| (at + place as u64, piece[place]));
        detector.feed(piece, false);
        control.is_none()
    })?;
    if let Some((offset, byte)) = control {
        if byte == 0 {
            let what = "binary data or UTF-16 text";
            return Err(FileError::NotAList { what });
        }
        let mend = "such a byte is in no text: export the list again as CSV (UTF-8)";
        return Err(wrong_byte(UTF_8, begin, offset, mend.into()));
    }
    detector.feed(&[], true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    let encoding = if guess == WINDOWS_1256 {
        guess
    } else {
        WINDOWS_1252
    };
    let checked = check(begin, 0, encoding)?;
    let doubtful = guess != encoding && !same_text(begin, encoding, guess)?;
    if checked.fault.is_some() || doubtful {
        return Err(wrong_byte(UTF_8, begin, first_odd, mend_by(guess)));
    }
    Ok(checked.found(encoding, 0))
}

fn mend_by(guess: &'static Encoding) -> String {
    let name = guess.name().to_ascii_lowercase();
    if guess == UTF_8 || guess == WINDOWS_1252 || guess == WINDOWS_1256 {
        return SAVE.into();
    }
    format!("it may be {name}: import it with --encoding {name} and look at the names, or {SAVE}")
}

/// Whether the bytes are the same text in both encodings.
fn same_text(
    begin: Begin<'_>,
    one: &'static Encoding,
    other: &'static Encoding,
) -> Result<bool, FileError> {
    if check(begin, 0, other)?.fault.is_some() {
        return Ok(false);
    }
    let mut texts = [
        Decoded::new(begin()?, one, 0)?,
        Decoded::new(begin()?, other, 0)?,
    ];
    let mut pieces = [vec![0; PIECE_BYTES], vec![0; PIECE_BYTES]];
    loop {
        let lengths = [
            fill(&mut texts[0], &mut pieces[0])?,
            fill(&mut texts[1], &mut pieces[1])?,
        ];
        if lengths[0] != lengths[1] || pieces[0][..lengths[0]] != pieces[1][..lengths[1]] {
            return Ok(false);
        }
        if lengths[0] == 0 {
            return Ok(true);
        }
    }
}

/// Signs that no list holds: control characters other than white space, and the DOS end of file.
fn is_control(byte: u8) -> bool {
    matches!(byte, 0..=8 | 14..=25 | 27..=31 | 127)
}

fn is_unused(c: char) -> bool {
    ('\u{80}'..='\u{9f}').contains(&c)
}

/// UTF-16 without a mark: every other byte of Latin letters, digits and delimiters is zero.
fn utf16_pattern(head: &[u8]) -> Option<&'static Encoding> {
    let (pairs, _) = head.as_chunks::<2>();
    let first = pairs.iter().filter(|pair| pair[0] == 0).count();
    let second = pairs.iter().filter(|pair| pair[1] == 0).count();
    let many = |zeros: usize| zeros * 3 >= pairs.len() && zeros > 0;
    if many(second) && first == 0 {
        return Some(UTF_16LE);
    }
    (many(first) && second == 0).then_some(UTF_16BE)
}

fn all_in(
    begin: Begin<'_>,
    mark: usize,
    encoding: &'static Encoding,
    mend: &str,
) -> Result<Found, FileError> {
    let checked = check(begin, mark, encoding)?;
    match checked.fault {
        None => Ok(checked.found(encoding, mark)),
        Some(offset) => Err(wrong_byte(encoding, begin, offset, mend.into())),
    }
}

struct Checked {
    /// The first byte that does not fit.
    fault: Option<u64>,
    zero: bool,
}

impl Checked {
    fn found(&self, encoding: &'static Encoding, mark: usize) -> Found {
        Found {
            encoding: TextEncoding(encoding),
            mark,
            zero: self.zero,
        }
    }
}

/// Looks whether all bytes behind the mark are of that encoding.
fn check(begin: Begin<'_>, mark: usize, encoding: &'static Encoding) -> Result<Checked, FileError> {
    let mut bytes = begin()?;
    fill(&mut bytes, &mut vec![0; mark])?;
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::new();
    let (mut piece, mut at, mut zero) = (vec![0; PIECE_BYTES], mark as u64, false);
    loop {
        let length = fill(&mut bytes, &mut piece)?;
        let last = length < piece.len();
        text.clear();
        // Asked each time: a letter that began in the last piece needs room too.
        let room = decoder.max_utf8_buffer_length_without_replacement(length);
        text.reserve(room.unwrap_or(PIECE_BYTES * 4));
        let (result, read) =
            decoder.decode_to_string_without_replacement(&piece[..length], &mut text, last);
        if let DecoderResult::Malformed(odd, after) = result {
            let back = u64::from(odd) + u64::from(after);
            let fault = Some((at + read as u64).saturating_sub(back));
            return Ok(Checked { fault, zero });
        }
        zero |= text.as_bytes().contains(&0);
        // Codes that an encoding does not use come out as control characters.
        if encoding.is_single_byte()
            && let Some(place) = text.chars().position(is_unused)
        {
            let fault = Some(at + place as u64);
            return Ok(Checked { fault, zero });
        }
        at += length as u64;
        if last {
            return Ok(Checked { fault: None, zero });
        }
    }
}

/// Shows the bytes in pieces, with their offsets, as long as more are wanted.
fn each_piece(begin: Begin<'_>, mut look: impl FnMut(&[u8], u64) -> bool) -> Result<(), FileError> {
    let (mut bytes, mut piece, mut at) = (begin()?, vec![0; PIECE_BYTES], 0);
    loop {
        let length = fill(&mut bytes, &mut piece)?;
        if length == 0 || !look(&piece[..length], at) {
            return Ok(());
        }
        at += length as u64;
    }
}

fn length(begin: Begin<'_>) -> Result<u64, FileError> {
    io::copy(&mut begin()?, &mut io::sink()).map_err(|e| unreadable(&e))
}

fn wrong_byte(
    encoding: &'static Encoding,
    begin: Begin<'_>,
    offset: u64,
    mend: String,
) -> FileError {
    // In UTF-16 too, a line ends with a byte 10, and few other signs have one.
    let (mut line, mut byte, mut place) = (1, 0, 0);
    let counted = each_piece(begin, |piece, at| {
        let before = usize::try_from(offset - at).unwrap_or(usize::MAX);
        let before = before.min(piece.len());
        line += piece[..before].split(|b| *b == b'\n').count() - 1;
        byte = piece.get(before).copied().unwrap_or(piece[piece.len() - 1]);
        place = at + before.min(piece.len() - 1) as u64;
        before == piece.len()
    });
    match counted {
        Ok(()) => FileError::WrongEncoding {
            encoding: encoding.name(),
            offset: usize::try_from(place).unwrap_or(usize::MAX),
            line,
            byte,
            mend,
        },
        Err(error) => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(
        bytes: &[u8],
        forced: Option<TextEncoding>,
    ) -> Result<(String, TextEncoding), FileError> {
        let begin = || Ok(Box::new(bytes) as Box<dyn Read>);
        let found = find(&begin, forced)?;
        let mut text = String::new();
        let mut decoded = Decoded::new(begin()?, found.encoding.0, found.mark)?;
        decoded.read_to_string(&mut text).unwrap();
        Ok((text, found.encoding))
    }

    fn named(bytes: &[u8]) -> (String, &'static str) {
        let (text, encoding) = decode(bytes, None).unwrap();
        (text, encoding.name())
    }

    fn forced(bytes: &[u8], name: &str) -> Result<String, FileError> {
        let encoding = name.parse().unwrap();
        decode(bytes, Some(encoding)).map(|(text, _)| text)
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

    #[test]
    fn letters_that_lie_across_two_pieces_are_whole() {
        for shift in 0..4 {
            let text = "n".repeat(PIECE_BYTES - shift) + "\u{1f3eb}\u{e9}\u{628}";
            assert_eq!(named(text.as_bytes()), (text.clone(), "UTF-8"));
            let wide = utf16(&format!("\u{feff}{text}"), u16::to_be_bytes);
            assert_eq!(named(&wide), (text, "UTF-16BE"));
        }
    }

    #[test]
    fn letters_that_lie_across_many_pieces_are_whole() {
        // One byte more than pairs make up, so that each piece ends within a letter.
        let text = "n".to_owned() + &"\u{e9}".repeat(PIECE_BYTES * 2);
        assert_eq!(named(text.as_bytes()), (text.clone(), "UTF-8"));
        let plain = "n".repeat(PIECE_BYTES - 2);
        let text = "n".to_owned() + &format!("{plain}\u{e9}").repeat(8);
        assert_eq!(named(text.as_bytes()), (text.clone(), "UTF-8"));
    }

    #[test]
    fn a_fault_far_into_a_file_is_found_as_near_its_beginning() {
        let russian = "name\n".repeat(PIECE_BYTES) + "\u{428}\u{43a}\u{43e}\u{43b}\u{430}\n";
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(&russian);
        let message = decode(&bytes, None).unwrap_err().to_string();
        let place = format!("byte {} (line {})", PIECE_BYTES * 5, PIECE_BYTES + 1);
        assert!(message.contains(&place), "{message}");
        let french = "nom\n".repeat(PIECE_BYTES) + "\u{c9}cole du Ch\u{ea}ne\n";
        let (bytes, _, _) = WINDOWS_1252.encode(&french);
        assert_eq!(named(&bytes), (french.clone(), "windows-1252"));
    }
}
