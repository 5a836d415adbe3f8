//! Why nothing of a file was taken.

/// A file that is not what it should be. Its message says what was looked for and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Nothing in it.
    #[error("the file is empty; export the list again")]
    Empty,
    /// Another kind of file.
    #[error(
        "the file is {what}, not a list; {mend}",
        mend = "save the list as CSV (UTF-8) or GeoJSON and import that"
    )]
    NotAList {
        /// What it seems to be.
        what: &'static str,
    },
    /// Bytes that are no UTF-8.
    #[error(
        "the file is not UTF-8: byte {offset} (line {line}) is {byte:#04x}; save it as UTF-8 \
         (in a spreadsheet: \"CSV UTF-8\") and import it again"
    )]
    NotUtf8 {
        /// From 0.
        offset: usize,
        /// From 1.
        line: usize,
        /// The first byte that does not fit.
        byte: u8,
    },
    /// UTF-16.
    #[error(
        "the file is UTF-16 (its first two bytes say so); save it as UTF-8 (in a spreadsheet: \
         \"CSV UTF-8\") and import it again"
    )]
    Utf16,
    /// Begins like JSON and is no collection of features.
    #[error(
        "the file begins like JSON but is no GeoJSON FeatureCollection: {reason}; export it again \
         as GeoJSON"
    )]
    NotGeoJson {
        /// What the reader met, with line and column where known.
        reason: String,
    },
    /// Text that is no table.
    #[error("the file cannot be read as CSV: {reason}; export it again")]
    NotCsv {
        /// What the reader met.
        reason: String,
    },
    /// Positions in another reference system.
    #[error(
        "the file states its positions in {crs}; GeoJSON is in longitude and latitude (WGS 84, \
         EPSG:4326): export it again in that system"
    )]
    OtherReferenceSystem {
        /// As the file names it.
        crs: String,
    },
    /// A header and nothing under it.
    #[error("the file holds no rows, only {found}; export the list again")]
    NoRows {
        /// What there is.
        found: String,
    },
    /// Nothing that could be a school's name or id.
    #[error(
        "the file is no school list: no column of names was found (looked for {looked_for}); the \
         columns are {found}. Name the column of names school_name"
    )]
    NoNameColumn {
        /// Names that would have done.
        looked_for: String,
        /// Names that are there.
        found: String,
    },
    /// Nothing that could be a position.
    #[error(
        "the file has no coordinates: no {missing} column was found (looked for {looked_for}); \
         the columns are {found}. Name the columns latitude and longitude"
    )]
    NoCoordinateColumns {
        /// `latitude`, `longitude` or both.
        missing: &'static str,
        /// Names that would have done.
        looked_for: String,
        /// Names that are there.
        found: String,
    },
    /// Positions that are none, in every row.
    #[error(
        "none of the {rows} rows has usable coordinates; the first says: row {first_row}: {first}"
    )]
    NoUsablePosition {
        /// Rows of the file.
        rows: i32,
        /// The first row that has none.
        first_row: i32,
        /// Why it has none.
        first: String,
    },
    /// No areas in it.
    #[error(
        "the file holds no area that can be taken: areas are GeoJSON features with a Polygon or \
         MultiPolygon and a name; {found}"
    )]
    NoAreas {
        /// What there is instead.
        found: String,
    },
}

impl FileError {
    /// Stable slug.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "file_empty",
            Self::NotAList { .. } => "file_not_a_list",
            Self::NotUtf8 { .. } | Self::Utf16 => "file_encoding",
            Self::NotGeoJson { .. } => "file_not_geojson",
            Self::NotCsv { .. } => "file_not_csv",
            Self::OtherReferenceSystem { .. } => "file_reference_system",
            Self::NoRows { .. } => "file_no_rows",
            Self::NoNameColumn { .. } => "file_no_name_column",
            Self::NoCoordinateColumns { .. } => "file_no_coordinate_columns",
            Self::NoUsablePosition { .. } => "file_no_usable_position",
            Self::NoAreas { .. } => "file_no_areas",
        }
    }
}
