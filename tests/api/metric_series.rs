//! `GET /api/v1/{schools,areas,countries,providers,technologies}/…/series?metric=`

use chrono::{Days, NaiveDate, TimeDelta, Utc};
use schoolbeat::jobs::{periods, summarise};
use serde_json::Value;
use uuid::Uuid;

use crate::support::{
    TestDatabase, fixtures,
    fixtures::NewSchool,
    measured::{Measured, mark_dirty, store},
    server::TestServer,
};

struct World {
    server: TestServer,
    schools: [Uuid; 2],
    area: Uuid,
    /// The country's day.
    today: NaiveDate,
}

/// Two schools of one provider in one area: 10 Mbps five and three days ago, and 30 at the other on the
/// first of these.
fn world() -> World {
    let today = Utc::now()
        .with_timezone(&chrono_tz::Africa::Nairobi)
        .date_naive();
    let (server, (schools, area)) = TestServer::on(|db| {
        fixtures::country(db);
        let area = fixtures::area(db, 1, None, "North", [36.0, -2.0, 38.0, 0.0]);
        let add = |name| {
            NewSchool {
                name,
                areas: &[area],
                ..NewSchool::default()
            }
            .add(db)
        };
        let schools = [add("Oak"), add("Elm")];
        let sql = "UPDATE school SET attributes = '{\"internet_provider\": \"Net/Co\",
                                                     \"connectivity_type_govt\": \"fibre\"}'";
        db.sql().execute(sql, &[]).unwrap();
        for (school, days, mbps) in [(0, 5, 10.0), (0, 3, 12.0), (1, 5, 30.0)] {
            let day = today - Days::new(days);
            let noon = day.and_hms_opt(9, 0, 0).unwrap().and_utc();
            store(db, &[Measured::new(schools[school], noon, mbps).at(noon)]);
            mark_dirty(db, &[(schools[school], day)]);
        }
        summarise(db);
        (schools, area)
    });
    World {
        server,
        schools,
        area,
        today,
    }
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

fn values(series: &Value) -> Vec<Option<f64>> {
    let points = series["points"].as_array().unwrap().iter();
    points.map(|point| point["value"].as_f64()).collect()
}

impl World {
    fn get(&self, path: &str, query: &str) -> Value {
        let from = self.today - Days::new(5);
        self.server
            .get(&format!("/api/v1/{path}/series?from={from}&{query}"))
            .json()
    }
}

#[test]
fn a_gap_is_a_gap_and_each_kind_of_group_has_its_series() {
    let world = world();
    let [oak, _] = world.schools;
    let school = world.get(&format!("schools/{oak}"), "metric=download_mbps");
    let expected = [Some(10.0), None, Some(12.0), None, None, None];
    assert_eq!(values(&school), expected);
    assert_eq!(
        (&school["step"], &school["name"]),
        (&"day".into(), &"Oak".into())
    );
    let last = &school["points"][5];
    assert_eq!(
        (&last["is_partial"], &last["valid_tests"]),
        (&true.into(), &0.into())
    );
    let both = [Some(20.0), None, Some(12.0), None, None, None];
    for (path, name) in [
        (format!("areas/{}", world.area), "North"),
        ("countries/XTA".to_owned(), "Testland"),
        ("providers/net%2Fco".to_owned(), "Net/Co"),
    ] {
        let series = world.get(&path, "metric=download_mbps&country=XTA");
        assert_eq!(
            (values(&series), &series["name"]),
            (both.to_vec(), &name.into()),
            "{path}"
        );
        assert_eq!(series["points"][0]["schools_counted"], 2);
    }
    let fibre = world.get("technologies/fibre", "metric=tests&country=XTA");
    assert_eq!(values(&fibre)[0], Some(2.0));
    assert_eq!(fibre["value_is"], "sum");
    let uptime = world.get("countries/XTA", "metric=uptime_ratio");
    assert_eq!(values(&uptime), [None; 6], "unknown is not zero");
    let listed = world.server.get("/api/v1/providers?country=XTA").json();
    assert_eq!(
        (&listed["total"], &listed["items"][0]["name"]),
        (&1.into(), &"Net/Co".into())
    );
    assert_eq!(
        world.server.get("/api/v1/technologies?country=XTA").json()["total"],
        1
    );
}

#[test]
fn the_step_grows_with_the_range_and_no_answer_is_longer_than_2000() {
    let world = world();
    let ask = |query: &str| {
        world
            .server
            .get(&format!("/api/v1/countries/XTA/series?{query}"))
    };
    let metric = "metric=download_mbps";
    for (from, step, spans) in [("2026-01-01", "day", 100), ("2025-01-01", "week", 106)] {
        let to =
            from.parse::<NaiveDate>().unwrap() + Days::new(if step == "day" { 99 } else { 730 });
        let series = ask(&format!("{metric}&from={from}&to={to}")).json();
        assert_eq!(series["step"], step);
        let points = series["points"].as_array().unwrap().len();
        assert!(points.abs_diff(spans) < 2, "{points} {step}s");
    }
    let series = ask(&format!("{metric}&from=2000-01-01&to=2026-11-28")).json();
    assert_eq!(series["step"], "month");
    for (query, field) in [
        (
            format!("{metric}&from=2000-01-01&to=2026-11-28&step=day"),
            "step",
        ),
        (format!("{metric}&step=hour"), "step"),
        (format!("{metric}&from=2026-02-02&to=2026-02-01"), "from"),
        (format!("{metric}&format=xml"), "format"),
        ("metric=speed".to_owned(), "metric"),
        ("step=day".to_owned(), "metric"),
    ] {
        let error = ask(&query).error(400, "invalid_parameter");
        assert_eq!(error["field"], field, "{query}");
    }
    let nobody = "/api/v1/providers/nobody/series?country=XTA&metric=tests";
    world.server.get(nobody).error(404, "not_found");
    let whose = "/api/v1/providers/net/series?metric=tests";
    let error = world.server.get(whose).error(400, "invalid_parameter");
    assert_eq!(error["field"], "country");
}

#[test]
fn a_table_has_a_row_for_every_span_and_nothing_where_nothing_is_known() {
    let world = world();
    let from = world.today - Days::new(5);
    let path = format!(
        "/api/v1/areas/{}/series?metric=download_mbps&from={from}&format=csv",
        world.area
    );
    let answer = world.server.get(&path);
    assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
    let text = String::from_utf8(answer.body).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header: Vec<String> = reader
        .headers()
        .unwrap()
        .iter()
        .map(ToOwned::to_owned)
        .collect();
    assert_eq!(
        &header[4..9],
        [
            "starts_on",
            "is_partial",
            "download_mbps",
            "p5_download_mbps",
            "p95_download_mbps"
        ]
    );
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 6);
    assert_eq!(
        (&rows[0][4], &rows[0][6], &rows[0][9]),
        (&*from.to_string(), "20", "2")
    );
    assert_eq!((&rows[1][6], &rows[1][9]), ("", "0"));
}
