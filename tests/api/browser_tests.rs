//! Speed tests of a page in a browser: what our own server saw is stored once, and nothing else is.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    ndt7::measure,
    support::{
        TestDatabase, eventually, fixtures,
        records::{speed_test, with},
        server::TestServer,
    },
};

fn server() -> (TestServer, Uuid) {
    TestServer::on(fixtures::school)
}

/// A test in the shape of a probe's, of so many bytes received in a minute.
fn test(server: &TestServer, id: Uuid, bytes: u64) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "small")]
    let download_mbps = bytes as f64 * 8.0 / 60_000_000.0;
    let own = json!({
        "server": server.speed_address.to_string(),
        "measurement_id": id,
        "download_mbps": download_mbps,
        "upload_mbps": 0.1,
        "bytes_down": bytes,
        "bytes_up": 100_000,
        "download_duration_ms": 60_000,
        "upload_duration_ms": 8_000,
    });
    with(speed_test(1, 1.0), own)
}

fn path(school: Uuid) -> String {
    format!("/api/v1/schools/{school}/browser-tests")
}

#[test]
fn what_the_server_saw_is_stored_once_and_apart_from_probes() {
    let (server, school) = server();
    let id = Uuid::now_v7();
    let (down, _) = measure(&server, id);
    let test = test(&server, id, down.load_bytes);
    let first = server.post_json(&path(school), &[], &test);
    assert_eq!(first.status, 200, "{first:?}");
    assert_eq!(first.json()["verdict"], "stored");
    let again = server.post_json(&path(school), &[], &test).json();
    assert_eq!(again["verdict"], "duplicate");
    let row = server
        .db
        .sql()
        .query_one(
            "SELECT count(*), min(vantage), min(t.measured_at) = min(s.started_at)
             FROM speed_test t JOIN seen_transfer s USING (measurement_id)
             WHERE s.direction = 'download'",
            &[],
        )
        .unwrap();
    assert_eq!(row.get::<_, i64>(0), 1);
    assert_eq!(row.get::<_, String>(1), "browser");
    assert!(
        row.get::<_, bool>(2),
        "it was taken when the server saw it begin"
    );
    // The next one is of the same probe, under the next number.
    let second = Uuid::now_v7();
    let (down, _) = measure(&server, second);
    let test = self::test(&server, second, down.load_bytes);
    assert_eq!(server.post_json(&path(school), &[], &test).status, 200);
    let row = server
        .db
        .sql()
        .query_one("SELECT count(*), max(last_sequence) FROM probe", &[])
        .unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (1, 2));
}

#[test]
fn a_browser_counts_where_no_probe_measures() {
    let (server, school) = server();
    let id = Uuid::now_v7();
    let (down, _) = measure(&server, id);
    let test = test(&server, id, down.load_bytes);
    assert_eq!(server.post_json(&path(school), &[], &test).status, 200);
    eventually("the day has the test", || {
        let rows = server
            .db
            .sql()
            .query("SELECT tests FROM school_day", &[])
            .unwrap();
        rows.first()
            .filter(|row| row.get::<_, i32>(0) == 1)
            .map(drop)
    });
    let probe = fixtures::probe(&server.db, school);
    let report = server.report(&probe, &[speed_test(1, 12.0)]);
    assert_eq!(report.status, 200);
    eventually("the day is the probe's alone", || {
        let row = server
            .db
            .sql()
            .query_one("SELECT tests, download_median_mbps FROM school_day", &[])
            .unwrap();
        let median: Option<f64> = row.get(1);
        (row.get::<_, i32>(0) == 1 && median == Some(12.0)).then_some(())
    });
}

#[test]
fn what_the_server_did_not_see_is_refused() {
    let (server, school) = server();
    let id = Uuid::now_v7();
    let unseen = test(&server, id, 1_000_000);
    let answer = server.post_json(&path(school), &[], &unseen);
    answer.error(400, "not_seen_by_server");
    let nameless = with(unseen.clone(), json!({"measurement_id": "mine"}));
    server
        .post_json(&path(school), &[], &nameless)
        .error(400, "measurement_id");
    let failed = with(
        unseen,
        json!({"outcome": "failed", "failed_stage": "connect"}),
    );
    server
        .post_json(&path(school), &[], &failed)
        .error(400, "not_finished");
    let (down, _) = measure(&server, id);
    let seen = test(&server, id, down.load_bytes);
    server
        .post_json(&path(Uuid::now_v7()), &[], &seen)
        .error(404, "not_found");
    let more = test(&server, id, down.load_bytes + 1);
    let answer = server.post_json(&path(school), &[], &more).json();
    assert_eq!(answer["verdict"], "stored_invalid");
    assert_eq!(answer["reason"], "above_server_count");
    assert_eq!(fixtures::count(&server.db, "speed_test"), 1);
}

#[test]
fn a_page_may_connect_to_the_measurement_server_and_to_no_other() {
    let server = TestServer::start(TestDatabase::new());
    let answer = server.get("/measure");
    let policy = answer.header("content-security-policy").unwrap();
    let sources = format!("connect-src 'self' ws://{};", server.speed_address);
    assert!(policy.contains(&sources), "{policy}");
}
