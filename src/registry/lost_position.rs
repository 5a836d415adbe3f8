//! Why two numbers, or two texts, are no school's position: the words for it. Reads no row.

use crate::domain::{
    listing::Finding,
    location::{Location, LocationError},
};

/// The slug of a position that is not on the globe.
pub(super) const OUT_OF_RANGE: &str = "coordinate_out_of_range";

/// Why a row's position was not taken.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Problem {
    pub code: &'static str,
    pub field: String,
    value: Option<String>,
    pub message: String,
}

impl Problem {
    pub fn new(code: &'static str, field: &str, value: Option<&str>, message: String) -> Self {
        Self {
            code,
            field: field.into(),
            value: value.map(Into::into),
            message,
        }
    }

    /// The problem as a finding of that row.
    pub fn finding(&self, row: i32) -> Finding {
        let message = format!(
            "{}; the school is kept but not placed on the map",
            self.message
        );
        let finding = Finding::warning(row, self.code, message).field(&self.field);
        match &self.value {
            Some(value) => finding.value(value),
            None => finding,
        }
    }
}

/// The place, longitude first, or why it is none; `names` are those of the columns, `texts` what
/// they state.
pub(super) fn locate(
    names: [&str; 2],
    numbers: [f64; 2],
    texts: [&str; 2],
) -> Result<Location, Problem> {
    let [longitude, latitude] = numbers;
    Location::new(longitude, latitude).map_err(|error| {
        let at = match error {
            LocationError::Lost => usize::from(latitude == 0.0),
            LocationError::OutOfRange | LocationError::NotFinite => {
                usize::from(latitude.abs() > 90.0)
            }
        };
        let word = ["longitude", "latitude"][at];
        let (code, message) = match error {
            LocationError::Lost => (
                "coordinate_lost",
                format!(
                    "a {word} of exactly 0 is a coordinate lost on its way; state the true one"
                ),
            ),
            LocationError::OutOfRange => (
                OUT_OF_RANGE,
                format!(
                    "the {word} is beyond ±{}; {}",
                    [180, 90][at],
                    out_of_range_hint(numbers)
                ),
            ),
            LocationError::NotFinite => (
                "coordinate_not_a_number",
                format!("the {word} is no number; write decimal degrees, such as -1.28333"),
            ),
        };
        Problem::new(code, names[at], Some(texts[at]), message)
    })
}

fn out_of_range_hint([longitude, latitude]: [f64; 2]) -> &'static str {
    if latitude.abs() <= 180.0 && longitude.abs() <= 90.0 {
        "latitude and longitude seem to be swapped: accept the other order, which is proposed, or \
         swap them back"
    } else if longitude.abs() > 360.0 && latitude.abs() > 360.0 {
        "these look like metres of a map projection: state degrees (WGS 84)"
    } else {
        "state decimal degrees (WGS 84)"
    }
}
