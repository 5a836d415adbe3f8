//! What every request may expect, whatever it asks.

use serde_json::json;

use crate::support::{fixtures, server::TestServer};

const JSON: (&str, &str) = ("content-type", "application/json");

#[test]
fn a_path_of_programs_that_is_not_there_is_answered_in_json() {
    let (server, ()) = TestServer::on(fixtures::country);
    for path in [
        "/api/",
        "/api/v1/",
        "/api/v1/nothing",
        "/api/v2/schools",
        "/reports/x",
        "/tiles/x/0/0/0.mvt",
        "/health/x",
        "/assets/x.js",
        "/ndt/v7/sideways",
    ] {
        let answer = server.get(path);
        answer.error(404, "not_found");
        assert_eq!(
            answer.header("content-type"),
            Some("application/json"),
            "{path}"
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
    }
    server.post("/", &[], b"").error(404, "not_found");
    server
        .delete("/api/v1/schools", &[])
        .error(404, "not_found");
}

#[test]
fn wrong_json_is_told_from_too_much_of_it() {
    let (server, ()) = TestServer::on(fixtures::country);
    for path in ["/api/v1/enrolments/redeem", "/api/v1/session"] {
        for body in ["", "{", "[]", "null", "{\"code\":1}", "\u{0}"] {
            server
                .post(path, &[JSON], body.as_bytes())
                .error(400, "malformed_json");
        }
        server
            .post(path, &[], b"{}")
            .error(415, "unsupported_media_type");
        let long = json!({"code": "x".repeat(20_000)}).to_string();
        server
            .post(path, &[JSON], long.as_bytes())
            .error(413, "too_large");
    }
    let unknown_vantage = json!({"code": "x", "vantage": "satellite", "software_version": "1"});
    server
        .post_json("/api/v1/enrolments/redeem", &[], &unknown_vantage)
        .error(400, "malformed_json");
}

#[test]
fn every_answer_has_an_id_of_its_own_and_the_headers_of_a_careful_site() {
    let (server, ()) = TestServer::on(fixtures::country);
    let mut ids = std::collections::HashSet::new();
    for path in ["/health/live", "/api/v1/countries", "/api/v1/nothing", "/"] {
        let answer = server.get(path);
        assert!(
            ids.insert(answer.header("x-request-id").unwrap().to_owned()),
            "{path}"
        );
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'self'"), "{path}");
    }
}

#[test]
fn a_client_cannot_choose_the_id_of_its_request() {
    let (server, ()) = TestServer::on(fixtures::country);
    let answer = server.get_with("/health/live", &[("x-request-id", "mine")]);
    assert_ne!(answer.header("x-request-id"), Some("mine"));
}

#[test]
fn head_answers_as_get_does_without_the_body() {
    let (server, ()) = TestServer::on(fixtures::country);
    for path in [
        "/api/v1/countries",
        "/health/live",
        "/tiles/schools.json",
        "/metrics",
    ] {
        let (get, head) = (server.get(path), server.head(path));
        assert_eq!(head.status, 200, "{path}");
        assert_eq!(
            head.header("content-type"),
            get.header("content-type"),
            "{path}"
        );
        assert_eq!(head.text(), "", "{path}");
    }
}
