//! What a person may say about a file that the reader would otherwise find out. Reads nothing.

use std::collections::BTreeMap;

use encoding_rs::{Encoding, UTF_8};

/// What is known of a file beforehand; what is left out is found out.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// How its text is encoded.
    pub encoding: Option<TextEncoding>,
    /// What stands between two cells of a line.
    pub delimiter: Option<Delimiter>,
    /// The workbook's sheet.
    pub sheet: Option<String>,
    /// What columns mean, by their names: the slug of a meaning, or `None` for no meaning. Columns
    /// that are not named here are guessed.
    pub columns: BTreeMap<String, Option<String>>,
}

/// An encoding of text, by the names of the WHATWG's Encoding Standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextEncoding(pub(super) &'static Encoding);

impl TextEncoding {
    /// `UTF-8`, `windows-1252`, …
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    pub(super) fn is_utf8(self) -> bool {
        self.0 == UTF_8
    }
}

impl std::str::FromStr for TextEncoding {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // `cp1256` and `latin-1` are what people say; the standard's names lack them.
        let plain = text.trim().to_ascii_lowercase().replace('_', "-");
        let label = match plain.as_str() {
            "latin-1" => "latin1",
            "utf-16-le" => "utf-16le",
            "utf-16-be" => "utf-16be",
            other => other,
        };
        let encoding = Encoding::for_label_no_replacement(label.as_bytes());
        encoding.map(Self).ok_or_else(|| {
            "wants the name of an encoding, such as utf-8, utf-16le, utf-16be, windows-1252 \
             (latin-1) or windows-1256 (Arabic)"
                .into()
        })
    }
}

/// What stands between two cells of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delimiter {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
    /// `|`
    Pipe,
}

impl Delimiter {
    /// All of them, the most usual first.
    pub(super) const ALL: [Self; 4] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Pipe];

    /// Its stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
            Self::Tab => "tab",
            Self::Pipe => "pipe",
        }
    }

    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
        }
    }
}

impl std::str::FromStr for Delimiter {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "," | "comma" => Ok(Self::Comma),
            ";" | "semicolon" => Ok(Self::Semicolon),
            "\t" | "\\t" | "tab" => Ok(Self::Tab),
            "|" | "pipe" => Ok(Self::Pipe),
            _ => Err("wants comma, semicolon, tab or pipe"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_go_by_the_names_that_people_use() {
        for (text, name) in [
            ("utf-8", "UTF-8"),
            ("UTF8", "UTF-8"),
            ("latin-1", "windows-1252"),
            ("ISO-8859-1", "windows-1252"),
            ("cp1252", "windows-1252"),
            ("Windows_1256", "windows-1256"),
            ("cp1256", "windows-1256"),
            ("utf-16le", "UTF-16LE"),
            ("utf-16be", "UTF-16BE"),
        ] {
            assert_eq!(text.parse::<TextEncoding>().unwrap().name(), name, "{text}");
        }
        assert!("klingon".parse::<TextEncoding>().is_err());
    }

    #[test]
    fn delimiters_go_by_name_or_sign() {
        for delimiter in Delimiter::ALL {
            let sign = char::from(delimiter.byte()).to_string();
            assert_eq!(sign.parse(), Ok(delimiter));
            assert_eq!(delimiter.slug().parse(), Ok(delimiter));
        }
        assert_eq!("tab".parse(), Ok(Delimiter::Tab));
        assert!("space".parse::<Delimiter>().is_err());
    }
}
