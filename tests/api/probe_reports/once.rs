//! A report is stored exactly once, however often and from wherever it comes.

use serde_json::json;

use super::{server, stored, verdicts};
use crate::support::{
    fixtures,
    records::{path_check, report, speed_test},
};

#[test]
fn a_report_is_stored_once_however_often_it_is_sent() {
    let (server, probe) = server();
    let report = report(&[speed_test(1, 30.0), path_check(2)]);
    let first = server.send_report(&probe, &report).json();
    assert_eq!(verdicts(&first), ["stored", "stored"]);
    assert_eq!(first["acknowledged_sequence"], 2);
    for _ in 0..3 {
        let again = server.send_report(&probe, &report).json();
        assert_eq!(verdicts(&again), ["duplicate", "duplicate"]);
        assert_eq!(again["acknowledged_sequence"], 2, "the same cursor");
        assert_eq!(again["results"][1]["sequence"], 2);
    }
    assert_eq!(stored(&server.db), [1, 1, 0]);
}

#[test]
fn a_resend_that_brings_more_stores_only_what_is_new() {
    let (server, probe) = server();
    server.report(&probe, &[speed_test(1, 30.0)]).json();
    let more = [
        speed_test(1, 30.0),
        speed_test(2, 31.0),
        speed_test(2, 31.0),
    ];
    let answer = server.report(&probe, &more).json();
    assert_eq!(verdicts(&answer), ["duplicate", "stored", "duplicate"]);
    assert_eq!(stored(&server.db), [2, 0, 0]);
}

#[test]
fn the_same_report_sent_by_several_at_once_is_stored_once() {
    let (server, probe) = server();
    let records: Vec<_> = (1..=20).map(|n| speed_test(n, 30.0)).collect();
    let report = report(&records);
    let answers: Vec<_> = std::thread::scope(|scope| {
        let send = || server.send_report(&probe, &report).json();
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(send)).collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    let winners = answers.iter().filter(|a| verdicts(a)[0] == "stored");
    assert_eq!(winners.count(), 1);
    assert!(answers.iter().all(|a| a["acknowledged_sequence"] == 20));
    assert_eq!(stored(&server.db), [20, 0, 0]);
}

#[test]
fn a_gap_in_the_numbers_is_no_obstacle() {
    let (server, probe) = server();
    server.report(&probe, &[speed_test(1, 30.0)]).json();
    let answer = server
        .report(&probe, &[speed_test(7, 30.0), speed_test(90, 30.0)])
        .json();
    assert_eq!(answer["acknowledged_sequence"], 90);
    assert_eq!(stored(&server.db), [3, 0, 0]);
}

#[test]
fn an_empty_report_is_a_sign_of_life() {
    let (server, probe) = server();
    let answer = server.report(&probe, &[]).json();
    assert_eq!(answer["acknowledged_sequence"], 0);
    assert_eq!(answer["results"], json!([]));
    let heard = "probe WHERE last_report_at IS NOT NULL";
    assert_eq!(fixtures::count(&server.db, heard), 1);
}

#[test]
fn two_probes_of_one_school_have_numbers_of_their_own() {
    let (server, probe) = server();
    let other = fixtures::probe(&server.db, probe.school);
    for probe in [&probe, &other] {
        let answer = server.report(probe, &[speed_test(1, 30.0)]).json();
        assert_eq!(verdicts(&answer), ["stored"]);
    }
    assert_eq!(stored(&server.db), [2, 0, 0]);
}
