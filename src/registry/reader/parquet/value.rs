//! A value of a Parquet file → text, exactly: dates and times in ISO 8601, numbers in their
//! shortest form, structures as JSON. Knows no column but how its values are to be understood.

use chrono::{DateTime, NaiveTime, TimeDelta};
use parquet::{
    basic::{LogicalType, TimeUnit},
    record::Field,
    schema::types::Type,
};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::registry::reader::spreadsheet_cell::decimal;

const SECONDS_A_DAY: i64 = 86_400;

/// What a column says of its values that the values do not say themselves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Notation {
    /// Nothing.
    Plain,
    /// A time that is that of the whole world, not of a place.
    Utc,
    /// Nanoseconds since 1970, of the whole world or of a place.
    Nanoseconds { utc: bool },
    /// Nanoseconds since midnight.
    NanosecondsOfDay,
    /// Sixteen bytes.
    Uuid,
}

impl Notation {
    /// What the column says.
    pub fn of(field: &Type) -> Self {
        match field.get_basic_info().logical_type_ref() {
            Some(LogicalType::Timestamp(time)) if time.unit == TimeUnit::NANOS => {
                Self::Nanoseconds {
                    utc: time.is_adjusted_to_u_t_c,
                }
            }
            Some(LogicalType::Timestamp(time)) if time.is_adjusted_to_u_t_c => Self::Utc,
            Some(LogicalType::Time(time)) if time.unit == TimeUnit::NANOS => Self::NanosecondsOfDay,
            Some(LogicalType::Uuid) => Self::Uuid,
            _ => Self::Plain,
        }
    }
}

/// The text of a value; `None` where it is blank. `PostgreSQL` holds no zero character in a text.
pub(super) fn text(field: &Field, notation: Notation) -> Option<String> {
    let text = match field {
        Field::Null => return None,
        Field::Str(text) => text.replace('\0', ""),
        Field::Group(_) => {
            let json = json(field);
            let nothing = json
                .as_object()
                .is_some_and(|fields| fields.values().all(Value::is_null));
            if nothing {
                return None;
            }
            json.to_string()
        }
        Field::Float(number) if number.is_nan() => return None,
        Field::Double(number) if number.is_nan() => return None,
        other => scalar(other, notation),
    };
    (!text.trim().is_empty()).then_some(text)
}

fn scalar(field: &Field, notation: Notation) -> String {
    match (field, notation) {
        (Field::Long(nanos), Notation::Nanoseconds { utc }) => {
            clock(Some(DateTime::from_timestamp_nanos(*nanos)), utc, *nanos)
        }
        (Field::Long(nanos), Notation::NanosecondsOfDay) => {
            let midnight = NaiveTime::MIN;
            (midnight + TimeDelta::nanoseconds(*nanos)).to_string()
        }
        (Field::Bytes(bytes), Notation::Uuid) => {
            Uuid::from_slice(bytes.data()).map_or_else(|_| String::new(), |id| id.to_string())
        }
        (Field::Bool(truth), _) => truth.to_string(),
        (Field::Byte(number), _) => number.to_string(),
        (Field::Short(number), _) => number.to_string(),
        (Field::Int(number), _) => number.to_string(),
        (Field::Long(number), _) => number.to_string(),
        (Field::UByte(number), _) => number.to_string(),
        (Field::UShort(number), _) => number.to_string(),
        (Field::UInt(number), _) => number.to_string(),
        (Field::ULong(number), _) => number.to_string(),
        (Field::Float16(number), _) => decimal(f64::from(*number)),
        // The shortest text of the number itself: as a double it would show digits of its own.
        (Field::Float(number), _) => (*number + 0.0).to_string(),
        (Field::Double(number), _) => decimal(*number),
        // The crate writes a point behind a whole number.
        (Field::Decimal(_), _) => field.to_string().trim_end_matches('.').to_owned(),
        (Field::Date(days), _) => {
            let day = DateTime::from_timestamp(i64::from(*days) * SECONDS_A_DAY, 0);
            day.map_or_else(
                || days.to_string(),
                |day| day.format("%Y-%m-%d").to_string(),
            )
        }
        (Field::TimeMillis(millis), _) => {
            (NaiveTime::MIN + TimeDelta::milliseconds(i64::from(*millis))).to_string()
        }
        (Field::TimeMicros(micros), _) => {
            (NaiveTime::MIN + TimeDelta::microseconds(*micros)).to_string()
        }
        (Field::TimestampMillis(millis), _) => {
            let time = DateTime::from_timestamp_millis(*millis);
            clock(time, notation == Notation::Utc, *millis)
        }
        (Field::TimestampMicros(micros), _) => {
            let time = DateTime::from_timestamp_micros(*micros);
            clock(time, notation == Notation::Utc, *micros)
        }
        // Columns of these are left out, and structures are JSON.
        (
            Field::Null
            | Field::Str(_)
            | Field::Bytes(_)
            | Field::Group(_)
            | Field::ListInternal(_)
            | Field::MapInternal(_),
            _,
        ) => String::new(),
    }
}

/// A time in ISO 8601, with its fraction where it has one; the number where no calendar reaches.
fn clock(time: Option<DateTime<chrono::Utc>>, utc: bool, stated: i64) -> String {
    let zone = if utc { "Z" } else { "" };
    time.map_or_else(
        || stated.to_string(),
        |time| format!("{}{zone}", time.format("%Y-%m-%dT%H:%M:%S%.f")),
    )
}

fn json(field: &Field) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Str(text) => text.replace('\0', "").into(),
        Field::Bool(truth) => (*truth).into(),
        Field::Byte(number) => (*number).into(),
        Field::Short(number) => (*number).into(),
        Field::Int(number) => (*number).into(),
        Field::Long(number) => (*number).into(),
        Field::UByte(number) => (*number).into(),
        Field::UShort(number) => (*number).into(),
        Field::UInt(number) => (*number).into(),
        Field::ULong(number) => (*number).into(),
        Field::Double(number) => (*number).into(),
        Field::Group(fields) => {
            let fields = fields
                .get_column_iter()
                .map(|(name, field)| (name.clone(), json(field)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        other => scalar(other, Notation::Plain).into(),
    }
}

#[cfg(test)]
mod tests {
    use parquet::data_type::Decimal;

    use super::*;

    #[test]
    fn values_read_as_people_write_them() {
        let plain = Notation::Plain;
        let nanos = Notation::Nanoseconds { utc: true };
        for (field, notation, expected) in [
            (Field::Str("007".into()), plain, Some("007")),
            (Field::Str(" \0".into()), plain, None),
            (Field::Int(-7), plain, Some("-7")),
            (Field::ULong(u64::MAX), plain, Some("18446744073709551615")),
            (Field::Double(36.0), plain, Some("36")),
            (Field::Double(-0.0), plain, Some("0")),
            (
                Field::Double(36.467_402_487_993_24),
                plain,
                Some("36.46740248799324"),
            ),
            (Field::Double(f64::NAN), plain, None),
            (Field::Float(0.1), plain, Some("0.1")),
            (Field::Bool(true), plain, Some("true")),
            (
                Field::Decimal(Decimal::from_i32(-1250, 6, 2)),
                plain,
                Some("-12.50"),
            ),
            (
                Field::Decimal(Decimal::from_i32(42, 6, 0)),
                plain,
                Some("42"),
            ),
            (Field::Date(19_783), plain, Some("2024-03-01")),
            (Field::Date(-1), plain, Some("1969-12-31")),
            (Field::TimeMillis(64_800_500), plain, Some("18:00:00.500")),
            (
                Field::TimestampMillis(1_709_294_400_000),
                plain,
                Some("2024-03-01T12:00:00"),
            ),
            (
                Field::TimestampMicros(1_709_294_400_500_000),
                Notation::Utc,
                Some("2024-03-01T12:00:00.500Z"),
            ),
            (
                Field::Long(1_709_294_400_000_000_001),
                nanos,
                Some("2024-03-01T12:00:00.000000001Z"),
            ),
            (
                Field::TimestampMillis(i64::MAX),
                plain,
                Some("9223372036854775807"),
            ),
            (Field::Date(i32::MAX), plain, Some("2147483647")),
            (Field::Null, plain, None),
        ] {
            assert_eq!(text(&field, notation).as_deref(), expected, "{field:?}");
        }
    }
}
