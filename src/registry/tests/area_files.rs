//! Files of areas: names, codes, keys and outlines.

use super::{areas, brief};
use crate::{
    domain::{area::AreaLevel, listing::AreaRow},
    registry::read_areas,
};

fn keys(rows: &[AreaRow]) -> Vec<&str> {
    rows.iter().map(|row| row.match_key.as_str()).collect()
}

#[test]
fn an_area_has_a_code_a_name_and_names() {
    let list = areas("areas.geojson").unwrap();
    assert!(list.findings.is_empty(), "{:?}", list.findings);
    let west = &list.rows[0];
    assert_eq!(
        (west.code.as_deref(), west.name.as_str()),
        (Some("W"), "West")
    );
    assert_eq!(west.names["fr"], "Ouest");
    assert_eq!(keys(&list.rows), ["W", "E"]);
}

#[test]
fn what_is_no_area_is_not_taken_and_says_why() {
    let list = areas("areas_faults.geojson").unwrap();
    let expected = [
        (2, "error", "no_polygon"),
        (3, "error", "coordinate_out_of_range"),
        (4, "warning", "short_ring"),
        (5, "warning", "missing_name"),
        (6, "error", "missing_name"),
        (7, "error", "duplicate_area"),
        (8, "error", "no_polygon"),
    ];
    assert_eq!(brief(&list.findings), expected);
    assert_eq!(
        keys(&list.rows),
        ["West", "Short", "XA-7", "Bow Tie", "Flat"]
    );
    assert_eq!(list.rejected_count(), 5);
}

#[test]
fn areas_of_one_name_are_told_apart_by_their_parents_in_any_order() {
    let list = areas("areas_shared_names.geojson").unwrap();
    assert_eq!(keys(&list.rows), ["11/Gitega", "12/Gitega", "Kigali"]);
    assert_eq!(
        brief(&list.findings),
        [(1, "info", "shared_key"), (2, "info", "shared_key")]
    );
}

#[test]
fn a_code_that_some_areas_lack_identifies_none() {
    let feature = |properties: &str, x: i32| {
        format!(
            r#"{{"type":"Feature","properties":{properties},"geometry":{{"type":"Polygon",
               "coordinates":[[[{x},1],[{x}.5,1],[{x}.5,2],[{x},1]]]}}}}"#
        )
    };
    let file = |lamu: &str| {
        let features = [
            feature(
                r#"{"slug":"baringo","iso_3166_2":"KE-01","name":"Baringo"}"#,
                10,
            ),
            feature(
                &format!(r#"{{"slug":"lamu","iso_3166_2":{lamu},"name":"Lamu"}}"#),
                12,
            ),
        ];
        format!(
            r#"{{"type":"FeatureCollection","features":[{}]}}"#,
            features.join(",")
        )
    };
    let level = AreaLevel::new(1).unwrap();
    let before = read_areas(file("null").as_bytes(), level).unwrap();
    let after = read_areas(file(r#""KE-21""#).as_bytes(), level).unwrap();
    assert_eq!(keys(&before.rows), ["baringo", "lamu"]);
    assert_eq!(keys(&before.rows), keys(&after.rows));
    assert_eq!(before.rows[0].code.as_deref(), Some("KE-01"));
}

#[test]
fn a_file_of_schools_is_no_file_of_areas() {
    // One of the schools is an outline, which is not enough.
    let error = areas("features.geojson").unwrap_err().to_string();
    assert!(
        error.contains("no_polygon") || error.contains("Polygon or MultiPolygon"),
        "{error}"
    );
    let error = areas("border.csv").unwrap_err().to_string();
    assert!(error.contains("a Shapefile with a Polygon"), "{error}");
}
