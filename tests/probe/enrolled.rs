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
    // Gateway and name server too, as far as this machine has them.
    let nearer = shown["nearer_path_checks"].as_array().unwrap().len();
    let all: Vec<i64> = (1..).take(nearer + 2).collect();
    assert_eq!(shown["stored_sequences"], serde_json::json!(all));
    assert_eq!(shown["acknowledged"], true, "{shown}");
    assert_eq!(school.stored(), all);
    assert_eq!(
        fixtures::count(
            &school.db,
            "path_check WHERE outcome = 'ok' AND target_kind = 'server'"
        ),
        1
    );
    let valid = "speed_test WHERE outcome = 'ok' AND invalid_reason IS NULL";
    let row = school.db.sql().query_one(
        "SELECT concat_ws(' ', outcome, failure, invalid_reason, download_mbps, upload_mbps,
                          server_download_mbps, server_upload_mbps) FROM speed_test",
        &[],
    );
    let seen: String = row.unwrap().get(0);
    assert_eq!(fixtures::count(&school.db, valid), 1, "{seen}");
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
    let first = json(&school.probe(&["once", "--max-seconds", "1", "--json"]));
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
    let numbers = |shown: &serde_json::Value| {
        let numbers = shown["stored_sequences"].as_array().unwrap().iter();
        numbers
            .map(|number| number.as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(numbers(&shown)[0], 1);
    let mut both = [numbers(&first), numbers(&shown)].concat();
    both.sort_unstable();
    assert_eq!(school.stored(), both, "of two probes");
    let used = school.probe(&again);
    assert_eq!(json(&used)["error"]["code"], "enrolment_code_used");
}
