//! A database that goes away costs time, never a record.

use super::{NOTHING, server, stored, verdicts};
use crate::support::{
    eventually,
    records::{report, speed_test},
};

#[test]
fn while_the_database_is_away_nothing_is_acknowledged_and_nothing_is_lost() {
    let (server, probe) = server();
    let report = report(&[speed_test(1, 30.0), speed_test(2, 31.0)]);
    server.db.lock_out(true);
    for _ in 0..2 {
        let answer = server.send_report(&probe, &report);
        answer.error(503, "database_unavailable");
        assert!((1..=60).contains(&answer.retry_after_s()));
    }
    server.db.lock_out(false);
    assert_eq!(stored(&server.db), NOTHING);
    let answer = eventually("the database is back", || {
        let answer = server.send_report(&probe, &report);
        (answer.status == 200).then(|| answer.json())
    });
    assert_eq!(verdicts(&answer), ["stored", "stored"]);
    let again = server.send_report(&probe, &report).json();
    assert_eq!(verdicts(&again), ["duplicate", "duplicate"]);
    assert_eq!(stored(&server.db), [2, 0, 0]);
}

#[test]
fn a_connection_that_is_cut_within_a_report_leaves_all_of_it_or_nothing() {
    let (server, probe) = server();
    let mut sql = server.db.sql();
    // The report waits for its table, and its connection is cut meanwhile.
    let mut holding = sql.transaction().unwrap();
    holding
        .batch_execute("LOCK TABLE speed_test IN SHARE MODE")
        .unwrap();
    let report = report(&[speed_test(1, 30.0)]);
    std::thread::scope(|scope| {
        let sent = scope.spawn(|| server.send_report(&probe, &report));
        let mut other = server.db.sql();
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE datname = current_database() AND wait_event_type = 'Lock'";
        eventually("the report waits", || {
            (other.query(cut, &[]).unwrap().len() == 1).then_some(())
        });
        let answer = sent.join().unwrap();
        answer.error(503, "database_unavailable");
    });
    holding.rollback().unwrap();
    assert_eq!(stored(&server.db), NOTHING);
    let answer = server.send_report(&probe, &report).json();
    assert_eq!(verdicts(&answer), ["stored"]);
    assert_eq!(stored(&server.db), [1, 0, 0]);
}
