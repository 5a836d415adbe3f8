//! Counts of areas and of a country.

use chrono::{TimeDelta, Utc};
use schoolbeat::{
    domain::{
        area::{AreaLevel, CountryCode},
        gap::GapRow,
    },
    store::gaps::{self, Overview},
};

use super::support::{
    TestDatabase,
    fixtures::{self, NewSchool},
};

fn code() -> CountryCode {
    CountryCode::new(fixtures::COUNTRY).unwrap()
}

fn by_area(db: &TestDatabase, level: i16) -> Vec<GapRow> {
    let level = AreaLevel::new(level).unwrap();
    db.block_on(async {
        let client = db.store().client().await.unwrap();
        gaps::by_area(&client, &code(), level).await.unwrap()
    })
}

fn overview(db: &TestDatabase) -> Overview {
    db.block_on(async {
        let client = db.store().client().await.unwrap();
        gaps::overview(&client, &code(), Utc::now()).await.unwrap()
    })
}

fn names(rows: &[GapRow]) -> Vec<Option<&str>> {
    rows.iter()
        .map(|row| row.area.as_ref().map(|area| &*area.name))
        .collect()
}

#[test]
fn every_area_has_a_row_and_schools_in_none_have_one_more() {
    let db = TestDatabase::new();
    fixtures::country(&db);
    assert!(by_area(&db, 1).is_empty());
    let bounds = [36.0, -2.0, 37.0, 0.0];
    let north = fixtures::area(&db, 1, None, "North", bounds);
    fixtures::area(&db, 1, None, "Empty", bounds);
    assert_eq!(names(&by_area(&db, 1)), [Some("Empty"), Some("North")]);
    let new = NewSchool {
        areas: &[north],
        ..NewSchool::default()
    };
    new.add(&db);
    assert_eq!(
        names(&by_area(&db, 1)),
        [Some("Empty"), Some("North")],
        "all are placed"
    );
    NewSchool::default().add(&db);
    let rows = by_area(&db, 1);
    assert_eq!(names(&rows), [Some("Empty"), Some("North"), None]);
    let schools: Vec<_> = rows.iter().map(|row| row.counts.schools).collect();
    assert_eq!(schools, [0, 1, 1]);
    assert_eq!(
        names(&by_area(&db, 2)),
        [None],
        "no areas of that level: all in none"
    );
}

#[test]
fn two_areas_of_one_name_stay_two() {
    let db = TestDatabase::new();
    fixtures::country(&db);
    let bounds = [36.0, -2.0, 37.0, 0.0];
    for key in ["Springfield", "other"] {
        let area = fixtures::area(&db, 1, None, key, bounds);
        let new = NewSchool {
            areas: &[area],
            ..NewSchool::default()
        };
        new.add(&db);
        new.add(&db);
    }
    db.sql()
        .execute("UPDATE area SET name = 'Springfield'", &[])
        .unwrap();
    let rows = by_area(&db, 1);
    let schools: Vec<_> = rows.iter().map(|row| row.counts.schools).collect();
    assert_eq!(schools, [2, 2]);
}

#[test]
fn students_that_are_not_known_are_not_counted_as_none() {
    let db = TestDatabase::new();
    fixtures::country(&db);
    for students in [Some(0), Some(30), None] {
        let new = NewSchool {
            students,
            ..NewSchool::default()
        };
        new.add(&db);
    }
    let counts = overview(&db).counts;
    assert_eq!((counts.schools, counts.unknown), (3, 3));
    assert_eq!(
        (counts.schools_with_students, counts.students_known),
        (2, 30)
    );
}

#[test]
fn a_probe_reports_if_it_was_heard_of_within_a_day_and_may() {
    let db = TestDatabase::new();
    let school = fixtures::school(&db);
    let heard = |hours: i64| {
        let probe = fixtures::probe(&db, school);
        let at = Utc::now() - TimeDelta::hours(hours);
        let sql = "UPDATE probe SET last_report_at = $2 WHERE id = $1";
        db.sql().execute(sql, &[&probe.id, &at]).unwrap();
        probe.id
    };
    heard(23);
    heard(25);
    fixtures::probe(&db, school);
    let revoked = heard(1);
    let revoke = "UPDATE probe SET revoked_at = now() WHERE id = $1";
    db.sql().execute(revoke, &[&revoked]).unwrap();
    let overview = overview(&db);
    assert_eq!(
        (overview.probes_enrolled, overview.probes_reporting),
        (3, 1)
    );
}
