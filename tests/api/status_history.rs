//! `GET /api/v1/schools/{id}/status-history`

use uuid::Uuid;

use crate::support::{eventually, fixtures, records::speed_test, server::TestServer};

#[test]
fn a_school_shows_its_weeks_and_what_each_was_judged_by() {
    let (server, probe) = TestServer::on(|db| {
        let school = fixtures::school(db);
        fixtures::probe(db, school)
    });
    let path = format!("/api/v1/schools/{}/status-history", probe.school);
    server.report(&probe, &[speed_test(1, 25.0)]).json();
    let history = eventually("this week is good", || {
        let history = server.get(&path).json();
        let weeks = history["weeks"].as_array().unwrap();
        let is_good = weeks.last().is_some_and(|week| week["status"] == "good");
        is_good.then_some(history)
    });
    let weeks = history["weeks"].as_array().unwrap();
    assert!((52..=54).contains(&weeks.len()), "a year, {}", weeks.len());
    assert!(weeks[0]["status"].is_null(), "nothing was recorded");
    assert_eq!(weeks[0]["rule_set"], "own-xta");
    assert_eq!(history["benchmarks"][0]["source"], "tests");
    assert_eq!(history["time_zone"], "Africa/Nairobi");
    let some = server
        .get(&format!("{path}?from=2026-12-28&to=2027-01-04"))
        .json();
    let names: Vec<_> = some["weeks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|week| {
            (
                week["week"].as_str().unwrap(),
                week["begins_on"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        names,
        [("2026-W53", "2026-12-28"), ("2027-W01", "2027-01-04")]
    );
}

#[test]
fn a_merged_school_keeps_its_own() {
    let (server, school) = TestServer::on(fixtures::school);
    let path = format!("/api/v1/schools/{school}/status-history");
    let sql = "UPDATE school SET merged_into = $2 WHERE id = $1";
    let other = fixtures::NewSchool::default().add(&server.db);
    server.db.sql().execute(sql, &[&school, &other]).unwrap();
    assert_eq!(server.get(&path).status, 200);
    assert_eq!(server.get(&format!("/api/v1/schools/{school}")).status, 308);
}

#[test]
fn spans_have_bounds() {
    let (server, school) = TestServer::on(fixtures::school);
    let path = format!("/api/v1/schools/{school}/status-history");
    for (query, field) in [
        ("from=2026-02-01&to=2026-01-01", "to"),
        ("from=2001-01-01&to=2026-01-01", "from"),
        ("from=0001-01-01", "from"),
        ("to=-200000-01-01", "from"),
    ] {
        server.get(&format!("{path}?{query}")).field_error(field);
    }
    server
        .get(&format!("{path}?from=yesterday"))
        .error(400, "invalid_parameter");
    let nobody = Uuid::now_v7();
    server
        .get(&format!("/api/v1/schools/{nobody}/status-history"))
        .error(404, "not_found");
}
