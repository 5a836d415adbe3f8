//! School-days: exact, made again at will, healed by late data.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use schoolbeat::{
    jobs::summarise,
    store::{series, summaries},
};
use uuid::Uuid;

use super::support::{
    TestDatabase, fixtures,
    measured::{Measured, mark_dirty, store},
};

/// Noon of a day of last week in Nairobi, three hours east of Greenwich.
fn noon() -> (DateTime<Utc>, NaiveDate) {
    let day = (Utc::now() - TimeDelta::days(7)).date_naive();
    (day.and_hms_opt(9, 0, 0).unwrap().and_utc(), day)
}

fn school() -> (TestDatabase, Uuid) {
    let db = TestDatabase::new();
    let school = fixtures::school(&db);
    (db, school)
}

/// Summarises until nothing is dirty; returns how many days were to be done.
fn summarise(db: &TestDatabase) -> i64 {
    let dirty = fixtures::count(db, "dirty_school_day");
    db.block_on(summarise::run_until_idle(&db.store(), Utc::now()))
        .unwrap();
    assert_eq!(fixtures::count(db, "dirty_school_day"), 0);
    dirty
}

fn day(db: &TestDatabase, school: Uuid, day: NaiveDate) -> Option<series::SchoolDay> {
    let school = schoolbeat::domain::school::SchoolId(school);
    let days = db.block_on(async {
        let client = db.store().client().await.unwrap();
        series::days(&client, school, day, day).await.unwrap()
    });
    days.into_iter().next()
}

fn rows(db: &TestDatabase) -> Vec<String> {
    let sql = "SELECT to_jsonb(d)::text FROM school_day d ORDER BY school_id, day";
    let rows = db.sql().query(sql, &[]).unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[test]
fn a_day_counts_everything_and_averages_what_is_valid() {
    let (db, school) = school();
    let (noon, date) = noon();
    let test = |mbps| Measured::new(school, noon, mbps).at(noon);
    store(
        &db,
        &[
            test(10.0),
            test(20.0).off_hours(),
            test(90.0),
            test(999.0).invalid("too_long"),
            test(0.0).failed(),
        ],
    );
    mark_dirty(&db, &[(school, date)]);
    assert_eq!(summarise(&db), 1);
    let day = day(&db, school, date).unwrap();
    assert_eq!((day.tests, day.valid_tests, day.failed_tests), (5, 3, 1));
    assert_eq!(day.download_median_mbps, Some(20.0));
    assert_eq!(day.download_p5_mbps, Some(11.0), "percentile_cont");
    assert_eq!(day.bytes_used, 5 * 1500, "all of it was paid for");
}

#[test]
fn summarising_again_changes_nothing() {
    let (db, school) = school();
    let (noon, date) = noon();
    let test = Measured::new(school, noon, 10.0).at(noon);
    store(&db, &[test.clone(), test.failed()]);
    mark_dirty(&db, &[(school, date), (school, date.succ_opt().unwrap())]);
    summarise(&db);
    let once = rows(&db);
    assert_eq!(once.len(), 2, "a day that turned out empty is known to be");
    mark_dirty(&db, &[(school, date), (school, date.succ_opt().unwrap())]);
    summarise(&db);
    assert_eq!(rows(&db), once);
    assert_eq!(summarise(&db), 0);
    assert_eq!(rows(&db), once);
}

#[test]
fn late_data_heals_its_day() {
    let (db, school) = school();
    let (noon, date) = noon();
    let test = |mbps| Measured::new(school, noon, mbps).at(noon);
    store(&db, &[test(10.0)]);
    mark_dirty(&db, &[(school, date)]);
    summarise(&db);
    store(&db, &[test(30.0), test(40.0)]);
    mark_dirty(&db, &[(school, date)]);
    summarise(&db);
    let day = day(&db, school, date).unwrap();
    assert_eq!((day.tests, day.download_median_mbps), (3, Some(30.0)));
}

#[test]
fn a_day_is_the_schools_own_day() {
    let (db, school) = school();
    let (noon, date) = noon();
    let test = |at| Measured::new(school, noon, 10.0).at(at);
    // Midnight in Nairobi is 21:00 in Greenwich.
    let midnight = noon - TimeDelta::hours(12);
    let next_midnight = noon + TimeDelta::hours(12);
    let instant = TimeDelta::milliseconds(1);
    store(
        &db,
        &[
            test(midnight - instant),
            test(midnight),
            test(next_midnight - instant),
            test(next_midnight),
        ],
    );
    let (before, after) = (date.pred_opt().unwrap(), date.succ_opt().unwrap());
    mark_dirty(&db, &[before, date, after].map(|day| (school, day)));
    summarise(&db);
    let tests = [before, date, after].map(|on| day(&db, school, on).unwrap().tests);
    assert_eq!(tests, [1, 2, 1]);
}

#[test]
fn two_servers_share_the_work_and_do_not_wait_for_each_other() {
    let (db, school) = school();
    let (_, date) = noon();
    let days: Vec<_> = (0..4)
        .map(|n| (school, date - TimeDelta::days(n)))
        .collect();
    mark_dirty(&db, &days);
    db.block_on(async {
        let store = db.store();
        let (mut one, mut other) = (store.client().await.unwrap(), store.client().await.unwrap());
        let first = one.transaction().await.unwrap();
        assert_eq!(summaries::summarise(&first, 3).await.unwrap().len(), 3);
        let second = other.transaction().await.unwrap();
        assert_eq!(summaries::summarise(&second, 3).await.unwrap().len(), 1);
        let nothing = summaries::summarise(&second, 3).await.unwrap();
        assert!(nothing.is_empty(), "the rest is another's");
        second.commit().await.unwrap();
        first.rollback().await.unwrap();
    });
    assert_eq!(summarise(&db), 3, "what was given up is taken again");
    assert_eq!(rows(&db).len(), 4);
}

#[test]
fn what_is_due_later_waits_and_goes_with_what_is_due_now() {
    let (db, school) = school();
    let (_, date) = noon();
    let later = "INSERT INTO dirty_school_day (school_id, day, due_at)
                 VALUES ($1, $2, now() + interval '1 minute')";
    let mark_later = || db.sql().execute(later, &[&school, &date]).unwrap();
    mark_later();
    let early = db.block_on(summarise::run_until_idle(&db.store(), Utc::now()));
    assert_eq!(early.unwrap(), 0);
    assert_eq!(rows(&db).len(), 0);
    mark_later();
    mark_dirty(&db, &[(school, date), (school, date)]);
    assert_eq!(summarise(&db), 4, "all marks of the day are gone");
    assert_eq!(rows(&db).len(), 1);
}

#[test]
fn who_marks_a_day_does_not_wait_for_who_summarises_it() {
    let (db, school) = school();
    let (_, date) = noon();
    mark_dirty(&db, &[(school, date)]);
    db.block_on(async {
        let mut client = db.store().client().await.unwrap();
        let summarising = client.transaction().await.unwrap();
        assert_eq!(
            summaries::summarise(&summarising, 9).await.unwrap().len(),
            1
        );
        let other = db.store().client().await.unwrap();
        let mark = "INSERT INTO dirty_school_day (school_id, day) VALUES ($1, $2)";
        other.execute(mark, &[&school, &date]).await.unwrap();
        summarising.commit().await.unwrap();
    });
    assert_eq!(summarise(&db), 1, "what came meanwhile is not lost");
}
