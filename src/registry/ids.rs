//! Ids in a list: which of them identify a school, and which lost their zeros on the way. Must
//! not mend an id: two schools may differ by a zero.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use uuid::Uuid;

use super::{
    cell,
    columns::{Columns, Field},
    spelling::plain,
    table::{Row, Table},
};
use crate::domain::{listing::Finding, school::AliasScheme};

/// Longest id that is taken, in characters. An index of the database holds no more.
const MAX_ID_CHARS: usize = 200;
/// So many nines are what people type when a field must not be blank.
const MIN_NINES: usize = 5;
/// Plain words that stand for no school.
const DUMMIES: &str = "test, testing, dummy, example, sample, tbd, tba, na, nil, none, null, \
                       no id, no code, unknown, inconnu, sans id, sans code, desconocido, \
                       sin código, desconhecido, sem código, pending, غير معروف, لا يوجد";
/// What exports write for nothing: such a cell is blank, not a dummy.
const BLANKS: &[&str] = &["", "nan", "null", "<na>"];

static DUMMY_WORDS: LazyLock<HashSet<String>> =
    LazyLock::new(|| DUMMIES.split(',').map(plain).collect());

/// Namespace of the ids that stand for a row without any id. Never to be changed: the ids are
/// what such a row is recognised by when it comes again.
const ROW_NAMESPACE: Uuid = Uuid::from_u128(0x7d52_6a0c_53b5_4c1e_9f0e_5c68_6f6f_6c62);

/// The schemes, and where a list states them.
pub(super) const SCHEMES: [(AliasScheme, Field); 3] = [
    (AliasScheme::Government, Field::GovernmentId),
    (AliasScheme::Giga, Field::GigaId),
    (AliasScheme::Osm, Field::OsmId),
];

/// An id as it is compared, why the text is none, or nothing if the cell is blank.
pub(super) fn read(
    row: &Row,
    column: usize,
    scheme: AliasScheme,
) -> Option<Result<String, Finding>> {
    let text = row.text(column)?.trim();
    let Some(stated) = cell::stated(text) else {
        let blank = BLANKS.iter().any(|blank| text.eq_ignore_ascii_case(blank));
        // Invisible signs alone are blank too.
        let visible = text.chars().any(|c| c.is_ascii_graphic());
        return (!blank && visible).then(|| Err(dummy(row.number, text)));
    };
    if is_dummy(stated) {
        return Some(Err(dummy(row.number, stated)));
    }
    if stated.chars().count() > MAX_ID_CHARS {
        let message = format!(
            "an id of more than {MAX_ID_CHARS} characters is another column's text; write the \
             school's own, or leave it blank"
        );
        let finding = Finding::warning(row.number, "unusable_id", message);
        return Some(Err(finding.value(stated)));
    }
    Some(Ok(normal(scheme, stated)))
}

fn dummy(row: i32, text: &str) -> Finding {
    let message = "such an id stands for no school and is not used to recognise it; write the \
                   school's own, or leave it blank";
    Finding::warning(row, "dummy_id", message).value(text)
}

/// An id made of zeros and signs is a blank in disguise.
fn is_dummy(text: &str) -> bool {
    let plain = plain(text);
    let only = |wanted: char| plain.chars().all(|c| c == wanted);
    plain.chars().all(|c| !c.is_alphanumeric() || c == '0')
        || (plain.len() >= MIN_NINES && only('9'))
        || (plain.len() >= 2 && only('x'))
        || DUMMY_WORDS.contains(&plain)
}

fn normal(scheme: AliasScheme, text: &str) -> String {
    match (scheme, Uuid::parse_str(text)) {
        (AliasScheme::Giga, Ok(id)) => id.to_string(),
        _ => cell::folded(text).into_owned(),
    }
}

/// The id of a row without one: the same texts give the same id, whatever row they stand in.
pub(super) fn of_row(texts: [Option<&str>; 4]) -> String {
    let text = texts.map(Option::unwrap_or_default).join("\u{1f}");
    Uuid::new_v5(&ROW_NAMESPACE, text.as_bytes()).to_string()
}

/// What the ids of a whole list show.
pub(super) struct IdColumn {
    column: usize,
    /// Digits that an id has where its zeros were kept.
    digits: usize,
}

impl IdColumn {
    /// Looks at the government's ids: where most have so many digits and some of those begin with
    /// zeros, a shorter one has probably lost them, as spreadsheets do.
    pub fn look(table: &Table, columns: &Columns) -> Option<Self> {
        let column = *columns.of(Field::GovernmentId).first()?;
        let ids = table.rows.iter().filter_map(|row| digits(row, column));
        let mut lengths = HashMap::<usize, (usize, bool)>::new();
        let mut count = 0_usize;
        for id in ids {
            let known = lengths.entry(id.len()).or_default();
            known.0 += 1;
            known.1 |= id.starts_with('0');
            count += 1;
        }
        let (digits, (usual, zeros)) = lengths
            .into_iter()
            .max_by_key(|(digits, (count, _))| (*count, *digits))?;
        (zeros && usual * 2 > count && usual < count).then_some(Self { column, digits })
    }

    /// What there is to say about the id of a row.
    pub fn finding(&self, row: &Row, columns: &Columns) -> Option<Finding> {
        let id = digits(row, self.column).filter(|id| id.len() < self.digits)?;
        let message = format!(
            "the id has {} digits where most have {} and some begin with zeros: it has probably \
             lost its zeros and was {:0>width$}; import the column as text",
            id.len(),
            self.digits,
            id,
            width = self.digits
        );
        let finding = Finding::warning(row.number, "id_leading_zeros", message);
        Some(finding.field(columns.name(self.column)).value(id))
    }
}

/// An id of digits alone that is no dummy.
fn digits(row: &Row, column: usize) -> Option<&str> {
    let text = cell::stated(row.text(column)?)?;
    let sound = text.bytes().all(|byte| byte.is_ascii_digit()) && !is_dummy(text);
    sound.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_no_school_is_a_dummy() {
        for text in [
            "0",
            "000",
            "0-0",
            "99999",
            "Test",
            "TBD",
            "xxx",
            "N/A",
            "sin código",
        ] {
            assert!(is_dummy(text), "{text}");
        }
        for text in ["1", "0042", "9999", "Test School 4", "E0", "x", "100"] {
            assert!(!is_dummy(text), "{text}");
        }
    }
}
