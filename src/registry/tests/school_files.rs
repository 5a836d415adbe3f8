//! School lists: what is taken of each row, and what is said of it.

use super::{brief, schools};
use crate::domain::{
    listing::SchoolRow,
    school::{
        AliasScheme,
        Connectivity::{No, Unknown, Yes},
    },
};

fn names(rows: &[SchoolRow]) -> Vec<&str> {
    rows.iter()
        .map(|row| row.name.as_deref().unwrap_or("?"))
        .collect()
}

#[test]
fn rows_that_do_not_fit_the_header_are_not_taken_and_the_others_are() {
    let list = schools("ragged.csv");
    assert_eq!(names(&list.rows), ["Oak School", "Beech School"]);
    assert_eq!((list.row_count, list.rejected_count()), (5, 3));
    let expected = [
        (3, "error", "ragged_row"),
        (4, "error", "ragged_row"),
        (5, "info", "blank_row"),
    ];
    assert_eq!(brief(&list.findings), expected);
    assert_eq!(list.rows[1].row, 6);
}

#[test]
fn rows_behind_an_open_quotation_mark_are_reported() {
    let list = schools("open_quote.csv");
    assert_eq!(names(&list.rows), ["Oak School"]);
    assert_eq!(brief(&list.findings), [(3, "error", "open_quote")]);
}

#[test]
fn the_first_of_two_rows_about_one_school_counts() {
    let list = schools("duplicates.csv");
    let expected = [
        "Oak School",
        "Elm School",
        "Ash School",
        "Ash School",
        "Fir School",
    ];
    assert_eq!(names(&list.rows), expected);
    let expected = [
        (4, "error", "duplicate_row"),
        (5, "error", "duplicate_id"),
        (8, "error", "duplicate_school"),
        (10, "error", "duplicate_id"),
    ];
    assert_eq!(brief(&list.findings), expected);
    assert!(
        list.findings[0].message.contains("repeats row 2"),
        "{:?}",
        list.findings[0]
    );
    assert!(
        list.findings[1].message.contains("rows 2 and 5"),
        "{:?}",
        list.findings[1]
    );
}

#[test]
fn a_row_without_a_believable_position_is_kept_and_says_why() {
    let list = schools("coordinates.csv");
    assert_eq!(list.rejected_count(), 0);
    let expected = [
        (3, "warning", "coordinate_lost"),
        (4, "warning", "coordinate_lost"),
        (5, "warning", "coordinate_out_of_range"),
        (6, "warning", "coordinate_out_of_range"),
        (7, "info", "coordinate_dms"),
        (7, "info", "coordinate_coarse"),
        (8, "warning", "coordinate_not_a_number"),
        (9, "warning", "coordinate_missing"),
        (10, "warning", "coordinate_missing"),
    ];
    assert_eq!(brief(&list.findings), expected);
    let school = &list.rows[1];
    assert_eq!(school.location, Err("coordinate_lost"));
    assert_eq!(school.attributes["latitude_as_stated"], "0");
    assert_eq!(school.attributes["longitude_as_stated"], "36.5");
    assert!(
        list.rows[0].attributes.is_empty(),
        "{:?}",
        list.rows[0].attributes
    );
    assert!(list.rows[9].location.is_ok());
}

#[test]
fn names_are_folded_and_missing_ones_are_said_to_be_missing() {
    let list = schools("names.csv");
    let expected = [
        (3, "info", "name_whitespace"),
        (4, "warning", "missing_name"),
        (5, "warning", "coordinate_missing"),
        (5, "warning", "missing_name"),
        (6, "error", "missing_name"),
        (7, "warning", "name_too_long"),
    ];
    let mut found = brief(&list.findings);
    found.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(list.rows[1].name.as_deref(), Some("Elm School"));
    assert_eq!(
        list.rows[1].attributes["name_as_stated"],
        "  Elm \u{a0} School "
    );
    assert_eq!(list.rows[2].name, None);
    assert_eq!(list.rows[2].aliases[0].0, AliasScheme::Import);
    assert_eq!(
        list.rows[4].name.as_ref().map(|name| name.chars().count()),
        Some(299)
    );
}

#[test]
fn what_a_cell_should_not_say_is_left_out_and_kept_as_text() {
    let list = schools("values.csv");
    let expected = [
        (0, "warning", "unknown_value"),
        (2, "info", "coordinate_decimal_comma"),
        (3, "info", "coordinate_decimal_comma"),
        (3, "warning", "bad_number"),
        (3, "warning", "dummy_id"),
        (4, "info", "coordinate_decimal_comma"),
        (4, "warning", "bad_number"),
        (4, "warning", "dummy_id"),
        (5, "info", "coordinate_decimal_comma"),
    ];
    let mut found = brief(&list.findings);
    found.sort_unstable();
    assert_eq!(found, expected);
    let counts: Vec<_> = list.rows.iter().map(|row| row.student_count).collect();
    assert_eq!(counts, [Some(350), None, None, Some(412)]);
    let connectivity: Vec<_> = list.rows.iter().map(|row| row.connectivity).collect();
    assert_eq!(connectivity, [Yes, Unknown, No, Unknown]);
    // Zeros at the front belong to an id.
    assert_eq!(
        list.rows[0].aliases,
        [(AliasScheme::Government, "0042".to_owned())]
    );
    let elm = &list.rows[1].attributes;
    assert_eq!(
        (elm["num_students"].as_str(), elm["emis_code"].as_str()),
        ("many", "0")
    );
    assert!(!elm.contains_key("roof"), "nan is nothing: {elm:?}");
    assert_eq!(list.rows[0].attributes["roof"], "tin");
}

#[test]
fn features_of_openstreetmap_are_schools() {
    let list = schools("features.geojson");
    let expected = [
        (2, "error", "unreadable_feature"),
        (3, "warning", "missing_name"),
        (4, "warning", "coordinate_missing"),
        (5, "warning", "coordinate_missing"),
    ];
    assert_eq!(brief(&list.findings), expected);
    let oak = &list.rows[0];
    assert_eq!(oak.aliases, [(AliasScheme::Osm, "node/1".to_owned())]);
    // ISCED's 1 is the primary level.
    assert_eq!(oak.education_level.as_deref(), Some("Primary"));
    assert_eq!(oak.attributes["education_level_govt"], "1");
    assert_eq!(oak.attributes["school"], "primary");
    let building = &list.rows[1];
    assert_eq!((building.name.as_deref(), building.row), (None, 3));
    assert_eq!(building.aliases, [(AliasScheme::Osm, "way/2".to_owned())]);
    let location = building.location.unwrap();
    assert!(location.longitude() > 36.60 && location.longitude() < 36.61);
}
