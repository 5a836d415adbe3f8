//! Statuses week by week: recorded with each verdict, standing where nothing changes, healed by late data.

use chrono::{DateTime, TimeDelta, Utc};
use schoolbeat::{
    domain::{
        school::SchoolId,
        status::Status,
        status_week::{self, status_of},
    },
    jobs::{Outcome, status_refresh, summarise},
    store::{status_history, statuses},
};
use uuid::Uuid;

use super::support::{
    TestDatabase,
    fixtures::{self, NewSchool},
    measured::{Measured, mark_dirty, store},
};

/// Wednesday noon of this week in Nairobi, so that no test depends on the day it runs on.
fn wednesday() -> DateTime<Utc> {
    let monday = status_week::mondays(Utc::now().date_naive(), Utc::now().date_naive())[0];
    (monday - TimeDelta::days(5))
        .and_hms_opt(9, 0, 0)
        .unwrap()
        .and_utc()
}

fn recompute(db: &TestDatabase, school: Uuid, at: DateTime<Utc>) {
    db.block_on(async {
        let mut client = db.store().client().await.unwrap();
        let tx = client.transaction().await.unwrap();
        statuses::recompute(&tx, &[SchoolId(school)], at)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    });
}

/// The status of the week that an instant lies in, so many weeks back.
fn week(db: &TestDatabase, school: Uuid, at: DateTime<Utc>, back: i64) -> Option<Status> {
    let day = at.with_timezone(&chrono_tz::Africa::Nairobi).date_naive() - TimeDelta::weeks(back);
    let (year, place) = status_week::place(status_week::mondays(day, day)[0]);
    let year = i16::try_from(year).unwrap();
    let (_, years) = db
        .block_on(async {
            let client = db.store().client().await.unwrap();
            status_history::years(&client, SchoolId(school), (year, year))
                .await
                .unwrap()
        })
        .unwrap();
    years.get(&year).and_then(|weeks| status_of(weeks[place]))
}

fn run_jobs(db: &TestDatabase, now: DateTime<Utc>) {
    let stores = db.store();
    db.block_on(summarise::run_until_idle(&stores, now))
        .unwrap();
    while db.block_on(status_refresh::step(&stores, now)).unwrap() == Outcome::Worked {}
}

#[test]
fn a_verdict_is_recorded_in_its_local_week() {
    let db = TestDatabase::new();
    let school = fixtures::school(&db);
    let now = wednesday();
    assert_eq!(week(&db, school, now, 0), None);
    store(&db, &[Measured::new(school, now, 50.0)]);
    recompute(&db, school, now);
    assert_eq!(week(&db, school, now, 0), Some(Status::Good));
    assert_eq!(week(&db, school, now, 1), None, "nothing was recorded");
    // Half past ten at night on Sunday in Greenwich is Monday in Nairobi.
    let sunday = now + TimeDelta::days(4) + TimeDelta::minutes(13 * 60 + 30);
    store(
        &db,
        &[
            Measured::new(school, sunday, 0.1),
            Measured::new(school, sunday, 0.1),
        ],
    );
    recompute(&db, school, sunday);
    assert_eq!(week(&db, school, now, 0), Some(Status::Good), "it is over");
    assert_eq!(week(&db, school, now, -1), Some(Status::Bad));
}

#[test]
fn what_does_not_change_is_not_written() {
    let db = TestDatabase::new();
    let school = fixtures::school(&db);
    let now = wednesday();
    let version = || -> String {
        let sql = "SELECT xmin::text || ctid::text FROM school_status_history";
        db.sql().query_one(sql, &[]).unwrap().get(0)
    };
    recompute(&db, school, now);
    let first = version();
    recompute(&db, school, now + TimeDelta::hours(1));
    assert_eq!(version(), first);
    store(&db, &[Measured::new(school, now, 50.0)]);
    recompute(&db, school, now + TimeDelta::hours(2));
    assert_ne!(version(), first);
}

#[test]
fn a_verdict_that_nothing_changes_stands_in_each_new_week() {
    let db = TestDatabase::new();
    fixtures::country(&db);
    let declared = NewSchool {
        connected: "yes",
        ..NewSchool::default()
    };
    let school = declared.add(&db);
    let now = wednesday();
    run_jobs(&db, now);
    assert_eq!(week(&db, school, now, 0), Some(Status::ConnectedUnmeasured));
    let next = now + TimeDelta::weeks(1);
    run_jobs(&db, next);
    assert_eq!(
        week(&db, school, next, 0),
        Some(Status::ConnectedUnmeasured)
    );
    // Every school, some at a time.
    let others: Vec<_> = (0..7).map(|_| NewSchool::default().add(&db)).collect();
    let third = now + TimeDelta::weeks(2);
    db.block_on(async {
        let mut client = db.store().client().await.unwrap();
        let mut steps = 0;
        loop {
            let tx = client.transaction().await.unwrap();
            let worked = status_history::stand(&tx, third, 3).await.unwrap();
            tx.commit().await.unwrap();
            if !worked {
                break;
            }
            steps += 1;
        }
        assert_eq!(steps, 3, "eight schools");
    });
    for school in others {
        assert_eq!(week(&db, school, third, 0), Some(Status::Unknown));
    }
    // A week that says something stays as it is.
    store(&db, &[Measured::new(school, third, 50.0)]);
    recompute(&db, school, third);
    db.sql()
        .execute(
            "UPDATE status_history_progress SET done = false, after = NULL",
            &[],
        )
        .unwrap();
    db.sql()
        .execute("UPDATE school_status SET status = 'bad'", &[])
        .unwrap();
    run_jobs(&db, third);
    assert_eq!(week(&db, school, third, 0), Some(Status::Good));
}

#[test]
fn late_data_heals_the_weeks_whose_window_holds_it() {
    let db = TestDatabase::new();
    let school = fixtures::school(&db);
    let now = wednesday();
    db.sql()
        .execute("UPDATE country SET window_days = 14", &[])
        .unwrap();
    for back in (0..6).rev() {
        recompute(&db, school, now - TimeDelta::weeks(back));
    }
    assert_eq!(week(&db, school, now, 3), Some(Status::Unknown));
    // A probe comes back with a test of four weeks ago.
    let late = now - TimeDelta::weeks(4);
    store(&db, &[Measured::new(school, late, 50.0)]);
    mark_dirty(&db, &[(school, late.date_naive())]);
    run_jobs(&db, now);
    let weeks: Vec<_> = (0..6).map(|back| week(&db, school, now, back)).collect();
    let [unknown, good] = [Status::Unknown, Status::Good].map(Some);
    // The window at the end of a week looks two weeks back: that week, and the next.
    assert_eq!(weeks, [unknown, unknown, unknown, good, good, unknown]);
    assert_eq!(fixtures::count(&db, "dirty_status_week"), 0);
}

#[test]
fn a_past_week_is_judged_by_the_rule_set_of_its_time() {
    let db = TestDatabase::new();
    let school = fixtures::school(&db);
    let now = wednesday();
    let late = now - TimeDelta::weeks(4);
    // Since three weeks ago nothing short of 1 Gbps is good.
    let since = (now - TimeDelta::weeks(3)).date_naive();
    let sql = "INSERT INTO country_benchmark (country_code, rule_set, version, since, decided_by)
               VALUES ('XTA', 'giga', 1, '2020-01-01', 'tests'), ('XTA', 'dfe', 1, $1, 'tests')";
    db.sql().execute(sql, &[&since]).unwrap();
    store(&db, &[Measured::new(school, late, 50.0)]);
    mark_dirty(&db, &[(school, late.date_naive())]);
    run_jobs(&db, now);
    assert_eq!(week(&db, school, now, 4), Some(Status::Good));
    assert_eq!(week(&db, school, now, 3), Some(Status::Moderate));
}

#[test]
fn a_week_whose_raw_tests_are_gone_stays_as_it_is() {
    let db = TestDatabase::new();
    let school = fixtures::school(&db);
    let now = wednesday();
    let dropped = "UPDATE retention SET dropped_before = now() - interval '400 days'";
    db.sql().execute(dropped, &[]).unwrap();
    let old = (now - TimeDelta::days(800)).date_naive();
    mark_dirty(&db, &[(school, old)]);
    db.block_on(summarise::run_until_idle(&db.store(), now))
        .unwrap();
    assert_eq!(fixtures::count(&db, "dirty_status_week"), 0);
}
