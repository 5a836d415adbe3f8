//! The schema: made once, by whoever comes first.

use std::time::Duration;

use schoolbeat::store::migrations::migrate;

use super::support::TestDatabase;

#[test]
fn migrating_again_applies_nothing() {
    let db = TestDatabase::new();
    assert_eq!(migrate(db.connection(), Duration::ZERO).unwrap(), 0);
}

#[test]
fn servers_that_start_together_do_not_trip_over_each_other() {
    let db = TestDatabase::new();
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let connection = db.connection();
            std::thread::spawn(move || migrate(&connection, Duration::ZERO).unwrap())
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), 0);
    }
}

#[test]
fn partitions_stand_ready_behind_and_ahead() {
    let db = TestDatabase::new();
    let mut sql = db.sql();
    let count: i64 = sql
        .query_one(
            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'speed_test'::regclass",
            &[],
        )
        .unwrap()
        .get(0);
    assert_eq!(count, 18, "14 months behind, this one, 3 ahead");
}

#[test]
fn the_application_is_no_superuser() {
    let db = TestDatabase::new();
    let row = db.sql().query_one("SHOW is_superuser", &[]).unwrap();
    assert_eq!(row.get::<_, &str>(0), "off");
}
