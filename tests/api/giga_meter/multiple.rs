//! What was measured while the line was down comes at once: each record has its own fate.

use serde_json::{Value, json};

use super::{Giga, measurement, reasons, results, text, with};
use crate::support::fixtures;

#[test]
fn one_bad_record_does_not_lose_the_others() {
    let giga = Giga::without_jobs();
    let records = [
        measurement("ndt-1", 80.0),
        with(measurement("ndt-2", 80.0), &json!({"Download": -5})),
        json!("no record"),
        with(measurement("ndt-3", 80.0), &json!({"Download": 1e12})),
        with(
            measurement("ndt-4", 80.0),
            &json!({"Timestamp": "yesterday"}),
        ),
        with(
            measurement("ndt-5", 80.0),
            &json!({"giga_id_school": "unknown-school"}),
        ),
        with(measurement("ndt-6", 80.0), &json!({"giga_id_school": ""})),
        with(measurement("ndt-7", 80.0), &json!({"Download": 400_000.0})),
        measurement("ndt-8", 20.0),
    ];
    let outcomes = giga.send_all(&records);
    assert_eq!(
        results(&outcomes),
        [
            "stored",
            "rejected",
            "rejected",
            "rejected",
            "rejected",
            "rejected",
            "rejected",
            "stored_invalid",
            "stored"
        ]
    );
    assert_eq!(
        reasons(&outcomes),
        [
            "",
            "out_of_range",
            "malformed",
            "out_of_range",
            "malformed",
            "school_unknown",
            "giga_id_missing",
            "inconsistent",
            ""
        ]
    );
    for outcome in outcomes.iter().filter(|one| one["result"] == "rejected") {
        assert!(outcome["detail"].as_str().unwrap().len() > 20, "{outcome}");
    }
    assert_eq!(outcomes[1]["uuid"], "ndt-2");
    assert_eq!(giga.stored(), [3, 6], "what is no measurement is kept");
    giga.send_all(&records);
    assert_eq!(giga.stored(), [3, 6], "and kept once");
}

#[test]
fn the_answer_says_that_not_all_was_taken() {
    let giga = Giga::without_jobs();
    let bad = with(measurement("ndt-2", 80.0), &json!({"Download": -5}));
    let answer = giga.post(
        "/api/v1/measurements/multiple",
        &json!([measurement("ndt-1", 80.0), bad]),
    );
    let shown = answer.json();
    assert_eq!((answer.status, &shown["success"]), (201, &json!(false)));
    assert!(shown["message"].as_str().unwrap().starts_with("1 of 2"));
    let none = giga
        .post("/api/v1/measurements/multiple", &json!([]))
        .json();
    assert_eq!(none["data"]["results"], json!([]));
}

#[test]
fn one_bad_record_alone_is_an_error_in_words() {
    let giga = Giga::without_jobs();
    let bad = with(measurement("ndt-2", 80.0), &json!({"Upload": "fast"}));
    let error = giga.send(&bad).error(400, "malformed");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("Upload is \"fast\"")
    );
    assert_eq!(giga.stored(), [0, 1]);
}

#[test]
fn what_is_no_list_too_long_or_too_large_is_refused_whole() {
    let giga = Giga::without_jobs();
    let path = "/api/v1/measurements/multiple";
    giga.post(path, &json!({"records": []}))
        .error(400, "malformed_json");
    let many: Vec<Value> = (0..501).map(|n| json!({"UUID": n})).collect();
    giga.post(path, &json!(many)).error(413, "too_large");
    let large = json!([{"UUID": "x".repeat(3 << 20)}]);
    giga.post(path, &large).error(413, "too_large");
    let headers = [
        ("authorization", &*giga.bearer),
        ("content-encoding", "gzip"),
    ];
    giga.server
        .post(path, &headers, b"x")
        .error(415, "unsupported_media_type");
    assert_eq!(giga.stored(), [0, 0]);
}

#[test]
fn a_database_that_is_away_acknowledges_nothing_and_loses_nothing() {
    let giga = Giga::without_jobs();
    let records = json!([measurement("ndt-1", 80.0), measurement("ndt-2", 80.0)]);
    giga.db().lock_out(true);
    let answer = giga.post("/api/v1/measurements/multiple", &records);
    answer.error(503, "database_unavailable");
    giga.db().lock_out(false);
    let again = crate::support::eventually("the database is back", || {
        let answer = giga.post("/api/v1/measurements/multiple", &records);
        (answer.status == 201).then(|| answer.json())
    });
    assert_eq!(again["data"]["results"][1]["result"], "stored");
    assert_eq!(giga.stored(), [2, 0]);
}

#[test]
fn what_is_kept_and_what_is_stored_name_nobody() {
    let giga = Giga::without_jobs();
    giga.send_all(&[
        measurement("ndt-1", 80.0),
        with(
            measurement("ndt-2", 80.0),
            &json!({"giga_id_school": "elsewhere"}),
        ),
    ]);
    giga.post(
        "/api/v1/dailycheckapp_schools",
        &json!({"giga_id_school": super::GIGA_ID, "mac_address": "aa:bb:cc:dd:ee:ff", "os": "win32",
                "app_version": "2.0.3", "ip_address": "84.1.2.3", "windows_username": "amina",
                "device_hardware_id": "03000200-0400-0500-0006-000700080009"}),
    )
    .json();
    for table in [
        "speed_test",
        "giga_meter_kept",
        "giga_meter_record",
        "giga_meter_installation",
        "probe",
        "rejected_record",
        "audit_event",
    ] {
        let sql = format!("SELECT coalesce(string_agg(to_jsonb(t)::text, ' '), '') FROM {table} t");
        let all: String = giga.db().sql().query_one(&sql, &[]).unwrap().get(0);
        for personal in [
            "84.1.2.3", "amina", "03000200", "Shkolla", "41.3", "aa:bb", "b6e0a1d2",
        ] {
            assert!(!all.contains(personal), "{personal} in {table}");
        }
    }
    assert_eq!(giga.stored(), [1, 1]);
}

#[test]
fn a_clock_that_is_wrong_is_said_and_counts_nowhere() {
    let giga = Giga::without_jobs();
    let outcomes = giga.send_all(&[
        with(
            measurement("ndt-1", 80.0),
            &json!({"Timestamp": text(super::at(-60))}),
        ),
        with(
            measurement("ndt-2", 80.0),
            &json!({"Timestamp": text(super::at(500 * 24 * 60))}),
        ),
    ]);
    assert_eq!(results(&outcomes), ["stored_invalid"; 2]);
    assert_eq!(reasons(&outcomes), ["time_in_future", "time_too_old"]);
    let arrived = "speed_test WHERE time_basis = 'arrival' AND measured_at = received_at
                   AND probe_clock_at <> measured_at";
    assert_eq!(fixtures::count(giga.db(), arrived), 2);
}
