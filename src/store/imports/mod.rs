//! A file that was read, into the registry. A school list is staged, compared with what is known,
//! looked at, applied in one transaction, and can be undone in one; set-based throughout. Knows
//! tables; must not know how files are read.

mod apply;
mod areas;
pub(super) mod assign;
mod compare;
mod corrections;
mod facts;
pub(super) mod frame;
mod infrastructure;
mod kinds;
mod near;
mod nesting;
pub(super) mod place;
mod preview;
mod register;
mod rejudged;
mod repairs;
mod schools;
mod sources;
mod stage;
mod undo;
mod uploads;
mod wkb;

use std::collections::BTreeMap;

pub use apply::{apply, apply_unseen};
pub use areas::{AreaImport, AreaOutcome, TreeLevel, import_areas};
pub use compare::compare;
pub use facts::{Change, changes};
pub use infrastructure::{InfrastructureFile, InfrastructureOutcome, import_infrastructure};
pub use kinds::{
    ExampleFinding, FindingKind, RepairKindCount, finding_kinds, findings, repair_kinds,
};
pub use preview::{Filter, MAX_ROWS, Match, Page, StagedRow, bounds, rows, tile};
pub use register::{
    Import, ImportState, NewImport, Timestamps, begin_reading, discard, fail, find, forget, list,
    progress, register,
};
pub use repairs::decide;
pub use schools::{import_schools, outcome};
pub use sources::{remember_source, set_options, source_options};
pub use stage::stage;
pub use undo::undo;
pub use uploads::{read_chunks, receive};
use uuid::Uuid;

use super::{StoreError, countries::Country};
use crate::domain::listing::{Finding, Severity};
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
    /// Its bytes; `None` where the list was made up.
    pub bytes: Option<i64>,
    /// Whose list it is, in a person's words.
    pub source: Option<String>,
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
    /// What there is to know, by row.
    pub findings: Vec<Finding>,
    /// Findings that are recorded and not among these, by severity and code.
    pub more: BTreeMap<(Severity, &'static str), i64>,
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
    /// Reading the file failed.
    #[error("{0}")]
    File(Box<dyn std::error::Error + Send + Sync>),
    /// The reader ended without an end.
    #[error("the reading of the file was interrupted; nothing was kept. Read it again")]
    Interrupted,
    /// The import is in a state in which this cannot be done.
    #[error("the import is {}; {wanted}", .state.slug())]
    WrongState {
        /// Where it is.
        state: ImportState,
        /// What would be needed, in words.
        wanted: &'static str,
    },
    /// The bytes of the file are not kept any longer.
    #[error("the file is not kept any longer; upload it again")]
    FileGone,
    /// No such import.
    #[error("no import has this id")]
    NotFound,
    /// The registry changed since the rows were compared with it.
    #[error(
        "schools or areas of {country} were changed since the rows were looked at; nothing was \
         applied. Look at them again"
    )]
    Outdated {
        /// The country's code.
        country: String,
    },
    /// What was staged is gone.
    #[error("the staged rows were lost when the database stopped; read the file again")]
    Lost,
    /// An undo would take more than the import brought.
    #[error("the import cannot be undone: {reason}")]
    UndoBlocked {
        /// Why, and what to do first.
        reason: String,
    },
    /// No area was left after mending.
    #[error("none of the file's outlines encloses an area; nothing was kept. Export it again")]
    NoAreas,
}

impl ImportError {
    /// A stable slug.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(_) => "database",
            Self::AllOutside { .. } => "file_of_another_country",
            Self::File(_) => "file_unreadable",
            Self::Interrupted => "reading_interrupted",
            Self::WrongState { .. } => "import_in_wrong_state",
            Self::NotFound => "import_not_found",
            Self::Outdated { .. } => "import_outdated",
            Self::FileGone => "file_gone",
            Self::Lost => "staged_rows_lost",
            Self::UndoBlocked { .. } => "undo_blocked",
            Self::NoAreas => "file_no_areas",
        }
    }
}
