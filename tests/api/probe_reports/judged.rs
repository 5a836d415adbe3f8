//! Each record gets its own verdict, and none fails its neighbours.

use serde_json::{Value, json};

use super::{NOTHING, server, stored, verdicts};
use crate::support::{
    eventually, fixtures,
    records::{path_check, report, speed_test, with},
};

#[test]
fn a_rejected_record_is_kept_with_its_reason_and_fails_no_neighbour() {
    let (server, probe) = server();
    let bad = with(speed_test(2, 30.0), json!({"download_mbps": -5.0}));
    let answer = server
        .report(&probe, &[speed_test(1, 30.0), bad, path_check(3)])
        .json();
    assert_eq!(verdicts(&answer), ["stored", "rejected", "stored"]);
    let result = &answer["results"][1];
    assert_eq!(result["reason"], "out_of_range");
    let detail = result["detail"].as_str().unwrap();
    assert!(detail.contains("download_mbps is -5"), "{detail}");
    assert_eq!(answer["acknowledged_sequence"], 3);
    assert_eq!(stored(&server.db), [1, 1, 1]);
    let kept = server
        .db
        .sql()
        .query_one("SELECT sequence, reason, record FROM rejected_record", &[])
        .unwrap();
    assert_eq!(kept.get::<_, i64>(0), 2);
    assert_eq!(kept.get::<_, &str>(1), "out_of_range");
    let record: Value = serde_json::from_str(kept.get(2)).unwrap();
    assert_eq!(record["download_mbps"], -5.0, "as it came");
}

#[test]
fn what_a_rate_rests_on_is_kept_with_it_and_so_is_a_word_on_missing_records() {
    let (server, probe) = server();
    let steady = with(
        speed_test(1, 30.0),
        json!({"download_mbps": 32.0, "download_mean_mbps": 30.0, "download_steady_mbps": 32.0,
            "download_stop_reason": "steady", "upload_stop_reason": "full", "cross_traffic": true,
            "upload_bytes_per_100_ms": [5, 6], "interface_bytes_down": 20_000_000, "attempts": 2}),
    );
    let notice = with(
        path_check(2),
        json!({"kind": "notice", "notice": "dropped", "of": "speed_test", "count": 7,
            "reason": "spool_full"}),
    );
    let report = report(&[steady, notice]);
    for wanted in ["stored", "duplicate"] {
        let answer = server.send_report(&probe, &report).json();
        assert_eq!(verdicts(&answer), [wanted; 2], "{answer}");
    }
    let kept = server
        .db
        .sql()
        .query_one(
            "SELECT download_mbps, download_mean_mbps, download_stop_reason, upload_stop_reason,
                    cross_traffic, interface_bytes_down, attempts, s.upload_samples, n.count, n.reason
             FROM speed_test t
             JOIN probe_notice n USING (probe_id)
             JOIN speed_test_sample s USING (school_id, probe_id, measured_at)",
            &[],
        )
        .unwrap();
    assert!((kept.get::<_, f64>(0) - 32.0).abs() < 1e-9);
    assert!((kept.get::<_, f64>(1) - 30.0).abs() < 1e-9);
    assert_eq!(kept.get::<_, &str>(2), "steady");
    assert_eq!(kept.get::<_, &str>(3), "full");
    assert!(kept.get::<_, bool>(4));
    assert_eq!(kept.get::<_, i64>(5), 20_000_000);
    assert_eq!(kept.get::<_, i16>(6), 2);
    assert_eq!(kept.get::<_, Vec<i32>>(7), [5, 6]);
    assert_eq!(kept.get::<_, i64>(8), 7);
    assert_eq!(kept.get::<_, &str>(9), "spool_full");
}

#[test]
fn records_of_no_known_shape_are_rejected_one_by_one() {
    let (server, probe) = server();
    let records = [
        json!("text"),
        json!({"sequence": 1, "kind": "horoscope"}),
        with(speed_test(2, 30.0), json!({"bytes_down": "many"})),
        with(speed_test(0, 30.0), json!({})),
        speed_test(3, 30.0),
    ];
    let answer = server.report(&probe, &records).json();
    let mut wanted = vec!["rejected"; 4];
    wanted.push("stored");
    assert_eq!(verdicts(&answer), wanted);
    assert_eq!(answer["results"][0]["sequence"], Value::Null);
    assert_eq!(answer["results"][1]["sequence"], 1);
    assert_eq!(answer["results"][0]["reason"], "malformed");
    assert_eq!(stored(&server.db), [1, 0, 4]);
}

#[test]
fn a_record_from_the_future_is_stored_but_not_averaged() {
    let (server, probe) = server();
    let day_ms = 24 * 3600 * 1000;
    let tomorrow = chrono::Utc::now().timestamp_millis() + day_ms;
    let future = json!({"boot_id": "another", "wall_unix_ms": tomorrow, "download_mbps": 500.0,
                        "bytes_down": 312_500_000_u64});
    let records = [speed_test(1, 30.0), with(speed_test(2, 30.0), future)];
    let answer = server.report(&probe, &records).json();
    assert_eq!(verdicts(&answer), ["stored", "stored_invalid"]);
    assert_eq!(answer["results"][1]["reason"], "time_in_future");
    assert!(
        answer["results"][1]["detail"]
            .as_str()
            .unwrap()
            .contains("future")
    );
    let path = format!("/api/v1/schools/{}", probe.school);
    let school = eventually("the verdict is there", || {
        let school = server.get(&path).json();
        (school["status"]["status"] == "good").then_some(school)
    });
    assert_eq!(school["status"]["valid_tests"], 1);
    assert_eq!(school["status"]["download_median_mbps"], 30.0);
    let series = server.get(&format!("{path}/series")).json();
    assert_eq!(series["tests"].as_array().unwrap().len(), 2, "shown");
    let days = series["days"].as_array().unwrap();
    let day = days.iter().find(|day| day["tests"] != 0).unwrap();
    assert_eq!((&day["tests"], &day["valid_tests"]), (&2.into(), &1.into()));
    assert_eq!(day["download_median_mbps"], 30.0, "not averaged");
}

#[test]
fn a_number_that_json_does_not_have_stores_nothing() {
    let (server, probe) = server();
    let text = report(&[speed_test(1, 30.0), speed_test(2, 30.0)]).to_string();
    for not_a_number in ["NaN", "Infinity", "-Infinity", "1e", "00"] {
        let broken = text.replacen("30.0", not_a_number, 1);
        assert_ne!(broken, text);
        let answer = server.post(
            schoolbeat_wire::REPORTS_PATH,
            &[
                ("authorization", &probe.bearer()),
                ("content-type", "application/json"),
            ],
            broken.as_bytes(),
        );
        answer.error(400, "malformed_report");
    }
    // This one is JSON, and no number either: it is judged as any other record.
    let infinite = text.replacen("30.0", "1e999", 1);
    let answer = server.post(
        schoolbeat_wire::REPORTS_PATH,
        &[
            ("authorization", &probe.bearer()),
            ("content-type", "application/json"),
        ],
        infinite.as_bytes(),
    );
    assert!([200, 400].contains(&answer.status), "{}", answer.text());
    let tests = "speed_test WHERE NOT (download_mbps < 1000)";
    assert_eq!(fixtures::count(&server.db, tests), 0);
}

#[test]
fn a_report_that_is_no_report_stores_nothing() {
    let (server, probe) = server();
    for body in [
        "",
        "null",
        "[]",
        "{}",
        "{\"records\":[]}",
        "\u{0}",
        "{\"records\":",
    ] {
        let answer = server.post(
            schoolbeat_wire::REPORTS_PATH,
            &[
                ("authorization", &probe.bearer()),
                ("content-type", "application/json"),
            ],
            body.as_bytes(),
        );
        answer.error(400, "malformed_report");
    }
    assert_eq!(stored(&server.db), NOTHING);
}

#[test]
fn the_server_says_what_time_it_is_and_keeps_the_probes_offset() {
    let (server, probe) = server();
    let now = chrono::Utc::now().timestamp_millis();
    let hour_ms = 3600 * 1000;
    let mut report = report(&[speed_test(1, 30.0)]);
    report["sent_wall_unix_ms"] = json!(now + hour_ms);
    let answer = server.send_report(&probe, &report).json();
    assert!((answer["server_unix_ms"].as_i64().unwrap() - now).abs() < 30_000);
    let row = server
        .db
        .sql()
        .query_one(
            "SELECT clock_offset_ms, (SELECT extract(epoch FROM now() - measured_at)::float8
                                      FROM speed_test) FROM probe",
            &[],
        )
        .unwrap();
    assert!((row.get::<_, i64>(0) - hour_ms).abs() < 30_000);
    let age_s: f64 = row.get(1);
    assert!((0.0..60.0).contains(&age_s), "by the stopwatch: {age_s} s");
}
