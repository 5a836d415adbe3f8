//! Several ids for one school: merged, unmerged, and nothing lost on the way.

mod moved;
mod refused;

use chrono::{DateTime, TimeDelta, Utc};
use schoolbeat::{
    domain::school::SchoolId,
    jobs::summarise,
    store::merges::{self, MergeRefusal, Moved},
};
use uuid::Uuid;

use super::support::{
    TestDatabase,
    fixtures::{self, NewSchool},
    measured::{Measured, mark_dirty, store},
};

/// Merges, and keeps it.
fn merge(db: &TestDatabase, merged: Uuid, into: Uuid) -> Result<Moved, MergeRefusal> {
    let (merged, into) = (SchoolId(merged), SchoolId(into));
    db.block_on(async {
        let mut client = db.store().client().await.unwrap();
        let tx = client.transaction().await.unwrap();
        let moved = merges::merge(&tx, merged, into, false, "head", Utc::now()).await;
        tx.commit().await.unwrap();
        moved.unwrap()
    })
}

fn unmerge(db: &TestDatabase, merged: Uuid) -> Result<Moved, MergeRefusal> {
    db.block_on(async {
        let mut client = db.store().client().await.unwrap();
        let tx = client.transaction().await.unwrap();
        let moved = merges::unmerge(&tx, SchoolId(merged), "head", Utc::now()).await;
        tx.commit().await.unwrap();
        moved.unwrap()
    })
}

/// A school with ids, an area, a probe, a code and a test of yesterday at so many Mbps.
fn measured_school(db: &TestDatabase, name: &str, area: Uuid, mbps: f64) -> Uuid {
    let new = NewSchool {
        name,
        areas: &[area],
        government_id: Some(name),
        ..NewSchool::default()
    };
    let school = new.add(db);
    // Raw tests are of a probe that has its school's id.
    let probe =
        "INSERT INTO probe (id, school_id, vantage, invented) VALUES ($1, $1, 'device', true)";
    db.sql().execute(probe, &[&school]).unwrap();
    let code = "INSERT INTO enrolment (id, school_id, code_hash, created_by, expires_at)
                VALUES ($1, $1, $2, 'tests', now() + interval '1 day')";
    db.sql()
        .execute(code, &[&school, &name.as_bytes()])
        .unwrap();
    measure(db, school, Utc::now() - TimeDelta::days(1), mbps);
    school
}

fn measure(db: &TestDatabase, school: Uuid, at: DateTime<Utc>, mbps: f64) {
    store(db, &[Measured::new(school, at, mbps).at(at)]);
    let day = at.with_timezone(&chrono_tz::Africa::Nairobi).date_naive();
    mark_dirty(db, &[(school, day)]);
}

fn summarise(db: &TestDatabase) {
    db.block_on(summarise::run_until_idle(&db.store(), Utc::now()))
        .unwrap();
}

/// The country with one area.
fn world() -> (TestDatabase, Uuid) {
    let db = TestDatabase::new();
    fixtures::country(&db);
    let area = fixtures::area(&db, 1, None, "West", [36.0, -2.0, 37.0, 0.0]);
    (db, area)
}

fn texts(db: &TestDatabase, sql: &str) -> Vec<String> {
    let rows = db.sql().query(sql, &[]).unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// Everything that a merge touches, but for the times of its own.
fn everything(db: &TestDatabase) -> Vec<String> {
    let tables = [
        "SELECT 'school ' || (to_jsonb(t) - 'updated_at')::text FROM school t",
        "SELECT 'alias ' || to_jsonb(t)::text FROM school_alias t",
        "SELECT 'area ' || to_jsonb(t)::text FROM school_area t",
        "SELECT 'probe ' || to_jsonb(t)::text FROM probe t",
        "SELECT 'code ' || to_jsonb(t)::text FROM enrolment t",
        "SELECT 'test ' || to_jsonb(t)::text FROM speed_test t",
        "SELECT 'check ' || to_jsonb(t)::text FROM path_check t",
        "SELECT 'page ' || to_jsonb(t)::text FROM page_check t",
        "SELECT 'rejected ' || to_jsonb(t)::text FROM rejected_record t",
        "SELECT 'day ' || to_jsonb(t)::text FROM school_day t",
        "SELECT 'status ' || (to_jsonb(t) - 'computed_at')::text FROM school_status t",
    ];
    let mut all = texts(db, &tables.join(" UNION ALL "));
    all.sort_unstable();
    all
}
