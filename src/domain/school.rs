//! Schools: their ids, and what their list says of them.

use std::fmt;

use uuid::Uuid;

/// Opaque, stable id of a school; never derived from anything that may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchoolId(pub Uuid);

impl fmt::Display for SchoolId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Who gave a school an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AliasScheme {
    /// `giga_id_school`.
    Giga,
    /// The ministry's own code.
    Government,
    /// OpenStreetMap, such as `way/10265026`.
    Osm,
    /// None of these: what an import recognises the row by when it comes again.
    Import,
}

impl AliasScheme {
    /// The scheme's stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Giga => "giga",
            Self::Government => "government",
            Self::Osm => "osm",
            Self::Import => "import",
        }
    }
}

/// What the list says of a school's connectivity. Three values: a blank is not a no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Connectivity {
    /// It has internet.
    Yes,
    /// It has none.
    No,
    /// The list does not say.
    #[default]
    Unknown,
}

impl Connectivity {
    /// `yes`, `no` or `unknown`.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }

    /// The value of that name; anything else is unknown to the caller too.
    pub fn from_slug(slug: &str) -> Option<Self> {
        match slug {
            "yes" => Some(Self::Yes),
            "no" => Some(Self::No),
            "unknown" => Some(Self::Unknown),
            _ => None,
        }
    }
}
