//! What one cell says. Knows neither its column nor its row.

use std::borrow::Cow;

use super::{
    spelling::plain,
    vocabulary::{self, Terms},
};
use crate::domain::school::Connectivity;

/// Texts that exports write where there is nothing.
const ABSENT: &[&str] = &["", "-", "nan", "null", "none", "n/a", "#n/a", "<na>"];

/// More students than any school has: such a number is a slip, or an id in the wrong column.
pub(super) const MAX_STUDENTS: i32 = 100_000;
/// More than Giga believes: such a number is taken and looked at.
pub(super) const MANY_STUDENTS: i32 = 10_000;

/// The trimmed text, unless it says that there is nothing.
pub(super) fn stated(text: &str) -> Option<&str> {
    let text = text.trim_matches(is_blank);
    (!ABSENT
        .iter()
        .any(|absent| text.eq_ignore_ascii_case(absent)))
    .then_some(text)
}

/// White space, and what else is invisible at the edge of a cell.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}' | '\u{feff}')
}

/// The text with every run of blanks as one space and none at its ends; borrowed if it was so.
pub(super) fn folded(text: &str) -> Cow<'_, str> {
    let words: Vec<&str> = text
        .split(is_blank)
        .filter(|word| !word.is_empty())
        .collect();
    let folded = words.join(" ");
    if folded == text {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(folded)
    }
}

/// A whole number of students. Spreadsheets write `350` as `350.0`, which is accepted.
pub(super) fn student_count(text: &str) -> Option<i32> {
    let whole = match text.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|b| b == b'0') => whole,
        Some(_) => return None,
        None => text,
    };
    whole
        .parse()
        .ok()
        .filter(|count| (0..=MAX_STUDENTS).contains(count))
}

/// Yes, no or unknown, in the languages that lists come in; `None` for anything else. How a school
/// is connected, as OpenStreetMap states it, says that it is.
pub(super) fn connectivity(text: &str) -> Option<Connectivity> {
    if let Some(term) = vocabulary::term(Terms::YesNo, text) {
        return Connectivity::from_slug(term);
    }
    match plain(text).as_str() {
        "connected" | "connecte" | "conectado" | "conectada" | "wlan" | "wifi" | "wired"
        | "terminal" | "متصل" => Some(Connectivity::Yes),
        "notconnected" | "unconnected" | "nonconnecte" | "noconectado" | "naoconectado"
        | "غيرمتصل" => Some(Connectivity::No),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_is_written_in_many_ways() {
        for text in [
            "",
            " ",
            "nan",
            "NaN",
            "NULL",
            " None\u{a0}",
            "-",
            "N/A",
            "\u{feff}",
        ] {
            assert_eq!(stated(text), None, "{text:?}");
        }
        assert_eq!(stated("\u{a0}Nana "), Some("Nana"));
    }

    #[test]
    fn numbers_of_students_are_whole_and_believable() {
        for (text, count) in [
            ("0", Some(0)),
            ("350", Some(350)),
            ("350.0", Some(350)),
            ("100000", Some(100_000)),
            ("100001", None),
            ("-1", None),
            ("350.5", None),
            ("1,200", None),
            ("many", None),
        ] {
            assert_eq!(student_count(text), count, "{text}");
        }
    }

    #[test]
    fn connectivity_has_three_values_and_no_fourth() {
        assert_eq!(connectivity("Yes"), Some(Connectivity::Yes));
        assert_eq!(connectivity("NÃO"), Some(Connectivity::No));
        assert_eq!(connectivity("Unknown"), Some(Connectivity::Unknown));
        assert_eq!(connectivity("sometimes"), None);
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in ".{0,60}") {
            let once = folded(&text).into_owned();
            let twice = folded(&once);
            prop_assert_eq!(twice.as_ref(), once.as_str());
            let hard_space = char::from(0xa0);
            prop_assert!(!once.contains("  ") && !once.contains(hard_space));
        }
    }
}
