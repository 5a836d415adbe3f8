//! What a cell of a known field says → its term, or its number. Knows one value at a time.

use std::borrow::Cow;

use super::{
    attributes::{Attribute, Kind},
    vocabulary,
};

/// Calendar years that a list may speak of. The registry does not know which year it is.
const YEARS: std::ops::RangeInclusive<f64> = 1000.0..=2100.0;

/// What became of a value.
#[derive(Debug, PartialEq)]
pub(super) enum Value<'a> {
    /// Taken, in Giga's words.
    Taken(Cow<'a, str>),
    /// Kept as it is stated: no term means it.
    Unknown { wanted: String },
    /// Kept as it is stated: it is no number.
    NotANumber { wanted: String },
    /// Kept: a number, and beyond what Giga believes.
    OutOfRange { range: String },
}

/// Reads a stated text as a value of that field.
pub(super) fn read<'a>(attribute: &Attribute, text: &'a str) -> Value<'a> {
    match attribute.kind {
        Kind::Text => Value::Taken(text.into()),
        Kind::Term(terms) => match vocabulary::term(terms, text) {
            Some(term) => Value::Taken(term.into()),
            None => Value::Unknown {
                wanted: vocabulary::named(terms),
            },
        },
        Kind::Count(most) => within(text, whole(text), 0.0..=f64::from(most), "whole number"),
        Kind::Year => within(text, whole(text), YEARS, "year"),
        Kind::Distance(most) => within(text, number(text), 0.0..=most, "number of kilometres"),
        Kind::Speed(most) => match number(text) {
            // No speed at all is not a slow line.
            Some(0.0) => Value::Taken("0".into()),
            speed => within(text, speed, 1.0..=most, "number of Mbit/s"),
        },
    }
}

fn within<'a>(
    text: &'a str,
    number: Option<f64>,
    range: std::ops::RangeInclusive<f64>,
    word: &str,
) -> Value<'a> {
    let Some(number) = number else {
        return Value::NotANumber {
            wanted: word.to_owned(),
        };
    };
    if !range.contains(&number) {
        return Value::OutOfRange {
            range: format!("{} to {}", range.start(), range.end()),
        };
    }
    let plain = number.to_string();
    Value::Taken(if plain == text {
        text.into()
    } else {
        plain.into()
    })
}

fn whole(text: &str) -> Option<f64> {
    number(text).filter(|number| number.fract() == 0.0)
}

/// A number, with a decimal comma or a unit of speed if need be. `1,200` may be either of two
/// numbers and is none.
pub(super) fn number(text: &str) -> Option<f64> {
    const UNITS: [(&str, f64); 8] = [
        ("mbit/s", 1.0),
        ("mbps", 1.0),
        ("mb/s", 1.0),
        ("kbit/s", 0.001),
        ("kbps", 0.001),
        ("gbit/s", 1000.0),
        ("gbps", 1000.0),
        ("km", 1.0),
    ];
    let lower = text.to_lowercase();
    let unit = UNITS
        .iter()
        .find_map(|(unit, factor)| Some((lower.strip_suffix(unit)?, *factor)));
    let (digits, factor) = unit.unwrap_or((&lower, 1.0));
    let digits = digits.trim();
    let digits = match digits.split_once(',') {
        None => digits.to_owned(),
        Some((_, decimals)) if decimals.len() == 3 || digits.contains('.') => return None,
        Some((whole, decimals)) => format!("{whole}.{decimals}"),
    };
    let plain = digits
        .bytes()
        .all(|b| b.is_ascii_digit() || b".-".contains(&b));
    let number: f64 = digits.parse().ok().filter(|_| plain)?;
    Some(number * factor).filter(|number| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_comma_and_unit_and_not_guessed() {
        for (text, wanted) in [
            ("350", Some(350.0)),
            ("350.0", Some(350.0)),
            ("2,5", Some(2.5)),
            ("10 Mbps", Some(10.0)),
            ("512 kbps", Some(0.512)),
            ("-1", Some(-1.0)),
            ("1,200", None),
            ("1.200,5", None),
            ("inf", None),
            ("1e5", None),
            ("many", None),
            ("50%", None),
            ("", None),
        ] {
            assert_eq!(number(text), wanted, "{text}");
        }
    }
}
