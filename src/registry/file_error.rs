//! Why nothing of a file was taken.

/// A file that is not what it should be. Its message says what was looked for and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Nothing in it.
    #[error("the file is empty; export the list again")]
    Empty,
    /// The disk failed, or the file is gone.
    #[error("the file cannot be read: {reason}; import it again")]
    Unreadable {
        /// What the system says.
        reason: String,
    },
    /// What a person says of a column that is not so.
    #[error("{reason}")]
    WrongColumn {
        /// Which column, and what may be said of it.
        reason: String,
    },
    /// The file could not be laid down where its reader wants it.
    #[error("no temporary file can be written ({reason}); make room, or name another TMPDIR")]
    NoTemporaryFile {
        /// What the system says.
        reason: String,
    },
    /// Another kind of file.
    #[error(
        "the file is {what}, not a list; {mend}",
        mend = "save the list as CSV (UTF-8), XLSX or GeoJSON and import that"
    )]
    NotAList {
        /// What it seems to be.
        what: &'static str,
    },
    /// Bytes that are not in the encoding.
    #[error("the file is not {encoding}: byte {offset} (line {line}) is {byte:#04x}; {mend}")]
    WrongEncoding {
        /// The encoding that was named, found or hoped for.
        encoding: &'static str,
        /// From 0.
        offset: usize,
        /// From 1.
        line: usize,
        /// The first byte that does not fit.
        byte: u8,
        /// What to do.
        mend: String,
    },
    /// Something was said about the file that means nothing for one of its kind.
    #[error("the file is {what}, which has no {option}; leave out --{option}")]
    OptionWithoutUse {
        /// What the file is.
        what: &'static str,
        /// The option's name.
        option: &'static str,
    },
    /// A table of madness.
    #[error(
        "the file has {found} columns, and at most {limit} are taken; delete those that are not \
         about schools"
    )]
    TooManyColumns {
        /// Columns that were seen.
        found: usize,
        /// Columns that are taken.
        limit: usize,
    },
    /// An archive that would not fit into memory, or that hides where its files go.
    #[error("the file is refused: {reason}; export the list again")]
    UnsafeArchive {
        /// What was met.
        reason: String,
    },
    /// A workbook that is broken, locked, or of a kind that is not read.
    #[error(
        "the workbook cannot be read: {reason}; open it in a spreadsheet and save it as XLSX or CSV"
    )]
    NotAWorkbook {
        /// What the reader met.
        reason: String,
    },
    /// A Shapefile that is broken, or not packed as it should be.
    #[error(
        "the Shapefile cannot be read: {reason}; export it again, as GeoJSON or as a Shapefile \
         whose .shp, .dbf, .prj and .cpg files are packed into one ZIP archive"
    )]
    NotAShapefile {
        /// What the reader met.
        reason: String,
    },
    /// The sheet is not there, or it is not clear which one is meant.
    #[error("{reason}; its sheets are {sheets}: name one by --sheet")]
    WhichSheet {
        /// Why none was chosen.
        reason: String,
        /// The sheets, in words.
        sheets: String,
    },
    /// A GeoPackage that is broken, or no GeoPackage at all.
    #[error(
        "the GeoPackage cannot be read: {reason}; export the layer again, as a new GeoPackage or \
         as GeoJSON"
    )]
    NotAGeoPackage {
        /// What the reader met.
        reason: String,
    },
    /// A Parquet file that is broken, or written in a way that is not read.
    #[error("the Parquet file cannot be read: {reason}; export it again, or as CSV or GeoJSON")]
    NotParquet {
        /// What the reader met.
        reason: String,
    },
    /// The layer is not there, or it is not clear which one is meant.
    #[error("{reason}; its layers are {layers}: name one by --sheet")]
    WhichLayer {
        /// Why none was chosen.
        reason: String,
        /// The layers, in words.
        layers: String,
    },
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
        "the file states its positions in {crs}; they are wanted in longitude and latitude \
         (WGS 84, EPSG:4326): export it again in that system"
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
    /// A country that comes in several pieces, or the file of something else.
    #[error(
        "level 0 is the country itself, one area, and the file holds {areas}: if they are its \
         provinces, import them with --level 1; if they are parts of the country, merge them into \
         one MultiPolygon; if they are other countries, delete those"
    )]
    SeveralCountries {
        /// Areas of the file.
        areas: usize,
    },
    /// No areas in it.
    #[error(
        "the file holds no area that can be taken: areas are features of GeoJSON or a Shapefile with a Polygon or \
         MultiPolygon and a name; {found}"
    )]
    NoAreas {
        /// What there is instead.
        found: String,
    },
    /// Nothing of the kind in it.
    #[error("the file holds nothing that can be taken as {kind}; {first}")]
    NoInfrastructure {
        /// What was wanted.
        kind: &'static str,
        /// Why the first row is none, or the columns that are there.
        first: String,
    },
}

impl FileError {
    /// Stable slug.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "file_empty",
            Self::Unreadable { .. } => "file_unreadable",
            Self::WrongColumn { .. } => "file_columns",
            Self::NoTemporaryFile { .. } => "file_temporary",
            Self::NotAList { .. } => "file_not_a_list",
            Self::WrongEncoding { .. } => "file_encoding",
            Self::OptionWithoutUse { .. } => "file_option",
            Self::TooManyColumns { .. } => "file_too_many_columns",
            Self::UnsafeArchive { .. } => "file_unsafe",
            Self::NotAWorkbook { .. } => "file_not_a_workbook",
            Self::NotAShapefile { .. } => "file_not_a_shapefile",
            Self::WhichSheet { .. } => "file_sheet",
            Self::NotAGeoPackage { .. } => "file_not_a_geopackage",
            Self::NotParquet { .. } => "file_not_parquet",
            Self::WhichLayer { .. } => "file_layer",
            Self::NotGeoJson { .. } => "file_not_geojson",
            Self::NotCsv { .. } => "file_not_csv",
            Self::OtherReferenceSystem { .. } => "file_reference_system",
            Self::NoRows { .. } => "file_no_rows",
            Self::NoNameColumn { .. } => "file_no_name_column",
            Self::NoCoordinateColumns { .. } => "file_no_coordinate_columns",
            Self::NoUsablePosition { .. } => "file_no_usable_position",
            Self::SeveralCountries { .. } => "file_several_countries",
            Self::NoAreas { .. } => "file_no_areas",
            Self::NoInfrastructure { .. } => "file_no_infrastructure",
        }
    }
}
