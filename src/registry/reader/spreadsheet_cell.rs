//! A workbook's cell → text, as a person would have typed it into a CSV. Knows no column.

use calamine::{CellErrorType, Data, DataRef, ExcelDateTime};

/// Whole numbers up to here are exact in a spreadsheet.
const MAX_WHOLE: f64 = 1e15;

/// The text of a cell; `None` where it is blank.
pub(super) fn text(value: &Data) -> Option<String> {
    match value {
        Data::Empty => None,
        Data::String(text) | Data::DurationIso(text) => words(text),
        Data::DateTimeIso(text) => words(text.strip_suffix("T00:00:00").unwrap_or(text)),
        Data::Int(number) => Some(number.to_string()),
        Data::Float(number) => Some(decimal(*number)),
        Data::Bool(truth) => Some(yes_or_no(*truth)),
        Data::DateTime(time) => Some(date(*time)),
        Data::Error(error) => fault(error),
    }
}

/// The same for a cell that borrows its text from the workbook.
pub(super) fn text_ref(value: &DataRef<'_>) -> Option<String> {
    match value {
        DataRef::Empty => None,
        DataRef::String(text) | DataRef::DurationIso(text) => words(text),
        DataRef::SharedString(text) => words(text),
        DataRef::DateTimeIso(text) => words(text.strip_suffix("T00:00:00").unwrap_or(text)),
        DataRef::Int(number) => Some(number.to_string()),
        DataRef::Float(number) => Some(decimal(*number)),
        DataRef::Bool(truth) => Some(yes_or_no(*truth)),
        DataRef::DateTime(time) => Some(date(*time)),
        DataRef::Error(error) => fault(error),
    }
}

/// `PostgreSQL` holds no zero character in a text.
fn words(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.replace('\0', ""))
}

fn yes_or_no(truth: bool) -> String {
    if truth { "yes" } else { "no" }.into()
}

/// Ids are whole numbers to a spreadsheet; `.0` is none of theirs.
pub(super) fn decimal(number: f64) -> String {
    if number == 0.0 {
        "0".into()
    } else if number.abs() < MAX_WHOLE && number.fract() == 0.0 {
        format!("{number:.0}")
    } else {
        number.to_string()
    }
}

/// `2024-03-01`, with its time where it has one; a time alone where it is less than a day.
fn date(time: ExcelDateTime) -> String {
    let days = time.as_f64();
    if time.is_duration() || !(0.0..1e7).contains(&days) {
        return decimal(days);
    }
    let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
    let clock = format!("{hour:02}:{minute:02}:{second:02}");
    if days < 1.0 {
        return clock;
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if days.fract() == 0.0 {
        date
    } else {
        format!("{date}T{clock}")
    }
}

/// `#N/A` is how a spreadsheet says that there is nothing; the others are kept to be complained of.
fn fault(error: &CellErrorType) -> Option<String> {
    (*error != CellErrorType::NA).then(|| error.to_string())
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn cells_read_as_a_person_would_type_them() {
        let time =
            |days| Data::DateTime(ExcelDateTime::new(days, ExcelDateTimeType::DateTime, false));
        for (value, expected) in [
            (Data::Float(10_203.0), Some("10203")),
            (Data::Float(36.817_223), Some("36.817223")),
            (Data::Float(-0.0), Some("0")),
            (Data::Float(1.234e21), Some("1234000000000000000000")),
            (Data::Int(7), Some("7")),
            (Data::Bool(true), Some("yes")),
            (Data::Bool(false), Some("no")),
            (Data::String("0042".into()), Some("0042")),
            (Data::String(" \u{a0}".into()), None),
            (time(45_352.0), Some("2024-03-01")),
            (time(45_352.5), Some("2024-03-01T12:00:00")),
            (time(0.75), Some("18:00:00")),
            (
                Data::DateTimeIso("2024-03-01T00:00:00".into()),
                Some("2024-03-01"),
            ),
            (Data::Error(CellErrorType::NA), None),
            (Data::Error(CellErrorType::Div0), Some("#DIV/0!")),
            (Data::Empty, None),
        ] {
            assert_eq!(text(&value).as_deref(), expected, "{value:?}");
        }
    }
}
