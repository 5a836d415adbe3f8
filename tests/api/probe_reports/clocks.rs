//! Wall clocks that are wrong, and that jump between records and between reports.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{server, verdicts};
use crate::support::{
    TestDatabase, fixtures,
    records::{aged, path_check, report, speed_test, with},
};

const YEAR_MS: i64 = 365 * 24 * 3600 * 1000;

/// A record of so many seconds ago, whose wall clock was wrong by so much.
fn taken(sequence: u64, seconds: u64, wrong_ms: i64) -> Value {
    let record = aged(seconds, path_check(sequence));
    let wall_ms = record["wall_unix_ms"].as_i64().unwrap() + wrong_ms;
    with(record, json!({ "wall_unix_ms": wall_ms }))
}

/// The same, of a boot before this one.
fn of_an_earlier_boot(sequence: u64, seconds: u64, wrong_ms: i64) -> Value {
    with(
        taken(sequence, seconds, wrong_ms),
        json!({"boot_id": "an earlier one", "boot_ms": 5_000}),
    )
}

/// A report whose sender's wall clock is wrong by so much.
fn sent(wrong_ms: i64, records: &[Value]) -> Value {
    let mut report = report(records);
    let wall_ms = report["sent_wall_unix_ms"].as_i64().unwrap() + wrong_ms;
    report["sent_wall_unix_ms"] = json!(wall_ms);
    report
}

/// Numbers in the order of their times, how many seconds ago each was, and how that was found.
fn stored(db: &TestDatabase) -> Vec<(i64, i64, String)> {
    let sql = "SELECT sequence, measured_at, time_basis FROM path_check
               WHERE invalid_reason IS NULL ORDER BY measured_at";
    let now = Utc::now();
    let rows = db.sql().query(sql, &[]).unwrap();
    let row = |row: &postgres::Row| {
        let age: TimeDelta = now - row.get::<_, DateTime<Utc>>(1);
        (row.get(0), age.num_seconds(), row.get(2))
    };
    rows.iter().map(row).collect()
}

/// They lie so many seconds back, as near as a busy machine sends and looks.
#[track_caller]
fn are_of(stored: &[(i64, i64, String)], wanted: &[(i64, i64)], basis: &str) {
    let numbers: Vec<i64> = stored.iter().map(|row| row.0).collect();
    let wanted_numbers: Vec<i64> = wanted.iter().map(|row| row.0).collect();
    assert_eq!(numbers, wanted_numbers, "{stored:?}");
    for ((_, age_s, found_by), (_, wanted_s)) in stored.iter().zip(wanted) {
        assert!((wanted_s - 5..wanted_s + 60).contains(age_s), "{stored:?}");
        assert_eq!(found_by, basis);
    }
}

#[test]
fn a_probe_a_year_ahead_is_stored_at_the_true_time_also_what_an_earlier_boot_left() {
    for wrong_ms in [YEAR_MS, -YEAR_MS] {
        let (server, probe) = server();
        let records = [
            of_an_earlier_boot(1, 7_200, wrong_ms),
            of_an_earlier_boot(2, 3_600, wrong_ms),
        ];
        let answer = server.send_report(&probe, &sent(wrong_ms, &records)).json();
        assert_eq!(verdicts(&answer), ["stored"; 2], "{answer}");
        are_of(
            &stored(&server.db),
            &[(1, 7_200), (2, 3_600)],
            "corrected_clock",
        );
    }
}

#[test]
fn jumps_of_the_clock_between_records_of_one_boot_move_none_of_them() {
    let (server, probe) = server();
    let records = [
        taken(1, 900, 0),
        taken(2, 700, YEAR_MS),
        taken(3, 500, -YEAR_MS),
        taken(4, 300, 3_600_000),
        taken(5, 100, -3_600_000),
    ];
    let answer = server.send_report(&probe, &sent(YEAR_MS, &records)).json();
    assert_eq!(verdicts(&answer), ["stored"; 5], "{answer}");
    let wanted = [(1, 900), (2, 700), (3, 500), (4, 300), (5, 100)];
    are_of(&stored(&server.db), &wanted, "monotonic");
}

#[test]
fn jumps_of_the_clock_between_two_reports_move_nothing_and_double_nothing() {
    let (server, probe) = server();
    let first = [taken(1, 900, 0), taken(2, 600, 0)];
    server.send_report(&probe, &sent(0, &first)).json();
    // The answer was lost; by the next report the clock has jumped.
    let second = [taken(1, 900, 0), taken(2, 600, 0), taken(3, 300, YEAR_MS)];
    let answer = server.send_report(&probe, &sent(YEAR_MS, &second)).json();
    assert_eq!(verdicts(&answer), ["duplicate", "duplicate", "stored"]);
    let answer = server
        .send_report(&probe, &sent(-YEAR_MS, &[taken(4, 30, -YEAR_MS)]))
        .json();
    assert_eq!(verdicts(&answer), ["stored"]);
    let wanted = [(1, 900), (2, 600), (3, 300), (4, 30)];
    are_of(&stored(&server.db), &wanted, "monotonic");
}

/// Nobody knows when these were: the clock was set right between that boot and this one.
#[test]
fn what_a_boot_under_a_wrong_clock_left_is_kept_and_never_averaged() {
    let (server, probe) = server();
    let beginning_of_time = -Utc::now().timestamp_millis();
    let mut records = [
        of_an_earlier_boot(1, 3_600, YEAR_MS),
        of_an_earlier_boot(2, 3_600, beginning_of_time),
    ];
    for (record, sequence) in records.iter_mut().zip(1..) {
        let time = ["boot_id", "boot_ms", "wall_unix_ms"].map(|name| (name, record[name].clone()));
        let time: Value = time.into_iter().collect();
        *record = with(speed_test(sequence, 30.0), time);
    }
    let answer = server.send_report(&probe, &sent(0, &records)).json();
    assert_eq!(verdicts(&answer), ["stored_invalid"; 2], "{answer}");
    assert_eq!(answer["acknowledged_sequence"], 2, "the probe forgets them");
    let reasons = ["time_in_future", "time_too_old"];
    for (result, reason) in answer["results"].as_array().unwrap().iter().zip(reasons) {
        assert_eq!(result["reason"], reason);
    }
    let kept = "speed_test WHERE time_basis = 'arrival' AND probe_clock_at IS NOT NULL
                AND invalid_reason IS NOT NULL AND measured_at = received_at";
    assert_eq!(fixtures::count(&server.db, kept), 2);
}
