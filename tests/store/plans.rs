//! Queries that a page waits for must go by their index, whatever the size of the table.

use chrono::{TimeDelta, Utc};
use postgres::types::ToSql;
use uuid::Uuid;

use super::support::{TestDatabase, fixtures};

const SERIES: &str = include_str!("../../src/store/sql/speed_test_series.sql");
const DAYS: &str = include_str!("../../src/store/sql/school_summary_series.sql");
const SUMMARISE: &str = include_str!("../../src/store/sql/school_summarise.sql");
const EVIDENCE: &str = include_str!("../../src/store/sql/status_evidence.sql");
const TILE: &str = include_str!("../../src/store/sql/area_tile.sql");

/// Fourteen months of two hundred schools; one of them is returned.
fn history() -> (TestDatabase, Uuid) {
    let db = TestDatabase::new();
    let school = fixtures::school(&db);
    let sql = "
        CREATE TEMPORARY TABLE pupil AS
            SELECT gen_random_uuid() AS id FROM generate_series(1, 199)
            UNION ALL SELECT id FROM school;
        INSERT INTO speed_test (school_id, measured_at, probe_id, sequence, received_at, time_basis,
            vantage, outcome, protocol, server, download_mbps, bytes_down, bytes_up,
            download_duration_ms, upload_duration_ms, in_opening_hours)
        SELECT id, at, id, 1, at, 'monotonic', 'device', 'ok', 'ndt7', 'test', 10, 1, 1, 1, 1, true
        FROM pupil, generate_series(now() - interval '400 days', now(), interval '1 day') AS at;
        INSERT INTO school_summary (school_id, period, starts_on, tests, valid_tests, failed_tests,
            path_checks)
        SELECT id, 'day', day, 1, 1, 0, 0
        FROM pupil, generate_series(now() - interval '400 days', now(), interval '1 day') AS day;
        ANALYZE speed_test, school_summary;";
    db.sql().batch_execute(sql).unwrap();
    (db, school)
}

fn plan(db: &TestDatabase, query: &str, parameters: &[&(dyn ToSql + Sync)]) -> Vec<String> {
    let explain = format!("EXPLAIN {query}");
    let rows = db.sql().query(&explain, parameters).unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// No month that holds rows is read as a whole; an empty one, which costs nothing, may be.
#[track_caller]
fn goes_by_its_index(plan: &[String]) {
    for line in plan {
        let whole = line.contains("Seq Scan on speed_test") && !line.contains("cost=0.00..0.00 ");
        assert!(!whole, "{line}\n{plan:#?}");
    }
    let index = "_school_id_measured_at_idx";
    assert!(plan.iter().any(|line| line.contains(index)), "{plan:#?}");
}

#[test]
fn the_tests_of_a_school_are_found_by_its_index_in_the_months_that_are_asked_for() {
    let (db, school) = history();
    let from = Utc::now() - TimeDelta::days(28);
    let plan = plan(&db, SERIES, &[&school, &from, &1000_i64]);
    goes_by_its_index(&plan);
    let old = format!(
        "speed_test_{}",
        (Utc::now() - TimeDelta::days(120)).format("%Y_%m")
    );
    assert!(!plan.iter().any(|line| line.contains(&old)), "{plan:#?}");
}

#[test]
fn the_days_of_a_school_are_found_by_its_index() {
    let (db, school) = history();
    let today = Utc::now().date_naive();
    let plan = plan(
        &db,
        DAYS,
        &[&school, &"day", &(today - TimeDelta::days(28)), &today],
    );
    let by_index = plan.iter().any(|line| line.contains("school_summary_pkey"));
    assert!(
        by_index && !plan.join("\n").contains("Seq Scan"),
        "{plan:#?}"
    );
}

#[test]
fn summaries_and_verdicts_read_no_other_schools_rows() {
    let (db, school) = history();
    let day = Utc::now().date_naive();
    let seconds = vec![0_i64];
    let days = &[
        &vec![school] as &(dyn ToSql + Sync),
        &vec!["day"],
        &vec![day],
        &seconds,
        &seconds,
        &seconds,
        &seconds,
        &seconds,
        &seconds,
    ];
    goes_by_its_index(&plan(&db, SUMMARISE, days));
    goes_by_its_index(&plan(&db, EVIDENCE, &[&vec![school], &Utc::now(), &false]));
}

#[test]
fn an_hour_of_all_schools_is_found_by_the_time_that_rows_came_in() {
    let db = TestDatabase::new();
    let sql = "
        INSERT INTO path_check (school_id, measured_at, probe_id, sequence, received_at, time_basis,
            vantage, outcome, target, target_kind, method, sent, received, timeout_ms, in_opening_hours)
        SELECT gen_random_uuid(), at, gen_random_uuid(), 1, at, 'monotonic', 'device', 'ok', 'test',
               'server', 'icmp', 20, 20, 3000, true
        FROM generate_series(date_trunc('month', now()), date_trunc('month', now()) + interval '20 days',
                             interval '10 seconds') AS at;
        ANALYZE path_check;";
    db.sql().batch_execute(sql).unwrap();
    let hour = "SELECT count(*) FROM path_check
                WHERE measured_at >= date_trunc('month', now()) + interval '7 days'
                  AND measured_at < date_trunc('month', now()) + interval '7 days 1 hour'";
    let plan = plan(&db, hour, &[]);
    let by_time = |line: &String| line.contains("_measured_at_idx") && !line.contains("school_id");
    assert!(plan.iter().any(by_time), "{plan:#?}");
}

#[test]
fn a_tile_of_areas_reads_the_areas_that_are_near() {
    let db = TestDatabase::new();
    fixtures::country(&db);
    let sql = "
        INSERT INTO area (id, country_code, level, match_key, name, geometry)
        SELECT gen_random_uuid(), 'XTA', 1, x || ' ' || y, 'x',
               ST_Multi(ST_MakeEnvelope(x, y, x + 1, y + 1, 4326))
        FROM generate_series(-180, 179) AS x, generate_series(-40, 40) AS y;
        ANALYZE area;";
    db.sql().batch_execute(sql).unwrap();
    let plan = plan(&db, TILE, &[&1_i16, &8_i32, &154_i32, &128_i32]);
    assert!(
        plan.iter().any(|line| line.contains("area_geometry")),
        "{plan:#?}"
    );
}
