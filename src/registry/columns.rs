//! Which column means what: guessed from its name, whatever its case, accents, spaces and signs.

use std::collections::{BTreeMap, HashMap};

pub(super) use super::spelling::plain;
use super::{
    FileError,
    attributes::{ATTRIBUTES, Attribute},
    cell,
    column_names::NAMES,
    meanings::{self, Meant},
    table::{Row, in_words},
};
use crate::domain::listing::Finding;

/// What a column may mean that has a home in the school table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Field {
    Name,
    Latitude,
    Longitude,
    EducationLevel,
    StudentCount,
    Connectivity,
    GovernmentId,
    GigaId,
    OsmId,
    /// The id of ours that an export gave.
    SchoolId,
}

/// Names that an error repeats.
const MAX_NAMES_LOOKED_FOR: usize = 8;
/// Columns of Giga's own that say one thing twice, the better one first: both in one file are no
/// slip.
const PAIRS: [[&str; 2]; 2] = [
    ["education_level", "education_level_govt"],
    ["connectivity_govt", "connectivity"],
];

/// What a person says of columns, by their names: the slug of a meaning, or that it has none.
pub(super) type Said = BTreeMap<String, Option<String>>;

/// The columns of one file, by what they mean.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    names: Vec<String>,
    /// Whether a person has said what a column means.
    said: Vec<bool>,
    homes: BTreeMap<Field, Vec<usize>>,
    kept: HashMap<usize, &'static Attribute>,
    /// Columns that mean what a better one means: the better one, and the other.
    second: Vec<(Meant, usize, usize)>,
}

impl Columns {
    /// Takes what a person says, and guesses the rest; or says what is no such column.
    pub fn of_file(names: &[String], said: &Said) -> Result<Self, FileError> {
        let wrong = |reason: String| Err(FileError::WrongColumn { reason });
        let mut taken = HashMap::new();
        for (name, slug) in said {
            if !names.contains(name) {
                let found = in_words(names);
                return wrong(format!(
                    "the file has no column {name:?}; its columns are {found}"
                ));
            }
            let Some(slug) = slug else {
                continue;
            };
            let Some(meant) = Meant::from_slug(slug) else {
                return wrong(format!(
                    "the column {name:?} cannot mean {slug:?}, which is no known meaning; \
                     choose one such as school_name, latitude or longitude, or none"
                ));
            };
            if let Some(other) = taken.insert(meant, name)
                && !meant.may_fall_back()
            {
                return wrong(format!(
                    "the columns {other:?} and {name:?} cannot both mean {slug}; choose one"
                ));
            }
        }
        Ok(Self::guess_around(names, said))
    }

    /// Takes what a person says where it fits, and guesses the rest from the names. Where a second
    /// column would mix what belongs together, a name with a remark or the latitude of one pair
    /// with the longitude of another, only the best counts.
    pub fn guess_around(names: &[String], said: &Said) -> Self {
        let osm = names.iter().any(|name| plain(name) == "@id");
        let meant = |slug: &Option<String>| slug.as_deref().and_then(Meant::from_slug);
        let spoken_for: Vec<Meant> = said.values().filter_map(meant).collect();
        let mut claims = BTreeMap::<Meant, Vec<(usize, usize)>>::new();
        for (column, name) in names.iter().enumerate() {
            let claim = match said.get(name) {
                Some(slug) => meant(slug).map(|meant| (meant, 0)),
                None => meanings::of_name(name, osm).filter(|(m, _)| !spoken_for.contains(m)),
            };
            if let Some((meant, rank)) = claim {
                claims.entry(meant).or_default().push((rank, column));
            }
        }
        let mut columns = Self {
            names: names.to_vec(),
            said: names.iter().map(|name| said.contains_key(name)).collect(),
            homes: BTreeMap::new(),
            kept: HashMap::new(),
            second: vec![],
        };
        for (meant, mut claim) in claims {
            claim.sort_unstable();
            let mut claim: Vec<usize> = claim.into_iter().map(|(_, column)| column).collect();
            let best = claim[0];
            for other in &claim[1..] {
                columns.second.push((meant, best, *other));
            }
            match meant {
                Meant::Home(field) => {
                    if !meant.may_fall_back() {
                        claim.truncate(1);
                    }
                    columns.homes.insert(field, claim);
                }
                Meant::Kept(at) => {
                    columns.kept.insert(best, &ATTRIBUTES[at]);
                }
            }
        }
        columns
    }

    /// What a column is taken to mean, and whether that is a guess.
    pub fn meant(&self, column: usize) -> (Option<Meant>, bool) {
        let mut homes = self.homes.iter();
        let home = homes.find(|(_, columns)| columns.contains(&column));
        let kept = || Meant::from_slug(self.attribute(column)?.name);
        let meant = home.map(|(field, _)| Meant::Home(*field)).or_else(kept);
        (meant, !self.said[column])
    }

    /// The names of all columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Columns with that meaning, best first.
    pub fn of(&self, field: Field) -> &[usize] {
        self.homes.get(&field).map_or(&[], Vec::as_slice)
    }

    /// Whether the file speaks of it at all.
    pub fn has(&self, field: Field) -> bool {
        !self.of(field).is_empty()
    }

    /// The attribute that a column states, if it is a known one.
    pub fn attribute(&self, column: usize) -> Option<&'static Attribute> {
        self.kept.get(&column).copied()
    }

    /// The known attributes that the file speaks of.
    pub fn attributes(&self) -> impl Iterator<Item = &'static Attribute> {
        self.kept.values().copied()
    }

    /// The column's name in the file.
    pub fn name(&self, column: usize) -> &str {
        &self.names[column]
    }

    /// The first column with that meaning that says something in this row, and what it says.
    pub fn stated<'a>(&self, row: &'a Row, field: Field) -> Option<(usize, &'a str)> {
        let mut columns = self.of(field).iter();
        columns.find_map(|&column| Some((column, cell::stated(row.text(column)?)?)))
    }

    /// Names that would have done for a field, in words.
    pub fn looked_for(field: Field) -> String {
        let known = NAMES.iter().find(|(known, _)| *known == field);
        let names = known.map_or("", |(_, names)| names).split(',');
        let names: Vec<&str> = names.map(str::trim).take(MAX_NAMES_LOOKED_FOR).collect();
        names.join(", ")
    }

    /// What there is to say where two columns mean one thing.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = vec![];
        for (meant, best, other) in &self.second {
            let (best, other) = (self.name(*best), self.name(*other));
            if PAIRS.contains(&[plain_name(best).as_str(), plain_name(other).as_str()]) {
                continue;
            }
            let what_becomes = if meant.may_fall_back() {
                "counts where that is blank, and is kept as an attribute where it is not"
            } else {
                "is kept as an attribute under its own name"
            };
            let message = format!(
                "the columns {best:?} and {other:?} seem to mean the same; {best:?} counts, \
                 {other:?} {what_becomes}: rename the one that means something else"
            );
            findings.push(Finding::info(0, "column_claimed_twice", message).field(other));
        }
        findings
    }
}

/// A name in Giga's spelling: lower case, with underscores.
fn plain_name(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

/// The place of a column with that name among plain names.
pub(super) fn position(plain_names: &[String], name: &str) -> Option<usize> {
    let wanted = plain(name);
    plain_names.iter().position(|known| *known == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(names: &[&str]) -> Columns {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        Columns::guess_around(&names, &Said::new())
    }

    #[test]
    fn case_spaces_and_underscores_do_not_matter() {
        let columns = guess(&["School Name", "LAT", "Longitude ", "Giga-ID_School"]);
        assert_eq!(columns.of(Field::Name), [0]);
        assert_eq!(columns.of(Field::Latitude), [1]);
        assert_eq!(columns.of(Field::Longitude), [2]);
        assert_eq!(columns.of(Field::GigaId), [3]);
    }

    #[test]
    fn the_better_name_comes_first() {
        let columns = guess(&["connectivity", "y", "latitude", "connectivity_govt"]);
        assert_eq!(columns.of(Field::Latitude), [2]);
        assert_eq!(columns.of(Field::Connectivity), [3, 0]);
    }
}
