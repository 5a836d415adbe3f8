//! Which sign stands between the cells of a text, seen from several of its lines.

use std::collections::{BTreeMap, HashMap};

use super::{csv, options::Delimiter, sheet};

/// Lines and bytes that are looked at.
const LINES: usize = 50;
const BYTES: usize = 1 << 16;

/// The delimiter under which a header fits, and under which most lines have equally many cells.
pub(super) fn delimiter(text: &str) -> Delimiter {
    let head = head(text);
    // The first of those that fit equally well: a comma, where nothing speaks for any.
    let best = Delimiter::ALL
        .into_iter()
        .rev()
        .max_by_key(|delimiter| fit(head, *delimiter));
    best.unwrap_or(Delimiter::Comma)
}

/// The beginning of the text, whole lines where there are any.
fn head(text: &str) -> &str {
    let mut end = text.len().min(BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = &text[..end];
    match head.rfind(['\n', '\r']) {
        Some(whole) if end < text.len() => &head[..whole],
        _ => head,
    }
}

/// Whether a header fits; how many of a thousand lines have the usual number of cells; that
/// number.
fn fit(head: &str, delimiter: Delimiter) -> (bool, usize, usize) {
    let lines = csv::first_lines(head, delimiter, LINES);
    let mut widths = HashMap::<usize, usize>::new();
    for width in lines.iter().filter_map(|line| line.width) {
        *widths.entry(width).or_default() += 1;
    }
    let usual = widths
        .into_iter()
        .filter(|(width, _)| *width > 1)
        .max_by_key(|(width, times)| (*times, *width));
    let (width, times) = usual.unwrap_or_default();
    let header = sheet::header_among(&lines, &BTreeMap::new()).is_some();
    (header, times * 1000 / lines.len().max(1), width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_the_one_that_most_lines_agree_on() {
        for (text, expected) in [
            ("a,b\n1,2", Delimiter::Comma),
            ("a;b\n1;2", Delimiter::Semicolon),
            ("a\tb\n1\t2", Delimiter::Tab),
            ("a|b\n1|2", Delimiter::Pipe),
            ("\"a,x,y\";b\n1;2", Delimiter::Semicolon),
            // Decimal commas, and commas in the title and in a heading.
            (
                "name;lat;lon\nOak;1,5;36,5\nElm;1,6;36,6",
                Delimiter::Semicolon,
            ),
            (
                "Schools, by district, 2024\na;b\n1;2\n3;4",
                Delimiter::Semicolon,
            ),
            (
                "name;lat, degrees, north, WGS;lon\nOak;1;36",
                Delimiter::Semicolon,
            ),
            ("name|lat|lon\nOak, Elm, Ash, and Fir|1|36", Delimiter::Pipe),
            ("alone\nx", Delimiter::Comma),
            ("", Delimiter::Comma),
        ] {
            assert_eq!(delimiter(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_long_text_is_judged_by_its_beginning() {
        let mut text = "é;b\n".repeat(BYTES);
        text.push_str(&"1,2,3,4\n".repeat(10));
        assert_eq!(delimiter(&text), Delimiter::Semicolon);
    }
}
