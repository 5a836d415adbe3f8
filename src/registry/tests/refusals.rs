//! Files of which nothing is taken: each says what it is and how to mend it.

use super::{areas, fixture};
use crate::registry::read_schools;

#[test]
fn a_file_that_is_no_school_list_says_what_it_is() {
    for (name, code, words) in [
        (
            "not_utf8.csv",
            "file_encoding",
            vec!["byte 31 (line 2) is 0xd8", "save it as UTF-8"],
        ),
        (
            "control_character.csv",
            "file_encoding",
            vec!["byte 31 (line 2) is 0x02", "in no text"],
        ),
        ("page.csv", "file_not_a_list", vec!["HTML", "CSV (UTF-8)"]),
        ("document.csv", "file_not_a_list", vec!["PDF"]),
        ("archive.csv", "file_not_a_list", vec!["Excel"]),
        ("binary.csv", "file_not_a_list", vec!["binary"]),
        ("empty.csv", "file_empty", vec!["empty"]),
        (
            "header_only.csv",
            "file_no_rows",
            vec!["\"school_name\", \"latitude\""],
        ),
        (
            "no_names.csv",
            "file_no_name_column",
            vec!["school_name, name", "\"district\""],
        ),
        (
            "no_coordinates.csv",
            "file_no_coordinate_columns",
            vec!["no longitude", "lon, lng", "\"district\""],
        ),
        (
            "all_lost.csv",
            "file_no_usable_position",
            vec!["none of the 2 rows", "row 2", "exactly 0"],
        ),
        (
            "one_feature.geojson",
            "file_not_geojson",
            vec!["\"Feature\"", "FeatureCollection"],
        ),
        (
            "no_features.geojson",
            "file_no_rows",
            vec!["without features"],
        ),
        (
            "metres.geojson",
            "file_reference_system",
            vec!["EPSG::32737", "WGS 84"],
        ),
        ("cut_off.geojson", "file_not_geojson", vec!["line 2"]),
    ] {
        let error = read_schools(&fixture(name)).unwrap_err();
        assert_eq!(error.code(), code, "{name}");
        let message = error.to_string();
        for word in words {
            assert!(message.contains(word), "{name}: {message}");
        }
    }
}

#[test]
fn a_file_that_holds_no_areas_says_what_it_holds() {
    for (name, code) in [
        ("not_utf8.csv", "file_encoding"),
        ("border.csv", "file_no_areas"),
        ("features.geojson", "file_no_areas"),
        ("no_features.geojson", "file_no_rows"),
    ] {
        assert_eq!(areas(name).unwrap_err().code(), code, "{name}");
    }
}
