//! `POST /api/v1/schools/{id}/enrolments` and `POST /api/v1/enrolments/redeem`

use schoolbeat_wire::REDEEM_PATH;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    session::log_in,
    support::{
        TestDatabase, fixtures,
        http::Answer,
        server::{Setup, TestServer},
    },
};

/// A server with a school, and the cookie of somebody who may enrol.
fn server() -> (TestServer, Uuid, String) {
    let (server, school) = TestServer::on(fixtures::school);
    let cookie = log_in(&server);
    (server, school, cookie)
}

fn create(server: &TestServer, school: Uuid, cookie: &str) -> Value {
    let path = format!("/api/v1/schools/{school}/enrolments");
    let answer = server.post_json(&path, &[("cookie", cookie)], &json!({}));
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

fn redeem(server: &TestServer, code: &str) -> Answer {
    let body = json!({"code": code, "vantage": "device", "software_version": "0.1.0"});
    server.post_json(REDEEM_PATH, &[], &body)
}

fn actions(db: &TestDatabase) -> Vec<(String, String)> {
    let rows = db
        .sql()
        .query("SELECT actor, action FROM audit_event ORDER BY id", &[])
        .unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[test]
fn a_code_becomes_one_probe_of_its_school() {
    let (server, school, cookie) = server();
    let made = create(&server, school, &cookie);
    let code = made["code"].as_str().unwrap();
    let command = format!("schoolbeat-probe enrol --server http://schoolbeat.test --code {code}");
    assert_eq!(made["command"], command);
    assert!(made["qr_svg"].as_str().unwrap().contains("<svg"));
    let answer = redeem(&server, code);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let enrolled = answer.json();
    assert_eq!(enrolled["school"]["id"], school.to_string());
    assert_eq!(enrolled["school"]["name"], "First School");
    assert_eq!(enrolled["school"]["country"], "XTA");
    assert_eq!(enrolled["config"]["version"], 1);
    let bearer = format!("Bearer {}", enrolled["secret"].as_str().unwrap());
    let config = server.get_with("/api/v1/probe/config", &[("authorization", &bearer)]);
    assert_eq!(config.status, 200);
    let detail = server.get(&format!("/api/v1/schools/{school}")).json();
    assert_eq!(detail["probes"][0]["id"], enrolled["probe_id"]);
}

#[test]
fn making_a_code_wants_a_login() {
    let (server, school) = TestServer::on(fixtures::school);
    let path = format!("/api/v1/schools/{school}/enrolments");
    server
        .post_json(&path, &[], &json!({}))
        .error(401, "not_logged_in");
    let forged = [("cookie", "schoolbeat_session=x")];
    server
        .post_json(&path, &forged, &json!({}))
        .error(401, "not_logged_in");
    assert_eq!(fixtures::count(&server.db, "enrolment"), 0);
}

#[test]
fn a_code_for_a_school_that_is_not_there_is_refused() {
    let (server, _, cookie) = server();
    let path = format!("/api/v1/schools/{}/enrolments", Uuid::now_v7());
    let answer = server.post_json(&path, &[("cookie", &cookie)], &json!({}));
    answer.error(404, "not_found");
}

#[test]
fn a_used_an_expired_and_an_unknown_code_are_told_apart() {
    let (server, school, cookie) = server();
    let used = create(&server, school, &cookie)["code"].clone();
    redeem(&server, used.as_str().unwrap()).json();
    redeem(&server, used.as_str().unwrap()).error(410, "enrolment_code_used");
    let expired = create(&server, school, &cookie)["code"].clone();
    let age = "UPDATE enrolment SET created_at = now() - interval '3 days',
                                    expires_at = now() - interval '1 second'
               WHERE redeemed_at IS NULL";
    server.db.sql().execute(age, &[]).unwrap();
    redeem(&server, expired.as_str().unwrap()).error(410, "enrolment_code_expired");
    for unknown in ["00000-00000", "", "x", "K7QF2-9XWMB-1", "ÄÖÜß"] {
        let error = redeem(&server, unknown).error(400, "enrolment_code_unknown");
        assert_eq!(error["field"], "code");
    }
    assert_eq!(fixtures::count(&server.db, "probe"), 1);
}

#[test]
fn a_code_may_be_typed_in_any_way() {
    let (server, school, cookie) = server();
    let manners: [fn(&str) -> String; 4] = [
        str::to_lowercase,
        |code| code.replace('-', ""),
        |code| format!("  {} ", code.replace('-', " ")),
        |code| code.replace('0', "o").replace('1', "l"),
    ];
    for manner in manners {
        let code = create(&server, school, &cookie)["code"].clone();
        redeem(&server, &manner(code.as_str().unwrap())).json();
    }
    assert_eq!(fixtures::count(&server.db, "probe"), 4);
}

#[test]
fn of_two_that_redeem_one_code_at_once_one_wins() {
    let (server, school, cookie) = server();
    let made = create(&server, school, &cookie);
    let code = made["code"].as_str().unwrap();
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| redeem(&server, code)))
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|a| a.status == 200);
    assert_eq!(won.len(), 1);
    for answer in lost {
        answer.error(410, "enrolment_code_used");
    }
    assert_eq!(fixtures::count(&server.db, "probe"), 1);
}

#[test]
fn codes_cannot_be_tried_out() {
    let (server, school, cookie) = server();
    let made = create(&server, school, &cookie);
    for _ in 0..10 {
        redeem(&server, "00000-00000").error(400, "enrolment_code_unknown");
    }
    let answer = redeem(&server, "00000-00000");
    answer.error(429, "too_many_attempts");
    assert!((1..=601).contains(&answer.retry_after_s()));
    let right = redeem(&server, made["code"].as_str().unwrap());
    right.error(429, "too_many_attempts");
    assert_eq!(fixtures::count(&server.db, "probe"), 0);
}

#[test]
fn behind_our_proxy_one_who_guesses_does_not_lock_out_the_others() {
    let setup = Setup {
        trust_proxy: true,
        ..Setup::default()
    };
    let server = setup.start(TestDatabase::new());
    let from = |address: &str| {
        let body = json!({"code": "x", "vantage": "device", "software_version": "0.1.0"});
        server.post_json(REDEEM_PATH, &[("x-forwarded-for", address)], &body)
    };
    for n in 0..10 {
        // What the client itself claims comes first, and counts for nothing.
        from(&format!("10.0.0.{n}, 192.0.2.1")).error(400, "enrolment_code_unknown");
    }
    from("192.0.2.1").error(429, "too_many_attempts");
    from("192.0.2.2").error(400, "enrolment_code_unknown");
}

/// As PostgreSQL prints bytea.
fn hex(text: &str) -> String {
    let digits = |byte: u8| [byte >> 4, byte & 15];
    let letters = text.bytes().flat_map(digits);
    letters
        .filter_map(|n| char::from_digit(n.into(), 16))
        .collect()
}

#[test]
fn only_hashes_of_codes_and_secrets_are_kept() {
    let (server, school, cookie) = server();
    let made = create(&server, school, &cookie);
    let code = made["code"].as_str().unwrap();
    let enrolled = redeem(&server, code).json();
    let secret = enrolled["secret"].as_str().unwrap();
    let token = cookie.split('=').nth(1).unwrap();
    let tables = ["enrolment", "probe", "session", "account", "audit_event"];
    for table in tables {
        let rows = server
            .db
            .sql()
            .query(&format!("SELECT to_jsonb(t)::text FROM {table} t"), &[])
            .unwrap();
        assert!(!rows.is_empty(), "{table}");
        for row in rows {
            let text: String = row.get(0);
            for plain in [code, &code.replace('-', ""), secret, token] {
                let hex = hex(plain);
                assert!(
                    !text.contains(plain) && !text.contains(&hex),
                    "{table}: {text}"
                );
            }
        }
    }
}

#[test]
fn every_step_is_in_the_audit_log() {
    let (server, school, cookie) = server();
    let made = create(&server, school, &cookie);
    let enrolled = redeem(&server, made["code"].as_str().unwrap()).json();
    let probe = enrolled["probe_id"].as_str().unwrap();
    let path = format!("/api/v1/probes/{probe}/revoke");
    let revoked = server.post_json(&path, &[("cookie", &cookie)], &json!({}));
    assert_eq!(revoked.status, 204);
    let wanted = [
        ("admin".to_owned(), "logged in".to_owned()),
        ("admin".to_owned(), "enrolment code made".to_owned()),
        (format!("probe {probe}"), "probe enrolled".to_owned()),
        ("admin".to_owned(), "probe revoked".to_owned()),
    ];
    assert_eq!(actions(&server.db), wanted);
}

#[test]
fn revoking_wants_a_login_and_a_probe() {
    let (server, school, cookie) = server();
    let probe = fixtures::probe(&server.db, school);
    let path = format!("/api/v1/probes/{}/revoke", probe.id);
    server
        .post_json(&path, &[], &json!({}))
        .error(401, "not_logged_in");
    assert_eq!(server.report(&probe, &[]).status, 200);
    let unknown = format!("/api/v1/probes/{}/revoke", Uuid::now_v7());
    server
        .post_json(&unknown, &[("cookie", &cookie)], &json!({}))
        .error(404, "not_found");
    for _ in 0..2 {
        let answer = server.post_json(&path, &[("cookie", &cookie)], &json!({}));
        assert_eq!(answer.status, 204, "twice is as once");
    }
    server.report(&probe, &[]).error(403, "probe_revoked");
}
