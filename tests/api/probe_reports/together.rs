//! Reports of many probes are written together, and none stands in another's way.

use std::thread;

use serde_json::{Value, json};

use super::{NOTHING, stored, verdicts};
use crate::support::{
    TestDatabase, eventually,
    fixtures::{self, EnrolledProbe, NewSchool},
    http::Answer,
    records::{path_check, with},
    server::{Setup, TestServer},
};

const NO_PATH_CHECKS: &str = "LOCK TABLE path_check IN SHARE MODE";

/// So many probes, each at a school of its own.
fn probes(db: &TestDatabase, count: usize) -> Vec<EnrolledProbe> {
    fixtures::country(db);
    (0..count)
        .map(|_| fixtures::probe(db, NewSchool::default().add(db)))
        .collect()
}

/// A number among the metrics.
fn metric(server: &TestServer, name: &str) -> usize {
    let text = server.get("/metrics").text();
    let line = text
        .lines()
        .find(|line| line.starts_with(&format!("{name} ")));
    line.unwrap().rsplit(' ').next().unwrap().parse().unwrap()
}

/// Until so many records have come into the queue.
fn accepted(server: &TestServer, records: usize) {
    eventually("they wait", || {
        (metric(server, "schoolbeat_ingest_accepted_records_total") == records).then_some(())
    });
}

/// Sends a report of each probe while no path check can be written, and lets them go on when all wait.
/// Answers in the order of the probes.
fn held_together(server: &TestServer, reports: &[(&EnrolledProbe, Vec<Value>)]) -> Vec<Answer> {
    let mut sql = server.db.sql();
    let mut holding = sql.transaction().unwrap();
    holding.batch_execute(NO_PATH_CHECKS).unwrap();
    thread::scope(|scope| {
        let sent: Vec<_> = reports
            .iter()
            .map(|(probe, records)| scope.spawn(|| server.report(probe, records)))
            .collect();
        accepted(
            server,
            reports.iter().map(|(_, records)| records.len()).sum(),
        );
        holding.rollback().unwrap();
        sent.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

#[test]
fn what_arrives_while_one_is_written_is_written_with_one_commit() {
    let (server, probes) = TestServer::on(|db| probes(db, 20));
    let reports: Vec<_> = probes
        .iter()
        .map(|probe| (probe, vec![path_check(1), path_check(2), path_check(2)]))
        .collect();
    for answer in held_together(&server, &reports) {
        let answer = answer.json();
        assert_eq!(answer["acknowledged_sequence"], 2);
        assert_eq!(verdicts(&answer), ["stored", "stored", "duplicate"]);
    }
    assert_eq!(stored(&server.db), [0, 40, 0]);
    let batches = metric(&server, "schoolbeat_ingest_batch_records_count");
    assert!((1..=3).contains(&batches), "{batches}");
    let of_each = "(SELECT FROM path_check GROUP BY probe_id HAVING count(*) = 2) t";
    assert_eq!(fixtures::count(&server.db, of_each), 20);
    let moved = "probe WHERE last_sequence = 2";
    assert_eq!(fixtures::count(&server.db, moved), 20);
}

#[test]
fn a_record_that_cannot_be_stored_fails_neither_its_neighbours_nor_its_probe() {
    let (server, probes) = TestServer::on(|db| {
        let poisoned = "ALTER TABLE path_check ADD CHECK (target <> 'poison')";
        db.sql().batch_execute(poisoned).unwrap();
        probes(db, 5)
    });
    let poison = || with(path_check(2), json!({"target": "poison"}));
    let reports: Vec<_> = probes
        .iter()
        .enumerate()
        .map(|(number, probe)| match number {
            2 => (probe, vec![path_check(1), poison(), path_check(3)]),
            _ => (probe, vec![path_check(1)]),
        })
        .collect();
    for (number, answer) in held_together(&server, &reports).iter().enumerate() {
        let answer = answer.json();
        if number != 2 {
            assert_eq!(verdicts(&answer), ["stored"]);
            continue;
        }
        assert_eq!(verdicts(&answer), ["stored", "rejected", "stored"]);
        assert_eq!(answer["results"][1]["reason"], "not_storable");
        assert_eq!(answer["acknowledged_sequence"], 3);
    }
    assert_eq!(stored(&server.db), [0, 6, 1]);
    let kept = "rejected_record WHERE reason = 'not_storable' AND sequence = 2
                AND record LIKE '%poison%' AND detail LIKE '%violates check constraint%'";
    assert_eq!(fixtures::count(&server.db, kept), 1);
    let again = server.report(&probes[2], &reports[2].1).json();
    assert_eq!(verdicts(&again), ["duplicate"; 3]);
    let put_aside = metric(&server, "schoolbeat_ingest_put_aside_records_total");
    assert_eq!(put_aside, 1);
}

#[test]
fn who_comes_when_the_queue_is_full_is_sent_away_and_loses_nothing() {
    let db = TestDatabase::new();
    let probes = probes(&db, 2);
    let mut setup = Setup::default();
    setup.ingest.queue_records = 2;
    let server = setup.start(db);
    let mut sql = server.db.sql();
    let mut holding = sql.transaction().unwrap();
    holding.batch_execute(NO_PATH_CHECKS).unwrap();
    let records = [path_check(1), path_check(2)];
    thread::scope(|scope| {
        let first = scope.spawn(|| server.report(&probes[0], &records));
        accepted(&server, 2);
        let second = server.report(&probes[1], &records);
        second.error(503, "busy");
        assert!((2..=62).contains(&second.retry_after_s()));
        holding.rollback().unwrap();
        let first = first.join().unwrap().json();
        assert_eq!(verdicts(&first), ["stored", "stored"]);
    });
    assert_eq!(stored(&server.db), [0, 2, 0]);
    let again = server.report(&probes[1], &records).json();
    assert_eq!(verdicts(&again), ["stored", "stored"]);
    assert_eq!(stored(&server.db), [0, 4, 0]);
}

#[test]
fn beyond_the_reports_that_are_let_in_one_is_sent_away_before_it_is_read() {
    let db = TestDatabase::new();
    let probes = probes(&db, 2);
    let mut setup = Setup::default();
    setup.ingest.reports = 1;
    let server = setup.start(db);
    let mut sql = server.db.sql();
    let mut holding = sql.transaction().unwrap();
    holding.batch_execute(NO_PATH_CHECKS).unwrap();
    let records = [path_check(1)];
    thread::scope(|scope| {
        let first = scope.spawn(|| server.report(&probes[0], &records));
        accepted(&server, 1);
        let stranger = [("authorization", "Bearer nobody")];
        let second = server.post(schoolbeat_wire::REPORTS_PATH, &stranger, b"no report");
        second.error(503, "busy");
        assert!((2..=62).contains(&second.retry_after_s()));
        holding.rollback().unwrap();
        assert_eq!(verdicts(&first.join().unwrap().json()), ["stored"]);
    });
    assert_eq!(server.report(&probes[1], &records).status, 200);
}

#[test]
fn a_probe_that_somebody_is_changing_holds_up_nobody() {
    let (server, probes) = TestServer::on(|db| probes(db, 2));
    let mut sql = server.db.sql();
    let mut holding = sql.transaction().unwrap();
    let lock = "SELECT FROM probe WHERE id = $1 FOR UPDATE";
    holding.execute(lock, &[&probes[0].id]).unwrap();
    let records = [path_check(1)];
    let busy = server.report(&probes[0], &records);
    busy.error(503, "busy");
    assert_eq!(busy.retry_after_s(), 2);
    assert_eq!(stored(&server.db), NOTHING);
    assert_eq!(server.report(&probes[1], &records).status, 200);
    holding.rollback().unwrap();
    assert_eq!(server.report(&probes[0], &records).status, 200);
    assert_eq!(stored(&server.db), [0, 2, 0]);
}
