//! What a column may mean, and by which names and slugs it goes. Looks at one name at a time.

use std::{collections::HashMap, sync::LazyLock};

use super::{
    attributes::{ATTRIBUTES, Kind},
    cell,
    column_names::{NAMES, NOT_IN_OSM},
    columns::Field,
    levels,
    spelling::plain,
    vocabulary,
};
use crate::domain::school::Connectivity;

/// What people add to a name in brackets. Anything else may change what it means.
const REMARKS: &str = "2, 3, wgs84, dd, degrees, decimal degrees, decimal, degrés, grados, graus, \
                       mbps, mbit/s, mb/s, km, yes/no, y/n, oui/non, o/n, sí/no, s/n, sim/não, \
                       urban/rural, urbain/rural, urbano/rural, public/private, public/privé, \
                       optional, required, total";
/// The slugs of what has a home in the school table: Giga's names.
const HOMES: [(Field, &str); 10] = [
    (Field::Name, "school_name"),
    (Field::Latitude, "latitude"),
    (Field::Longitude, "longitude"),
    (Field::EducationLevel, "education_level"),
    (Field::StudentCount, "num_students"),
    (Field::Connectivity, "connectivity_govt"),
    (Field::GovernmentId, "school_id_govt"),
    (Field::GigaId, "giga_id_school"),
    (Field::OsmId, "osm_id"),
    (Field::SchoolId, "schoolbeat_id"),
];

/// A meaning that a person may give a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meaning {
    /// Giga's name of it.
    pub slug: &'static str,
    /// Whether a list without it is of little use.
    pub needed: bool,
}

/// Every meaning that a person may give a column, the most important first.
pub fn meanings() -> Vec<Meaning> {
    let homes = HOMES.iter().map(|(field, slug)| Meaning {
        slug,
        needed: matches!(field, Field::Name | Field::Latitude | Field::Longitude),
    });
    let kept = ATTRIBUTES.iter().map(|known| Meaning {
        slug: known.name,
        needed: false,
    });
    homes.chain(kept).collect()
}

/// What a column means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Meant {
    Home(Field),
    /// By its place among the attributes.
    Kept(usize),
}

impl Meant {
    /// The meaning of that slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        let home = HOMES.iter().find(|(_, known)| *known == slug);
        let kept = || ATTRIBUTES.iter().position(|known| known.name == slug);
        home.map(|(field, _)| Self::Home(*field))
            .or_else(|| kept().map(Self::Kept))
    }

    pub fn slug(self) -> &'static str {
        match self {
            Self::Home(field) => HOMES
                .iter()
                .find(|(known, _)| *known == field)
                .map_or("", |(_, slug)| slug),
            Self::Kept(at) => ATTRIBUTES[at].name,
        }
    }

    /// Whether a second column may speak where the best is blank.
    pub fn may_fall_back(self) -> bool {
        matches!(
            self,
            Self::Home(Field::EducationLevel | Field::StudentCount | Field::Connectivity)
        )
    }

    /// Whether its values are few terms.
    pub fn has_terms(self) -> bool {
        match self {
            Self::Home(field) => matches!(field, Field::EducationLevel | Field::Connectivity),
            Self::Kept(at) => matches!(ATTRIBUTES[at].kind, Kind::Term(_)),
        }
    }

    /// The term that a value is taken as, in a column of that name.
    pub fn term(self, column: &str, text: &str) -> Option<&'static str> {
        match self {
            Self::Home(Field::EducationLevel) => levels::of_column(column, text),
            Self::Home(Field::Connectivity) => cell::connectivity(text).map(Connectivity::slug),
            Self::Home(_) => None,
            Self::Kept(at) => match ATTRIBUTES[at].kind {
                Kind::Term(terms) => vocabulary::term(terms, text),
                _ => None,
            },
        }
    }
}

/// Meanings by plain name, and how good the name is: 0 is the best.
static MEANINGS: LazyLock<HashMap<String, (Meant, usize)>> = LazyLock::new(|| {
    let homes = NAMES
        .iter()
        .map(|(field, names)| (Meant::Home(*field), None, *names));
    let kept = ATTRIBUTES.iter().enumerate();
    let kept = kept.map(|(at, known)| (Meant::Kept(at), Some(known.name), known.synonyms));
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

/// What a name means, and how good it is; a remark in brackets makes it worse.
pub(super) fn of_name(name: &str, osm: bool) -> Option<(Meant, usize)> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_meaning_has_a_slug_of_its_own() {
        let mut seen = std::collections::HashSet::new();
        for meaning in meanings() {
            let meant = Meant::from_slug(meaning.slug).unwrap();
            assert_eq!(meant.slug(), meaning.slug);
            assert!(seen.insert(meaning.slug), "{}", meaning.slug);
        }
        assert_eq!(Meant::from_slug("names"), None);
    }

    #[test]
    fn no_name_means_two_things() {
        let homes = NAMES
            .iter()
            .map(|(field, names)| (Meant::Home(*field), *names));
        let kept = ATTRIBUTES.iter().enumerate();
        let kept = kept.flat_map(|(at, known)| {
            [
                (Meant::Kept(at), known.name),
                (Meant::Kept(at), known.synonyms),
            ]
        });
        for (meaning, names) in homes.chain(kept) {
            for name in names.split(',').filter(|name| !name.is_empty()) {
                assert_eq!(MEANINGS[&plain(name)].0, meaning, "{name}");
            }
        }
    }
}
