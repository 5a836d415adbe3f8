//! What a probe claims beside what the server saw.

use schoolbeat_wire::NDT7_DOWNLOAD_PATH;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{enrolled, listen, measure, open, record_at};
use crate::support::{
    TestDatabase,
    fixtures::EnrolledProbe,
    records::with,
    server::{Setup, TestServer},
};

/// A record of a test at our own server.
fn record(server: &TestServer, sequence: u64, id: Uuid, bytes: u64, ms: u64) -> Value {
    record_at(&server.speed_address.to_string(), sequence, id, bytes, ms)
}

fn reason(server: &TestServer, probe: &EnrolledProbe, record: Value) -> Value {
    let answer = server.report(probe, &[record]);
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["results"][0]["reason"].clone()
}

#[test]
fn a_claim_that_the_server_saw_is_kept_beside_it() {
    let (server, probe) = enrolled();
    let id = Uuid::now_v7();
    let (down, _) = measure(&server, id);
    let truth = record(&server, 1, id, down.load_bytes, 60_000);
    assert_eq!(reason(&server, &probe, truth), Value::Null);
    let row = server
        .db
        .sql()
        .query_one(
            "SELECT server_download_mbps, server_upload_mbps, measurement_id FROM speed_test",
            &[],
        )
        .unwrap();
    assert!(row.get::<_, f64>(0) > 0.0 && row.get::<_, f64>(1) > 0.0);
    assert_eq!(row.get::<_, Uuid>(2), id);
}

#[test]
fn a_claim_above_what_the_server_saw_counts_in_no_average() {
    let (server, probe) = enrolled();
    let id = Uuid::now_v7();
    let (down, _) = measure(&server, id);
    let too_many = record(&server, 1, id, down.load_bytes + 1, 60_000);
    assert_eq!(reason(&server, &probe, too_many), "above_server_count");
    let other = Uuid::now_v7();
    let unseen = record(&server, 2, other, 1_000_000, 10_000);
    assert_eq!(reason(&server, &probe, unseen), "not_seen_by_server");
    let nameless = with(
        record(&server, 3, other, 1_000_000, 10_000),
        json!({"measurement_id": null}),
    );
    assert_eq!(reason(&server, &probe, nameless), "not_seen_by_server");
    let elsewhere = with(
        record(&server, 4, other, 1_000_000, 10_000),
        json!({"server": "speed.example:443"}),
    );
    assert_eq!(reason(&server, &probe, elsewhere), Value::Null);
}

#[test]
fn tests_that_fill_the_servers_line_together_are_marked() {
    let setup = Setup {
        line_mbps: Some(1.0),
        ndt7_slots: 2,
        ..Setup::default()
    };
    let server = setup.start(TestDatabase::new());
    // Both begin before either is fast, so that the line has room for both.
    let (mut first, mut second) = (
        open(&server, &format!("{NDT7_DOWNLOAD_PATH}?duration=1000")),
        open(&server, &format!("{NDT7_DOWNLOAD_PATH}?duration=1000")),
    );
    let other = std::thread::spawn(move || listen(&mut first));
    listen(&mut second);
    other.join().unwrap();
    crate::support::eventually("both are kept", || {
        let row = server
            .db
            .sql()
            .query_one(
                "SELECT count(*), bool_and(contended) FROM seen_transfer",
                &[],
            )
            .unwrap();
        (row.get::<_, i64>(0) == 2).then(|| assert_eq!(row.get::<_, Option<bool>>(1), Some(true)))
    });
}
