//! `/api/v1/session`

use serde_json::{Value, json};

use crate::support::{
    TestDatabase, fixtures,
    http::Answer,
    server::{Setup, TestServer},
};
use schoolbeat::{
    domain::account::{Action, Role},
    store::{accounts, passwords},
};

const PATH: &str = "/api/v1/session";
const PASSWORD: &str = "correct horse battery";

fn add_account(db: &TestDatabase) {
    add_account_as(db, "admin", Role::Administrator);
}

fn add_account_as(db: &TestDatabase, login: &str, role: Role) {
    let hash = passwords::hash(PASSWORD).unwrap();
    let added = db.block_on(async {
        let client = db.store().client().await.unwrap();
        accounts::add(&client, login, role, &hash).await
    });
    assert!(added.unwrap());
}

fn begin(server: &TestServer, login: &str, password: &str) -> Answer {
    server.post_json(PATH, &[], &json!({"login": login, "password": password}))
}

/// The value of a `Cookie` header, from the answer that set it.
fn cookie(answer: &Answer) -> String {
    let set = answer.header("set-cookie").unwrap();
    set.split(';').next().unwrap().to_owned()
}

/// Adds an administrator and logs in; returns the cookie.
pub fn log_in(server: &TestServer) -> String {
    log_in_as(server, "admin", Role::Administrator)
}

/// Adds an account and logs in; returns the cookie.
pub fn log_in_as(server: &TestServer, login: &str, role: Role) -> String {
    add_account_as(&server.db, login, role);
    let answer = begin(server, login, PASSWORD);
    answer.json();
    cookie(&answer)
}

fn server() -> TestServer {
    let server = TestServer::start(TestDatabase::new());
    add_account(&server.db);
    server
}

#[test]
fn the_right_password_begins_a_session_and_logging_out_ends_it() {
    let server = server();
    let answer = begin(&server, " Admin ", PASSWORD);
    assert_eq!(
        answer.json(),
        json!({
            "login": "admin",
            "role": "administrator",
            "may": Action::ALL.map(Action::slug),
        })
    );
    let set = answer.header("set-cookie").unwrap();
    for wanted in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"] {
        assert!(set.contains(wanted), "{set}");
    }
    assert!(!set.contains("Secure"), "people reach it by http: {set}");
    let cookie = cookie(&answer);
    let shown = server.get_with(PATH, &[("cookie", &cookie)]);
    assert_eq!(shown.json()["login"], "admin");
    assert_eq!(shown.header("cache-control"), Some("no-store"));
    let ended = server.delete(PATH, &[("cookie", &cookie)]);
    assert_eq!(ended.status, 204);
    assert!(ended.header("set-cookie").unwrap().contains("Max-Age=0"));
    let after = server.get_with(PATH, &[("cookie", &cookie)]);
    after.error(401, "not_logged_in");
    assert_eq!(fixtures::count(&server.db, "session"), 0);
}

#[test]
fn a_wrong_password_and_an_unknown_login_are_answered_alike() {
    let server = server();
    let wrong = begin(&server, "admin", "wrong").error(401, "wrong_credentials");
    let unknown = begin(&server, "nobody", PASSWORD).error(401, "wrong_credentials");
    assert_eq!(wrong["message"], unknown["message"]);
    let long = "x".repeat(5000);
    begin(&server, "admin", &long).error(401, "wrong_credentials");
    for (login, password) in [
        ("admin", ""),
        ("admin", "\0"),
        ("adm\0in", PASSWORD),
        ("", ""),
    ] {
        begin(&server, login, password).error(401, "wrong_credentials");
    }
    server.get(PATH).error(401, "not_logged_in");
    assert_eq!(fixtures::count(&server.db, "session"), 0);
}

#[test]
fn by_https_the_cookie_is_marked_secure() {
    let setup = Setup {
        public_url: "https://schoolbeat.example".into(),
        ..Setup::default()
    };
    let server = setup.start(TestDatabase::new());
    add_account(&server.db);
    let answer = begin(&server, "admin", PASSWORD);
    assert!(answer.header("set-cookie").unwrap().contains("Secure"));
}

#[test]
fn a_page_of_another_site_cannot_act() {
    let server = server();
    let body = json!({"login": "admin", "password": PASSWORD});
    let own = format!("http://{}", server.address);
    for origin in [&*own, "http://schoolbeat.test"] {
        let answer = server.post_json(PATH, &[("origin", origin)], &body);
        assert_eq!(answer.status, 200, "{origin}");
    }
    let cookie = cookie(&begin(&server, "admin", PASSWORD));
    for origin in [
        "https://evil.example",
        "null",
        "http://schoolbeat.test.evil.example",
    ] {
        let foreign = [("origin", origin), ("cookie", &*cookie)];
        server
            .post_json(PATH, &foreign, &body)
            .error(403, "foreign_origin");
        server.delete(PATH, &foreign).error(403, "foreign_origin");
        let code = format!("/api/v1/schools/{}/enrolments", uuid::Uuid::now_v7());
        server
            .post_json(&code, &foreign, &Value::Null)
            .error(403, "foreign_origin");
    }
    assert_eq!(server.get_with(PATH, &[("cookie", &cookie)]).status, 200);
}

#[test]
fn passwords_cannot_be_tried_out() {
    let server = server();
    for _ in 0..10 {
        begin(&server, "admin", "wrong").error(401, "wrong_credentials");
    }
    let answer = begin(&server, "admin", PASSWORD);
    answer.error(429, "too_many_attempts");
    assert!((1..=601).contains(&answer.retry_after_s()));
}

#[test]
fn a_session_that_is_over_is_none() {
    let server = server();
    let cookie = cookie(&begin(&server, "admin", PASSWORD));
    let age = "UPDATE session SET created_at = now() - interval '13 hours',
                                  expires_at = now() - interval '1 second'";
    server.db.sql().execute(age, &[]).unwrap();
    server
        .get_with(PATH, &[("cookie", &cookie)])
        .error(401, "not_logged_in");
    begin(&server, "admin", PASSWORD).json();
    assert_eq!(
        fixtures::count(&server.db, "session"),
        1,
        "the old one is forgotten"
    );
}
