//! School-weeks and -months, uptime within opening hours, and the rebuild of everything.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use schoolbeat::{
    domain::{area::CountryCode, policy::Holiday},
    jobs::{periods, summarise},
    store::{policies, summaries},
};
use serde_json::Value;
use uuid::Uuid;

use super::support::{
    TestDatabase, fixtures,
    measured::{Measured, mark_dirty, store},
};

/// Monday of three weeks ago, and its noon in Nairobi.
fn monday() -> (NaiveDate, DateTime<Utc>) {
    let today = Utc::now().date_naive() - TimeDelta::days(21);
    let day = today.week(chrono::Weekday::Mon).first_day();
    (day, day.and_hms_opt(9, 0, 0).unwrap().and_utc())
}

/// A country that is open from eight to four on five days, and a school in it.
fn school() -> (TestDatabase, Uuid) {
    let db = TestDatabase::new();
    let school = fixtures::school(&db);
    let sql =
        "UPDATE country SET opens_at = '08:00', closes_at = '16:00', school_days = '{1,2,3,4,5}'";
    db.sql().execute(sql, &[]).unwrap();
    (db, school)
}

fn span(db: &TestDatabase, school: Uuid, from: DateTime<Utc>, hours: i64, state: &str) {
    let sql = "INSERT INTO presence (school_id, probe_id, started_at, ended_at, state, time_basis,
                                     vantage, received_at)
               VALUES ($1, $1, $2, $3, $4, 'monotonic', 'device', $3)";
    let to = from + TimeDelta::hours(hours);
    db.sql()
        .execute(sql, &[&school, &from, &to, &state])
        .unwrap();
}

/// Until nothing is left to do, also what is due within hours.
fn summarise(db: &TestDatabase) {
    let now = Utc::now();
    db.block_on(async {
        summarise::run_until_idle(&db.store(), now).await.unwrap();
        let due = now + TimeDelta::days(1);
        periods::run_until_idle(&db.store(), due).await.unwrap();
    });
    for table in [
        "dirty_school_day",
        "dirty_school_period",
        "dirty_group_period",
    ] {
        assert_eq!(fixtures::count(db, table), 0, "{table}");
    }
}

fn summary(db: &TestDatabase, period: &str, starts_on: NaiveDate) -> Value {
    let sql = "SELECT to_jsonb(s) FROM school_summary s WHERE period = $1 AND starts_on = $2";
    let row = db.sql().query_one(sql, &[&period, &starts_on]).unwrap();
    row.get(0)
}

fn rows(db: &TestDatabase) -> Vec<String> {
    let sql = "SELECT to_jsonb(s)::text FROM school_summary s
               UNION ALL SELECT to_jsonb(g)::text FROM group_summary g ORDER BY 1";
    let rows = db.sql().query(sql, &[]).unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[test]
fn a_weeks_median_is_of_its_tests_and_not_of_its_days() {
    let (db, school) = school();
    let (monday, noon) = monday();
    let day = |days| noon + TimeDelta::days(days);
    let test = |days, mbps| Measured::new(school, noon, mbps).at(day(days));
    // Monday's median is 10, Tuesday's 40, Sunday's 50; next Monday is another week's.
    let tests = [
        (0, 10.0),
        (0, 10.0),
        (0, 10.0),
        (1, 40.0),
        (6, 50.0),
        (7, 1.0),
    ];
    store(&db, &tests.map(|(days, mbps)| test(days, mbps)));
    store(
        &db,
        &[test(1, 99.0).invalid("too_long"), test(1, 0.0).failed()],
    );
    let dirty: Vec<_> = [0, 1, 6, 7]
        .map(|n| (school, monday + Days::new(n)))
        .to_vec();
    mark_dirty(&db, &dirty);
    summarise(&db);
    let week = summary(&db, "week", monday);
    assert_eq!(week["download_median_mbps"], 10.0);
    assert_eq!(week["download_p95_mbps"], 48.0, "percentile_cont");
    assert_eq!(
        (&week["tests"], &week["valid_tests"]),
        (&7.into(), &5.into())
    );
    assert_eq!(
        (&week["failed_tests"], &week["open_s"]),
        (&1.into(), &(5 * 8 * 3600).into())
    );
    assert_eq!(week["invalid_tests"], serde_json::json!({"too_long": 1}));
    let next = summary(&db, "week", monday + Days::new(7));
    assert_eq!(next["download_median_mbps"], 1.0);
}

#[test]
fn uptime_is_of_opening_hours_and_what_no_span_covers_is_no_data() {
    let (db, school) = school();
    let (monday, noon) = monday();
    // Nairobi opens at 05:00 UTC: two hours online, one with the provider down, one off; the rest unknown.
    let opens = noon - TimeDelta::hours(4);
    span(&db, school, opens - TimeDelta::hours(3), 5, "online");
    span(&db, school, opens + TimeDelta::hours(2), 1, "isp_down");
    span(&db, school, opens + TimeDelta::hours(3), 1, "off");
    span(&db, school, opens + TimeDelta::hours(24), 8, "online");
    mark_dirty(&db, &[(school, monday), (school, monday + Days::new(1))]);
    summarise(&db);
    let day = summary(&db, "day", monday);
    let seconds = |row: &Value| {
        ["open_s", "online_s", "lan_down_s", "isp_down_s", "off_s"]
            .map(|key| row[key].as_i64().unwrap() / 3600)
    };
    assert_eq!(seconds(&day), [8, 2, 0, 1, 1]);
    assert_eq!(seconds(&summary(&db, "week", monday)), [40, 10, 0, 1, 1]);
    // Tuesday turns out to be a holiday.
    db.block_on(async {
        let client = db.store().client().await.unwrap();
        let country = CountryCode::new("XTA").unwrap();
        let tuesday = monday + Days::new(1);
        let holiday = Holiday {
            first_day: tuesday,
            last_day: tuesday,
            name: "Feast".into(),
        };
        policies::add_holiday(&client, &country, &holiday)
            .await
            .unwrap();
    });
    summarise(&db);
    assert_eq!(
        seconds(&summary(&db, "day", monday + Days::new(1))),
        [0, 0, 0, 0, 0]
    );
    assert_eq!(seconds(&summary(&db, "week", monday)), [32, 2, 0, 1, 1]);
}

#[test]
fn weeks_and_months_that_go_on_wait_and_new_ones_do_not() {
    let (db, school) = school();
    let today = Utc::now()
        .with_timezone(&chrono_tz::Africa::Nairobi)
        .date_naive();
    let due = |db: &TestDatabase| {
        let sql = "SELECT coalesce(max(extract(epoch FROM due_at - now()) / 3600)::float8, 0)
                   FROM dirty_school_period";
        db.sql().query_one(sql, &[]).unwrap().get::<_, f64>(0)
    };
    let summarise_days = || {
        mark_dirty(&db, &[(school, today)]);
        db.block_on(summarise::run_until_idle(&db.store(), Utc::now()))
            .unwrap();
    };
    summarise_days();
    assert!(due(&db) <= 0.0, "nothing is known of this month");
    db.block_on(periods::run_until_idle(&db.store(), Utc::now()))
        .unwrap();
    assert_eq!(fixtures::count(&db, "dirty_school_period"), 0);
    summarise_days();
    assert_eq!(fixtures::count(&db, "dirty_school_period"), 2);
    assert!((5.9..6.1).contains(&due(&db)));
}

#[test]
fn a_full_rebuild_gives_the_same_rows_bit_for_bit() {
    let (db, school) = school();
    let (monday, noon) = monday();
    let other = fixtures::NewSchool {
        name: "Second School",
        ..Default::default()
    }
    .add(&db);
    // As it happens: in parts, late, and over the end of a month.
    let mut dice = 7_u64;
    let mut roll = move || {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        f64::from(u32::try_from(dice >> 33).unwrap()) / 97.0
    };
    for part in 0..6_i64 {
        for (n, school) in [school, other].into_iter().enumerate() {
            let n = i64::try_from(n).unwrap();
            let days: Vec<i64> = (0..4).map(|day| day * 9 - part - n).collect();
            let at = |day: i64| noon - TimeDelta::days(day) + TimeDelta::minutes(7 * part);
            let tests = days
                .iter()
                .map(|day| Measured::new(school, noon, roll()).at(at(*day)));
            store(&db, &tests.collect::<Vec<_>>());
            span(&db, school, at(days[0]), 3, "online");
            span(&db, school, at(days[1]), 1, "isp_down");
            let sql = "INSERT INTO path_check (school_id, measured_at, probe_id, sequence, received_at,
                           time_basis, vantage, outcome, target, target_kind, method, sent, received,
                           timeout_ms, rtt_median_ms, jitter_ms, loss_ratio, in_opening_hours)
                       VALUES ($1, $2, $1, 1, $2, 'monotonic', 'device', 'ok', 'test', 'server', 'icmp',
                               20, 19, 3000, $3, $4, 0.05, true)";
            for day in &days {
                db.sql()
                    .execute(sql, &[&school, &at(*day), &roll(), &roll()])
                    .unwrap();
            }
            let local = |day: &i64| {
                at(*day)
                    .with_timezone(&chrono_tz::Africa::Nairobi)
                    .date_naive()
            };
            mark_dirty(
                &db,
                &days
                    .iter()
                    .map(|day| (school, local(day)))
                    .collect::<Vec<_>>(),
            );
        }
        summarise(&db);
    }
    let first = rows(&db);
    assert!(
        first.len() > 60 && first.iter().any(|row| row.contains("\"month\"")),
        "{}",
        first.len()
    );
    let rebuild = || {
        db.block_on(async {
            let client = db.store().client().await.unwrap();
            assert!(summaries::mark_everything(&client, None).await.unwrap() > 20);
        });
        summarise(&db);
        rows(&db)
    };
    assert_eq!(rebuild(), first, "over what is there");
    db.sql()
        .batch_execute("TRUNCATE school_summary, group_summary")
        .unwrap();
    assert_eq!(rebuild(), first, "from nothing");
    assert!(first.iter().any(|row| row.contains(&monday.to_string())));
}
