//! What rows look like beside one another: the radius is a true one, wherever on the globe.

use std::fmt::Write;

use super::{codes, preview};
use crate::{
    imports::{areas, fixture},
    support::TestDatabase,
};

const HEADER: &str = "name,lat,lon,emis_code,education_level\n";

/// Metres of a degree of latitude and of longitude at that latitude (WGS 84).
fn degree_m(latitude: f64) -> (f64, f64) {
    let phi = latitude.to_radians();
    let cos = |times: f64| (times * phi).cos();
    (
        111_132.92 - 559.82 * cos(2.0) + 1.175 * cos(4.0),
        111_412.84 * cos(1.0) - 93.5 * cos(3.0) + 0.118 * cos(5.0),
    )
}

/// Codes of a list of those names, places (longitude first) and levels, and their rows.
fn found(
    db: &TestDatabase,
    rows: &[(&str, f64, f64, &str)],
) -> std::collections::BTreeMap<String, Vec<i32>> {
    let mut text = HEADER.to_owned();
    for (at, (name, longitude, latitude, level)) in rows.iter().enumerate() {
        writeln!(text, "{name},{latitude:.8},{longitude:.8},E{at},{level}").unwrap();
    }
    let import = preview(db, &text);
    codes(db, &import)
}

/// Whether two rows of one name at these places are called near to each other.
fn near(db: &TestDatabase, one: (f64, f64), other: (f64, f64)) -> bool {
    let rows = [("Oak", one.0, one.1, ""), ("Oak", other.0, other.1, "")];
    let found = found(db, &rows);
    match found.get("same_name_nearby") {
        Some(rows) => {
            assert_eq!(rows, &[2, 3], "both are told");
            true
        }
        None => false,
    }
}

#[test]
fn one_name_within_110_true_metres_is_told_and_beyond_is_not() {
    let db = TestDatabase::new();
    // In a cell of a hundredth of a degree, across its borders and corner, and far north and south.
    for (longitude, latitude) in [
        (36.505, 1.505),
        (36.499_999, 1.505),
        (36.509_9, 1.509_9),
        (-0.000_4, 0.000_4),
        (-70.009_95, -33.000_05),
        (25.309_9, 60.009_9),
        (25.299_95, -60.000_05),
        (15.639_9, 78.229_9),
    ] {
        let (north, east) = degree_m(latitude);
        for (metres, is_near) in [(109.0, true), (111.0, false)] {
            let along = |x: f64, y: f64| {
                let other = (longitude + x * metres / east, latitude + y * metres / north);
                near(&db, (longitude, latitude), other)
            };
            let half = std::f64::consts::FRAC_1_SQRT_2;
            for (x, y) in [(1.0, 0.0), (0.0, 1.0), (half, half), (-half, half)] {
                assert_eq!(
                    along(x, y),
                    is_near,
                    "{metres} m towards {x}, {y} of {longitude}, {latitude}"
                );
            }
        }
    }
}

#[test]
fn the_antimeridian_is_no_border() {
    let db = TestDatabase::new();
    let (_, east) = degree_m(-17.0);
    for (metres, is_near) in [(109.0, true), (111.0, false)] {
        let half = metres / east / 2.0;
        assert_eq!(
            near(&db, (180.0 - half, -17.0), (-180.0 + half, -17.0)),
            is_near,
            "{metres} m"
        );
        // On the line itself, named either way.
        for line in [180.0, -180.0] {
            let other = (-180.0 + metres / east, -17.0);
            assert_eq!(near(&db, (line, -17.0), other), is_near, "{line}");
            let other = (180.0 - metres / east, -17.0);
            assert_eq!(near(&db, (line, -17.0), other), is_near, "{line}");
        }
    }
    assert!(near(&db, (180.0, -17.0), (-180.0, -17.0)));
}

#[test]
fn a_similar_name_is_told_more_quietly_and_another_level_not_at_all() {
    let db = TestDatabase::new();
    let at = |metres: f64| 36.5 + metres / degree_m(1.5).1;
    let rows = [
        ("Saint Mary Primary School", at(0.0), 1.5, ""),
        ("Saint Mary Primary Schol", at(50.0), 1.5, ""),
        ("Oak Academy", at(20.0), 1.5, ""),
        ("Saint Mary Primary Schoo", at(300.0), 1.5, ""),
    ];
    let told = found(&db, &rows);
    assert_eq!(told["similar_name_nearby"], [2, 3]);
    assert!(!told.contains_key("same_name_nearby"));
    let levels = [
        ("Oak", at(0.0), 1.5, "Primary"),
        ("Oak", at(0.0), 1.5, "Secondary"),
        ("Elm", at(40.0), 1.5, "Primary"),
        ("ELM", at(90.0), 1.5, "Primary"),
    ];
    let told = found(&db, &levels);
    assert_eq!(told["same_name_nearby"], [4, 5], "case is no difference");
}

#[test]
fn three_rows_on_one_point_are_a_pile_and_two_are_not() {
    let db = TestDatabase::new();
    let row = |name, longitude| (name, longitude, 1.51234, "");
    let two = [
        row("Oak", 36.51234),
        row("Elm", 36.51234),
        row("Ash", 36.51235),
    ];
    assert!(!found(&db, &two).contains_key("position_shared"));
    let three = [
        row("Oak", 36.51234),
        row("Elm", 36.51234),
        row("Ash", 36.51234),
    ];
    assert_eq!(found(&db, &three)["position_shared"], [2, 3, 4]);
}

#[test]
fn thirty_one_rows_crowd_a_cell_and_thirty_do_not() {
    let db = TestDatabase::new();
    let names: Vec<String> = (0..31).map(|n| format!("{n} {n} {n}")).collect();
    let rows: Vec<_> = (0..31)
        .zip(&names)
        .map(|(n, name)| {
            let (name, step) = (name.as_str(), f64::from(n) * 0.000_3);
            (name, 36.500_1 + step, 1.500_1 + step, "")
        })
        .collect();
    assert!(!found(&db, &rows[..30]).contains_key("cell_crowded"));
    assert_eq!(found(&db, &rows)["cell_crowded"], [2], "once, at the first");
}

#[test]
fn where_a_row_lies_and_where_it_says_are_compared_by_their_names() {
    let db = TestDatabase::new();
    areas(&db, &fixture("areas.geojson"), "XAA", 1);
    let text = "name,lat,lon,emis_code,admin1\n\
                Oak,1.51234,36.51234,E1,West\nElm,1.51234,37.51234,E2,WEST\n\
                Ash,1.61234,37.51234,E3,Ést\nYew,1.71234,37.51234,E4,Nowhere\n\
                Fir,1.81234,37.51234,E5,w\nBay,,,E6,West\n";
    let import = preview(&db, text);
    assert_eq!(codes(&db, &import)["other_area_than_stated"], [3, 6]);
}

#[test]
fn positions_are_told_inside_beyond_outside_and_turned() {
    let db = TestDatabase::new();
    areas(&db, &fixture("areas.geojson"), "XAA", 1);
    let east = degree_m(1.51234).1;
    let beyond = |metres: f64| 38.0 + metres / east;
    let rows = [
        ("Inside", 37.999_999, 1.51234, ""),
        ("Beyond", beyond(1490.0), 1.51234, ""),
        ("Outside", beyond(1510.0), 1.61234, ""),
        ("Turned", 1.71234, 36.51234, ""),
    ];
    let told = found(&db, &rows);
    assert_eq!(told["beyond_border"], [3]);
    assert_eq!(told["outside_country"], [4]);
    assert_eq!(told["coordinate_swapped"], [5]);
}

#[test]
fn names_on_a_large_pile_are_compared_only_where_they_are_the_same() {
    let db = TestDatabase::new();
    let mut text = HEADER.to_owned();
    for n in 0..30 {
        writeln!(text, "Saint Mary Primary School {n},1.51234,36.51234,E{n},").unwrap();
    }
    text.push_str("Saint Mary Primary School 7,1.51234,36.51234,E99,\n");
    let import = preview(&db, &text);
    let told = codes(&db, &import);
    assert_eq!(told["same_name_nearby"], [9, 32]);
    assert!(!told.contains_key("similar_name_nearby"));
    assert_eq!(told["position_shared"].len(), 31);
}
