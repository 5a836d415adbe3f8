//! Which columns of a Parquet file are read, and how their values are to be understood. Reads no
//! record.

use std::sync::Arc;

use parquet::{
    basic::{ConvertedType, LogicalType, Repetition, Type as Physical},
    schema::types::{Type, TypePtr},
};

use super::{
    FileError, broken,
    geometry::{Encoding, Geometry},
    value::Notation,
};
use crate::{domain::listing::Finding, registry::reader::sheet::MAX_COLUMNS};

/// Structures within structures that are read.
const MAX_DEPTH: usize = 8;
/// More digits than any number in a list has.
const MAX_DIGITS: i32 = 100;

/// What is read of a file.
pub(super) struct Plan {
    /// In the order of the file.
    pub columns: Vec<Column>,
    /// The schema with these columns alone.
    pub projection: Type,
    pub findings: Vec<Finding>,
}

/// One column that is read.
pub(super) struct Column {
    pub name: String,
    /// How it is written, if it is the geometry.
    pub geometry: Option<Encoding>,
    pub notation: Notation,
}

impl Plan {
    /// Takes what can be read, and says what cannot.
    pub fn make(schema: &Type, geometry: Option<&Geometry>) -> Result<Self, FileError> {
        let mut columns = vec![];
        let mut fields: Vec<TypePtr> = vec![];
        let mut findings: Vec<Finding> = vec![];
        for field in schema.get_fields() {
            let name = field.name();
            let of_geometry = geometry.filter(|geometry| geometry.column == name);
            let repeats = geometry.and_then(|g| g.bounds.as_deref());
            if repeats == Some(name) {
                continue;
            }
            let encoding = match of_geometry {
                Some(geometry) => {
                    findings.extend(geometry.finding.clone());
                    Some(check_geometry(field, geometry.encoding)?)
                }
                None => None,
            };
            if let Some(reason) = unreadable(field, 0).filter(|_| encoding.is_none()) {
                let message = format!(
                    "the column holds {reason}; it was left out: if it matters, export it as text"
                );
                findings.push(Finding::warning(0, "column_left_out", message).field(name));
                continue;
            }
            columns.push(Column {
                name: name.into(),
                geometry: encoding,
                notation: Notation::of(field),
            });
            fields.push(Arc::clone(field));
        }
        if let Some(geometry) = geometry
            && !columns.iter().any(|column| column.geometry.is_some())
        {
            let column = &geometry.column;
            return Err(broken(&format!("it has no column {column:?} of geometry")));
        }
        if columns.len() > MAX_COLUMNS {
            return Err(FileError::TooManyColumns {
                found: columns.len(),
                limit: MAX_COLUMNS,
            });
        }
        if columns.is_empty() {
            return Err(broken(&"none of its columns holds text or numbers"));
        }
        let projection = Type::group_type_builder(schema.name())
            .with_fields(fields)
            .build();
        Ok(Self {
            columns,
            projection: projection.map_err(|e| broken(&e))?,
            findings,
        })
    }

    /// Whether a column of that name is read.
    pub fn reads(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column.name == name)
    }
}

fn check_geometry(field: &Type, encoding: Encoding) -> Result<Encoding, FileError> {
    let fits = match encoding {
        Encoding::Wkb => field.is_primitive() && field.get_physical_type() == Physical::BYTE_ARRAY,
        Encoding::Point => field.is_group() && field.get_fields().len() >= 2,
    };
    if fits && !repeats(field) {
        return Ok(encoding);
    }
    Err(broken(&"its geometry is not written as it says"))
}

fn repeats(field: &Type) -> bool {
    let info = field.get_basic_info();
    info.has_repetition() && info.repetition() == Repetition::REPEATED
}

/// Why a column is not read, in words: what it holds.
fn unreadable(field: &Type, depth: usize) -> Option<&'static str> {
    let info = field.get_basic_info();
    let (converted, logical) = (info.converted_type(), info.logical_type_ref());
    if repeats(field) || depth > MAX_DEPTH {
        return Some("lists or deeper structures");
    }
    if field.is_group() {
        let listed = matches!(
            converted,
            ConvertedType::LIST | ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE
        );
        if listed || matches!(logical, Some(LogicalType::Variant(_))) {
            return Some("lists or deeper structures");
        }
        let mut inner = field.get_fields().iter();
        return inner.find_map(|field| unreadable(field, depth + 1));
    }
    let is_text = matches!(
        converted,
        ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON
    );
    let is_digits = converted == ConvertedType::DECIMAL;
    match field.get_physical_type() {
        _ if is_digits && digits(field) > MAX_DIGITS => Some("numbers of more than 100 digits"),
        Physical::BYTE_ARRAY if !is_text && !is_digits => Some("bytes, not text"),
        Physical::FIXED_LEN_BYTE_ARRAY if !is_digits => match logical {
            Some(LogicalType::Uuid | LogicalType::Float16) => None,
            _ => Some("bytes, not text"),
        },
        _ => None,
    }
}

fn digits(field: &Type) -> i32 {
    match field {
        Type::PrimitiveType {
            scale, precision, ..
        } => (*scale).max(*precision),
        Type::GroupType { .. } => 0,
    }
}
