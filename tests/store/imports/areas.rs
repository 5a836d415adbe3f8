//! Areas: outlines that are mended, areas that are silent, and what a new level does to schools.

use super::{areas, fixture, number, schools, texts};
use crate::support::TestDatabase;

#[test]
fn outlines_that_cross_themselves_are_mended_and_flat_ones_are_not_taken() {
    let db = TestDatabase::new();
    let path = fixture("areas_faults.geojson");
    let first = areas(&db, &path, "XAA", 1);
    assert_eq!(first.counts(), [10, 4, 0, 0, 6]);
    assert_eq!(first.rows_with("mended_outline"), [9]);
    assert_eq!(first.rows_with("empty_outline"), [10]);
    let sound = areas(&db, &fixture("areas.geojson"), "XAB", 1);
    assert_eq!(sound.rows_with("mended_outline"), [0; 0]);
    assert_eq!(sound.rows_with("empty_outline"), [0; 0]);
    // Two triangles of half a degree by one.
    let mended = "SELECT (ST_Area(geometry) * 1000)::bigint FROM area WHERE name = 'Bow Tie'";
    assert_eq!(number(&db, mended), 500);
    assert_eq!(areas(&db, &path, "XAA", 1).counts(), [10, 0, 0, 4, 6]);
}

#[test]
fn an_area_that_the_file_is_silent_on_stays_and_is_reported() {
    let db = TestDatabase::new();
    areas(&db, &fixture("areas.geojson"), "XAA", 1);
    let same = areas(&db, &fixture("areas.geojson"), "XAA", 1);
    assert_eq!(same.rows_with("area_not_in_file"), [0; 0]);
    let second = areas(&db, &fixture("areas_shared_names.geojson"), "XAA", 1);
    assert_eq!(second.counts(), [3, 3, 0, 0, 0]);
    assert_eq!(second.rows_with("area_not_in_file"), [0, 0]);
    assert_eq!(number(&db, "SELECT count(*) FROM area"), 5);
}

#[test]
fn a_new_level_takes_in_the_schools_and_finds_its_parents() {
    let db = TestDatabase::new();
    areas(&db, &fixture("areas.geojson"), "XAA", 1);
    schools(&db, &fixture("border.csv"), "XAA");
    let second = areas(&db, &fixture("areas_shared_names.geojson"), "XAA", 2);
    assert_eq!(second.document["areas"]["2"], 3);
    let tree =
        "SELECT a.match_key || ' in ' || p.name FROM area a JOIN area p ON p.id = a.parent_id
                ORDER BY 1";
    let expected = ["11/Gitega in West", "12/Gitega in East", "Kigali in West"];
    assert_eq!(texts(&db, tree), expected);
    let places = "SELECT s.name || ' in ' || a.match_key FROM school_area l
                  JOIN school s ON s.id = l.school_id JOIN area a ON a.id = l.area_id
                  WHERE l.level = 2 ORDER BY 1";
    let expected = [
        "Corner in 11/Gitega",
        "In The West in 11/Gitega",
        "On The Border in 11/Gitega",
    ];
    assert_eq!(texts(&db, places), expected);
}
