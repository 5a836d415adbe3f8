//! What areas were before, areas that are no more, and what a new border means for schools.

use serde_json::{Value, json};

use super::{
    Imported,
    area_trees::{area, geojson, take},
    fixture, import, number, schools, texts,
};
use crate::support::TestDatabase;

fn replace(db: &TestDatabase, level: &str, features: &[Value]) -> Imported {
    let (_dir, path) = geojson(features);
    let file = path.to_str().unwrap();
    import(
        db,
        &[
            "areas",
            file,
            "--country",
            "XAA",
            "--level",
            level,
            "--replace",
        ],
    )
}

fn west(name: &str, east: f64) -> Value {
    area(
        &json!({"code": "W", "name": name, "population": 7}),
        [36.0, 1.0, east, 3.0],
    )
}

fn east() -> Value {
    area(
        &json!({"code": "E", "name": "East"}),
        [37.0, 1.0, 38.0, 3.0],
    )
}

#[test]
fn what_an_area_was_is_kept_with_the_file_that_said_so() {
    let db = TestDatabase::new();
    let first = take(&db, 1, &[west("West", 37.0), east()]);
    assert_eq!(
        take(&db, 1, &[west("West", 37.0), east()]).counts(),
        [2, 0, 0, 2, 0]
    );
    assert_eq!(number(&db, "SELECT count(*) FROM area_version"), 0);
    assert_eq!(
        take(&db, 1, &[west("Old West", 36.9), east()]).counts(),
        [2, 0, 1, 1, 0]
    );
    let before = "SELECT concat_ws(' ', v.name, v.code, v.population, ST_XMax(v.geometry),
                         v.valid_from < v.valid_to, v.valid_to = a.valid_from, i.id)
                  FROM area_version v JOIN area a ON a.id = v.area_id
                  JOIN import i ON i.id = v.import_id";
    let id = first.document["import_id"].as_str().unwrap();
    assert_eq!(texts(&db, before), [format!("West W 7 37 t t {id}")]);
    let now = "SELECT a.name FROM area a JOIN import i ON i.id = a.import_id
               ORDER BY i.imported_at, a.name";
    assert_eq!(texts(&db, now), ["East", "Old West"]);
}

#[test]
fn a_retired_area_holds_nothing_and_comes_back_when_it_is_named() {
    let db = TestDatabase::new();
    take(&db, 1, &[west("West", 37.0), east()]);
    schools(&db, &fixture("border.csv"), "XAA");
    let ward = area(&json!({"name": "Ward"}), [37.0, 1.0, 37.5, 2.0]);
    take(&db, 2, &[ward]);
    let held = "SELECT count(*) FROM school_area s JOIN area a ON a.id = s.area_id
                WHERE a.code = 'E'";
    let id = texts(&db, "SELECT id::text FROM area WHERE code = 'E'");
    take(&db, 1, &[west("West", 36.9)]);
    assert_eq!(number(&db, held), 1, "without --replace the area stays");

    let second = replace(&db, "1", &[west("West", 36.9)]);
    assert_eq!(second.counts(), [1, 0, 0, 1, 0]);
    assert_eq!(second.rows_with("area_retired"), [0]);
    assert_eq!(
        second.rows_with("area_without_parent"),
        [0],
        "the ward's parent is no more"
    );
    assert_eq!(second.document["retired"], 1);
    assert_eq!(second.document["tree"][0]["areas"], 1);
    assert_eq!(number(&db, held), 0);
    assert_eq!(
        number(&db, "SELECT count(*) FROM area WHERE parent_id IS NOT NULL"),
        0
    );
    let again = replace(&db, "1", &[west("West", 36.9)]);
    assert_eq!(again.rows_with("area_retired"), [0; 0]);
    assert_eq!(
        (again.counts(), again.count("retired")),
        ([1, 0, 0, 1, 0], 0)
    );

    let third = take(&db, 1, &[west("West", 36.9), east()]);
    assert_eq!(third.counts(), [2, 0, 1, 1, 0]);
    assert_eq!(number(&db, held), 1);
    assert_eq!(texts(&db, "SELECT id::text FROM area WHERE code = 'E'"), id);
    let versions = "SELECT count(*) FROM area_version v JOIN area a ON a.id = v.area_id
                    WHERE a.code = 'E' AND v.valid_to <= a.valid_from";
    assert_eq!(number(&db, versions), 1);
}

#[test]
fn a_wider_border_brings_schools_back_and_a_narrower_one_takes_none_away() {
    let db = TestDatabase::new();
    take(&db, 1, &[west("West", 37.0), east()]);
    let list = schools(&db, &fixture("border.csv"), "XAA");
    assert_eq!(list.rows_with("outside_country"), [5]);
    assert_eq!(list.rows_with("coordinate_swapped"), [6]);
    let off = "SELECT name FROM school WHERE location IS NULL ORDER BY 1";
    assert_eq!(texts(&db, off), ["Far Away", "Swapped"]);

    // A kilometre short of the school: near enough.
    let wider = area(
        &json!({"code": "E", "name": "East"}),
        [37.0, 1.0, 38.991, 3.0],
    );
    let second = take(&db, 1, &[west("West", 37.0), wider]);
    assert_eq!(second.document["schools_back"], 1);
    assert_eq!(second.rows_with("school_back_on_map"), [0]);
    assert_eq!(second.rows_with("school_left_out"), [0; 0]);
    assert_eq!(second.count("not_placed"), 1);
    assert_eq!(texts(&db, off), ["Swapped"]);
    let texts_left = "SELECT count(*) FROM school WHERE name = 'Far Away'
                      AND attributes ?| '{longitude_as_stated,latitude_as_stated}'";
    assert_eq!(number(&db, texts_left), 0);
    let list = schools(&db, &fixture("border.csv"), "XAA");
    assert_eq!(
        list.count("unchanged"),
        6,
        "the list says nothing new of it"
    );

    let narrower = area(
        &json!({"code": "E", "name": "East"}),
        [37.0, 1.0, 37.9, 3.0],
    );
    let third = take(&db, 1, &[west("West", 37.0), narrower]);
    assert_eq!(third.rows_with("school_left_out"), [0, 0]);
    assert_eq!(third.rows_with("school_back_on_map"), [0; 0]);
    let message = third.message("school_left_out");
    assert!(
        message.contains("beyond the border of East") && message.contains("stays"),
        "{message}"
    );
    assert_eq!(
        texts(&db, off),
        ["Swapped"],
        "an import of areas takes no school off the map"
    );
    let nowhere = "SELECT name FROM school s WHERE location IS NOT NULL
                   AND NOT EXISTS (SELECT FROM school_area a WHERE a.school_id = s.id) ORDER BY 1";
    assert_eq!(texts(&db, nowhere), ["Far Away", "Just Beyond"]);
}

#[test]
fn a_position_in_degrees_and_minutes_keeps_its_text_when_it_comes_back() {
    let db = TestDatabase::new();
    take(&db, 1, &[west("West", 37.0)]);
    let list = "name,lat,lon,emis_code\nNear,1.5,36.5,1\nFar,1° 30' 0\" N,\"40° 30' 0\"\" E\",2\n";
    let (_dir, path) = super::file(list);
    assert_eq!(schools(&db, &path, "XAA").count("not_placed"), 1);
    let second = take(&db, 1, &[west("West", 41.0)]);
    assert_eq!(second.document["schools_back"], 1);
    let place = "SELECT concat_ws(' ', ST_X(location), ST_Y(location),
                                  attributes ->> 'latitude_as_stated')
                 FROM school WHERE name = 'Far'";
    assert_eq!(texts(&db, place), ["40.5 1.5 1° 30' 0\" N"]);
    assert_eq!(schools(&db, &path, "XAA").count("unchanged"), 2);
}
