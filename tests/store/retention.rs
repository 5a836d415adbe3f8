//! Raw rows are kept for as long as was decided; what was made of them stays.

use chrono::{DateTime, TimeDelta, Utc};
use schoolbeat::{
    domain::school::SchoolId,
    jobs::{Outcome, partitions, summarise},
    store::{retention, series},
};
use uuid::Uuid;

use super::support::{
    TestDatabase, fixtures,
    measured::{Measured, mark_dirty, store},
};

fn partitions(db: &TestDatabase, table: &str) -> Vec<String> {
    let sql = "SELECT inhrelid::regclass::text FROM pg_inherits
               WHERE inhparent = $1::text::regclass ORDER BY 1";
    let rows = db.sql().query(sql, &[&table]).unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

fn run(db: &TestDatabase) {
    db.block_on(async {
        let store = db.store();
        while partitions::step(&store, Utc::now()).await.unwrap() == Outcome::Worked {}
    });
}

fn path_check(db: &TestDatabase, school: Uuid, at: DateTime<Utc>, rtt_ms: f64) {
    let sql = "INSERT INTO path_check (school_id, measured_at, probe_id, sequence, received_at,
                   time_basis, vantage, outcome, target, target_kind, method, sent, received,
                   timeout_ms, rtt_median_ms, in_opening_hours)
               VALUES ($1, $2, $1, 1, $2, 'monotonic', 'device', 'ok', 'test', 'server', 'icmp', 20, 20,
                       3000, $3, true)";
    db.sql().execute(sql, &[&school, &at, &rtt_ms]).unwrap();
}

/// A path check is kept for so many days from now on; rows and a partition of 120 days ago are there.
fn old(db: &TestDatabase) -> DateTime<Utc> {
    let at = Utc::now() - TimeDelta::days(120);
    let sql = "SELECT make_partition('path_check', $1)";
    db.sql().query(sql, &[&at]).unwrap();
    at
}

#[test]
fn every_table_has_partitions_for_what_is_kept_and_for_months_to_come() {
    let db = TestDatabase::new();
    let now = Utc::now();
    for (table, days) in [
        ("speed_test", 400),
        ("presence", 400),
        ("path_check", 90),
        ("page_check", 90),
        ("giga_meter_check", 90),
    ] {
        let names = partitions(&db, table);
        let month = |at: DateTime<Utc>| format!("{table}_{}", at.format("%Y_%m"));
        assert_eq!(names[0], month(now - TimeDelta::days(days)));
        assert!(
            names.contains(&month(now + TimeDelta::days(80))),
            "{names:?}"
        );
    }
    let samples = partitions(&db, "speed_test_sample");
    let week = |at: DateTime<Utc>| format!("speed_test_sample_{}", at.format("%G_w%V"));
    assert_eq!(samples[0], week(now - TimeDelta::days(14)));
    assert!(
        samples.contains(&week(now + TimeDelta::days(35))),
        "{samples:?}"
    );
    let made = db.block_on(async {
        let client = db.store().client().await.unwrap();
        retention::ensure_partitions(&client).await.unwrap()
    });
    assert_eq!(made, 0, "all of it was made by the migration");
}

#[test]
fn what_is_older_than_what_is_kept_goes_once_every_summary_counts_it() {
    let db = TestDatabase::new();
    let school = fixtures::school(&db);
    let at = old(&db);
    let day = at.with_timezone(&chrono_tz::Africa::Nairobi).date_naive();
    path_check(&db, school, at, 40.0);
    let name = format!("path_check_{}", at.format("%Y_%m"));
    mark_dirty(&db, &[(school, day)]);
    run(&db);
    assert!(
        partitions(&db, "path_check").contains(&name),
        "its day is not summarised yet"
    );
    db.block_on(summarise::run_until_idle(&db.store(), Utc::now()))
        .unwrap();
    db.sql()
        .execute("DELETE FROM dirty_school_period", &[])
        .unwrap();
    run(&db);
    assert!(!partitions(&db, "path_check").contains(&name));
    run(&db);
    let shown = |db: &TestDatabase| {
        db.block_on(async {
            let client = db.store().client().await.unwrap();
            let days = series::days(&client, SchoolId(school), day, day)
                .await
                .unwrap();
            days.into_iter().next().unwrap()
        })
    };
    assert_eq!(shown(&db).rtt_median_ms, Some(40.0), "the summary stays");
    // A test of that day comes late: it is counted, and what was known of the paths stays.
    store(&db, &[Measured::new(school, Utc::now(), 12.0).at(at)]);
    mark_dirty(&db, &[(school, day)]);
    db.block_on(summarise::run_until_idle(&db.store(), Utc::now()))
        .unwrap();
    let healed = shown(&db);
    assert_eq!((healed.tests, healed.download_median_mbps), (1, Some(12.0)));
    assert_eq!(healed.rtt_median_ms, Some(40.0));
    // Kept for longer from now on: what is gone does not come back, nor is it taken for nothing.
    db.block_on(async {
        let client = db.store().client().await.unwrap();
        assert_eq!(
            retention::set(&client, "path_check", 365).await.unwrap(),
            Ok(90)
        );
        let since = retention::kept(&client).await.unwrap().path_checks_since;
        assert!(since > at, "{since}");
    });
    run(&db);
    mark_dirty(&db, &[(school, day)]);
    db.block_on(summarise::run_until_idle(&db.store(), Utc::now()))
        .unwrap();
    assert_eq!(shown(&db).rtt_median_ms, Some(40.0));
}

#[test]
fn who_reads_a_table_is_not_waited_for_long_and_the_partition_goes_later() {
    let db = TestDatabase::new();
    let at = old(&db);
    let name = format!("path_check_{}", at.format("%Y_%m"));
    let mut reader = db.sql();
    let mut reading = reader.transaction().unwrap();
    reading
        .query("SELECT count(*) FROM path_check", &[])
        .unwrap();
    let failed = db.block_on(partitions::step(&db.store(), Utc::now()));
    assert!(failed.unwrap_err().to_string().contains("took too long"));
    assert!(partitions(&db, "path_check").contains(&name));
    reading.commit().unwrap();
    run(&db);
    assert!(!partitions(&db, "path_check").contains(&name));
}

#[test]
fn what_summaries_and_statuses_are_made_of_cannot_be_kept_too_short() {
    let db = TestDatabase::new();
    fixtures::country(&db);
    db.sql()
        .execute("UPDATE country SET window_days = 100", &[])
        .unwrap();
    db.block_on(async {
        let client = db.store().client().await.unwrap();
        let set = async |table, days| retention::set(&client, table, days).await.unwrap();
        let refused = async |table, days| set(table, days).await.unwrap_err().to_string();
        assert!(refused("path_check", 61).await.contains("62 days at least"));
        assert!(
            refused("speed_test", 99)
                .await
                .contains("looks back over 100 days")
        );
        assert!(refused("school", 99).await.contains("no table school"));
        assert_eq!(set("speed_test", 100).await, Ok(400));
        assert_eq!(set("speed_test_sample", 30).await, Ok(14));
    });
}

#[test]
fn what_was_rejected_long_ago_is_forgotten() {
    let db = TestDatabase::new();
    let school = fixtures::school(&db);
    let sql =
        "INSERT INTO rejected_record (probe_id, school_id, received_at, reason, detail, record)
               SELECT $1, $1, now() - make_interval(days => days), 'malformed', '', ''
               FROM unnest('{1, 399, 401, 700}'::int[]) AS days";
    db.sql().execute(sql, &[&school]).unwrap();
    run(&db);
    assert_eq!(fixtures::count(&db, "rejected_record"), 2);
}
