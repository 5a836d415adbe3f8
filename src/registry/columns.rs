//! Which column means what: guessed from its name, whatever its case, accents, spaces and signs.

use std::{
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
};

pub(super) use super::spelling::plain;
use super::{
    attributes::{ATTRIBUTES, Attribute},
    cell,
    column_names::{NAMES, NOT_IN_OSM},
    table::Row,
};
use crate::domain::listing::Finding;

/// What a column may mean that has a home in the school table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
/// What people add to a name in brackets. Anything else may change what it means.
const REMARKS: &str = "2, 3, wgs84, dd, degrees, decimal degrees, decimal, degrés, grados, graus, \
                       mbps, mbit/s, mb/s, km, yes/no, y/n, oui/non, o/n, sí/no, s/n, sim/não, \
                       urban/rural, urbain/rural, urbano/rural, public/private, public/privé, \
                       optional, required, total";
/// Columns of Giga's own that say one thing twice, the better one first: both in one file are no
/// slip.
const PAIRS: [[&str; 2]; 2] = [
    ["education_level", "education_level_govt"],
    ["connectivity_govt", "connectivity"],
];

/// What a column means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Meaning {
    Home(Field),
    /// By its place among the attributes.
    Kept(usize),
}

/// Meanings by plain name, and how good the name is: 0 is the best.
static MEANINGS: LazyLock<HashMap<String, (Meaning, usize)>> = LazyLock::new(|| {
    let homes = NAMES
        .iter()
        .map(|(field, names)| (Meaning::Home(*field), None, *names));
    let kept = ATTRIBUTES.iter().enumerate();
    let kept = kept.map(|(at, known)| (Meaning::Kept(at), Some(known.name), known.synonyms));
    let mut meanings = HashMap::new();
    for (meaning, first, names) in homes.chain(kept) {
        for (rank, name) in first.into_iter().chain(names.split(',')).enumerate() {
            let name = plain(name);
            if !name.is_empty() {
                meanings.entry(name).or_insert((meaning, rank));
            }
        }
    }
    meanings
});

/// The columns of one file, by what they mean.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    names: Vec<String>,
    homes: BTreeMap<Field, Vec<usize>>,
    kept: HashMap<usize, &'static Attribute>,
    /// Columns that mean what a better one means: the better one, and the other.
    second: Vec<(Meaning, usize, usize)>,
}

impl Columns {
    /// Guesses from the names. Where a second column would mix what belongs together, a name with
    /// a remark or the latitude of one pair with the longitude of another, only the best counts.
    pub fn guess(names: &[String]) -> Self {
        let osm = names.iter().any(|name| plain(name) == "@id");
        let mut claims = BTreeMap::<Meaning, Vec<(usize, usize)>>::new();
        for (column, name) in names.iter().enumerate() {
            if let Some((meaning, rank)) = meaning(name, osm) {
                claims.entry(meaning).or_default().push((rank, column));
            }
        }
        let mut columns = Self {
            names: names.to_vec(),
            homes: BTreeMap::new(),
            kept: HashMap::new(),
            second: vec![],
        };
        for (meaning, mut claim) in claims {
            claim.sort_unstable();
            let mut claim: Vec<usize> = claim.into_iter().map(|(_, column)| column).collect();
            let best = claim[0];
            for other in &claim[1..] {
                columns.second.push((meaning, best, *other));
            }
            match meaning {
                Meaning::Home(field) => {
                    if !field.may_fall_back() {
                        claim.truncate(1);
                    }
                    columns.homes.insert(field, claim);
                }
                Meaning::Kept(at) => {
                    columns.kept.insert(best, &ATTRIBUTES[at]);
                }
            }
        }
        columns
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
        for (meaning, best, other) in &self.second {
            let (best, other) = (self.name(*best), self.name(*other));
            if PAIRS.contains(&[plain_name(best).as_str(), plain_name(other).as_str()]) {
                continue;
            }
            let what_becomes = match meaning {
                Meaning::Home(field) if field.may_fall_back() => {
                    "counts where that is blank, and is kept as an attribute where it is not"
                }
                _ => "is kept as an attribute under its own name",
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

impl Field {
    /// Whether a second column may speak where the best is blank.
    fn may_fall_back(self) -> bool {
        matches!(
            self,
            Self::EducationLevel | Self::StudentCount | Self::Connectivity
        )
    }
}

/// A name in Giga's spelling: lower case, with underscores.
fn plain_name(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

/// What a name means, and how good it is; a remark in brackets makes it worse.
fn meaning(name: &str, osm: bool) -> Option<(Meaning, usize)> {
    if osm && NOT_IN_OSM.contains(&name) {
        return None;
    }
    if let Some(known) = MEANINGS.get(&plain(name)) {
        return Some(*known);
    }
    let (name, remark) = name
        .trim()
        .strip_suffix([')', ']'])?
        .rsplit_once(['(', '['])?;
    let remark = plain(remark);
    let harmless = REMARKS.split(',').any(|known| plain(known) == remark);
    let (meaning, rank) = MEANINGS.get(&plain(name)).filter(|_| harmless)?;
    Some((*meaning, rank + 1000))
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
        Columns::guess(&names)
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

    #[test]
    fn no_name_means_two_things() {
        let homes = NAMES
            .iter()
            .map(|(field, names)| (Meaning::Home(*field), *names));
        let kept = ATTRIBUTES.iter().enumerate();
        let kept = kept.flat_map(|(at, known)| {
            [
                (Meaning::Kept(at), known.name),
                (Meaning::Kept(at), known.synonyms),
            ]
        });
        for (meaning, names) in homes.chain(kept) {
            for name in names.split(',').filter(|name| !name.is_empty()) {
                assert_eq!(MEANINGS[&plain(name)].0, meaning, "{name}");
            }
        }
    }
}
