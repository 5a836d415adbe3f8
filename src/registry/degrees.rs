//! The notations of a coordinate → degrees. Reads one text; must not guess what a slip of the
//! pen was meant to be.

/// Degrees that were read, and how they were written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Degrees {
    /// East or north is positive.
    pub value: f64,
    pub notation: Notation,
    /// So few decimals, or degrees and minutes alone, that the place is a kilometre wide.
    pub coarse: bool,
}

/// How a coordinate was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    Decimal,
    DecimalComma,
    /// With marks or a letter: `1° 17' 24" S`, `S 1:17:24`, `36.8 E`.
    Marked,
}

/// Which way a coordinate counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axis {
    Longitude,
    Latitude,
}

/// Fewer decimals are coarse: the third is 111 metres.
const MIN_DECIMALS: usize = 3;

/// Reads a coordinate; `None` for what is none, or is the other axis's.
pub(super) fn read(text: &str, axis: Axis) -> Option<Degrees> {
    decimal(text).or_else(|| marked(text, axis))
}

/// Degrees as a decimal number. A comma is a decimal comma where there is one and no point.
fn decimal(text: &str) -> Option<Degrees> {
    let plain = text.replace('\u{2212}', "-");
    let comma = plain.matches(',').count() == 1 && !plain.contains('.');
    let plain = if comma {
        plain.replace(',', ".")
    } else {
        plain
    };
    let value: f64 = plain.parse().ok()?;
    let powers = plain.contains(['e', 'E']);
    value.is_finite().then(|| Degrees {
        value,
        notation: if comma {
            Notation::DecimalComma
        } else {
            Notation::Decimal
        },
        coarse: !powers && decimals(&plain) < MIN_DECIMALS,
    })
}

fn decimals(number: &str) -> usize {
    number.split_once('.').map_or(0, |(_, digits)| digits.len())
}

/// Degrees with marks or a letter.
fn marked(text: &str, axis: Axis) -> Option<Degrees> {
    let (rest, negative_letter) = without_letter(text, axis)?;
    let rest = rest.replace('\u{2212}', "-");
    let (rest, minus) = match rest.strip_prefix('-') {
        Some(rest) => (rest.trim_start(), true),
        None => (rest.as_str(), false),
    };
    // `-1.28 S` says twice that it is south, or that it is north of what is south.
    if minus && negative_letter.is_some() {
        return None;
    }
    let parts = parts(rest, negative_letter.is_some())?;
    let (whole, last) = parts.split_at(parts.len().checked_sub(1)?);
    if whole.iter().any(|part| part.contains('.')) {
        return None;
    }
    let numbers: Vec<f64> = parts
        .iter()
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    if numbers.iter().skip(1).any(|number| *number >= 60.0) {
        return None;
    }
    let value = numbers
        .iter()
        .rev()
        .fold(0.0, |sum, part| sum / 60.0 + part);
    let negative = minus || negative_letter == Some(true);
    // A minute is 0.017 degrees, a tenth of one 185 metres.
    let enough = match numbers.len() {
        1 => MIN_DECIMALS,
        2 => 1,
        _ => 0,
    };
    Some(Degrees {
        value: if negative { -value } else { value },
        notation: Notation::Marked,
        coarse: last.iter().any(|part| decimals(part) < enough),
    })
}

/// The text without the letter of its hemisphere, and whether that is the south or the west. West
/// is O in French, Spanish and Portuguese; L is the Portuguese east.
fn without_letter(text: &str, axis: Axis) -> Option<(&str, Option<bool>)> {
    let sign = |letter: char| match (axis, letter.to_ascii_uppercase()) {
        (Axis::Latitude, 'N') | (Axis::Longitude, 'E' | 'L') => Some(false),
        (Axis::Latitude, 'S') | (Axis::Longitude, 'W' | 'O') => Some(true),
        _ => None,
    };
    let text = text.trim();
    let (first, last) = (text.chars().next()?, text.chars().next_back()?);
    match (first.is_alphabetic(), last.is_alphabetic()) {
        (false, false) => Some((text, None)),
        (true, false) => Some((text[first.len_utf8()..].trim_start(), Some(sign(first)?))),
        (false, true) => {
            let end = text.len() - last.len_utf8();
            Some((text[..end].trim_end(), Some(sign(last)?)))
        }
        (true, true) => None,
    }
}

/// Degrees, minutes and seconds, each behind its mark, or in that order between spaces or colons.
fn parts(text: &str, has_letter: bool) -> Option<Vec<String>> {
    let text = text.replace("''", "\"").replace("´´", "\"");
    let mut parts: Vec<String> = vec![];
    let mut number = String::new();
    let mut any_mark = false;
    let mut last_mark = 0;
    for c in text.chars() {
        let mark = match c {
            '0'..='9' => {
                number.push(c);
                continue;
            }
            '.' | ',' if !number.is_empty() && !number.contains('.') => {
                number.push('.');
                continue;
            }
            c if c.is_whitespace() || c == ':' => {
                any_mark |= c == ':';
                0
            }
            '°' | 'º' | '˚' => 1,
            '\'' | '′' | '’' | '‘' | '´' | '`' => 2,
            '"' | '″' | '”' | '“' => 3,
            _ => return None,
        };
        if !number.is_empty() {
            parts.push(std::mem::take(&mut number));
        }
        if mark > 0 {
            if mark <= last_mark || parts.len() != mark {
                return None;
            }
            (last_mark, any_mark) = (mark, true);
        }
    }
    if !number.is_empty() {
        parts.push(number);
    }
    let sound = parts.iter().all(|part| !part.ends_with('.'));
    let told = (any_mark || has_letter) && (1..=3).contains(&parts.len());
    (sound && told).then_some(parts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_notation_of_a_latitude_is_read() {
        use Notation::{Decimal, DecimalComma, Marked};
        for (text, value, notation, coarse) in [
            ("-1.28333", -1.283_33, Decimal, false),
            ("\u{2212}1.5", -1.5, Decimal, true),
            ("-1,28333", -1.283_33, DecimalComma, false),
            ("1° 17' S", -1.283_333, Marked, true),
            ("1°17'24\"S", -1.29, Marked, false),
            ("1º 17’ 24,5” N", 1.290_139, Marked, false),
            ("S 1:17:24", -1.29, Marked, false),
            ("1 17 24 S", -1.29, Marked, false),
            ("-1°17′24″", -1.29, Marked, false),
            ("1° 17.4' S", -1.29, Marked, false),
            ("1°17'24''s", -1.29, Marked, false),
            ("1.29000° S", -1.29, Marked, false),
            ("1.29000 S", -1.29, Marked, false),
            ("7", 7.0, Decimal, true),
        ] {
            let degrees = read(text, Axis::Latitude).unwrap_or_else(|| panic!("{text}"));
            assert!((degrees.value - value).abs() < 1e-6, "{text} {degrees:?}");
            assert_eq!(
                (degrees.notation, degrees.coarse),
                (notation, coarse),
                "{text}"
            );
        }
        let west = read("36° 49' 12\" O", Axis::Longitude).unwrap();
        assert!((west.value + 36.82).abs() < 1e-9);
    }

    #[test]
    fn what_is_no_coordinate_is_not_guessed() {
        for text in [
            "9.3597233,15",
            "-7.7.9091",
            "inf",
            "nan",
            "1 17 24",
            "1° 77' S",
            "-1° 17' S",
            "1.5° 17' S",
            "36° 49' E",
            "17' 1° S",
            "1° 17' 24\" 3 S",
            "°",
            "S",
            "1.° S",
            "near the river",
            "1,234,567",
        ] {
            assert_eq!(read(text, Axis::Latitude), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn degrees_minutes_and_seconds_are_those_degrees(
            degrees in 0..90_u32, minutes in 0..60_u32, seconds in 0..60_u32, south in any::<bool>(),
        ) {
            let letter = if south { 'S' } else { 'N' };
            let text = format!("{degrees}° {minutes}' {seconds}\" {letter}");
            let whole = f64::from(degrees * 3600 + minutes * 60 + seconds) / 3600.0;
            let read = read(&text, Axis::Latitude).unwrap().value;
            prop_assert!((read.abs() - whole).abs() < 1e-9);
            prop_assert!(whole == 0.0 || (read < 0.0) == south);
        }

        #[test]
        fn no_text_ends_the_program(text in "[-0-9°'\"NSEWé.,: ]{0,20}") {
            read(&text, Axis::Longitude);
        }
    }
}
