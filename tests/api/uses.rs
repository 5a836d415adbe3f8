//! `GET /api/v1/schools/{id}/uses`

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    TestDatabase, fixtures,
    measured::{Measured, store},
    server::TestServer,
};

fn uses(server: &TestServer, school: Uuid) -> Value {
    server.get(&format!("/api/v1/schools/{school}/uses")).json()
}

fn of<'a>(body: &'a Value, name: &str) -> &'a Value {
    let uses = body["uses"].as_array().unwrap();
    uses.iter().find(|entry| entry["use"] == name).unwrap()
}

/// Twelve tests of 20 Mbps down, 10 up, 20 ms; a night of presence; what a list says.
fn measured(db: &TestDatabase) -> Uuid {
    let school = fixtures::school(db);
    let now = Utc::now();
    let tests: Vec<_> = (0..12)
        .map(|_| Measured::new(school, now, 20.0).off_hours())
        .collect();
    store(db, &tests);
    let sql = "
        UPDATE speed_test SET retransmit_ratio = 0.001;
        UPDATE school SET student_count = 30, attributes = jsonb_build_object(
            'electricity_availability', 'yes', 'wifi_availability', 'yes',
            'connectivity_type', 'satellite', 'internet_for_pedagogical_use', 'yes');";
    db.sql().batch_execute(sql).unwrap();
    school
}

#[test]
fn what_learners_can_do_rests_on_the_window_and_names_what_limits_it() {
    let (server, school) = TestServer::on(measured);
    let body = uses(&server, school);
    assert_eq!(
        (&body["valid_tests"], &body["percentile"]),
        (&12.into(), &50.into())
    );
    let video = of(&body, "video_lesson");
    assert_eq!(
        (&video["learners"], &video["limited_by"]),
        (&6.into(), &"download".into())
    );
    assert!(video["source"].as_str().unwrap().contains("FCC"), "{video}");
    let class = of(&body, "video_class");
    assert_eq!(class["learners"], Value::Null, "packets were not looked at");
    assert_eq!(class["missing"], json!(["loss"]));
    let iqb = &body["iqb"];
    assert_eq!(iqb["loss_source"], "retransmissions");
    assert!(
        iqb["score"]
            .as_f64()
            .is_some_and(|score| score > 0.0 && score < 1.0)
    );
    assert_eq!(iqb["enough_tests"], false);
    assert_eq!(body["levels"]["inec"]["level"], Value::Null);
    assert_eq!(body["levels"]["inec"]["missing"], json!(["wifi_quality"]));
    assert_eq!(body["levels"]["sdg_4a1b"], "yes");
    let content = &body["content"];
    assert_eq!(
        (&content["tests"], &content["p10_download_mbps"]),
        (&12.into(), &20.0.into())
    );
    assert_eq!(content["why_not"], "availability_not_known");
}

#[test]
fn nights_that_somebody_saw_give_gigabytes() {
    let (server, school) = TestServer::on(measured);
    let probe = fixtures::probe(&server.db, school);
    // A day and a half hold at least a part of a night.
    let (from, to) = (Utc::now() - TimeDelta::hours(36), Utc::now());
    let sql =
        "INSERT INTO presence (school_id, started_at, ended_at, probe_id, received_at, time_basis,
                   vantage, state)
               VALUES ($1, $2, $3, $4, $3, 'monotonic', 'device', 'online')";
    server
        .db
        .sql()
        .execute(sql, &[&school, &from, &to, &probe.id])
        .unwrap();
    let content = uses(&server, school)["content"].clone();
    assert_eq!(content["availability"], 1.0, "{content}");
    assert_eq!(content["gb_per_night"], 72.0, "20 Mbps x 3.6");
}

#[test]
fn of_a_school_that_nobody_measured_nothing_is_said() {
    let (server, school) = TestServer::on(fixtures::school);
    let body = uses(&server, school);
    for entry in body["uses"].as_array().unwrap() {
        assert_eq!(entry["learners"], Value::Null, "{entry}");
        assert_eq!(entry["missing"][0], "download", "{entry}");
    }
    assert_eq!(body["iqb"]["score"], Value::Null);
    assert_eq!(
        body["iqb"]["missing"],
        json!(["download", "upload", "rtt", "loss"])
    );
    assert_eq!(body["content"]["why_not"], "few_tests");
    assert_eq!(body["levels"]["sdg_4a1b"], "unknown");
    let nobody = Uuid::now_v7();
    server
        .get(&format!("/api/v1/schools/{nobody}/uses"))
        .error(404, "not_found");
}
