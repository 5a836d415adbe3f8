//! School lists: which known school a row is, what of it changes, and where it may lie.

use super::{areas, command, file, fixture, import, number, outcome, schools, texts};
use crate::support::TestDatabase;

const HEADER: &str =
    "school_name,latitude,longitude,emis_code,giga_id_school,connectivity,num_students,roof";

fn list(db: &TestDatabase, rows: &str) -> super::Imported {
    let (_dir, path) = file(&format!("{HEADER}\n{rows}"));
    schools(db, &path, "XAA")
}

#[test]
fn a_school_beyond_the_border_is_kept_and_one_far_away_is_not_placed() {
    let db = TestDatabase::new();
    areas(&db, &fixture("areas.geojson"), "XAA", 1);
    let first = schools(&db, &fixture("border.csv"), "XAA");
    assert_eq!(first.counts(), [6, 6, 0, 0, 0]);
    assert_eq!(first.rows_with("beyond_border"), [4]);
    assert_eq!(first.rows_with("outside_country"), [5]);
    assert_eq!(first.rows_with("coordinate_swapped"), [6]);
    // A hundredth of a degree of longitude at 1.5 degrees north.
    assert!(
        first
            .message("beyond_border")
            .contains("1113 m beyond the border of East")
    );
    let swapped = first.document["finding_list"].to_string();
    assert!(
        swapped.contains("the other way round it lies in West"),
        "{swapped}"
    );
    assert_eq!(first.count("not_placed"), 2);

    // A school on the border of two areas lies in one of them, always the same.
    let places = "SELECT concat_ws(' in ', s.name, a.name) FROM school s
                  LEFT JOIN school_area l ON l.school_id = s.id LEFT JOIN area a ON a.id = l.area_id
                  ORDER BY s.name";
    let expected = [
        "Corner in West",
        "Far Away",
        "In The West in West",
        "Just Beyond",
        "On The Border in East",
        "Swapped",
    ];
    assert_eq!(texts(&db, places), expected);
    let stated = "SELECT attributes ->> 'longitude_as_stated' FROM school
                  WHERE location_problem = 'outside_country' ORDER BY name";
    assert_eq!(texts(&db, stated), ["39", "1.5"]);
    assert_eq!(
        schools(&db, &fixture("border.csv"), "XAA").counts(),
        [6, 0, 0, 6, 0]
    );
}

#[test]
fn a_list_that_lies_wholly_elsewhere_is_refused() {
    let db = TestDatabase::new();
    areas(&db, &fixture("areas.geojson"), "XAA", 1);
    let rows: Vec<String> = (0..12)
        .map(|n| format!("School {n},36.{n},1.5,E{n},,,,\n"))
        .collect();
    let refused = list(&db, &rows.concat());
    assert_eq!(refused.error_code(), "file_of_another_country");
    let message = refused.document["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("all 12 positions") && message.contains("swapped"),
        "{message}"
    );
    assert_eq!(number(&db, "SELECT count(*) FROM school"), 0);
    assert_eq!(number(&db, "SELECT count(*) FROM import"), 1);
}

#[test]
fn only_what_differs_is_changed() {
    let db = TestDatabase::new();
    let first = list(
        &db,
        "Oak,1.5,36.5,E1,,yes,100,tin\nElm,1.6,36.6,E2,,no,900,tin\nAsh,1.7,36.7,E3,,,50,tin\n",
    );
    assert_eq!(first.counts(), [3, 3, 0, 0, 0]);
    let statuses = "SELECT status || ' ' || target_download_mbps FROM school_status
                    JOIN school ON id = school_id ORDER BY name";
    let expected = ["unknown 20", "not_connected 45", "connected_unmeasured 20"];
    assert_eq!(texts(&db, statuses), expected);
    let second = list(
        &db,
        "Oak Academy,1.5,36.5,E1,,yes,100,tin\nElm,1.6,36.6,E2,,yes,900,\nAsh,1.7,36.7,E3,,,50,tin\n",
    );
    assert_eq!(second.counts(), [3, 0, 2, 1, 0]);
    assert_eq!(
        texts(&db, "SELECT name FROM school ORDER BY 1"),
        ["Ash", "Elm", "Oak Academy"]
    );
    let moved = "SELECT name FROM school WHERE updated_at > created_at ORDER BY 1";
    assert_eq!(texts(&db, moved), ["Elm", "Oak Academy"]);
    // The roof's cell is blank now; the verdict rests on what was declared.
    let roofless = "SELECT name FROM school WHERE NOT attributes ? 'roof'";
    assert_eq!(texts(&db, roofless), ["Elm"]);
    let stale = "SELECT name FROM school JOIN school_status ON id = school_id
                 WHERE computed_at = 'epoch'";
    assert_eq!(texts(&db, stale), ["Elm"]);
}

#[test]
fn what_a_list_has_no_column_for_stays_as_it_is_known() {
    let db = TestDatabase::new();
    list(&db, "Oak,1.5,36.5,E1,,yes,100,tin\n");
    let (_dir, path) = file("lat,lon,emis_code\n1.5,36.51,E1\n");
    assert_eq!(schools(&db, &path, "XAA").counts(), [1, 0, 1, 0, 0]);
    let known = "SELECT concat_ws(' ', name, connectivity_declared, student_count,
                                  attributes ->> 'roof', ST_X(location)) FROM school";
    assert_eq!(texts(&db, known), ["Oak yes 100 tin 36.51"]);
}

#[test]
fn the_governments_id_speaks_first_and_an_id_stays_with_its_school() {
    let db = TestDatabase::new();
    let (oak, elm) = (
        "6b1c7f2e-0000-4000-8000-000000000001",
        "6b1c7f2e-0000-4000-8000-000000000002",
    );
    list(
        &db,
        &format!("Oak,1.5,36.5,E1,{oak},,,\nElm,1.6,36.6,E2,{elm},,,\n"),
    );
    let second = list(&db, &format!("Oak,1.5,36.5,E1,{elm},,,\n"));
    assert_eq!(second.rows_with("id_of_another_school"), [2]);
    assert!(second.message("id_of_another_school").contains("\"Elm\""));
    // The same school under two ids, in two rows.
    let third = list(
        &db,
        &format!("Elm,1.6,36.6,E2,,,,\nElm again,1.6,36.6,,{elm},,,\n"),
    );
    assert_eq!(third.counts(), [2, 0, 0, 1, 1]);
    assert_eq!(third.rows_with("duplicate_id"), [3]);
    assert_eq!(number(&db, "SELECT count(*) FROM school"), 2);
    // An id that is new joins the school that another id recognises.
    let fourth = list(
        &db,
        "Oak,1.5,36.5,E1,6b1c7f2e-0000-4000-8000-000000000009,,,\n",
    );
    assert_eq!(fourth.counts(), [1, 0, 1, 0, 0]);
    assert_eq!(number(&db, "SELECT count(*) FROM school_alias"), 5);
}

#[test]
fn rows_without_any_id_are_recognised_when_they_come_again_in_another_order() {
    let db = TestDatabase::new();
    let rows = [
        "Oak,1.5,36.5,,,,,\n",
        "Oak,1.6,36.5,,,,,\n",
        "Elm,0,36.5,,,,,\n",
    ];
    assert_eq!(list(&db, &rows.concat()).counts(), [3, 3, 0, 0, 0]);
    let turned = [rows[2], rows[0], rows[1]].concat();
    assert_eq!(list(&db, &turned).counts(), [3, 0, 0, 3, 0]);
}

#[test]
fn a_list_in_another_language_is_kept_in_gigas_words_and_changes_nothing_when_it_comes_again() {
    let db = TestDatabase::new();
    let first = schools(&db, &fixture("french.csv"), "XAA");
    assert_eq!(first.counts(), [5, 5, 0, 0, 0]);
    assert_eq!(first.rows_with("unknown_value"), [0]);
    let kept = "SELECT concat_ws(', ', education_level, attributes ->> 'education_level_govt',
                                 attributes ->> 'school_funding_type',
                                 attributes ->> 'school_funding_type_as_stated',
                                 attributes ->> 'admin1', attributes ->> 'toiture')
                FROM school WHERE name = 'École du Chêne'";
    assert_eq!(
        texts(&db, kept),
        ["Primary, Primaire, private, Privé, Thiès, tôle"]
    );
    let second = schools(&db, &fixture("french.csv"), "XAA");
    assert_eq!(second.counts(), [5, 0, 0, 5, 0]);
    // What was stated in other words goes with the words.
    let (_dir, path) = file(
        "Code école,Nom,Latitude,Longitude,Statut,Niveau\n\
         A1,École du Chêne,14.79101,-16.92501,public,Primary\n",
    );
    assert_eq!(schools(&db, &path, "XAA").counts(), [1, 0, 1, 0, 0]);
    assert_eq!(texts(&db, kept), ["Primary, public, Thiès, tôle"]);
}

#[test]
fn two_imports_at_once_come_one_after_the_other() {
    let db = TestDatabase::new();
    let path = fixture("border.csv");
    let arguments = ["schools", path.to_str().unwrap(), "--country", "XAA"];
    let mut running = vec![];
    for _ in 0..3 {
        let mut command = command(&db, &arguments);
        command
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        running.push(command.spawn().unwrap());
    }
    let outcomes = running
        .into_iter()
        .map(|child| outcome(&child.wait_with_output().unwrap()));
    let mut counts: Vec<_> = outcomes.map(|outcome| outcome.counts()).collect();
    counts.sort_unstable();
    assert_eq!(counts, [[6, 0, 0, 6, 0], [6, 0, 0, 6, 0], [6, 6, 0, 0, 0]]);
}

#[test]
fn an_import_is_told_to_the_audit_and_keeps_every_credit() {
    let db = TestDatabase::new();
    let path = fixture("border.csv");
    let path = path.to_str().unwrap();
    for credit in ["© One", "© Two", "© One"] {
        let done = import(
            &db,
            &["schools", path, "--country", "XAA", "--credit", credit],
        );
        assert!(done.done, "{}", done.stderr);
    }
    assert_eq!(texts(&db, "SELECT credit FROM country"), ["© One; © Two"]);
    assert_eq!(
        number(&db, "SELECT count(*) FROM country WHERE invented"),
        1
    );
    let audit = texts(
        &db,
        "SELECT concat_ws(', ', actor, action, subject) FROM audit_event",
    );
    assert_eq!(audit, ["command line, import schools, XAA"; 3]);
}
