//! Which column means what: guessed from its name, whatever its case, spaces and underscores.

use super::{cell, table::Row};

/// What a column may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
}

/// Names by field, best first. Giga's school master, OpenStreetMap and common exports.
const SYNONYMS: &[(Field, &[&str])] = &[
    (
        Field::Name,
        &[
            "school_name",
            "name",
            "name_of_school",
            "school",
            "nom",
            "nombre",
            "nome",
            "nom_ecole",
        ],
    ),
    (
        Field::Latitude,
        &[
            "latitude",
            "lat",
            "school_latitude",
            "gps_latitude",
            "latitud",
            "y",
        ],
    ),
    (
        Field::Longitude,
        &[
            "longitude",
            "lon",
            "lng",
            "long",
            "school_longitude",
            "gps_longitude",
            "longitud",
            "x",
        ],
    ),
    (
        Field::EducationLevel,
        &[
            "education_level",
            "school_level",
            "isced:level",
            "education_level_govt",
        ],
    ),
    (
        Field::StudentCount,
        &[
            "num_students",
            "student_count",
            "students",
            "number_of_students",
            "enrolment",
            "enrollment",
            "total_students",
        ],
    ),
    (
        Field::Connectivity,
        &[
            "connectivity_govt",
            "connectivity",
            "internet",
            "has_internet",
            "internet_access",
        ],
    ),
    (
        Field::GovernmentId,
        &[
            "school_id_govt",
            "school_id_gov",
            "government_id",
            "emis_code",
            "emis_id",
            "school_code",
            "school_id",
        ],
    ),
    (
        Field::GigaId,
        &["school_id_giga", "giga_id_school", "giga_id"],
    ),
    (Field::OsmId, &["@id"]),
];

/// The columns of one file, by what they mean.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    names: Vec<String>,
    homes: Vec<(Field, Vec<usize>)>,
}

impl Columns {
    /// Guesses from the names. Where a second column would mix what belongs together, a name with
    /// a remark or the latitude of one pair with the longitude of another, only the best counts.
    pub fn guess(names: &[String]) -> Self {
        let plain: Vec<String> = names.iter().map(|name| plain(name)).collect();
        let homes = SYNONYMS
            .iter()
            .map(|(field, synonyms)| {
                let columns = synonyms
                    .iter()
                    .filter_map(|synonym| position(&plain, synonym));
                let most = match field {
                    Field::EducationLevel | Field::StudentCount | Field::Connectivity => usize::MAX,
                    _ => 1,
                };
                (*field, columns.take(most).collect())
            })
            .collect();
        Self {
            names: names.to_vec(),
            homes,
        }
    }

    /// Columns with that meaning, best first.
    pub fn of(&self, field: Field) -> &[usize] {
        let home = self.homes.iter().find(|(known, _)| *known == field);
        home.map_or(&[], |(_, columns)| columns)
    }

    /// Whether the file speaks of it at all.
    pub fn has(&self, field: Field) -> bool {
        !self.of(field).is_empty()
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
        let known = SYNONYMS.iter().find(|(known, _)| *known == field);
        known.map_or(String::new(), |(_, synonyms)| synonyms.join(", "))
    }
}

/// The place of a column with that name among plain names.
pub(super) fn position(plain_names: &[String], name: &str) -> Option<usize> {
    let wanted = plain(name);
    plain_names.iter().position(|known| *known == wanted)
}

/// A name without what people vary: case, spaces, underscores, other signs.
pub(super) fn plain(name: &str) -> String {
    let kept = name.chars().filter(|c| c.is_alphanumeric() || *c == '@');
    kept.flat_map(char::to_lowercase).collect()
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
        let mut all: Vec<String> = SYNONYMS
            .iter()
            .flat_map(|s| s.1)
            .map(|name| plain(name))
            .collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
