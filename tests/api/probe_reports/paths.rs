//! Paths stage by stage, and the learning platforms' pages: what counts for the school, what is shown.

use serde_json::{Value, json};

use super::{server, stored, verdicts};
use crate::support::{
    eventually, fixtures,
    records::{page_check, path_check, with},
};

/// A check of another stage, which would spoil the school's figures.
fn stage(sequence: u64, kind: &str, target: &str, received: u32, rtt_ms: f64) -> Value {
    let answered = received > 0;
    let rtt_ms = answered.then_some(rtt_ms);
    with(
        path_check(sequence),
        json!({"target_kind": kind, "target": target, "method": "icmp", "received": received,
            "rtt_min_ms": rtt_ms, "rtt_median_ms": rtt_ms, "rtt_p95_ms": rtt_ms,
            "rtt_max_ms": rtt_ms, "jitter_ms": null, "pdv_p95_ms": answered.then_some(1.5)}),
    )
}

#[test]
fn only_our_server_counts_and_each_stage_is_shown_by_itself() {
    let (server, probe) = server();
    let records = [
        stage(1, "gateway", "192.168.1.1", 0, 0.0),
        stage(2, "resolver", "10.20.0.53", 20, 3.0),
        path_check(3),
    ];
    let answer = server.report(&probe, &records).json();
    assert_eq!(verdicts(&answer), ["stored"; 3], "{answer}");
    let path = format!("/api/v1/schools/{}/series", probe.school);
    let series = eventually("the day is summarised", || {
        let series = server.get(&path).json();
        let days = series["days"].as_array()?;
        days.iter()
            .any(|day| day["rtt_median_ms"] != Value::Null)
            .then(|| series.clone())
    });
    let days = series["days"].as_array().unwrap();
    let day = days
        .iter()
        .find(|day| day["loss_ratio"] != Value::Null)
        .unwrap();
    assert_eq!(
        (&day["rtt_median_ms"], &day["loss_ratio"]),
        (&json!(25.0), &json!(0.1))
    );
    let shown = series["path"]["days"].as_array().unwrap();
    assert_eq!(shown.len(), 3, "{shown:?}");
    let of = |kind: &str| shown.iter().find(|row| row["target_kind"] == kind).unwrap();
    let gateway = of("gateway");
    assert_eq!(
        (&gateway["loss_ratio"], &gateway["rtt_median_ms"]),
        (&json!(1.0), &Value::Null)
    );
    let resolver = of("resolver");
    assert_eq!(resolver["target"], "10.20.0.53");
    assert_eq!(resolver["method"], "icmp");
    assert_eq!(
        (&resolver["pdv_p95_ms"], &resolver["timeout_ms"]),
        (&json!(1.5), &json!(3000))
    );
    let own = of("server");
    assert_eq!(
        (&own["method"], &own["sent"], &own["received"]),
        (&json!("tcp"), &json!(20), &json!(18))
    );
    assert_eq!(
        own["pdv_p95_ms"],
        Value::Null,
        "an older probe does not say"
    );
    assert_eq!(series["path"]["truncated"], false);
}

#[test]
fn pages_are_kept_and_shown_with_their_steps() {
    let (server, probe) = server();
    let failed = json!({"outcome": "failed", "failed_stage": "handshake", "failure": "UnknownIssuer",
        "tls_ms": null, "http_ms": null, "http_status": null});
    let slow = json!({"http_ms": 190.0, "http_status": 503, "ip_version": 6});
    let records = [
        page_check(1),
        with(page_check(2), failed),
        with(page_check(3), slow),
        with(page_check(4), json!({"url": "https://library.example/"})),
    ];
    let answer = server.report(&probe, &records).json();
    assert_eq!(verdicts(&answer), ["stored"; 4], "{answer}");
    let resent = server.report(&probe, &records).json();
    assert_eq!(verdicts(&resent), ["duplicate"; 4]);
    assert_eq!(fixtures::count(&server.db, "page_check"), 4);
    let series = server
        .get(&format!("/api/v1/schools/{}/series", probe.school))
        .json();
    let pages = series["pages"]["days"].as_array().unwrap();
    assert_eq!(pages.len(), 2, "{pages:?}");
    let lessons = pages
        .iter()
        .find(|page| page["url"] == "https://lessons.example/")
        .unwrap();
    assert_eq!(
        (&lessons["checks"], &lessons["failed_checks"]),
        (&json!(3), &json!(1))
    );
    assert_eq!(
        lessons["http_ms"], 140.0,
        "the median of those that answered"
    );
    assert_eq!(lessons["failed_stage"], "handshake");
    assert_eq!(series["path"]["days"], json!([]));
    let status = server
        .get(&format!("/api/v1/schools/{}", probe.school))
        .json();
    assert_eq!(
        status["status"]["status"], "unknown",
        "a page is no verdict on the line"
    );
}

#[test]
fn a_page_check_that_cannot_be_is_refused_and_one_that_proves_nothing_is_not_averaged() {
    let (server, probe) = server();
    let records = [
        with(page_check(1), json!({"dns_ms": -1.0})),
        with(page_check(2), json!({"http_status": 7})),
        with(page_check(3), json!({"ip_version": 5})),
        with(page_check(4), json!({"url": "file:///etc/passwd"})),
        with(page_check(5), json!({"outcome": "failed"})),
        with(page_check(6), json!({"http_ms": null})),
        page_check(7),
    ];
    let answer = server.report(&probe, &records).json();
    let mut wanted = vec!["rejected"; 5];
    wanted.extend(["stored_invalid", "stored"]);
    assert_eq!(verdicts(&answer), wanted, "{answer}");
    let detail = answer["results"][3]["detail"].as_str().unwrap();
    assert!(detail.contains("https://"), "{detail}");
    assert_eq!(answer["results"][4]["reason"], "missing_failed_stage");
    assert_eq!(stored(&server.db), [0, 0, 5]);
    let series = server
        .get(&format!("/api/v1/schools/{}/series", probe.school))
        .json();
    assert_eq!(series["pages"]["days"][0]["checks"], 1);
}
