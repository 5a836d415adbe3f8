//! Path checks over days: methods, targets and vantages are never mixed, and a gateway's silence is not
//! the school's loss.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use schoolbeat::{
    domain::{calendar::SchoolCalendar, school::SchoolId},
    jobs::summarise,
    store::{path_series, series},
};
use uuid::Uuid;

use super::support::{TestDatabase, fixtures, measured::mark_dirty};

/// A window of ten packets.
struct Check {
    kind: &'static str,
    target: &'static str,
    method: &'static str,
    received: i32,
    rtt_ms: f64,
}

fn check(kind: &'static str, method: &'static str, received: i32, rtt_ms: f64) -> Check {
    Check {
        kind,
        target: kind,
        method,
        received,
        rtt_ms,
    }
}

fn noon() -> (DateTime<Utc>, NaiveDate) {
    let day = (Utc::now() - TimeDelta::days(7)).date_naive();
    (day.and_hms_opt(9, 0, 0).unwrap().and_utc(), day)
}

fn store(db: &TestDatabase, school: Uuid, at: DateTime<Utc>, checks: &[Check]) {
    let sql = "
        INSERT INTO path_check (school_id, measured_at, probe_id, sequence, received_at, time_basis,
            vantage, outcome, target, target_kind, method, sent, received, timeout_ms, rtt_min_ms,
            rtt_median_ms, loss_ratio, in_opening_hours)
        VALUES ($1, $2, $1, 1, $2, 'monotonic', 'device', 'ok', $3, $4, $5, 10, $6, 3000,
            CASE WHEN $6 > 0 THEN $7::float8 END, CASE WHEN $6 > 0 THEN $7 END, 1 - $6 / 10.0, true)";
    let mut client = db.sql();
    for check in checks {
        client
            .execute(
                sql,
                &[
                    &school,
                    &at,
                    &check.target,
                    &check.kind,
                    &check.method,
                    &check.received,
                    &check.rtt_ms,
                ],
            )
            .unwrap();
    }
}

fn day(db: &TestDatabase, school: Uuid, date: NaiveDate) -> series::SchoolDay {
    mark_dirty(db, &[(school, date)]);
    db.block_on(async {
        let store = db.store();
        summarise::run_until_idle(&store, Utc::now()).await.unwrap();
        let client = store.client().await.unwrap();
        let days = series::days(&client, SchoolId(school), date, date)
            .await
            .unwrap();
        days.into_iter().next().unwrap()
    })
}

fn paths(db: &TestDatabase, school: Uuid) -> Vec<path_series::PathDay> {
    let calendar = SchoolCalendar {
        time_zone: chrono_tz::Africa::Nairobi,
        opens_at: chrono::NaiveTime::MIN,
        closes_at: chrono::NaiveTime::MIN,
        school_days: vec![],
        closed: vec![],
    };
    let from = Utc::now() - TimeDelta::days(28);
    db.block_on(async {
        let client = db.store().client().await.unwrap();
        path_series::paths(&client, SchoolId(school), &calendar, from, 99)
            .await
            .unwrap()
    })
}

#[test]
fn a_silent_gateway_and_a_near_resolver_change_nothing_of_the_school() {
    let db = TestDatabase::new();
    let school = fixtures::school(&db);
    let (noon, date) = noon();
    store(&db, school, noon, &[check("server", "icmp", 9, 80.0)]);
    let alone = day(&db, school, date);
    assert_eq!(
        (alone.rtt_median_ms, alone.loss_ratio),
        (Some(80.0), Some(0.1))
    );
    let others = [
        check("gateway", "icmp", 0, 0.0),
        check("gateway", "tcp", 10, 2.0),
        check("resolver", "icmp", 5, 900.0),
        check("other", "icmp", 0, 0.0),
    ];
    store(&db, school, noon, &others);
    assert_eq!(day(&db, school, date), alone);
}

#[test]
fn a_day_with_checks_of_gateways_alone_says_nothing_of_the_line() {
    let db = TestDatabase::new();
    let school = fixtures::school(&db);
    let (noon, date) = noon();
    store(&db, school, noon, &[check("gateway", "icmp", 0, 0.0)]);
    let day = day(&db, school, date);
    assert_eq!((day.rtt_median_ms, day.loss_ratio), (None, None));
}

#[test]
fn the_method_that_was_answered_most_is_the_schools_and_silence_is_its_loss() {
    let db = TestDatabase::new();
    let school = fixtures::school(&db);
    let (noon, date) = noon();
    let checks = [
        check("server", "tcp", 10, 50.0),
        check("server", "tcp", 10, 60.0),
        check("server", "icmp", 10, 500.0),
        // The line is dead: the probe has no reason to change to TCP.
        check("server", "icmp", 0, 0.0),
    ];
    store(&db, school, noon, &checks);
    let day = day(&db, school, date);
    assert_eq!(day.rtt_median_ms, Some(55.0));
    assert!(
        (day.loss_ratio.unwrap() - 1.0 / 3.0).abs() < 1e-9,
        "{day:?}"
    );
    let shown = paths(&db, school);
    let mut of: Vec<_> = shown
        .iter()
        .map(|row| (row.method.as_str(), row.checks, row.received))
        .collect();
    of.sort_unstable();
    assert_eq!(of, [("icmp", 1, 10), ("tcp", 3, 20)]);
}

#[test]
fn targets_and_days_stand_apart_and_the_newest_comes_first() {
    let db = TestDatabase::new();
    let school = fixtures::school(&db);
    let (noon, date) = noon();
    let gateway = |target| Check {
        target,
        ..check("gateway", "icmp", 10, 2.0)
    };
    let checks = [
        gateway("192.168.1.1"),
        gateway("10.0.0.1"),
        gateway("10.0.0.1"),
    ];
    store(&db, school, noon, &checks);
    // Half past nine in the evening in Greenwich is the next day in Nairobi.
    let evening = noon + TimeDelta::minutes(12 * 60 + 30);
    store(&db, school, evening, &[check("server", "icmp", 10, 80.0)]);
    let shown = paths(&db, school);
    let of: Vec<_> = shown
        .iter()
        .map(|row| (row.day, row.target.as_str(), row.checks))
        .collect();
    let next = date.succ_opt().unwrap();
    assert_eq!(
        of,
        [
            (next, "server", 1),
            (date, "10.0.0.1", 2),
            (date, "192.168.1.1", 1)
        ]
    );
}
