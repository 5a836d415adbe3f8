//! How a line that names the columns of a school list looks. Reads no row.

use super::columns::{Columns, Field, Said};

/// Whether the names are those of a list's columns: a name or an id, and a coordinate.
pub(super) fn names_a_list(names: &[String], said: &Said) -> bool {
    let columns = Columns::guess_around(names, said);
    let who = [
        Field::Name,
        Field::GovernmentId,
        Field::GigaId,
        Field::OsmId,
        Field::SchoolId,
    ];
    let named = who.iter().any(|field| columns.has(*field));
    named && (columns.has(Field::Latitude) || columns.has(Field::Longitude))
}

/// The columns of positions.
pub(super) fn coordinate_columns(names: &[String], said: &Said) -> Vec<usize> {
    let columns = Columns::guess_around(names, said);
    let [latitude, longitude] = [Field::Latitude, Field::Longitude].map(|field| columns.of(field));
    [latitude, longitude].concat()
}
