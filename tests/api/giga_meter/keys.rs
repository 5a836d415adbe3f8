//! Who may send: the bearer of a key, for the schools that it is for.

use serde_json::json;

use super::{GIGA_ID, Giga, key, measurement};
use crate::{
    command_line::{fails, run, succeeds},
    support::fixtures,
};

#[test]
fn a_key_is_shown_once_kept_as_a_hash_listed_and_revoked() {
    let giga = Giga::without_jobs();
    let db = giga.db();
    let made = run(
        db,
        &["api-key", "add", "kenya", "--country", "XTA", "--json"],
    );
    let made = succeeds(&made);
    let secret = made["key"].as_str().unwrap();
    assert_eq!(secret.len(), 43, "256 bits");
    let all: String = db
        .sql()
        .query_one(
            "SELECT string_agg(to_jsonb(k)::text, ' ') FROM api_key k",
            &[],
        )
        .unwrap()
        .get(0);
    assert!(!all.contains(secret));
    fails(
        &run(db, &["api-key", "add", "kenya", "--json"]),
        "name_taken",
    );
    let unknown = run(db, &["api-key", "add", "x", "--country", "XTB", "--json"]);
    fails(&unknown, "country_not_found");
    giga.send(&measurement("ndt-1", 11.0)).json();
    let listed = succeeds(&run(db, &["api-key", "list", "--json"]));
    assert_eq!(listed["items"][0]["name"], "kenya");
    assert_eq!(listed["items"][0]["country"], "XTA");
    assert_eq!(listed["items"][0]["last_used_at"], json!(null));
    assert!(listed["items"][1]["last_used_at"].is_string());
    let text = run(db, &["api-key", "list"]);
    assert!(String::from_utf8_lossy(&text.stdout).contains("kenya  XTA"));
    succeeds(&run(db, &["api-key", "revoke", "kenya", "--json"]));
    fails(
        &run(db, &["api-key", "revoke", "kenya", "--json"]),
        "api_key_not_found",
    );
    succeeds(&run(db, &["api-key", "add", "kenya", "--json"]));
    let told = "audit_event WHERE action LIKE 'API key%' AND subject = 'API key kenya'";
    assert_eq!(fixtures::count(db, told), 3);
}

#[test]
fn without_a_good_key_nothing_is_taken() {
    let giga = Giga::without_jobs();
    let record = measurement("ndt-1", 11.0);
    let send = |authorization: &str| {
        let headers = [("authorization", authorization)];
        giga.server
            .post_json("/api/v1/measurements", &headers, &record)
    };
    let missing = giga.server.post_json("/api/v1/measurements", &[], &record);
    let error = missing.error(401, "api_key_missing");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("Authorization: Bearer")
    );
    send("Bearer wrong").error(401, "api_key_unknown");
    send("Device wrong").error(401, "api_key_missing");
    let revoked = key(giga.db(), "old", None);
    succeeds(&run(giga.db(), &["api-key", "revoke", "old", "--json"]));
    send(&format!("Bearer {revoked}")).error(401, "api_key_revoked");
    let probe = fixtures::probe(giga.db(), giga.school);
    send(&probe.bearer()).error(401, "api_key_unknown");
    giga.server
        .post_json(
            schoolbeat_wire::REPORTS_PATH,
            &[("authorization", &*giga.bearer)],
            &json!({}),
        )
        .error(401, "secret_unknown");
    assert_eq!(giga.stored(), [0, 0]);
}

#[test]
fn who_tries_wrong_keys_too_often_must_wait() {
    let giga = Giga::without_jobs();
    for _ in 0..10 {
        let headers = [("authorization", "Bearer wrong")];
        let answer = giga
            .server
            .get_with("/api/v1/protocol-config/resolve", &headers);
        answer.error(401, "api_key_unknown");
    }
    let answer = giga.send(&measurement("ndt-1", 11.0));
    answer.error(429, "too_many_attempts");
    assert!(answer.retry_after_s() > 0);
}

#[test]
fn a_key_for_one_country_is_for_no_other() {
    let giga = Giga::without_jobs();
    let sql = "INSERT INTO country (code, name) VALUES ('XTB', 'Elsewhere');
               INSERT INTO benchmark VALUES ('XTB', 'Test target', 'tests', 1, 20, 400, 50)";
    giga.db().sql().batch_execute(sql).unwrap();
    let other = key(giga.db(), "elsewhere", Some("XTB"));
    let headers = [("authorization", &*format!("Bearer {other}"))];
    let record = measurement("ndt-1", 11.0);
    let answer = giga
        .server
        .post_json("/api/v1/measurements", &headers, &record);
    answer.error(400, "school_of_other_country");
    let path = format!("/api/v1/dailycheckapp_schools/{GIGA_ID}");
    giga.server
        .get_with(&path, &headers)
        .error(400, "school_of_other_country");
    assert_eq!(giga.stored(), [0, 1]);
    let own = key(giga.db(), "own", Some("XTA"));
    let headers = [("authorization", &*format!("Bearer {own}"))];
    giga.server
        .post_json("/api/v1/measurements", &headers, &record)
        .json();
    assert_eq!(giga.stored(), [1, 1]);
}
