//! Statements of one row that cannot both be true. Says which; must not choose between them.

use std::collections::BTreeMap;

use super::{known_values, vocabulary::Terms};
use crate::domain::school::Connectivity;

/// The fields that contradict each other, and how, in words.
pub(super) type Contradiction = (&'static str, &'static str);

/// What a row contradicts itself in.
pub(super) fn of(
    connectivity: Connectivity,
    student_count: Option<i32>,
    attributes: &BTreeMap<String, String>,
) -> Vec<Contradiction> {
    let text = |name: &str| attributes.get(name).map(String::as_str);
    let term = |name: &str, terms| text(name).and_then(|text| super::vocabulary::term(terms, text));
    let number = |name: &str| text(name).and_then(known_values::number);
    let mut found = vec![];
    if connectivity == Connectivity::No {
        let speeds = ["download_speed_govt", "download_speed_contracted"];
        if speeds.iter().any(|name| number(name) > Some(0.0)) {
            found.push((
                "connectivity_govt, download_speed_govt",
                "the school is declared unconnected, yet its line has a speed",
            ));
        }
        if term("connectivity_RT", Terms::YesNo) == Some("yes") {
            found.push((
                "connectivity_govt, connectivity_RT",
                "the school is declared unconnected, yet its connection is measured",
            ));
        }
    }
    let coverage = term("cellular_coverage_availability", Terms::YesNo);
    match (coverage, term("cellular_coverage_type", Terms::Coverage)) {
        (Some("no"), Some("2G" | "3G" | "4G" | "5G")) => {
            found.push((
                "cellular_coverage_availability, cellular_coverage_type",
                "there is no cellular coverage, yet its generation is stated",
            ));
        }
        (Some("yes"), Some("no coverage")) => {
            found.push((
                "cellular_coverage_availability, cellular_coverage_type",
                "there is cellular coverage, yet its type says that there is none",
            ));
        }
        _ => {}
    }
    let electricity = term("electricity_availability", Terms::YesNo);
    let source = term("electricity_type", Terms::ElectricityType);
    if electricity == Some("no") && source.is_some_and(|source| source != "unknown") {
        found.push((
            "electricity_availability, electricity_type",
            "there is no electricity, yet its source is stated",
        ));
    }
    let computers = term("computer_availability", Terms::YesNo);
    if computers == Some("no") && number("num_computers") > Some(0.0) {
        found.push((
            "computer_availability, num_computers",
            "there are no computers, yet their number is stated",
        ));
    }
    let part = |name| number(name).unwrap_or_default();
    let parts = part("num_students_girls") + part("num_students_boys");
    if student_count.is_some_and(|all| parts > f64::from(all)) {
        found.push((
            "num_students, num_students_girls, num_students_boys",
            "girls and boys together are more than all students",
        ));
    }
    found
}
