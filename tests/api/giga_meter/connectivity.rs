//! Looks at the internet: kept as what they are, each once.

use serde_json::{Value, json};

use super::{GIGA_ID, Giga, alias, at, other_school, reasons, results, text};
use crate::support::fixtures;

fn check(minutes_ago: i64, connected: bool) -> Value {
    json!({"timestamp": text(at(minutes_ago)), "isConnected": connected, "errorMessage": null,
           "app_local_uuid": format!("u-{minutes_ago}"), "browserId": "b6e0", "latency": 41.2})
}

fn send(giga: &Giga, giga_id: &str, records: &[Value]) -> Vec<Value> {
    let path = format!("/api/v1/connectivity/{giga_id}");
    let answer = giga.post(&path, &json!({"records": records}));
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["data"]["results"].as_array().unwrap().clone()
}

/// At Giga's server one known record fails the batch, and the app stops sending.
#[test]
fn a_known_look_in_a_batch_fails_nothing() {
    let giga = Giga::without_jobs();
    let [first, second, third] = [check(45, true), check(30, false), check(15, true)];
    assert_eq!(
        results(&send(&giga, GIGA_ID, &[first.clone(), second.clone()])),
        ["stored"; 2]
    );
    let outcomes = send(&giga, GIGA_ID, &[first, second, third.clone(), third]);
    assert_eq!(
        results(&outcomes),
        ["duplicate", "duplicate", "stored", "duplicate"]
    );
    let shown = giga
        .get(&format!("/api/v1/schools/{}/series", giga.school))
        .json();
    assert_eq!(shown["giga_meter"], json!({"checks": 3, "connected": 2}));
    assert_eq!(
        shown["presence"]["spans"],
        json!([]),
        "an instant is no span"
    );
    assert_eq!(
        fixtures::count(giga.db(), "probe WHERE last_report_at IS NOT NULL"),
        1
    );
}

#[test]
fn one_bad_look_does_not_lose_the_others() {
    let giga = Giga::without_jobs();
    let mut bad = check(30, true);
    bad["isConnected"] = json!("perhaps");
    let outcomes = send(
        &giga,
        GIGA_ID,
        &[check(45, true), bad, json!(7), check(-60, true)],
    );
    assert_eq!(
        results(&outcomes),
        ["stored", "rejected", "rejected", "rejected"]
    );
    assert_eq!(
        reasons(&outcomes),
        ["", "malformed", "malformed", "time_in_future"]
    );
    assert_eq!(giga.stored(), [0, 3]);
    let path = format!("/api/v1/connectivity/{GIGA_ID}");
    giga.post(&path, &json!([])).error(400, "malformed_json");
}

#[test]
fn one_look_alone_names_its_school_itself() {
    let giga = Giga::without_jobs();
    let mut one = check(30, true);
    giga.post("/api/v1/connectivity", &one)
        .error(400, "giga_id_missing");
    one["giga_id_school"] = json!(GIGA_ID);
    let shown = giga.post("/api/v1/connectivity", &one).json();
    assert_eq!(shown["data"]["result"], "stored");
}

#[test]
fn what_came_for_a_school_that_is_not_known_waits_for_it() {
    let giga = Giga::without_jobs();
    let late = "11111111-0000-3000-8000-000000000001";
    let outcomes = send(&giga, late, &[check(45, true), check(30, false)]);
    assert_eq!(reasons(&outcomes), ["school_unknown"; 2]);
    let school = other_school(giga.db(), "Second School");
    alias(giga.db(), school, "giga", late);
    send(&giga, late, &[check(15, true)]);
    let shown = giga.get(&format!("/api/v1/schools/{school}/series")).json();
    assert_eq!(shown["giga_meter"], json!({"checks": 3, "connected": 2}));
    assert_eq!(giga.stored(), [0, 0]);
}
