//! What a school could be connected to: fibre, cells, coverage, the electricity grid. Knows neither
//! how files are written nor how distances are measured.

use std::collections::BTreeMap;

use geo::{MultiLineString, MultiPolygon};

use super::{listing::Finding, location::Location};

/// What a thing of infrastructure is. A file is about one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A place where fibre can be joined.
    FibreNode,
    /// A fibre cable's way.
    FibreLine,
    /// A place where a microwave link can be joined. Not fibre, whatever list it stands in.
    MicrowaveNode,
    /// A mobile network's mast or cell.
    CellSite,
    /// Where a mobile network is said to be received.
    Coverage,
    /// A line of the electricity grid.
    GridLine,
}

impl Kind {
    /// All of them, in the order in which people read them.
    pub const ALL: [Self; 6] = [
        Self::FibreNode,
        Self::FibreLine,
        Self::MicrowaveNode,
        Self::CellSite,
        Self::Coverage,
        Self::GridLine,
    ];

    /// Its stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::FibreNode => "fibre_node",
            Self::FibreLine => "fibre_line",
            Self::MicrowaveNode => "microwave_node",
            Self::CellSite => "cell_site",
            Self::Coverage => "coverage",
            Self::GridLine => "grid_line",
        }
    }

    /// The kind of that name; `fibre-line` is `fibre_line`.
    pub fn from_slug(slug: &str) -> Option<Self> {
        let slug = slug.trim().to_ascii_lowercase().replace('-', "_");
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }

    /// Whether it is told apart by generation.
    pub fn has_generations(self) -> bool {
        matches!(self, Self::CellSite | Self::Coverage)
    }

    /// What its geometry is.
    pub fn form(self) -> Form {
        match self {
            Self::FibreNode | Self::MicrowaveNode | Self::CellSite => Form::Point,
            Self::FibreLine | Self::GridLine => Form::Line,
            Self::Coverage => Form::Surface,
        }
    }
}

/// What kind of geometry a kind has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A point.
    Point,
    /// A line or several.
    Line,
    /// A polygon or several.
    Surface,
}

/// A generation of mobile networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Generation {
    /// GSM.
    G2,
    /// UMTS.
    G3,
    /// LTE.
    G4,
    /// NR.
    G5,
}

impl Generation {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::G2, Self::G3, Self::G4, Self::G5];

    /// `2G`, `3G`, `4G` or `5G`.
    pub fn slug(self) -> &'static str {
        match self {
            Self::G2 => "2G",
            Self::G3 => "3G",
            Self::G4 => "4G",
            Self::G5 => "5G",
        }
    }

    /// The generation of that name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        let slug = slug.trim();
        Self::ALL
            .into_iter()
            .find(|generation| generation.slug().eq_ignore_ascii_case(slug))
    }
}

/// Whether something is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    /// In use.
    Live,
    /// Being built. Its distance is that of something planned.
    UnderConstruction,
    /// Meant to be built. Never counted as being there.
    Planned,
    /// No longer in use. No distance is measured to it.
    Retired,
    /// The file does not say. Taken as being there, and shown as not stated.
    Unknown,
}

impl Standing {
    /// Its stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::UnderConstruction => "under_construction",
            Self::Planned => "planned",
            Self::Retired => "retired",
            Self::Unknown => "unknown",
        }
    }
}

/// A file of infrastructure that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct InfrastructureList {
    /// What the file is about.
    pub kind: Kind,
    /// Rows that are taken, in the order of the file.
    pub rows: Vec<InfrastructureRow>,
    /// Rows that the file holds.
    pub row_count: i32,
    /// What there is to know, by row.
    pub findings: Vec<Finding>,
}

/// One thing, as the file states it.
#[derive(Debug, Clone, PartialEq)]
pub struct InfrastructureRow {
    /// Where it stands in the file.
    pub row: i32,
    /// What it is recognised by when it comes again; unique in the file.
    pub match_key: String,
    /// Its name.
    pub name: Option<String>,
    /// Whether it is there.
    pub standing: Standing,
    /// Who runs it.
    pub operator: Option<String>,
    /// How it works, in the file's word.
    pub technology: Option<String>,
    /// Its generations, oldest first, each once; none where the kind has none or the file is silent.
    pub generations: Vec<Generation>,
    /// How far it reaches, metres.
    pub range_m: Option<f64>,
    /// Where it is.
    pub place: Place,
    /// Every other column, but for those about people.
    pub attributes: BTreeMap<String, String>,
}

/// Where a thing of infrastructure is: degrees (WGS 84), longitude first, all of them on the globe.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// A point.
    Point(Location),
    /// Lines of at least two different positions.
    Lines(MultiLineString<f64>),
    /// Closed rings of at least four positions, perhaps crossing themselves.
    Surface(MultiPolygon<f64>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_what_they_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_slug(kind.slug()), Some(kind));
            let dashed = kind.slug().replace('_', "-");
            assert_eq!(Kind::from_slug(&dashed), Some(kind));
        }
        for generation in Generation::ALL {
            assert_eq!(Generation::from_slug(generation.slug()), Some(generation));
        }
        assert_eq!(Kind::from_slug("fibre"), None);
        assert_eq!(Generation::from_slug("6G"), None);
    }
}
