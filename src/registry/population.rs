//! Which column says how many people live in an area, of which year, and what its cells say. A
//! number that could be two is no number.

use super::{cell, columns::plain, table::Row};
use crate::domain::listing::Finding;

/// Names of such columns, without what people vary: HDX's (`T_TL` is both sexes, all ages),
/// OpenStreetMap's, and those of statistical offices in five languages.
const NAMES: &[&str] = &[
    "population",
    "populationtotal",
    "totalpopulation",
    "pop",
    "poptotal",
    "totalpop",
    "totpop",
    "poptot",
    "popest",
    "populationestimate",
    "ttl",
    "poblacion",
    "poblaciontotal",
    "populacao",
    "populacaototal",
    "populationtotale",
    "عددالسكان",
    "السكان",
    "اجماليالسكان",
    "تعدادالسكان",
];
/// Names of columns that say of which year the population is.
const YEAR_NAMES: &[&str] = &[
    "populationyear",
    "popyear",
    "yearpopulation",
    "populationdate",
    "censusyear",
];
/// More people than live anywhere.
const MAX_PEOPLE: i64 = 10_000_000_000;

/// What a file says of populations.
pub(super) struct Population {
    column: Option<(usize, String)>,
    /// The year in the column's own name.
    year: Option<i16>,
    year_column: Option<usize>,
}

impl Population {
    /// Guesses from the names of columns; of several years the last one counts.
    pub fn guess(names: &[String]) -> Self {
        let known = names.iter().enumerate().filter_map(|(at, name)| {
            let (rank, year) = meaning(name)?;
            Some((at, rank, year))
        });
        let best = known.min_by_key(|(_, rank, year)| (std::cmp::Reverse(*year), *rank));
        let plain_names: Vec<String> = names.iter().map(|name| plain(name)).collect();
        let year_column = YEAR_NAMES
            .iter()
            .find_map(|wanted| plain_names.iter().position(|name| name == wanted));
        Self {
            column: best.map(|(at, _, _)| (at, names[at].clone())),
            year: best.and_then(|(_, _, year)| year),
            year_column,
        }
    }

    /// People and year, as far as the row states them; what is no number is a finding.
    pub fn of(&self, row: &Row, findings: &mut Vec<Finding>) -> (Option<i64>, Option<i16>) {
        let Some((column, name)) = &self.column else {
            return (None, None);
        };
        let Some(text) = row.text(*column).and_then(cell::stated) else {
            return (None, None);
        };
        let (code, message) = match people(text) {
            Ok(people) => {
                let stated = self.year_column.and_then(|column| year(row.text(column)?));
                return (Some(people), self.year.or(stated));
            }
            Err(Unread::NoNumber) => (
                "population_not_a_number",
                "it is no number of people and was not taken; write digits alone, such as 627678",
            ),
            Err(Unread::Ambiguous) => (
                "population_ambiguous",
                "the point may divide thousands or decimals, so that the number was not taken; \
                 write digits alone, such as 627678",
            ),
            Err(Unread::OutOfRange) => (
                "population_out_of_range",
                "no area has so many people, or fewer than none; the number was not taken: \
                 correct it, or leave it blank",
            ),
        };
        let finding = Finding::warning(row.number, code, message);
        findings.push(finding.field(name).value(text));
        (None, None)
    }
}

/// Whether an import would take the population from a column of that name.
pub fn is_population(name: &str) -> bool {
    meaning(name).is_some()
}

/// How good a name is, 0 being the best, and the year that it holds.
fn meaning(name: &str) -> Option<(usize, Option<i16>)> {
    let plain = plain(name);
    let (bare, year) = without_year(&plain);
    let rank = NAMES.iter().position(|known| *known == bare)?;
    Some((rank, year))
}

/// `pop2020` is `pop` of 2020, and so is `2020pop`.
fn without_year(plain: &str) -> (&str, Option<i16>) {
    let ends = [
        plain.char_indices().rev().nth(3).map(|(at, _)| {
            let (bare, digits) = plain.split_at(at);
            (bare, digits)
        }),
        plain.char_indices().nth(4).map(|(at, _)| {
            let (digits, bare) = plain.split_at(at);
            (bare, digits)
        }),
    ];
    for (bare, digits) in ends.into_iter().flatten() {
        if let Some(year) = year(digits).filter(|_| digits.len() == 4) {
            return (bare, Some(year));
        }
    }
    (plain, None)
}

/// The year that a date begins with, of those in which people were counted.
fn year(text: &str) -> Option<i16> {
    let text = text.trim();
    let (digits, rest) = text.split_at_checked(4)?;
    let ends = rest
        .chars()
        .next()
        .is_none_or(|next| !next.is_ascii_digit());
    let year: i16 = digits.parse().ok()?;
    (ends && (1800..=2200).contains(&year)).then_some(year)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unread {
    NoNumber,
    Ambiguous,
    OutOfRange,
}

/// A number of people: digits, perhaps in groups of three. Estimates have decimals, which are
/// rounded to whole people.
fn people(text: &str) -> Result<i64, Unread> {
    let western: String = text.trim().chars().map(western_digit).collect();
    let (negative, digits) = match western.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, western.as_str()),
    };
    let number = ungrouped(digits)?;
    let (whole, decimals) = number.split_once('.').unwrap_or((&number, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(decimals) {
        return Err(Unread::NoNumber);
    }
    let people: i64 = whole.parse().map_err(|_| Unread::OutOfRange)?;
    let people = people.saturating_add(i64::from(decimals.as_bytes().first() >= Some(&b'5')));
    if (negative && people > 0) || people > MAX_PEOPLE {
        return Err(Unread::OutOfRange);
    }
    Ok(people)
}

/// The digits without what stands between groups of three, the decimals after a point.
fn ungrouped(text: &str) -> Result<String, Unread> {
    let signs: Vec<char> = text.chars().filter(|c| !c.is_ascii_digit()).collect();
    let Some(first) = signs.first() else {
        return Ok(text.to_owned());
    };
    let is_group_sign = |c: char| matches!(c, ',' | '.' | '\'' | '’' | '٬') || c.is_whitespace();
    // `1.234.567`, `1 234 567`, but `1234.5` and `1,234.5` end in decimals.
    let last = signs[signs.len() - 1];
    let decimals = last == '.' && signs.iter().filter(|sign| **sign == '.').count() == 1;
    let (whole, tail) = if decimals {
        text.rsplit_once('.').unwrap_or((text, ""))
    } else {
        (text, "")
    };
    let groups: Vec<&str> = whole.split(|c: char| !c.is_ascii_digit()).collect();
    let grouped = groups[0].len() <= 3
        && !groups[0].is_empty()
        && groups[1..].iter().all(|group| group.len() == 3);
    if decimals && groups.len() == 1 {
        let ambiguous = tail.len() == 3 && grouped && groups[0] != "0";
        return if ambiguous {
            Err(Unread::Ambiguous)
        } else {
            Ok(text.to_owned())
        };
    }
    let one_sign = signs
        .iter()
        .take(signs.len() - usize::from(decimals))
        .all(|sign| sign == first && is_group_sign(*sign));
    if !grouped || !one_sign {
        return Err(Unread::NoNumber);
    }
    let whole = groups.concat();
    Ok(if decimals {
        format!("{whole}.{tail}")
    } else {
        whole
    })
}

fn western_digit(c: char) -> char {
    match c {
        '٠'..='٩' => shifted(c, '٠'),
        '۰'..='۹' => shifted(c, '۰'),
        _ => c,
    }
}

fn shifted(c: char, zero: char) -> char {
    char::from_digit(u32::from(c) - u32::from(zero), 10).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn columns_are_known_in_five_languages_with_and_without_a_year() {
        for (name, year) in [
            ("population", None),
            ("Pop_Total", None),
            ("T_TL", None),
            ("POBLACIÓN", None),
            ("População", None),
            ("عدد السكان", None),
            ("pop_2020", Some(2020)),
            ("2022 Population", Some(2022)),
        ] {
            assert_eq!(meaning(name).map(|(_, year)| year), Some(year), "{name}");
        }
        for name in [
            "popularity",
            "household",
            "pop_density",
            "population_year",
            "pop20",
            "",
        ] {
            assert_eq!(meaning(name), None, "{name}");
        }
    }

    #[test]
    fn the_last_year_counts_and_a_column_may_state_it() {
        let names = |names: &[&str]| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        };
        let guess = Population::guess(&names(&["pop_2009", "pop_2019", "population"]));
        assert_eq!((guess.column.unwrap().0, guess.year), (1, Some(2019)));
        let guess = Population::guess(&names(&["population", "population:date"]));
        let row = Row {
            number: 1,
            cells: vec![(0, "12".into()), (1, "2012-08-15".into())],
            shape: super::super::table::Shape::Absent,
        };
        assert_eq!(guess.of(&row, &mut vec![]), (Some(12), Some(2012)));
    }

    #[test]
    fn people_are_counted_in_many_notations() {
        for (text, expected) in [
            ("627678", Ok(627_678)),
            ("627678.0", Ok(627_678)),
            ("1,234,567", Ok(1_234_567)),
            ("1.234.567", Ok(1_234_567)),
            ("12,345", Ok(12_345)),
            ("1 234 567", Ok(1_234_567)),
            ("1\u{202f}234", Ok(1234)),
            ("1,234.5", Ok(1235)),
            ("1234.49", Ok(1234)),
            ("٦٢٧٦٧٨", Ok(627_678)),
            ("0", Ok(0)),
            ("0.125", Ok(0)),
            ("12.345", Err(Unread::Ambiguous)),
            ("-9999", Err(Unread::OutOfRange)),
            ("99999999999", Err(Unread::OutOfRange)),
            ("99999999999999999999999", Err(Unread::OutOfRange)),
            ("12,34", Err(Unread::NoNumber)),
            ("1,234 567", Err(Unread::NoNumber)),
            ("about 300", Err(Unread::NoNumber)),
            ("1e6", Err(Unread::NoNumber)),
            ("-", Err(Unread::NoNumber)),
            (".", Err(Unread::NoNumber)),
            (",", Err(Unread::NoNumber)),
        ] {
            assert_eq!(people(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn grouping_changes_no_number(count in 0_i64..=MAX_PEOPLE, sign in "[,' \u{202f}]") {
            let digits = count.to_string();
            let mut grouped = String::new();
            for (at, digit) in digits.chars().enumerate() {
                if at > 0 && (digits.len() - at).is_multiple_of(3) {
                    grouped.push_str(&sign);
                }
                grouped.push(digit);
            }
            prop_assert_eq!(people(&grouped), Ok(count));
        }

        #[test]
        fn any_text_is_a_number_or_says_why_not(text in ".{0,20}") {
            if let Ok(people) = people(&text) {
                prop_assert!((0..=MAX_PEOPLE).contains(&people));
            }
            meaning(&text);
            year(&text);
        }
    }
}
