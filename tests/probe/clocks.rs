//! The probe's wall clock is wrong, or jumps while it runs: what the server stores has the true times.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    programs::{PATIENCE, School},
    support::within,
    wrong_clock::WrongClock,
};

/// Checks each second, and nothing else.
const RUN: [&str; 6] = [
    "run",
    "--now",
    "--speed-test-every",
    "86400",
    "--path-check-every",
    "1",
];

/// A path check as it is stored.
struct Check {
    sequence: i64,
    measured_at: DateTime<Utc>,
    probe_clock_at: DateTime<Utc>,
    basis: String,
}

impl Check {
    fn days_ahead(&self) -> i64 {
        let ahead = self.probe_clock_at - self.measured_at;
        (ahead + TimeDelta::hours(12)).num_hours().div_euclid(24)
    }
}

/// Every valid check of the server itself, in the order in which they were numbered.
fn checks(school: &School) -> Vec<Check> {
    let sql = "SELECT sequence, measured_at, probe_clock_at, time_basis FROM path_check
               WHERE invalid_reason IS NULL AND target_kind = 'server' ORDER BY sequence";
    let rows = school.db.sql().query(sql, &[]).unwrap();
    let check = |row: &postgres::Row| Check {
        sequence: row.get(0),
        measured_at: row.get(1),
        probe_clock_at: row.get(2),
        basis: row.get(3),
    };
    rows.iter().map(check).collect()
}

/// Waits until one more check of so wrong a clock is stored.
fn stored_under(school: &School, days: i64) {
    within(PATIENCE, "a check under this clock", || {
        let checks = checks(school);
        checks
            .iter()
            .any(|check| check.days_ahead() == days)
            .then_some(())
    });
}

/// Numbers and times are in one order, and no time is outside of the test's own.
fn have_true_times(school: &School, begun: DateTime<Utc>) {
    let checks = checks(school);
    let ended = Utc::now();
    for pair in checks.windows(2) {
        assert!(
            pair[0].measured_at < pair[1].measured_at,
            "{} and {}",
            pair[0].sequence,
            pair[1].sequence
        );
    }
    for check in &checks {
        // The way of the report is in it.
        let is_true = (begun - TimeDelta::seconds(2)..=ended).contains(&check.measured_at);
        assert!(is_true, "{}: {}", check.sequence, check.measured_at);
        assert_eq!(check.basis, "monotonic");
    }
}

#[test]
fn a_probe_whose_clock_is_a_year_ahead_is_stored_at_the_true_time() {
    let (begun, school) = (Utc::now(), School::enrolled());
    let clock = WrongClock::ahead_by_days(365);
    let probe = school.start_under(&clock, &RUN);
    stored_under(&school, 365);
    probe.kill();
    have_true_times(&school, begun);
    let offset = "SELECT clock_offset_ms FROM probe";
    let offset_ms: i64 = school.db.sql().query_one(offset, &[]).unwrap().get(0);
    let year_ms = 365 * 24 * 3600 * 1000;
    assert!((offset_ms - year_ms).abs() < 60_000, "{offset_ms}");
}

#[test]
fn a_clock_that_jumps_forth_and_back_during_a_run_changes_no_order_and_no_time() {
    let (begun, school) = (Utc::now(), School::enrolled());
    let clock = WrongClock::ahead_by_days(0);
    let _probe = school.start_under(&clock, &RUN);
    for days in [0, 365, -30] {
        clock.is_ahead_by_days(days);
        stored_under(&school, days);
    }
    have_true_times(&school, begun);
    school.all_arrives_exactly_once();
}

/// Records wait while the server is away; they are sent under another clock than they were taken under.
#[test]
fn records_taken_before_a_jump_and_sent_after_it_have_the_true_times() {
    let (begun, mut school) = (Utc::now(), School::enrolled());
    let clock = WrongClock::ahead_by_days(365);
    school.kill_server();
    let _probe = school.start_under(&clock, &RUN);
    let kept = |least: i64| {
        within(PATIENCE, "records wait", || {
            (school.spool().waiting >= least).then_some(())
        });
    };
    kept(1);
    clock.is_ahead_by_days(-30);
    // A round has three records at most: one that has begun is over, and another has begun.
    let before = school.spool().waiting;
    kept(before + 4);
    clock.is_ahead_by_days(0);
    school.restart_server();
    stored_under(&school, 365);
    stored_under(&school, -30);
    have_true_times(&school, begun);
}
