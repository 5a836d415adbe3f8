//! The probe itself is killed, again and again.

use std::{thread, time::Duration};

use crate::{
    programs::{PATIENCE, School},
    support::within,
};

#[test]
fn a_probe_that_is_killed_again_and_again_loses_and_doubles_nothing() {
    let school = School::enrolled();
    // The path check of five seconds comes once; what follows is short.
    let run = [
        "run",
        "--speed-test-every",
        "1",
        "--path-check-every",
        "86400",
        "--max-seconds",
        "1",
    ];
    let mut given_out = school.spool().next;
    for round in 0..5_u64 {
        let probe = school.start_probe(&run);
        within(PATIENCE, "another record", || {
            (school.spool().next > given_out).then_some(())
        });
        // Not a wait for anything: another moment in every round, within sending or measuring.
        thread::sleep(Duration::from_millis(130 * round));
        probe.kill();
        let spool = school.spool();
        assert_eq!(
            spool.acknowledged + spool.waiting + 1,
            spool.next,
            "{spool:?}"
        );
        assert!(spool.next > given_out, "a number is never given out again");
        given_out = spool.next;
    }
    let _probe = school.start_probe(&run);
    school.all_arrives_exactly_once();
    let stored = school.stored();
    assert!(stored.len() >= 5, "{stored:?}");
}
