//! What an area is recognised by when its file comes again. Looks at the whole file: an id that
//! some areas lack, or that two share, identifies none of them.

use std::collections::HashSet;

use super::{cell, columns, table::Row};
use crate::domain::area::AreaLevel;

/// Longest key that is taken, in characters. An index of the database holds no more.
const MAX_KEY_CHARS: usize = 200;

/// Columns of codes in the formats that areas come in, by the question asked of them.
pub(super) struct CodeColumns {
    /// A code that people know the area by, the official ones first.
    shown: Vec<usize>,
    /// The column that is complete and without repetition, if there is one.
    key: Option<usize>,
    parent: Option<usize>,
}

/// Codes for people: official ones before those of the file's maker.
fn shown_names(level: i16) -> Vec<String> {
    let mut names: Vec<String> = vec!["code".into(), "pcode".into()];
    names.extend(["pcode", "code"].map(|word| format!("adm{level}_{word}")));
    names.extend(["iso_3166_2", "shapeISO"].map(Into::into));
    names.push(format!("HASC_{level}"));
    names.extend(["id", "shapeID"].map(Into::into));
    names.push(format!("GID_{level}"));
    names.push("slug".into());
    names
}

/// Keys: ids of the file's maker first, because they are complete from the first edition on, while
/// official codes are filled in later, which would change what every area is recognised by.
fn key_names(level: i16) -> Vec<String> {
    let mut names: Vec<String> = vec!["code".into(), "pcode".into()];
    names.extend(["pcode", "code"].map(|word| format!("adm{level}_{word}")));
    names.push(format!("GID_{level}"));
    names.extend(["id", "slug", "shapeID", "iso_3166_2", "shapeISO"].map(Into::into));
    names.push(format!("HASC_{level}"));
    names
}

impl CodeColumns {
    pub fn guess(columns: &[String], rows: &[Row], level: AreaLevel) -> Self {
        let plain: Vec<String> = columns.iter().map(|name| columns::plain(name)).collect();
        let place = |name: &String| columns::position(&plain, name);
        let level = level.number();
        let mut keys = key_names(level)
            .iter()
            .filter_map(place)
            .collect::<Vec<_>>()
            .into_iter();
        Self {
            shown: shown_names(level).iter().filter_map(place).collect(),
            key: keys.find(|column| identifies(*column, rows)),
            parent: columns::position(&plain, "parent_id"),
        }
    }

    /// The code to show.
    pub fn code(&self, row: &Row) -> Option<String> {
        self.shown.iter().find_map(|column| key_text(row, *column))
    }

    /// The key; where no column identifies all areas, the code, else the name.
    pub fn key(&self, row: &Row, name: &str) -> String {
        let key = self.key.and_then(|column| key_text(row, column));
        let key = key.or_else(|| self.code(row));
        key.unwrap_or_else(|| name.chars().take(MAX_KEY_CHARS).collect())
    }

    /// The key within its parent, where the file names one.
    pub fn qualified_key(&self, row: &Row, key: &str) -> Option<String> {
        let parent = key_text(row, self.parent?)?;
        Some(format!("{parent}/{key}"))
    }
}

fn identifies(column: usize, rows: &[Row]) -> bool {
    let mut seen = HashSet::new();
    rows.iter()
        .all(|row| key_text(row, column).is_some_and(|key| seen.insert(key)))
}

fn key_text(row: &Row, column: usize) -> Option<String> {
    let text = cell::folded(cell::stated(row.text(column)?)?).into_owned();
    (text.chars().count() <= MAX_KEY_CHARS).then_some(text)
}
