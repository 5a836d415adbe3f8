//! What a school list or a file of areas says: its rows, and what there is to know about them.
//! Knows neither how files are written nor how their rows are kept.

use std::collections::BTreeMap;

use geo::MultiPolygon;
use uuid::Uuid;

use super::{
    area::CountryCode,
    location::Location,
    school::{AliasScheme, Connectivity},
};

/// Longest text of a file that a finding repeats, in characters.
const MAX_VALUE_CHARS: usize = 200;

/// A school list that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct SchoolList {
    /// Rows that are taken, in the order of the file.
    pub rows: Vec<SchoolRow>,
    /// Rows that the file holds.
    pub row_count: i32,
    /// What there is to know, by row.
    pub findings: Vec<Finding>,
    /// What the file speaks of.
    pub stated: Stated,
}

/// What a file speaks of at all: what it is silent on is left as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// Has levels.
    pub education_level: bool,
    /// Has numbers of students.
    pub student_count: bool,
    /// Says who is connected.
    pub connectivity: bool,
    /// Attributes that this file may set, and so clear.
    pub attributes: Vec<String>,
}

/// One school, as the file states it.
#[derive(Debug, Clone, PartialEq)]
pub struct SchoolRow {
    /// Where it stands in the file.
    pub row: i32,
    /// The id of ours that an export gave it, by which it comes back to the same school whatever
    /// else has changed; none of its aliases.
    pub school_id: Option<Uuid>,
    /// Its name with single spaces; `None` if the file does not say, which leaves a known name.
    pub name: Option<String>,
    /// Its place, or the slug that says why there is none.
    pub location: Result<Location, &'static str>,
    /// The longitude as the file writes it.
    pub longitude: Option<String>,
    /// The latitude as the file writes it.
    pub latitude: Option<String>,
    /// Its level, as the file words it.
    pub education_level: Option<String>,
    /// Its students.
    pub student_count: Option<i32>,
    /// What the list says of its internet.
    pub connectivity: Connectivity,
    /// Ids by which it is recognised, at least one: where the file states none, the id of ours, or
    /// else one made from name, position and level.
    pub aliases: Vec<(AliasScheme, String)>,
    /// Every column without a home above.
    pub attributes: BTreeMap<String, String>,
    /// What may be mended in the row; those that count until a person decides are marked, and the
    /// fields above are as they make them.
    pub repairs: Vec<Repair>,
}

/// A position that was read from the texts that a list states it by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StatedPosition {
    /// The place.
    pub location: Location,
    /// Whether the texts say more than the place does: they are kept beside it.
    pub keeps_texts: bool,
}

/// How a latitude and a longitude, as a list states them, are read.
pub type ReadPosition = fn(&str, &str) -> Option<StatedPosition>;

/// One row of a file as it was read: the school, unless the row is not taken, and what there is to
/// know of it.
#[derive(Debug, Clone, PartialEq)]
pub struct SchoolEntry {
    /// Where it stands in the file.
    pub row: i32,
    /// The school; `None` where a finding says why the row is not taken.
    pub school: Option<SchoolRow>,
    /// What there is to know of the row.
    pub findings: Vec<Finding>,
}

/// What comes of reading a school list from its beginning to its end.
#[derive(Debug, Clone, PartialEq)]
pub enum ListPart {
    /// The next row.
    Entry(Box<SchoolEntry>),
    /// Nothing more: the rows that the file holds, and what there is to know of the file as a
    /// whole, or of rows in the light of all the others.
    End {
        /// Rows of the file.
        row_count: i32,
        /// Findings that no row came with.
        findings: Vec<Finding>,
    },
}

/// A fault that can be mended without asking the file's author. Proposed, never silent: what was
/// stated stays on record beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Repair {
    /// What kind of fault it is.
    pub kind: RepairKind,
    /// What the file states, as a person reads it.
    pub stated: String,
    /// What it becomes.
    pub proposed: Proposed,
    /// Whether it counts until a person decides.
    pub accepted: bool,
}

/// The kinds of faults that are mended, each as a whole or row by row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RepairKind {
    /// Latitude and longitude stand in each other's column. Does not count until accepted.
    SwappedCoordinates,
    /// A name was read in the wrong encoding. Does not count until accepted.
    Mojibake,
    /// Degrees, minutes and seconds are read as decimal degrees. Counts until declined.
    Dms,
    /// A name loses the spaces at its ends and double ones. Counts until declined.
    TrimmedName,
}

/// What a repair makes of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Proposed {
    /// The school's name.
    Name(String),
    /// Its place.
    Position(Location),
}

/// A file of areas of one level that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaList {
    /// Areas that are taken, in the order of the file.
    pub rows: Vec<AreaRow>,
    /// Features that the file holds.
    pub row_count: i32,
    /// What there is to know, by feature.
    pub findings: Vec<Finding>,
}

/// One area, as the file states it.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaRow {
    /// The feature, from 1.
    pub row: i32,
    /// What it is recognised by when it comes again; unique in the file.
    pub match_key: String,
    /// Its code.
    pub code: Option<String>,
    /// Its name.
    pub name: String,
    /// Its names by language.
    pub names: BTreeMap<String, String>,
    /// Its outline; closed rings of at least four positions, perhaps crossing themselves.
    pub outline: MultiPolygon<f64>,
    /// How many people live there.
    pub population: Option<i64>,
    /// The year that the population is of.
    pub population_year: Option<i16>,
    /// What the file says of the area that it lies in.
    pub parent: StatedParent,
    /// The country that the file says it lies in.
    pub country: Option<CountryCode>,
    /// Every property.
    pub attributes: BTreeMap<String, String>,
}

/// The area that another one lies in, as a file states it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatedParent {
    /// Its code.
    pub code: Option<String>,
    /// Its name.
    pub name: Option<String>,
}

/// What is wrong with one row of a file, where, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The row as a spreadsheet numbers it (the header is 1), or the feature from 1; 0 is the file.
    pub row: i32,
    /// What it means for the row.
    pub severity: Severity,
    /// Stable slug.
    pub code: &'static str,
    /// The column, as the file names it.
    pub field: Option<String>,
    /// What the file states there.
    pub value: Option<String>,
    /// What is wrong and how to mend it.
    pub message: String,
}

/// What a finding means for its row; the gravest comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The row was not taken.
    Error,
    /// The row was taken, but something that it states was not.
    Warning,
    /// The row was taken as it was meant.
    Info,
}

impl SchoolList {
    /// Rows that were not taken.
    pub fn rejected_count(&self) -> i32 {
        rejected_count(self.row_count, self.rows.len())
    }
}

impl AreaList {
    /// Features that were not taken.
    pub fn rejected_count(&self) -> i32 {
        rejected_count(self.row_count, self.rows.len())
    }
}

impl RepairKind {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::SwappedCoordinates,
        Self::Mojibake,
        Self::Dms,
        Self::TrimmedName,
    ];

    /// Its stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::SwappedCoordinates => "swapped_coordinates",
            Self::Mojibake => "mojibake",
            Self::Dms => "dms",
            Self::TrimmedName => "trimmed_name",
        }
    }

    /// The kind of that name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }

    /// Whether such a repair counts until a person declines it: where nothing else can be meant.
    pub fn counts_at_first(self) -> bool {
        matches!(self, Self::Dms | Self::TrimmedName)
    }
}

fn rejected_count(row_count: i32, taken: usize) -> i32 {
    let taken = i32::try_from(taken).unwrap_or(i32::MAX);
    row_count.saturating_sub(taken).max(0)
}

impl Finding {
    /// Why a row was not taken.
    pub fn error(row: i32, code: &'static str, message: impl Into<String>) -> Self {
        Self::new(row, Severity::Error, code, message)
    }

    /// What of a row was not taken.
    pub fn warning(row: i32, code: &'static str, message: impl Into<String>) -> Self {
        Self::new(row, Severity::Warning, code, message)
    }

    /// What is worth knowing about a row that was taken.
    pub fn info(row: i32, code: &'static str, message: impl Into<String>) -> Self {
        Self::new(row, Severity::Info, code, message)
    }

    fn new(row: i32, severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            row,
            severity,
            code,
            field: None,
            value: None,
            message: message.into(),
        }
    }

    /// The same, with the column that it is about.
    pub fn field(mut self, name: impl Into<String>) -> Self {
        self.field = Some(shortened(&name.into()));
        self
    }

    /// The same, with what the file states there.
    pub fn value(mut self, value: &str) -> Self {
        self.value = Some(shortened(value));
        self
    }
}

impl Severity {
    /// The severity of that name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        [Self::Error, Self::Warning, Self::Info]
            .into_iter()
            .find(|severity| severity.slug() == slug)
    }

    /// `error`, `warning` or `info`.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// The text of a file, cut where it is too long to be repeated.
pub fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_VALUE_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
