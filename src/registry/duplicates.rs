//! Which rows of one file are about the same school. The first row is the one that counts.
//! Remembers what rows say by its hash, not word by word: a list may have millions.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher},
};

use sha2::{Digest, Sha256};

use super::table::Cell;
use crate::domain::listing::{Finding, SchoolRow};

/// The scheme of ids that are made of what a row says.
const MADE_UP: &str = "import";

/// What was taken so far.
#[derive(Default)]
pub(super) struct Taken {
    /// By id, the place of its row among those that were taken.
    ids: HashMap<IdHash, u32, BuildHasherDefault<FirstBytes>>,
    rows: Vec<TakenRow>,
}

/// 128 bits of what identifies a school, in parts that leave no gaps in a table of them.
#[derive(Clone, Copy, PartialEq, Eq)]
struct IdHash([u32; 4]);

struct TakenRow {
    number: i32,
    /// 64 bits of all that the row says; looked at only where two rows have an id in common.
    content: [u32; 2],
}

impl Taken {
    /// Remembers the row, unless one before it is about the same school.
    pub fn take(&mut self, cells: &[Cell], school: &SchoolRow) -> Result<(), Finding> {
        let (row, content) = (school.row, content(cells, school));
        let ours = school.school_id.map(|id| id.to_string());
        let ids = ids(school, ours.as_deref());
        for (scheme, value) in ids.clone() {
            let Some(first) = self.ids.get(&IdHash::of(scheme, value)) else {
                continue;
            };
            let first = &self.rows[*first as usize];
            // Rows that say the same have the same ids.
            if first.content == content {
                let message = format!(
                    "the row repeats row {} word for word and was not taken again; delete one of \
                     the two",
                    first.number
                );
                return Err(Finding::error(row, "duplicate_row", message));
            }
            return Err(match scheme {
                MADE_UP => same_school(row, first.number),
                _ => same_id(row, first.number, scheme, value),
            });
        }
        let place = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        let ids = ids.map(|(scheme, value)| (IdHash::of(scheme, value), place));
        self.ids.extend(ids);
        self.rows.push(TakenRow {
            number: row,
            content,
        });
        Ok(())
    }
}

/// The ids of a row, by their schemes: ours first, where an export of ours gave one.
fn ids<'a>(
    school: &'a SchoolRow,
    ours: Option<&'a str>,
) -> impl Iterator<Item = (&'static str, &'a str)> + Clone {
    let ours = ours.map(|id| ("schoolbeat", id)).into_iter();
    let others = school.aliases.iter();
    ours.chain(others.map(|(scheme, value)| (scheme.slug(), value.as_str())))
}

/// What a row says, word for word: its cells, and the position of its shape.
fn content(cells: &[Cell], school: &SchoolRow) -> [u32; 2] {
    let mut hasher = DefaultHasher::new();
    (cells, &school.longitude, &school.latitude).hash(&mut hasher);
    let hash = hasher.finish().to_le_bytes();
    let (words, _) = hash.as_chunks::<4>();
    [0, 1].map(|at| u32::from_le_bytes(words[at]))
}

impl IdHash {
    fn of(scheme: &str, value: &str) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(scheme);
        hasher.update([0]);
        hasher.update(value);
        let hash: [u8; 32] = hasher.finalize().into();
        let (words, _) = hash.as_chunks::<4>();
        Self([0, 1, 2, 3].map(|at| u32::from_le_bytes(words[at])))
    }
}

impl Hash for IdHash {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64((u64::from(self.0[0]) << 32) | u64::from(self.0[1]));
    }
}

/// What is a hash already is none the better for another.
#[derive(Default)]
struct FirstBytes(u64);

impl Hasher for FirstBytes {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = word;
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
        "rows {first} and {row} state the same {scheme} id and differ in other columns; row {first} \
         was taken, row {row} was not: correct the id of one, or delete it"
    );
    Finding::error(row, "duplicate_id", message).value(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_takes_twenty_bytes_and_a_row_twelve() {
        assert_eq!(size_of::<(IdHash, u32)>(), 20);
        assert_eq!(size_of::<TakenRow>(), 12);
    }

    #[test]
    fn ids_of_two_schemes_are_two_ids() {
        let of = |scheme| IdHash::of(scheme, "10203").0;
        assert_ne!(of("government"), of("giga"));
        assert_eq!(of("osm"), of("osm"));
    }
}
