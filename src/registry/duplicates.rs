//! Which rows of one file are about the same school. The first row is the one that counts.

use std::collections::HashMap;

use uuid::Uuid;

use super::table::Cell;
use crate::domain::{
    listing::{Finding, SchoolRow},
    school::AliasScheme,
};

/// What a row says, word for word: its cells, and the position of its shape.
type Content<'a> = (&'a [Cell], Option<String>, Option<String>);

/// What was taken so far.
#[derive(Default)]
pub(super) struct Taken<'a> {
    rows: HashMap<Content<'a>, i32>,
    ids: HashMap<(AliasScheme, String), i32>,
    schools: HashMap<Uuid, i32>,
}

impl<'a> Taken<'a> {
    /// Remembers the row, unless one before it is about the same school.
    pub fn take(&mut self, cells: &'a [Cell], school: &SchoolRow) -> Result<(), Finding> {
        let row = school.row;
        let content = (cells, school.longitude.clone(), school.latitude.clone());
        if let Some(first) = self.rows.get(&content) {
            let message = format!(
                "the row repeats row {first} word for word and was not taken again; delete one \
                 of the two"
            );
            return Err(Finding::error(row, "duplicate_row", message));
        }
        let known = school.school_id.and_then(|id| self.schools.get(&id));
        if let (Some(first), Some(id)) = (known, school.school_id) {
            return Err(same_id(row, *first, "schoolbeat", &id.to_string()));
        }
        for (scheme, value) in &school.aliases {
            if let Some(first) = self.ids.get(&(*scheme, value.clone())) {
                return Err(match scheme {
                    AliasScheme::Import => same_school(row, *first),
                    _ => same_id(row, *first, scheme.slug(), value),
                });
            }
        }
        self.rows.insert(content, row);
        self.schools.extend(school.school_id.map(|id| (id, row)));
        self.ids
            .extend(school.aliases.iter().map(|alias| (alias.clone(), row)));
        Ok(())
    }
}

fn same_school(row: i32, first: i32) -> Finding {
    let message = format!(
        "the row has the name, position and level of row {first} and no id that tells the two \
         apart; row {first} was taken, row {row} was not: give each school an id, or delete one \
         of the two"
    );
    Finding::error(row, "duplicate_school", message)
}

fn same_id(row: i32, first: i32, scheme: &str, value: &str) -> Finding {
    let message = format!(
        "rows {first} and {row} state the same {scheme} id and differ in other columns; row {first} was \
         taken, row {row} was not: correct the id of one, or delete it"
    );
    Finding::error(row, "duplicate_id", message).value(value)
}
