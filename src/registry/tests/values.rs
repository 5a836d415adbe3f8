//! Values of known fields: Giga's terms and ranges, and what contradicts what.

use std::fmt::Write;

use super::{brief, schools};
use crate::domain::{
    listing::SchoolList,
    school::{
        AliasScheme,
        Connectivity::{No, Unknown, Yes},
    },
};

fn attribute<'a>(list: &'a SchoolList, name: &str) -> Vec<Option<&'a str>> {
    let rows = list.rows.iter();
    rows.map(|row| row.attributes.get(name).map(String::as_str))
        .collect()
}

#[test]
fn a_french_list_says_what_gigas_would() {
    let list = schools("french.csv");
    assert_eq!(brief(&list.findings), [(0, "warning", "unknown_value")]);
    let finding = &list.findings[0];
    assert_eq!(
        (finding.field.as_deref(), finding.value.as_deref()),
        (Some("Statut"), Some("mixte"))
    );
    assert!(
        finding
            .message
            .contains("2 rows state it, the first is row 5"),
        "{}",
        finding.message
    );
    let funding = [
        Some("private"),
        Some("private"),
        Some("private"),
        Some("mixte"),
        Some("Mixte"),
    ];
    assert_eq!(attribute(&list, "school_funding_type"), funding);
    let stated = [Some("Privé"), Some("prive"), None, None, None];
    assert_eq!(attribute(&list, "school_funding_type_as_stated"), stated);
    let area = [
        Some("urban"),
        Some("rural"),
        Some("urban"),
        None,
        Some("rural"),
    ];
    assert_eq!(attribute(&list, "school_area_type"), area);
    assert_eq!(
        attribute(&list, "school_area_type_as_stated")[0],
        Some("Urbain")
    );
    let electricity = [Some("yes"), Some("no"), Some("yes"), None, Some("no")];
    assert_eq!(attribute(&list, "electricity_availability"), electricity);
    assert_eq!(attribute(&list, "admin1")[0], Some("Thiès"));
    assert_eq!(attribute(&list, "toiture")[0], Some("tôle"));
    let levels: Vec<_> = list
        .rows
        .iter()
        .map(|row| row.education_level.as_deref())
        .collect();
    let expected = [
        Some("Primary"),
        Some("Secondary"),
        Some("Primary and Secondary"),
        Some("Primary"),
        None,
    ];
    assert_eq!(levels, expected);
    let stated = [
        Some("Primaire"),
        Some("Lycée"),
        Some("primaire et secondaire"),
        None,
        None,
    ];
    assert_eq!(attribute(&list, "education_level_govt"), stated);
    assert_eq!(list.rows[0].student_count, Some(350));
    assert_eq!(list.rows[0].aliases[0].1, "A1");
}

#[test]
fn numbers_beyond_belief_and_contradictions_are_said() {
    let list = schools("contradictions.csv");
    let expected = [
        (3, "warning", "contradiction"),
        (4, "warning", "contradiction"),
        (5, "warning", "contradiction"),
        (6, "warning", "out_of_range"),
        (7, "warning", "out_of_range"),
        (8, "warning", "bad_number"),
        (9, "warning", "out_of_range"),
    ];
    assert_eq!(brief(&list.findings), expected);
    assert_eq!(
        attribute(&list, "download_speed_govt")[..2],
        [Some("10"), Some("2.5")]
    );
    assert_eq!(list.rows[4].student_count, Some(12_000));
    assert_eq!(
        attribute(&list, "num_teachers")[5..7],
        [Some("999"), Some("a few")]
    );
    assert_eq!(list.rejected_count(), 0);
}

#[test]
fn a_term_of_gigas_does_not_change_what_a_row_is_recognised_by() {
    let file = "name,latitude,longitude,education_level\nOak,1.501,36.501,primaire\n";
    let list = crate::registry::read_schools(file.as_bytes()).unwrap();
    assert_eq!(list.rows[0].education_level.as_deref(), Some("Primary"));
    // The id of a row without any is made of its texts, as it was before there were terms.
    let id = "60ce5cf6-ded3-5c58-95a1-58c27b453f7a";
    assert_eq!(list.rows[0].aliases, [(AliasScheme::Import, id.to_owned())]);
}

#[test]
fn a_number_is_no_yes() {
    for (text, wanted) in [("1", Yes), ("0.0", No), ("10", Unknown), ("-1", Unknown)] {
        let file = format!("name,latitude,longitude,internet\nOak,1.501,36.501,{text}\n");
        let list = crate::registry::read_schools(file.as_bytes()).unwrap();
        assert_eq!(list.rows[0].connectivity, wanted, "{text}");
    }
}

#[test]
fn a_value_that_nobody_knows_is_said_once_and_their_number_is_bounded() {
    let mut file = "name,latitude,longitude,funding\n".to_owned();
    for n in 0..60 {
        writeln!(file, "School {n},1.501,36.501,kind {}", n % 30).unwrap();
    }
    let list = crate::registry::read_schools(file.as_bytes()).unwrap();
    let unknown = list.findings.iter().filter(|f| f.code == "unknown_value");
    assert_eq!(unknown.count(), 21);
    let last = list.findings.last().unwrap();
    assert!(last.message.contains("10 other values"), "{}", last.message);
}
