//! Countries, areas, providers and technologies: each school counts once.

use chrono::{NaiveDate, TimeDelta, Utc};
use schoolbeat::jobs::{periods, summarise};
use serde_json::Value;
use uuid::Uuid;

use super::support::{
    TestDatabase, fixtures,
    fixtures::NewSchool,
    measured::{Measured, mark_dirty, store},
};

fn day() -> NaiveDate {
    Utc::now().date_naive() - TimeDelta::days(3)
}

fn tests(db: &TestDatabase, school: Uuid, mbps: &[f64]) {
    let noon = day().and_hms_opt(9, 0, 0).unwrap().and_utc();
    let test = |mbps: &f64| Measured::new(school, noon, *mbps).at(noon);
    store(db, &mbps.iter().map(test).collect::<Vec<_>>());
    mark_dirty(db, &[(school, day())]);
}

fn summarise(db: &TestDatabase) {
    let now = Utc::now();
    db.block_on(async {
        summarise::run_until_idle(&db.store(), now).await.unwrap();
        periods::run_until_idle(&db.store(), now + TimeDelta::days(1))
            .await
            .unwrap();
    });
}

fn group(db: &TestDatabase, kind: &str, id: &str) -> Option<Value> {
    let sql = "SELECT to_jsonb(g) FROM group_summary g
               WHERE kind = $1 AND group_id = $2 AND period = 'day' AND starts_on = $3";
    let row = db.sql().query_opt(sql, &[&kind, &id, &day()]).unwrap();
    row.map(|row| row.get(0))
}

fn provider(db: &TestDatabase, school: Uuid, provider: &str, technology: &str) {
    let sql = "UPDATE school SET attributes = jsonb_build_object(
                   'internet_provider', $2::text, 'connectivity_type_govt', $3::text) WHERE id = $1";
    db.sql()
        .execute(sql, &[&school, &provider, &technology])
        .unwrap();
}

#[test]
fn a_school_with_many_tests_counts_once() {
    let db = TestDatabase::new();
    fixtures::country(&db);
    let country = fixtures::area(&db, 0, None, "Testland", [30.0, -5.0, 40.0, 5.0]);
    let district = fixtures::area(&db, 1, Some(country), "North", [36.0, -2.0, 38.0, 0.0]);
    let add = |areas: &[Uuid]| {
        NewSchool {
            areas,
            ..NewSchool::default()
        }
        .add(&db)
    };
    let schools = [
        add(&[country, district]),
        add(&[country, district]),
        add(&[country]),
    ];
    tests(&db, schools[0], &[2.0; 30]);
    tests(&db, schools[1], &[10.0, 20.0]);
    tests(&db, schools[2], &[40.0]);
    provider(&db, schools[0], "Telco", "fibre");
    provider(&db, schools[1], " TELCO ", "radio");
    provider(&db, schools[2], "Telco", "fibre");
    summarise(&db);
    let district_row = group(&db, "area", &district.to_string()).unwrap();
    assert_eq!(district_row["download_median_mbps"], 8.5, "of 2 and 15");
    assert_eq!(
        (&district_row["schools"], &district_row["tests"]),
        (&2.into(), &32.into())
    );
    let country_row = group(&db, "country", "XTA").unwrap();
    assert_eq!(country_row["download_median_mbps"], 15.0);
    assert_eq!(
        group(&db, "area", &country.to_string()).unwrap()["download_median_mbps"],
        15.0
    );
    let telco = group(&db, "provider", "telco").unwrap();
    assert_eq!(
        (&telco["name"], &telco["schools"]),
        (&"Telco".into(), &3.into())
    );
    assert_eq!(
        group(&db, "technology", "fibre").unwrap()["download_median_mbps"],
        21.0
    );
    assert_eq!(
        country_row["uptime_median_ratio"],
        Value::Null,
        "unknown is not zero"
    );
    // The last school of a technology changes it: there is no such group any longer.
    provider(&db, schools[1], "Telco", "fibre");
    tests(&db, schools[1], &[30.0]);
    summarise(&db);
    assert_eq!(group(&db, "technology", "radio"), None);
    assert_eq!(group(&db, "technology", "fibre").unwrap()["schools"], 3);
}
