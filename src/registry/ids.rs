//! Ids in a list: which of them identify a school, and which lost their zeros on the way. Must
//! not mend an id: two schools may differ by a zero.

use std::{
    collections::{BTreeMap, HashSet},
    sync::LazyLock,
};

use uuid::Uuid;

use super::{
    cell,
    columns::{Columns, Field},
    spelling::plain,
    table::Row,
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
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let only = |wanted: u8| text.bytes().all(|byte| byte == wanted);
        return only(b'0') || (text.len() >= MIN_NINES && only(b'9'));
    }
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

/// Ids of digits that are remembered of each length, and so rows that are named.
const MAX_NAMED: usize = 10_000;

/// What the government's ids of a whole list show: where most have so many digits and some of
/// those begin with zeros, a shorter one has probably lost them, as spreadsheets do.
pub(super) struct IdColumn {
    column: Option<usize>,
    lengths: BTreeMap<usize, Length>,
}

/// Ids of as many digits.
#[derive(Default)]
struct Length {
    count: u64,
    zeros: bool,
    taken: u64,
    /// The first rows that were taken, and their ids.
    first: Vec<(i32, Box<str>)>,
}

impl IdColumn {
    pub fn new(columns: &Columns) -> Self {
        Self {
            column: columns.of(Field::GovernmentId).first().copied(),
            lengths: BTreeMap::new(),
        }
    }

    /// Looks at the id of a row.
    pub fn look(&mut self, row: &Row, taken: bool) {
        let Some(id) = self.column.and_then(|column| digits(row, column)) else {
            return;
        };
        let length = self.lengths.entry(id.len()).or_default();
        length.count += 1;
        length.zeros |= id.starts_with('0');
        if taken {
            length.taken += 1;
            if length.first.len() < MAX_NAMED {
                length.first.push((row.number, id.into()));
            }
        }
    }

    /// What there is to say, row by row, once all were looked at.
    pub fn findings(self, columns: &Columns) -> Vec<Finding> {
        let count: u64 = self.lengths.values().map(|length| length.count).sum();
        let usual = self
            .lengths
            .iter()
            .max_by_key(|(digits, l)| (l.count, **digits));
        let (Some(column), Some((usual, length))) = (self.column, usual) else {
            return vec![];
        };
        if !(length.zeros && length.count * 2 > count && length.count < count) {
            return vec![];
        }
        let mut findings = vec![];
        for (digits, length) in self.lengths.range(..usual) {
            for (row, id) in &length.first {
                let message = format!(
                    "the id has {digits} digits where most have {usual} and some begin with \
                     zeros: it has probably lost its zeros and was {id:0>usual$}; import the \
                     column as text"
                );
                let finding = Finding::warning(*row, "id_leading_zeros", message);
                findings.push(finding.field(columns.name(column)).value(id));
            }
            let others = length.taken - length.first.len() as u64;
            if others > 0 {
                let message = format!(
                    "{others} more ids have {digits} digits where most have {usual} and some \
                     begin with zeros: they have probably lost theirs; import the column as text"
                );
                let finding = Finding::warning(0, "id_leading_zeros", message);
                findings.push(finding.field(columns.name(column)));
            }
        }
        findings.sort_by_key(|finding| finding.row);
        findings
    }
}

/// An id of digits alone that is no dummy.
fn digits(row: &Row, column: usize) -> Option<&str> {
    let text = cell::stated(row.text(column)?)?;
    let sound = text.len() <= MAX_ID_CHARS
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && !is_dummy(text);
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
