//! Files and countries of which nothing is kept.

use super::{areas, fixture, import, number, schools};
use crate::support::TestDatabase;

#[test]
fn a_file_that_is_refused_leaves_nothing_behind() {
    let db = TestDatabase::new();
    for (name, code) in [
        ("not_utf8.csv", "file_encoding"),
        ("no_names.csv", "file_no_name_column"),
        ("no_coordinates.csv", "file_no_coordinate_columns"),
        ("all_lost.csv", "file_no_usable_position"),
        ("page.csv", "file_not_a_list"),
    ] {
        let refused = schools(&db, &fixture(name), "XAA");
        assert_eq!(refused.error_code(), code);
        let named = refused.stderr.contains(name) && refused.stderr.contains("nothing was kept");
        assert!(named, "{}", refused.stderr);
    }
    assert_eq!(
        areas(&db, &fixture("border.csv"), "XAA", 1).error_code(),
        "file_no_areas"
    );
    for table in [
        "country",
        "school",
        "area",
        "import",
        "import_finding",
        "audit_event",
    ] {
        assert_eq!(
            number(&db, &format!("SELECT count(*) FROM {table}")),
            0,
            "{table}"
        );
    }
}

#[test]
fn a_country_or_a_path_that_does_not_exist_says_so() {
    let db = TestDatabase::new();
    let list = fixture("border.csv");
    assert_eq!(schools(&db, &list, "ZZZ").error_code(), "unknown_country");
    assert_eq!(
        schools(&db, &fixture("none.csv"), "XAA").error_code(),
        "file_not_found"
    );
    assert_eq!(
        schools(&db, &fixture(""), "XAA").error_code(),
        "file_is_a_directory"
    );
    let path = list.to_str().unwrap();
    let zone = import(
        &db,
        &[
            "schools",
            path,
            "--country",
            "XAA",
            "--time-zone",
            "Nowhere",
        ],
    );
    assert_eq!(zone.error_code(), "unknown_time_zone");
    assert_eq!(number(&db, "SELECT count(*) FROM country"), 0);
}
