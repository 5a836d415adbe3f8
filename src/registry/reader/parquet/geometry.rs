//! Which column of a Parquet file is its geometry, and how it is written: by GeoParquet's
//! description (1.0 and 1.1), or by Parquet's own type. Reads no record.

use parquet::{
    basic::LogicalType,
    file::metadata::FileMetaData,
    record::{Field, RowAccessor},
};
use serde_json::Value;

use super::{FileError, broken};
use crate::{
    domain::listing::{Finding, shortened},
    registry::{reader::wkb_shape, table::Shape},
};

/// How a geometry is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Encoding {
    /// Well-known binary.
    Wkb,
    /// A structure of `x` and `y`.
    Point,
}

/// The column that is a file's geometry.
pub(super) struct Geometry {
    pub column: String,
    pub encoding: Encoding,
    /// The column that repeats its bounds.
    pub bounds: Option<String>,
    pub finding: Option<Finding>,
}

/// The file's geometry; `None` where it does not say that it has one.
pub(super) fn find(file: &FileMetaData) -> Result<Option<Geometry>, FileError> {
    let mut stated = file.key_value_metadata().into_iter().flatten();
    let geo = stated.find(|entry| entry.key == "geo" && entry.value.is_some());
    match geo.and_then(|entry| entry.value.as_deref()) {
        Some(text) => of_geoparquet(text).map(Some),
        None => of_type(file),
    }
}

fn of_geoparquet(text: &str) -> Result<Geometry, FileError> {
    let geo: Value = serde_json::from_str(text)
        .map_err(|error| broken(&format!("its \"geo\" metadata is no JSON: {error}")))?;
    let column = geo["primary_column"].as_str();
    let column = column.ok_or_else(|| broken(&"its \"geo\" metadata names no primary_column"))?;
    let described = &geo["columns"][column];
    let encoding = match described["encoding"].as_str() {
        Some("WKB") => Encoding::Wkb,
        Some("point") => Encoding::Point,
        other => {
            let other = shortened(other.unwrap_or("nothing"));
            return Err(broken(&format!(
                "its geometry is encoded as {other:?}; WKB and point are read"
            )));
        }
    };
    let finding = match described.get("crs") {
        None => None,
        Some(Value::Null) => Some(undefined()),
        Some(crs) if is_degrees(crs) => None,
        Some(crs) => {
            return Err(FileError::OtherReferenceSystem { crs: called(crs) });
        }
    };
    let bounds = described.pointer("/covering/bbox/xmin/0");
    Ok(Geometry {
        column: column.into(),
        encoding,
        bounds: bounds.and_then(Value::as_str).map(Into::into),
        finding,
    })
}

fn of_type(file: &FileMetaData) -> Result<Option<Geometry>, FileError> {
    let fields = file.schema().get_fields().iter();
    let mut found = fields.filter_map(|field| {
        let crs = match field.get_basic_info().logical_type_ref()? {
            LogicalType::Geometry(geometry) => geometry.crs.as_deref(),
            LogicalType::Geography(geography) => geography.crs.as_deref(),
            _ => return None,
        };
        Some((field.name(), crs))
    });
    let Some((column, crs)) = found.next() else {
        return Ok(None);
    };
    match crs {
        Some(crs) if !(crs.contains("CRS84") || crs.contains("4326")) => {
            let crs = shortened(crs);
            Err(FileError::OtherReferenceSystem { crs })
        }
        _ => Ok(Some(Geometry {
            column: column.into(),
            encoding: Encoding::Wkb,
            bounds: None,
            finding: None,
        })),
    }
}

fn undefined() -> Finding {
    let message = "the file says that its reference system is not known; its positions were taken \
                   as longitude and latitude (WGS 84)";
    Finding::info(0, "reference_system", message)
}

/// PROJJSON names a system by its id, or by its name alone.
fn is_degrees(crs: &Value) -> bool {
    let authority = crs["id"]["authority"].as_str().unwrap_or_default();
    let code = &crs["id"]["code"];
    match authority {
        "EPSG" => *code == 4326 || *code == "4326",
        "OGC" => *code == "CRS84",
        "" => {
            let name = crs["name"].as_str().unwrap_or_default();
            name.starts_with("WGS 84") && crs["type"] == "GeographicCRS"
        }
        _ => false,
    }
}

fn called(crs: &Value) -> String {
    let id = &crs["id"];
    let name = crs["name"].as_str().unwrap_or("a system without a name");
    match (id["authority"].as_str(), &id["code"]) {
        (Some(authority), Value::Number(code)) => {
            shortened(&format!("{authority}:{code} ({name})"))
        }
        (Some(authority), Value::String(code)) => {
            shortened(&format!("{authority}:{code} ({name})"))
        }
        _ => shortened(name),
    }
}

impl Encoding {
    /// The shape of a record.
    pub fn shape(self, field: &Field) -> Shape {
        match (self, field) {
            (_, Field::Null) => Shape::Absent,
            (Self::Wkb, Field::Bytes(bytes)) => wkb_shape::shape(bytes.data()),
            (Self::Point, Field::Group(place)) => {
                match (place.get_double(0), place.get_double(1)) {
                    (Ok(longitude), Ok(latitude)) => Shape::Point {
                        longitude,
                        latitude,
                    },
                    _ => Shape::Absent,
                }
            }
            _ => Shape::Unusable("its geometry is not written as the file says".into()),
        }
    }
}
