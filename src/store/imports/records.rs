//! What an import is made of, as the database takes it.

use std::collections::BTreeMap;

use geo::MultiPolygon;

use crate::domain::{
    location::Location,
    school::{AliasScheme, Connectivity},
};

/// One thing to know about one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingRecord {
    /// The row as a person finds it; 0 is the file.
    pub row: i32,
    /// `error`, `warning` or `info`.
    pub severity: &'static str,
    /// Stable slug.
    pub code: &'static str,
    /// The column.
    pub field: Option<String>,
    /// What it states.
    pub value: Option<String>,
    /// What is wrong and how to mend it.
    pub message: String,
}

/// A school list.
#[derive(Debug, Clone, PartialEq)]
pub struct Schools {
    /// Rows that are taken.
    pub rows: Vec<SchoolRecord>,
    /// Rows of the file.
    pub row_count: i32,
    /// What the reader found.
    pub findings: Vec<FindingRecord>,
    /// What the file speaks of.
    pub stated: Stated,
}

/// What a file speaks of: what it is silent on stays as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// Has levels.
    pub education_level: bool,
    /// Has numbers of students.
    pub student_count: bool,
    /// Says who is connected.
    pub connectivity: bool,
    /// Attributes that it may set, and so clear.
    pub attributes: Vec<String>,
}

/// One school of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct SchoolRecord {
    /// Where it stands in the file.
    pub row: i32,
    /// Its name; `None` leaves a known name as it is.
    pub name: Option<String>,
    /// Its place, or the slug that says why there is none.
    pub location: Result<Location, &'static str>,
    /// As the file writes it.
    pub longitude: Option<String>,
    /// As the file writes it.
    pub latitude: Option<String>,
    /// Its level.
    pub education_level: Option<String>,
    /// Its students.
    pub student_count: Option<i32>,
    /// What the list says of its internet.
    pub connectivity: Connectivity,
    /// Ids by which it is recognised; at least one.
    pub aliases: Vec<(AliasScheme, String)>,
    /// Everything else.
    pub attributes: BTreeMap<String, String>,
}

/// A file of areas of one level.
#[derive(Debug, Clone, PartialEq)]
pub struct Areas {
    /// Areas that are taken.
    pub rows: Vec<AreaRecord>,
    /// Features of the file.
    pub row_count: i32,
    /// What the reader found.
    pub findings: Vec<FindingRecord>,
}

/// One area.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaRecord {
    /// The feature, from 1.
    pub row: i32,
    /// What it is recognised by; unique in the file.
    pub match_key: String,
    /// Its code.
    pub code: Option<String>,
    /// Its name.
    pub name: String,
    /// Its names by language.
    pub names: BTreeMap<String, String>,
    /// Its outline; closed rings of at least four positions, perhaps crossing themselves.
    pub outline: MultiPolygon<f64>,
    /// Everything else.
    pub attributes: BTreeMap<String, String>,
}
