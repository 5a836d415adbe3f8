//! A file that was read, into the registry: one transaction each, set-based, one file of a country
//! at a time. Knows tables; must not know how files are read.

mod areas;
mod assign;
mod frame;
mod nesting;
mod place;
mod rejudged;
mod schools;
mod wkb;

use std::collections::BTreeMap;

pub use areas::{AreaImport, AreaOutcome, TreeLevel, import_areas};
pub use schools::import_schools;
use uuid::Uuid;

use super::{StoreError, countries::Country};
use crate::domain::listing::Finding;

/// The file, and the country that it is about.
#[derive(Debug, Clone)]
pub struct ImportFile {
    /// Added if it is not known yet.
    pub country: Country,
    /// What to change if it is.
    pub changes: CountryChanges,
    /// Name of the file, without its directory.
    pub file_name: String,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// An account's login, or `command line`.
    pub actor: String,
}

/// What an import may say about a country that is known already.
#[derive(Debug, Clone, Default)]
pub struct CountryChanges {
    /// Its name from now on.
    pub name: Option<String>,
    /// Its time zone from now on, an IANA name.
    pub time_zone: Option<String>,
    /// Whose data the file is. Joins the credit of the files before it.
    pub credit: Option<String>,
}

/// How an import went. `rows = created + updated + unchanged + rejected`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The import's id.
    pub import_id: Uuid,
    /// Whether the country is known since now.
    pub country_is_new: bool,
    /// Rows of the file.
    pub rows: i32,
    /// Rows that became something new.
    pub created: i32,
    /// Rows that changed something known.
    pub updated: i32,
    /// Rows that said what was known already.
    pub unchanged: i32,
    /// Rows that were not taken.
    pub rejected: i32,
    /// Schools of the file that have no place on the map.
    pub not_placed: i32,
    /// By level, the schools of the country that lie in an area of that level.
    pub schools_in_areas: BTreeMap<i16, i64>,
    /// Everything that there is to know, by row.
    pub findings: Vec<Finding>,
}

/// Why nothing of a file was kept.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file is about another country.
    #[error(
        "all {positions} positions of the file lie outside the areas of {country}, the nearest of \
         them {nearest_m:.0} m away{hint}; nothing was kept. Check --country, and whether latitude \
         and longitude are swapped"
    )]
    AllOutside {
        /// Positions in the file.
        positions: usize,
        /// The country's code.
        country: String,
        /// The smallest distance, metres.
        nearest_m: f64,
        /// What was found the other way round.
        hint: String,
    },
    /// No area was left after mending.
    #[error("none of the file's outlines encloses an area; nothing was kept. Export it again")]
    NoAreas,
}
