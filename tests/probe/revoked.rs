//! A probe whose right was taken.

use std::process::Command;

use crate::{
    programs::{PATIENCE, School, json},
    support::within,
};

#[test]
fn a_revoked_probe_stops_sending_says_so_and_keeps_what_it_has() {
    let school = School::enrolled();
    let status = json(&school.probe(&["status", "--json"]));
    let id = status["enrolled"]["probe_id"].as_str().unwrap();
    let run = [
        "run",
        "--speed-test-every",
        "1",
        "--max-seconds",
        "1",
        "--now",
    ];
    let probe = school.start_probe(&run);
    within(PATIENCE, "a record is stored", || {
        (!school.stored().is_empty()).then_some(())
    });
    let revoked = Command::new(env!("CARGO_BIN_EXE_schoolbeat"))
        .args(["probe", "revoke", id, "--json"])
        .env("SCHOOLBEAT_DATABASE_URL", school.db.url())
        .output()
        .unwrap();
    assert_eq!(json(&revoked)["revoked"], true);
    let stored = school.stored();
    within(PATIENCE, "it says so", || {
        probe.log().contains("probe_revoked").then_some(())
    });
    assert!(probe.log().contains("enrol --replace"), "{}", probe.log());
    within(PATIENCE, "measuring goes on", || {
        (school.spool().waiting >= 2).then_some(())
    });
    let last = school.stored();
    assert_eq!(
        last.len(),
        stored.len(),
        "nothing was taken after the revocation"
    );
    let refusals = probe.log().matches("probe_revoked").count();
    assert_eq!(
        refusals,
        1,
        "it asks once, and not again for an hour: {}",
        probe.log()
    );
}
