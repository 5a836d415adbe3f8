//! What the technician sees: a code, a measurement, the school on the map.

use std::time::{Duration, Instant};

use crate::{
    programs::{PATIENCE, School, json},
    support::{fixtures, within},
};

#[test]
fn one_measurement_of_an_enrolled_probe_gives_its_school_a_status() {
    let school = School::enrolled();
    assert_eq!(school.status(), "unknown");
    let output = school.probe(&["once", "--max-seconds", "1", "--json"]);
    let shown = json(&output);
    assert!(output.status.success(), "{shown}");
    assert_eq!(shown["stored_sequences"], serde_json::json!([1, 2]));
    assert_eq!(shown["acknowledged"], true, "{shown}");
    assert_eq!(school.stored(), [1, 2]);
    assert_eq!(
        fixtures::count(&school.db, "path_check WHERE outcome = 'ok'"),
        1
    );
    let valid = "speed_test WHERE outcome = 'ok' AND invalid_reason IS NULL";
    assert_eq!(fixtures::count(&school.db, valid), 1);
    within(Duration::from_secs(5), "a verdict", || {
        (school.status() == "good").then_some(())
    });
}

#[test]
fn the_first_measurement_is_stored_while_the_technician_waits() {
    let school = School::enrolled();
    let begun = Instant::now();
    let _probe = school.start_probe(&["run", "--now", "--max-seconds", "1"]);
    within(Duration::from_secs(15), "the first record", || {
        school.stored().first().copied()
    });
    // A path check of the default configuration sends for five seconds.
    assert!(begun.elapsed() < Duration::from_secs(15));
    within(PATIENCE, "the speed test too", || {
        (school.stored().len() >= 2).then_some(())
    });
    school.all_arrives_exactly_once();
}

#[test]
fn a_code_enrols_one_machine_only() {
    let school = School::enrolled();
    let used = school
        .db
        .sql()
        .query_one("SELECT count(*) FROM probe", &[])
        .unwrap();
    assert_eq!(used.get::<_, i64>(0), 1);
    let output = school.probe(&[
        "enrol",
        "--server",
        "http://127.0.0.1:1",
        "--code",
        "x",
        "--json",
    ]);
    assert_eq!(output.status.code(), Some(2), "it is enrolled already");
    assert_eq!(json(&output)["error"]["code"], "already_enrolled");
}

#[test]
fn a_probe_that_is_enrolled_anew_begins_again_at_one() {
    let school = School::enrolled();
    school.probe(&["once", "--max-seconds", "1", "--json"]);
    let url = school.url().to_owned();
    let code = school.new_code();
    let again = [
        "enrol",
        "--replace",
        "--server",
        &url,
        "--code",
        &code,
        "--json",
    ];
    let output = school.probe(&again);
    assert!(output.status.success(), "{output:?}");
    let shown = json(&school.probe(&["once", "--max-seconds", "1", "--json"]));
    assert_eq!(shown["stored_sequences"], serde_json::json!([1, 2]));
    assert_eq!(school.stored(), [1, 1, 2, 2], "of two probes");
    let used = school.probe(&again);
    assert_eq!(json(&used)["error"]["code"], "enrolment_code_used");
}
