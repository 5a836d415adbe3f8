//! A report's transaction: all of it or nothing, once.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use schoolbeat::{
    domain::{
        calendar::SchoolCalendar, measurement::ProbeId, record::Vantage, retention::Kept,
        school::SchoolId,
    },
    ingest::{Envelope, Reporter},
    store::reports::{self, Committed, Refusal, ReportFacts},
};
use serde_json::{Value, json};

use super::support::{
    TestDatabase,
    fixtures::{self, EnrolledProbe},
    records::{aged, path_check, report, speed_test},
};

fn probe() -> (TestDatabase, EnrolledProbe) {
    let db = TestDatabase::new();
    let school = fixtures::school(&db);
    let probe = fixtures::probe(&db, school);
    (db, probe)
}

fn calendar() -> SchoolCalendar {
    SchoolCalendar {
        time_zone: chrono_tz::Africa::Nairobi,
        opens_at: chrono::NaiveTime::MIN,
        closes_at: chrono::NaiveTime::from_hms_opt(23, 59, 59).unwrap(),
        school_days: (1..=7).collect(),
        closed: vec![],
    }
}

/// Judges and writes a report that arrived then; keeps it, or takes it back.
fn write(
    db: &TestDatabase,
    probe: &EnrolledProbe,
    records: &[Value],
    received_at: DateTime<Utc>,
    keep: bool,
) -> Result<Committed, Refusal> {
    let calendar = calendar();
    let body = report(records).to_string();
    let envelope = Envelope::parse(body.as_bytes()).unwrap();
    let reporter = Reporter {
        kept: Kept::usual(Utc::now()),
        probe_id: ProbeId(probe.id),
        school_id: SchoolId(probe.school),
        vantage: Vantage::Device,
        calendar: Arc::new(calendar.clone()),
    };
    let facts = ReportFacts {
        probe_id: reporter.probe_id,
        calendar: &calendar,
        received_at,
        clock_offset_ms: Some(0),
        software_version: "0.1.0",
    };
    let judged = envelope.judge(&reporter, received_at);
    db.block_on(async {
        let mut client = db.store().client().await.unwrap();
        let tx = client.transaction().await.unwrap();
        let written = reports::write(&tx, &facts, &judged).await.unwrap();
        if keep {
            tx.commit().await.unwrap();
        }
        written
    })
}

fn cursor(db: &TestDatabase) -> i64 {
    let row = db.sql().query_one("SELECT last_sequence FROM probe", &[]);
    row.unwrap().get(0)
}

#[test]
fn a_report_that_is_not_committed_leaves_nothing() {
    let (db, probe) = probe();
    let records = [speed_test(1, 30.0), path_check(2), json!({"sequence": 3})];
    let written = write(&db, &probe, &records, Utc::now(), false).unwrap();
    assert_eq!(written.last_sequence, 3);
    for table in [
        "speed_test",
        "path_check",
        "rejected_record",
        "dirty_school_day",
    ] {
        assert_eq!(fixtures::count(&db, table), 0, "{table}");
    }
    assert_eq!(cursor(&db), 0);
    let again = write(&db, &probe, &records, Utc::now(), true).unwrap();
    assert_eq!(again.duplicate, [false; 3], "it was never stored");
    assert_eq!(cursor(&db), 3);
}

#[test]
fn a_record_without_a_number_is_kept_once_however_often_it_comes() {
    let (db, probe) = probe();
    let records = [json!("rubbish"), json!({"kind": "speed_test"})];
    for _ in 0..3 {
        write(&db, &probe, &records, Utc::now(), true).unwrap();
    }
    assert_eq!(fixtures::count(&db, "rejected_record"), 2);
    assert_eq!(cursor(&db), 0, "nothing to move it by");
}

#[test]
fn a_cursor_never_runs_backwards() {
    let (db, probe) = probe();
    write(&db, &probe, &[speed_test(9, 30.0)], Utc::now(), true).unwrap();
    let late = write(&db, &probe, &[speed_test(4, 30.0)], Utc::now(), true).unwrap();
    assert_eq!((late.last_sequence, late.duplicate), (9, vec![true]));
    assert_eq!(cursor(&db), 9);
    assert_eq!(fixtures::count(&db, "speed_test"), 1);
}

#[test]
fn news_is_summarised_at_once_and_more_of_the_same_a_little_later() {
    let (db, probe) = probe();
    let now = Utc::now();
    let mut sequence = 0;
    let mut due_in_s = |minutes_ago, record: fn(u64) -> Value| {
        sequence += 1;
        let records = [aged(3_600, record(sequence))];
        let received_at = now - TimeDelta::minutes(minutes_ago);
        write(&db, &probe, &records, received_at, true).unwrap();
        let taken = "DELETE FROM dirty_school_day
                     RETURNING extract(epoch FROM due_at - marked_at)::float8";
        let rows = db.sql().query(taken, &[]).unwrap();
        rows.iter().map(|row| row.get(0)).collect::<Vec<f64>>()
    };
    let rate = |sequence| speed_test(sequence, 20.0);
    assert_eq!(due_in_s(60, path_check), [0.0], "its first word");
    assert_eq!(due_in_s(55, path_check), [60.0]);
    assert_eq!(due_in_s(52, rate), [0.0]);
    assert_eq!(due_in_s(50, path_check), [60.0]);
    assert_eq!(due_in_s(20, path_check), [0.0], "after half an hour");
}

#[test]
fn a_report_marks_the_schools_own_days() {
    let (db, probe) = probe();
    // 20:59:59 and 21:00:01 in Greenwich: two days in Nairobi, one in Greenwich.
    let yesterday = (Utc::now() - TimeDelta::days(1)).date_naive();
    let received_at = yesterday.and_hms_opt(21, 0, 1).unwrap().and_utc();
    let records = [aged(2, speed_test(1, 30.0)), aged(0, path_check(2))];
    write(&db, &probe, &records, received_at, true).unwrap();
    let rows = db
        .sql()
        .query("SELECT day FROM dirty_school_day ORDER BY day", &[]);
    let days: Vec<NaiveDate> = rows.unwrap().iter().map(|row| row.get(0)).collect();
    assert_eq!(days, [yesterday, yesterday.succ_opt().unwrap()]);
}

#[test]
fn a_probe_that_was_revoked_meanwhile_stores_nothing() {
    let (db, probe) = probe();
    db.sql()
        .execute("UPDATE probe SET revoked_at = now()", &[])
        .unwrap();
    let refused = write(&db, &probe, &[speed_test(1, 30.0)], Utc::now(), true);
    assert_eq!(refused, Err(Refusal::Revoked));
    assert_eq!(fixtures::count(&db, "speed_test"), 0);
}

#[test]
fn every_age_that_is_kept_has_a_partition_to_go_to() {
    let (db, probe) = probe();
    // The clock of the record's own boot: a hundred days of it, and years by the wall clock.
    for (n, days) in [0, 30, 99, 200, 399].into_iter().enumerate() {
        let at_ms = (Utc::now() - TimeDelta::days(days)).timestamp_millis();
        let mut record = speed_test(n as u64 + 1, 30.0);
        record["boot_id"] = json!("another");
        record["wall_unix_ms"] = json!(at_ms);
        write(&db, &probe, &[record], Utc::now(), true).unwrap();
    }
    let valid = "speed_test WHERE invalid_reason IS NULL";
    assert_eq!(fixtures::count(&db, valid), 5);
}

#[test]
fn a_report_that_was_on_its_way_while_its_school_was_merged_is_the_survivors() {
    let (db, probe) = probe();
    let survivor = fixtures::NewSchool::default().add(&db);
    let (from, into) = (SchoolId(probe.school), SchoolId(survivor));
    db.block_on(async {
        let mut client = db.store().client().await.unwrap();
        let tx = client.transaction().await.unwrap();
        let merged = schoolbeat::store::merges::merge(&tx, from, into, false, "head", Utc::now());
        merged.await.unwrap().unwrap();
        tx.commit().await.unwrap();
    });
    // The server had read the probe's school before.
    let records = [speed_test(1, 30.0), path_check(2), json!({"sequence": 3})];
    write(&db, &probe, &records, Utc::now(), true).unwrap();
    for table in [
        "speed_test",
        "path_check",
        "rejected_record",
        "dirty_school_day",
    ] {
        let stray = format!("{table} WHERE school_id <> '{survivor}'");
        assert_eq!(fixtures::count(&db, &stray), 0, "{table}");
    }
    assert_eq!(fixtures::count(&db, "speed_test"), 1);
}
