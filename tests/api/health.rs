//! `/health/…` and `/metrics`

use crate::{
    support::{
        eventually, fixtures,
        records::{path_check, speed_test},
        server::TestServer,
    },
    tiles::decoded,
};

#[test]
fn the_server_is_ready_only_while_its_database_is() {
    let (server, ()) = TestServer::on(fixtures::country);
    assert_eq!(server.get("/health/live").json()["status"], "live");
    assert_eq!(server.get("/health/ready").json()["status"], "ready");
    server.db.lock_out(true);
    let ready = server.get("/health/ready");
    assert_eq!(ready.status, 503);
    assert_eq!(ready.body_json()["status"], "not_ready");
    let reason = ready.body_json()["reason"].as_str().unwrap().to_owned();
    assert!(reason.contains("database"), "{reason}");
    assert_eq!(
        server.get("/health/live").status,
        200,
        "the process is not at fault"
    );
    server
        .get("/api/v1/countries")
        .error(503, "database_unavailable");
    assert_eq!(
        server.get("/tiles/schools/0/0/0.mvt").status,
        204,
        "from memory"
    );
    server.db.lock_out(false);
    eventually("it is ready again", || {
        (server.get("/health/ready").status == 200).then_some(())
    });
    assert_eq!(server.get("/api/v1/countries").json()["total"], 1);
}

#[test]
fn after_an_outage_reports_reach_the_map_again() {
    let (server, probe) = TestServer::on(|db| {
        let school = fixtures::school(db);
        fixtures::probe(db, school)
    });
    server.db.lock_out(true);
    server
        .get("/api/v1/countries")
        .error(503, "database_unavailable");
    server.db.lock_out(false);
    eventually("the report is stored", || {
        (server.report(&probe, &[speed_test(1, 30.0)]).status == 200).then_some(())
    });
    // The listening connection was cut, too, and must have been made anew.
    eventually("the map hears of it", || {
        let features = decoded::get(&server, "/tiles/schools/0/0/0.mvt");
        (features[0].attributes["status"] == "good").then_some(())
    });
}

#[test]
fn metrics_count_what_happened_by_route() {
    let (server, probe) = TestServer::on(|db| {
        let school = fixtures::school(db);
        fixtures::probe(db, school)
    });
    server
        .report(&probe, &[speed_test(1, 30.0), path_check(2)])
        .json();
    server.report(&probe, &[speed_test(1, 30.0)]).json();
    server
        .post("/api/v1/probe/reports", &[], b"{}")
        .error(401, "secret_missing");
    server
        .get(&format!("/api/v1/schools/{}", probe.school))
        .json();
    server.get("/api/v1/nothing").error(404, "not_found");
    let answer = server.get("/metrics");
    assert_eq!(answer.status, 200);
    let kind = answer.header("content-type").unwrap();
    assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
    let text = answer.text();
    for line in [
        "schoolbeat_probe_reports_total{result=\"stored\"} 2",
        "schoolbeat_probe_reports_total{result=\"refused\"} 1",
        "schoolbeat_probe_records_total{verdict=\"stored\"} 2",
        "schoolbeat_probe_records_total{verdict=\"duplicate\"} 1",
        "schoolbeat_http_requests_total{method=\"GET\",route=\"/api/v1/schools/{id}\",status=\"200\"}",
        "route=\"unmatched\",status=\"404\"",
        "schoolbeat_atlas_schools 1",
        "schoolbeat_http_request_seconds_bucket",
        "process_resident_memory_bytes",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(
        !text.contains(&probe.school.to_string()),
        "no ids in labels"
    );
    assert!(
        !text.contains("/api/v1/nothing"),
        "no paths of a client's choice"
    );
}

/// An alert on a name that nothing counts would stay silent for ever.
#[test]
fn every_alert_rests_on_a_figure_that_is_counted() {
    let (server, probe) = TestServer::on(|db| {
        let school = fixtures::school(db);
        fixtures::probe(db, school)
    });
    let records = [speed_test(1, 30.0), serde_json::json!({"sequence": 2})];
    assert_eq!(server.report(&probe, &records).status, 200);
    let counted = server.get("/metrics").text();
    assert!(counted.contains("schoolbeat_database_up 1"), "{counted}");
    let malformed = "schoolbeat_probe_records_refused_total{reason=\"malformed\"} 1";
    assert!(counted.contains(malformed), "{counted}");
    let rules = include_str!("../../deploy/prometheus/schoolbeat.rules.yml");
    let names = rules
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| word.starts_with("schoolbeat_"));
    let mut known = 0;
    for name in names {
        let sample = |line: &str| {
            line.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with(['{', ' ']))
        };
        assert!(counted.lines().any(sample), "{name}");
        known += 1;
    }
    assert!(known >= 8, "{known}");
}

#[test]
fn what_is_counted_is_told_while_the_database_is_away() {
    let (server, ()) = TestServer::on(fixtures::country);
    server.db.lock_out(true);
    let counted = server.get("/metrics");
    assert_eq!(counted.status, 200);
    let counted = counted.text();
    assert!(counted.contains("schoolbeat_database_up 0"), "{counted}");
    server.db.lock_out(false);
}
