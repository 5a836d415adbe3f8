//! Whether a country's areas make a tree: what is found where they do not.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::{Imported, areas, number, texts};
use crate::support::TestDatabase;

/// A rectangle from west, south to east, north, with its properties.
pub fn area(properties: &Value, [west, south, east, north]: [f64; 4]) -> Value {
    let ring = [
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south],
    ];
    json!({"type": "Feature", "properties": properties,
           "geometry": {"type": "Polygon", "coordinates": [ring]}})
}

/// A file of those areas, gone with the directory that comes with it.
pub fn geojson(features: &[Value]) -> (tempfile::TempDir, PathBuf) {
    let collection = json!({"type": "FeatureCollection", "features": features});
    super::file(&collection.to_string())
}

/// Takes a level of the invented country XAA.
pub fn take(db: &TestDatabase, level: i16, features: &[Value]) -> Imported {
    let (_dir, path) = geojson(features);
    areas(db, &path, "XAA", level)
}

/// Two provinces side by side.
fn provinces() -> [Value; 2] {
    [
        area(
            &json!({"code": "W", "name": "West"}),
            [36.0, 1.0, 37.0, 3.0],
        ),
        area(
            &json!({"code": "E", "name": "East"}),
            [37.0, 1.0, 38.0, 3.0],
        ),
    ]
}

fn codes(imported: &Imported) -> Vec<(String, i64)> {
    let list = imported.document["finding_list"].as_array().unwrap();
    let codes = list.iter().map(|finding| {
        let code = finding["code"].as_str().unwrap().to_owned();
        (code, finding["row"].as_i64().unwrap())
    });
    codes.collect()
}

fn found(expected: &[(&str, i64)]) -> Vec<(String, i64)> {
    let expected = expected.iter();
    expected
        .map(|(code, row)| ((*code).to_owned(), *row))
        .collect()
}

#[test]
fn an_area_that_leaves_its_parent_is_found_with_share_and_size() {
    let db = TestDatabase::new();
    take(&db, 1, &provinces());
    let second = take(
        &db,
        2,
        &[
            // Within; a hair outside, 0.5 % of it; a tenth of it outside, in the sea.
            area(&json!({"name": "Inner"}), [36.0, 2.0, 37.0, 3.0]),
            area(&json!({"name": "Hair"}), [37.0, 1.995, 38.0, 3.0]),
            area(&json!({"name": "Coast"}), [36.0, 0.9, 37.0, 1.9]),
        ],
    );
    assert_eq!(codes(&second), found(&[("area_outside_parent", 3)]));
    let message = second.message("area_outside_parent");
    // A tenth of a degree by one, next to the equator.
    assert!(
        message.contains("10.0 % of Coast (1231 km²) lies outside West"),
        "{message}"
    );
}

#[test]
fn what_lies_in_no_parent_is_found_whatever_level_comes_first() {
    let lake = area(&json!({"name": "Lake"}), [40.0, 1.0, 41.0, 2.0]);
    let ward = area(&json!({"name": "Ward"}), [36.0, 1.0, 36.5, 2.0]);
    let db = TestDatabase::new();
    take(&db, 1, &provinces());
    let second = take(&db, 2, &[ward.clone(), lake.clone()]);
    assert_eq!(codes(&second), found(&[("area_without_parent", 2)]));
    // Without the level above there is nothing to lie in; when it comes, its children are judged.
    let db = TestDatabase::new();
    assert_eq!(codes(&take(&db, 2, &[ward, lake])), found(&[]));
    let second = take(&db, 1, &provinces());
    assert_eq!(codes(&second), found(&[("area_without_parent", 0)]));
    assert!(
        second
            .message("area_without_parent")
            .starts_with("Lake lies in no area of level 1")
    );
}

#[test]
fn a_stated_parent_is_compared_with_the_outline() {
    let db = TestDatabase::new();
    take(&db, 1, &provinces());
    let west = [36.0, 1.0, 36.5, 2.0];
    let boxes = [
        [36.5, 1.0, 37.0, 2.0],
        [36.0, 2.0, 36.5, 3.0],
        [36.5, 2.0, 37.0, 3.0],
    ];
    let second = take(
        &db,
        2,
        &[
            area(
                &json!({"ADM2_PCODE": "1", "ADM2_EN": "Agrees", "ADM1_PCODE": "W"}),
                west,
            ),
            area(
                &json!({"ADM2_PCODE": "2", "ADM2_EN": "Differs", "ADM1_PCODE": "E"}),
                boxes[0],
            ),
            area(
                &json!({"ADM2_PCODE": "3", "ADM2_EN": "By Name", "ADM1_EN": "EAST"}),
                boxes[1],
            ),
            area(
                &json!({"ADM2_PCODE": "4", "ADM2_EN": "Unknown", "ADM1_PCODE": "XA7"}),
                boxes[2],
            ),
        ],
    );
    let expected = [
        ("area_parent_not_known", 0),
        ("area_parent_differs", 2),
        ("area_parent_differs", 3),
    ];
    assert_eq!(codes(&second), found(&expected));
    let message = second.message("area_parent_differs");
    assert!(
        message.contains("Differs belongs to \"E\", but its outline lies in West (W)"),
        "{message}"
    );
}

#[test]
fn areas_of_another_country_are_found_once() {
    let db = TestDatabase::new();
    let kenyan = |name: &str| json!({"shapeName": name, "shapeGroup": "KEN"});
    let first = take(
        &db,
        1,
        &[
            area(&kenyan("A"), [36.0, 1.0, 37.0, 2.0]),
            area(&kenyan("B"), [37.0, 1.0, 38.0, 2.0]),
        ],
    );
    assert_eq!(codes(&first), found(&[("area_parent_differs", 1)]));
    assert!(
        first
            .message("area_parent_differs")
            .contains("2 of its areas")
    );
}

#[test]
fn siblings_that_share_more_than_a_sliver_are_found() {
    let db = TestDatabase::new();
    let first = take(
        &db,
        1,
        &[
            area(&json!({"name": "A"}), [36.0, 1.0, 37.0, 2.0]),
            area(&json!({"name": "Sliver"}), [36.995, 1.0, 38.0, 2.0]),
            area(&json!({"name": "Over"}), [36.0, 1.9, 37.0, 3.0]),
        ],
    );
    assert_eq!(codes(&first), found(&[("area_overlaps", 3)]));
    let message = first.message("area_overlaps");
    assert!(
        message.contains("Over and A share 1230 km², 10.0 % of the smaller one"),
        "{message}"
    );
}

#[test]
fn a_country_is_one_area_by_whatever_code() {
    let db = TestDatabase::new();
    let [west, east] = provinces();
    let refused = take(&db, 0, &[west.clone(), east]);
    assert_eq!(refused.error_code(), "file_several_countries");
    assert_eq!(number(&db, "SELECT count(*) FROM country"), 0);
    assert_eq!(
        take(&db, 0, std::slice::from_ref(&west)).counts(),
        [1, 1, 0, 0, 0]
    );
    let renamed = area(
        &json!({"code": "XAA", "name": "West"}),
        [36.0, 1.0, 37.0, 3.0],
    );
    assert_eq!(take(&db, 0, &[renamed]).counts(), [1, 0, 1, 0, 0]);
    assert_eq!(texts(&db, "SELECT code FROM area"), ["XAA"]);
}

#[test]
fn people_are_kept_and_bad_numbers_are_found() {
    let db = TestDatabase::new();
    let first = take(
        &db,
        1,
        &[
            area(
                &json!({"name": "A", "T_TL": 627_678, "pop_year": 2022}),
                [36.0, 1.0, 37.0, 2.0],
            ),
            area(
                &json!({"name": "B", "T_TL": "many"}),
                [37.0, 1.0, 38.0, 2.0],
            ),
            area(
                &json!({"name": "C", "T_TL": "-9999"}),
                [38.0, 1.0, 39.0, 2.0],
            ),
            area(
                &json!({"name": "D", "T_TL": "1,250"}),
                [39.0, 1.0, 40.0, 2.0],
            ),
        ],
    );
    let expected = [
        ("population_not_a_number", 2),
        ("population_out_of_range", 3),
    ];
    assert_eq!(codes(&first), found(&expected));
    let people = "SELECT concat_ws(' ', name, population, population_year) FROM area ORDER BY 1";
    assert_eq!(texts(&db, people), ["A 627678 2022", "B", "C", "D 1250"]);
}

#[test]
fn the_tree_is_counted_level_by_level() {
    let db = TestDatabase::new();
    take(&db, 1, &provinces());
    super::schools(&db, &super::fixture("border.csv"), "XAA");
    let second = take(
        &db,
        2,
        &[
            area(&json!({"name": "Ward"}), [36.0, 1.0, 36.6, 2.0]),
            area(&json!({"name": "Lake"}), [40.0, 1.0, 41.0, 2.0]),
        ],
    );
    let expected = json!([
        {"level": 1, "areas": 2, "with_parent": 0, "schools": 3},
        {"level": 2, "areas": 2, "with_parent": 1, "schools": 2},
    ]);
    assert_eq!(second.document["tree"], expected);
}
