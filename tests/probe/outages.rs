//! The server dies, or its database does, while the probe runs.

use crate::{
    programs::{PATIENCE, School},
    support::within,
};

/// Both kinds at once at first, then many short ones.
const RUN: [&str; 6] = [
    "run",
    "--speed-test-every",
    "1",
    "--max-seconds",
    "1",
    "--now",
];

#[test]
fn what_is_measured_while_the_server_is_dead_arrives_once_it_lives_again() {
    let mut school = School::enrolled();
    let probe = school.start_probe(&RUN);
    within(PATIENCE, "some records are stored", || {
        (school.stored().len() >= 2).then_some(())
    });
    school.kill_server();
    let before = school.spool();
    within(PATIENCE, "the spool fills", || {
        (school.spool().waiting >= 3).then_some(())
    });
    let meanwhile = school.spool();
    assert!(meanwhile.next > before.next);
    assert!(probe.log().contains("not sent, kept"), "{}", probe.log());
    school.restart_server();
    school.all_arrives_exactly_once();
    let failed = "SELECT count(*) FROM speed_test WHERE outcome = 'failed'";
    let failed: i64 = school.db.sql().query_one(failed, &[]).unwrap().get(0);
    assert!(failed >= 1, "an outage is a result, not a hole");
}

#[test]
fn what_is_measured_while_the_database_is_away_arrives_once_it_is_back() {
    let school = School::enrolled();
    let probe = school.start_probe(&RUN);
    within(PATIENCE, "some records are stored", || {
        (school.stored().len() >= 2).then_some(())
    });
    school.db.lock_out(true);
    let before = school.spool();
    within(PATIENCE, "the spool fills", || {
        (school.spool().waiting >= 2).then_some(())
    });
    assert!(school.spool().next > before.next, "measuring goes on");
    within(PATIENCE, "it says why", || {
        probe.log().contains("database_unavailable").then_some(())
    });
    school.db.lock_out(false);
    school.all_arrives_exactly_once();
}

#[test]
fn a_server_that_dies_between_storing_and_answering_costs_no_record() {
    let mut school = School::enrolled();
    let _probe = school.start_probe(&RUN);
    // Killed at moments that nobody chose; some of them lie within a report.
    for round in 1..=3 {
        within(PATIENCE, "another record is stored", || {
            (school.stored().len() >= round).then_some(())
        });
        school.kill_server();
        school.restart_server();
    }
    school.all_arrives_exactly_once();
}
