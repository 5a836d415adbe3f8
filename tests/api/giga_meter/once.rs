//! A record counts once, however often it comes; and is answered in the form that the app reads.

use serde_json::{Value, json};

use super::{GIGA_ID, Giga, measurement, reasons, results, text, with};
use crate::support::fixtures;

#[test]
fn a_measurement_is_stored_in_our_units() {
    let giga = Giga::without_jobs();
    let record = measurement("ndt-a", 80.0);
    let answer = giga.send(&record);
    assert_eq!(answer.status, 201, "{}", answer.text());
    let shown = answer.json();
    assert_eq!(
        (&shown["success"], &shown["message"]),
        (&json!(true), &json!("success"))
    );
    assert_eq!(shown["data"]["result"], "stored");
    assert!(shown["timestamp"].as_str().unwrap().ends_with('Z'));
    let sql = "SELECT download_mbps, upload_mbps, rtt_min_ms, retransmit_ratio, protocol, vantage,
                      time_basis, sequence, bytes_down, server,
                      to_char(measured_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'),
                      invalid_reason, measured_at = probe_clock_at, school_id
               FROM speed_test";
    let row = giga.db().sql().query_one(sql, &[]).unwrap();
    let figures = [0, 1, 2, 3].map(|column| row.get::<_, Option<f64>>(column));
    assert_eq!(figures, [Some(80.0), Some(20.0), Some(5.0), Some(0.01)]);
    for (column, value) in [
        (4, "ndt7"),
        (5, "device"),
        (6, "probe_clock"),
        (9, "ndt-mlab1-tgd01.example"),
    ] {
        assert_eq!(row.get::<_, &str>(column), value);
    }
    assert_eq!(row.get::<_, i64>(7), 1);
    assert_eq!(row.get::<_, i64>(8), 100_000_000);
    assert_eq!(
        row.get::<_, &str>(10),
        record["Timestamp"].as_str().unwrap()
    );
    assert_eq!(row.get::<_, Option<&str>>(11), None);
    assert!(row.get::<_, bool>(12));
    assert_eq!(row.get::<_, uuid::Uuid>(13), giga.school);
}

#[test]
fn a_resend_is_a_duplicate_and_a_success() {
    let giga = Giga::without_jobs();
    let record = measurement("ndt-a", 80.0);
    giga.send(&record).json();
    // What the app adds to a record that it kept is none of the measurement.
    let kept = with(
        record.clone(),
        &json!({"id": 7, "createdAt": 1, "geolocation": null}),
    );
    for _ in 0..2 {
        assert_eq!(giga.send(&record).json()["data"]["result"], "duplicate");
        assert_eq!(
            results(&giga.send_all(&[kept.clone(), kept.clone()])),
            ["duplicate"; 2]
        );
    }
    assert_eq!(giga.stored(), [1, 0]);
}

#[test]
fn one_uuid_sent_by_many_at_once_is_one_row() {
    let giga = Giga::without_jobs();
    let record = measurement("ndt-a", 80.0);
    let more: Vec<Value> = (0..10)
        .map(|n| measurement(&format!("ndt-{n}"), 10.0))
        .chain([record.clone()])
        .collect();
    let reversed: Vec<Value> = more.iter().rev().cloned().collect();
    let answers: Vec<Vec<Value>> = std::thread::scope(|scope| {
        let one = || vec![giga.send(&record).json()["data"].clone()];
        let threads = [
            scope.spawn(one),
            scope.spawn(one),
            scope.spawn(|| giga.send_all(&more)),
            scope.spawn(|| giga.send_all(&reversed)),
        ];
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    let outcomes = answers.concat();
    let of_a = outcomes.iter().filter(|outcome| outcome["uuid"] == "ndt-a");
    let stored = of_a.filter(|outcome| outcome["result"] == "stored");
    assert_eq!(stored.count(), 1);
    assert_eq!(giga.stored(), [11, 0]);
    assert_eq!(fixtures::count(giga.db(), "probe"), 1, "one installation");
    let sequences = "(SELECT DISTINCT sequence FROM speed_test) s";
    assert_eq!(fixtures::count(giga.db(), sequences), 11);
}

#[test]
fn the_same_uuid_from_two_installations_counts_once() {
    let giga = Giga::without_jobs();
    let mine = measurement("ndt-a", 80.0);
    let theirs = with(mine.clone(), &json!({"BrowserID": "other"}));
    assert_eq!(giga.send(&mine).json()["data"]["result"], "stored");
    assert_eq!(giga.send(&theirs).json()["data"]["result"], "duplicate");
    assert_eq!(giga.stored(), [1, 0]);
}

#[test]
fn a_uuid_that_is_used_for_another_measurement_is_no_resend() {
    let giga = Giga::without_jobs();
    giga.send(&measurement("ndt-a", 80.0)).json();
    let outcomes = giga.send_all(&[measurement("ndt-a", 10.0), measurement("ndt-b", 10.0)]);
    assert_eq!(results(&outcomes), ["rejected", "stored"]);
    assert_eq!(reasons(&outcomes), ["uuid_reused", ""]);
    assert_eq!(giga.stored(), [2, 1], "kept, and not counted");
}

#[test]
fn without_a_uuid_the_record_itself_is_recognised() {
    let giga = Giga::without_jobs();
    for none in [json!(null), json!(""), json!("undefined")] {
        let record = with(
            measurement("x", 80.0),
            &json!({"UUID": none, "Timestamp": text(super::at(9))}),
        );
        let results = [(); 2].map(|()| giga.send(&record).json()["data"]["result"].clone());
        assert_eq!(results[1], "duplicate", "{none}");
    }
    let two = [
        with(
            measurement("", 80.0),
            &json!({"Timestamp": text(super::at(7))}),
        ),
        with(
            measurement("", 80.0),
            &json!({"Timestamp": text(super::at(8))}),
        ),
    ];
    assert_eq!(
        results(&giga.send_all(&two)),
        ["stored"; 2],
        "two tests are two"
    );
}

#[test]
fn a_version_in_any_form_loses_nothing() {
    let giga = Giga::without_jobs();
    let versions = [
        json!("2.0"),
        json!("v2.1.0-beta"),
        json!(""),
        json!(null),
        json!(3),
    ];
    for (n, version) in versions.iter().enumerate() {
        let record = with(
            measurement(&format!("ndt-{n}"), 80.0),
            &json!({"app_version": version}),
        );
        assert_eq!(
            giga.send(&record).json()["data"]["result"],
            "stored",
            "{version}"
        );
    }
    assert_eq!(giga.stored(), [5, 0]);
}

#[test]
fn what_is_absent_breaks_nothing() {
    let giga = Giga::without_jobs();
    let record = with(
        measurement("ndt-a", 80.0),
        &json!({"Latency": null, "country_code": null, "ClientInfo": null, "ServerInfo": null,
                "wifi_connections": null, "geolocation": null, "BrowserID": null}),
    );
    assert_eq!(giga.send(&record).json()["data"]["result"], "stored");
    let series = giga
        .get(&format!("/api/v1/schools/{}/series", giga.school))
        .json();
    assert_eq!(series["tests"].as_array().unwrap().len(), 1);
    let minimal = json!({"giga_id_school": GIGA_ID, "Timestamp": text(super::at(1)), "Download": 5000.0,
                         "Upload": 1000.0, "UUID": "ndt-b"});
    let shown = giga.send(&minimal).json();
    assert_eq!(shown["data"]["result"], "stored_invalid");
    assert_eq!(
        shown["data"]["reason"], "no_evidence",
        "nothing that its rate follows from"
    );
}
