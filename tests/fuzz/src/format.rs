//! The formats that are fuzzed: files of people, and what the programs say to each other.

use std::sync::LazyLock;

/// One target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
    Xls,
    Ods,
    GeoJson,
    Shapefile,
    GeoPackage,
    Parquet,
    /// A probe's report, as the server judges it.
    Report,
    /// What Giga Meter sends.
    GigaMeter,
    /// Frames of an ndt7 client.
    Frames,
    /// A request for an ndt7 test: its query, then a header in each line.
    Request,
    /// An access token.
    Token,
    /// An ndt7 server's measurements, one in each line.
    ServerSays,
    /// The measurement servers that Locate names.
    Locate,
    /// A probe's configuration.
    Config,
}

const NAMES: [(&str, Format); 16] = [
    ("csv", Format::Csv),
    ("xlsx", Format::Xlsx),
    ("xls", Format::Xls),
    ("ods", Format::Ods),
    ("geojson", Format::GeoJson),
    ("shapefile", Format::Shapefile),
    ("geopackage", Format::GeoPackage),
    ("parquet", Format::Parquet),
    ("report", Format::Report),
    ("giga-meter", Format::GigaMeter),
    ("frames", Format::Frames),
    ("request", Format::Request),
    ("token", Format::Token),
    ("server-says", Format::ServerSays),
    ("locate", Format::Locate),
    ("config", Format::Config),
];

static WANTED: LazyLock<Format> = LazyLock::new(|| {
    let name = std::env::var("SCHOOLBEAT_FUZZ_FORMAT").unwrap_or_default();
    let known = NAMES.iter().find(|(known, _)| *known == name);
    known.expect("SCHOOLBEAT_FUZZ_FORMAT is a format that run.sh names").1
});

impl Format {
    /// The one that this process fuzzes.
    pub fn wanted() -> Self {
        *WANTED
    }

    /// Whether a person uploads it.
    pub fn is_file(self) -> bool {
        use Format::{Csv, GeoJson, GeoPackage, Ods, Parquet, Shapefile, Xls, Xlsx};
        matches!(
            self,
            Csv | Xlsx | Xls | Ods | GeoJson | Shapefile | GeoPackage | Parquet
        )
    }

    /// Whether it is a ZIP archive.
    pub fn is_packed(self) -> bool {
        matches!(self, Self::Xlsx | Self::Ods | Self::Shapefile)
    }

    /// Words whose presence changes what the reader does.
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Self::Csv => &[
                "school_name",
                "latitude",
                "longitude",
                "emis_code",
                "\"",
                "\"\"",
                "\r\n",
                "\n",
                ";",
                "\t",
                "|",
                "Total",
                "Source: ",
                "\u{feff}",
                "1° 17' 30\" S",
                "nan",
                "1e308",
                "-0",
                "é",
                "\u{fffd}",
                "\0",
                "=",
            ],
            Self::GeoJson => &[
                "{",
                "}",
                "[",
                "]",
                "[[[",
                "]]]",
                "\"type\":",
                "\"Feature\"",
                "\"Point\"",
                "\"Polygon\"",
                "\"MultiPolygon\"",
                "\"GeometryCollection\"",
                "\"geometries\":",
                "\"crs\":",
                "\"geometry\":null",
                "\"properties\":",
                "\"coordinates\":",
                "1e308",
                "-1e999",
                "\\ud800",
                "null",
                "[[0,0],[1,1]]",
            ],
            Self::Xlsx => &[
                "<row r=\"1048576\">",
                "<c r=\"XFD1048576\" t=\"s\">",
                "<v>4294967295</v>",
                "t=\"inlineStr\"",
                "<is><t>",
                "</t></is>",
                "<dimension ref=\"A1:XFD1048576\"/>",
                "<mergeCell ref=\"A1:XFD1048576\"/>",
                "<!DOCTYPE x [<!ENTITY a \"b\">]>",
                "&a;",
                "<f t=\"shared\" si=\"0\">",
                "_x0041_",
            ],
            Self::Ods => &[
                " table:number-columns-repeated=\"16384\"",
                " table:number-rows-repeated=\"1048576\"",
                "<table:table-row>",
                "</table:table-row>",
                "<table:table-cell/>",
                "<text:p>",
                "</text:p>",
                "<text:s text:c=\"1000000000\"/>",
                " office:value-type=\"float\" office:value=\"1e308\"",
                " table:number-rows-spanned=\"4294967295\"",
                "<!DOCTYPE x [<!ENTITY a \"b\">]>",
            ],
            Self::Xls => &[
                "\u{9}\u{8}\u{10}\0",
                "\u{85}\0",
                "\u{fc}\0",
                "\0\u{2}\u{e}\0",
            ],
            Self::Shapefile => &[
                "UTF-8",
                "1256",
                "PROJCS[",
                "GEOGCS[",
                "UNIT[\"metre\",1]",
                "\0\0\u{27}\n",
            ],
            Self::GeoPackage => &[
                "gpkg_contents",
                "gpkg_geometry_columns",
                "GP\0\u{1}",
                "CREATE TABLE ",
                "CREATE VIEW ",
                " AS SELECT ",
                "WITH RECURSIVE ",
            ],
            Self::Parquet => &[
                "PAR1",
                "geo",
                "geometry_columns",
                "\"encoding\":\"WKB\"",
                "\"crs\":null",
                "\u{1}\u{3}\0\0\0",
            ],
            _ => crate::talk::words(self),
        }
    }
}
