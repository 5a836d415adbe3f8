//! Which known school a row is: its ids in their order, then where it stands and what it is called.

use schoolbeat::store::imports::Import;
use uuid::Uuid;

use super::{all_rows, codes, counts, preview, school, take};
use crate::support::TestDatabase;

const HEADER: &str = "name,lat,lon,emis_code,giga_id_school,@id,education_level\n";
const GIGA: [&str; 2] = [
    "6b1c7f2e-0000-4000-8000-000000000001",
    "6b1c7f2e-0000-4000-8000-000000000002",
];
/// A degree of latitude at the equator and of longitude there, metres (WGS 84).
const LATITUDE_M: f64 = 110_574.3;
const LONGITUDE_M: f64 = 111_319.5;

fn list(rows: &str) -> String {
    format!("{HEADER}{rows}")
}

/// What each row was recognised as, and by what.
fn matched(db: &TestDatabase, import: &Import) -> Vec<(Option<Uuid>, String)> {
    let rows = all_rows(db, import).into_iter();
    let by = rows.map(|row| match row.matched {
        Some(matched) => (row.school_id, matched.by),
        None => (None, row.verdict),
    });
    by.collect()
}

/// A known school at the equator without ids, and a row so many metres east of it: the verdict.
fn near(db: &TestDatabase, name: &str, metres: f64, rest: &str) -> (String, Option<f32>) {
    let longitude = 36.5 + metres / LONGITUDE_M;
    let staged = preview(
        db,
        &list(&format!("{name},0.00001,{longitude:.7},{rest}\n")),
    );
    let row = all_rows(db, &staged).remove(0);
    (row.verdict, row.matched.map(|matched| matched.confidence))
}

#[test]
fn ids_speak_in_their_order_and_ours_first() {
    let db = TestDatabase::new();
    let [g1, g2] = GIGA;
    take(
        &db,
        &list(&format!(
            "Oak,1.11234,36.1,E1,{g1},node/1,\nElm,1.21234,36.2,E2,{g2},node/2,\n"
        )),
    );
    let (oak, elm) = (school(&db, "Oak"), school(&db, "Elm"));
    let matches = |text: &str| matched(&db, &preview(&db, text));
    let by = |school, by: &str| vec![(Some(school), by.to_owned())];
    let row = |ids: &str| list(&format!("Oak,1.11234,36.1,{ids},\n"));
    assert_eq!(
        matches(&row(&format!("E2,{g1},node/1"))),
        by(elm, "government")
    );
    assert_eq!(matches(&row(&format!("E9,{g2},node/1"))), by(elm, "giga"));
    let unknown = "6b1c7f2e-0000-4000-8000-000000000009";
    assert_eq!(
        matches(&row(&format!("E9,{unknown},node/2"))),
        by(elm, "osm")
    );
    let export = format!("schoolbeat_id,name,lat,lon,emis_code\n{oak},Oak,1.11234,36.1,E2\n");
    let staged = preview(&db, &export);
    assert_eq!(matched(&db, &staged), by(oak, "schoolbeat"));
    assert_eq!(codes(&db, &staged)["id_of_another_school"], [2]);
    // An id of ours that is nobody's says nothing.
    let nobody = Uuid::from_u128(7);
    let export = format!("schoolbeat_id,name,lat,lon,emis_code\n{nobody},Oak,1.11234,36.1,E2\n");
    assert_eq!(matches(&export), by(elm, "government"));
}

#[test]
fn an_id_that_is_made_of_the_row_comes_last() {
    let db = TestDatabase::new();
    take(&db, &list("Oak,1.11234,36.1,,,,\n"));
    let oak = school(&db, "Oak");
    let again = preview(&db, &list("Oak,1.11234,36.1,,,,\n"));
    assert_eq!(matched(&db, &again), [(Some(oak), "import".to_owned())]);
    assert_eq!(again.matched_by["import"], 1);
}

#[test]
fn a_list_that_gains_ids_is_recognised_and_then_goes_by_them() {
    let db = TestDatabase::new();
    take(
        &db,
        &list("Oak Primary,1.11234,36.1,,,,\nElm,1.21234,36.2,,,,\n"),
    );
    let gained = list("Oak Primary,1.11234,36.1,E1,,,\nElm,1.2124,36.2,E2,,,\n");
    let staged = preview(&db, &gained);
    assert_eq!(counts(&staged), [0, 2, 0, 0, 0]);
    assert_eq!(staged.matched_by["position_and_name"], 2);
    let known = [school(&db, "Oak Primary"), school(&db, "Elm")];
    let by = |id: Uuid| (Some(id), "position_and_name".to_owned());
    assert_eq!(matched(&db, &staged), known.map(by));
    take(&db, &gained);
    let moved = preview(&db, &list("Oak,1.5,36.9,E1,,,\nElm Tree,1.6,36.9,E2,,,\n"));
    let by = |id: Uuid| (Some(id), "government".to_owned());
    assert_eq!(matched(&db, &moved), known.map(by));
}

#[test]
fn nearness_and_name_make_one_school_within_110_metres() {
    let db = TestDatabase::new();
    take(&db, &list("Saint Mary Primary School,0.00001,36.5,,,,\n"));
    let name = "Saint Mary Primary School";
    let ids = "E1,,,";
    let (verdict, on_the_spot) = near(&db, name, 0.0, ids);
    assert_eq!((&*verdict, on_the_spot), ("updated", Some(1.0)));
    let (verdict, farther) = near(&db, name, 100.0, ids);
    assert_eq!(verdict, "updated");
    assert!((0.9..1.0).contains(&farther.unwrap()), "{farther:?}");
    assert_eq!(near(&db, name, 109.0, ids).0, "updated");
    assert_eq!(near(&db, name, 111.0, ids), ("created".to_owned(), None));
    let (verdict, similar) = near(&db, "St Mary Primary School", 10.0, ids);
    assert_eq!(verdict, "updated");
    assert!(similar < farther, "{similar:?}");
    assert_eq!(near(&db, "Oak Academy", 10.0, ids).0, "created");
    // To the north it is as far.
    let north = |metres: f64| {
        let latitude = 0.000_01 + metres / LATITUDE_M;
        let staged = preview(&db, &list(&format!("{name},{latitude:.7},36.5,E1,,,\n")));
        counts(&staged)[0]
    };
    assert_eq!((north(109.0), north(111.0)), (0, 1));
}

#[test]
fn two_schools_of_different_levels_or_ids_on_one_site_stay_two() {
    let db = TestDatabase::new();
    take(&db, &list("Oak School,0.00001,36.5,E1,,,Primary\n"));
    let verdict = |rest: &str| near(&db, "Oak School", 0.0, rest).0;
    assert_eq!(verdict(",,,Secondary"), "created");
    assert_eq!(verdict("E2,,,Primary"), "created", "another government id");
    assert_eq!(verdict(",,node/1,Primary"), "updated");
    assert_eq!(verdict(",,node/1,"), "updated", "nothing speaks against it");
}

#[test]
fn each_known_school_is_recognised_once() {
    let db = TestDatabase::new();
    take(&db, &list("Oak School,0.00001,36.5,,,,\n"));
    let oak = school(&db, "Oak School");
    // The nearer one is it, in whatever order they stand.
    let (near, far) = (
        "Oak School,0.00001,36.5001,E1,,,\n",
        "Oak School,0.00001,36.5005,E2,,,\n",
    );
    for (rows, verdicts) in [
        ([near, far], ["position_and_name", "created"]),
        ([far, near], ["created", "position_and_name"]),
    ] {
        let staged = preview(&db, &list(&rows.concat()));
        let found: Vec<String> = matched(&db, &staged).into_iter().map(|m| m.1).collect();
        assert_eq!(found, verdicts);
    }
    // Whom an id names is not looked for by place.
    let [g1, _] = GIGA;
    take(&db, &list(&format!("Oak School,0.00001,36.5,,{g1},,\n")));
    let rows = format!("Oak School,0.00001,36.5,E1,,,\nOak,0.5,36.5,,{g1},,\n");
    let staged = preview(&db, &list(&rows));
    assert_eq!(matched(&db, &staged)[0].1, "created");
    assert_eq!(matched(&db, &staged)[1], (Some(oak), "giga".to_owned()));
    // Of two that are as near, the order of the rows does not tell which one it is.
    let db = TestDatabase::new();
    take(&db, &list("Oak School,0.00001,36.5,,,,\n"));
    let rows = ["E1", "E2"].map(|id| format!("Oak School,0.00001,36.5,{id},,,\n"));
    let first = |rows: [&String; 2]| {
        let staged = preview(&db, &list(&[rows[0].as_str(), rows[1]].concat()));
        matched(&db, &staged)[0].1.clone()
    };
    let [one, other] = [first([&rows[0], &rows[1]]), first([&rows[1], &rows[0]])];
    assert_ne!(one, other);
}

#[test]
fn the_antimeridian_parts_no_school_from_itself() {
    let db = TestDatabase::new();
    take(&db, &list("Oak School,-17.00001,179.9998,,,,\n"));
    let staged = preview(&db, &list("Oak School,-17.00001,-179.9998,E1,,,\n"));
    assert_eq!(staged.matched_by["position_and_name"], 1);
}

#[test]
fn a_row_of_an_older_export_is_the_survivor_of_its_school() {
    let db = TestDatabase::new();
    take(
        &db,
        &list("Oak,1.11234,36.1,E1,,,\nElm,1.21234,36.2,E2,,,\n"),
    );
    let (oak, elm) = (school(&db, "Oak"), school(&db, "Elm"));
    super::undone::merge(&db, elm, oak);
    let export = format!("schoolbeat_id,name,lat,lon\n{elm},Elm,1.21234,36.2\n");
    let staged = preview(&db, &export);
    assert_eq!(
        matched(&db, &staged),
        [(Some(oak), "schoolbeat".to_owned())]
    );
}
