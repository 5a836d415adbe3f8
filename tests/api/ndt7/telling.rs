//! A measurement server of somebody else's tells the service what it saw.

use std::process::{Child, Command, Stdio};

use schoolbeat_wire::SEEN_PATH;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{enrolled, measure_at, record_at};
use crate::{
    command_line::{run, succeeds},
    support::{eventually, fixtures, records::aged, server::TestServer},
};

/// `schoolbeat ndt7-server`, which tells this service.
struct Elsewhere {
    process: Child,
    address: String,
}

impl Elsewhere {
    fn start(service: &str, key: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_schoolbeat"))
            .args(["ndt7-server", "--json"])
            .env("SCHOOLBEAT_NDT7_LISTEN", "127.0.0.1:0")
            .env("SCHOOLBEAT_NDT7_TELL_URL", service)
            .env("SCHOOLBEAT_NDT7_TELL_KEY", key)
            .env("SCHOOLBEAT_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = process.stdout.take().unwrap();
        let mut there = Self {
            process,
            address: String::new(),
        };
        let mut said = serde_json::Deserializer::from_reader(stdout).into_iter::<Value>();
        let said = said.next().unwrap().unwrap();
        said["address"]
            .as_str()
            .unwrap()
            .clone_into(&mut there.address);
        there
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Puts a server on the list; the key that it tells by.
fn listed(server: &TestServer, address: &str) -> String {
    let url = format!("ws://{address}");
    succeeds(&run(
        &server.db,
        &["measurement-server", "add", "IXP", &url, "--json"],
    ));
    let made = succeeds(&run(
        &server.db,
        &["measurement-server", "key", "IXP", "--json"],
    ));
    made["key"].as_str().unwrap().to_owned()
}

#[test]
fn what_another_server_saw_stands_beside_what_a_probe_claims() {
    let (server, probe) = enrolled();
    // Its port is known when it runs, and its key before: the key is made for a name.
    let key = listed(&server, "127.0.0.1:1");
    let there = Elsewhere::start(server.base(), &key);
    let url = format!("ws://{}", there.address);
    succeeds(&run(
        &server.db,
        &["measurement-server", "add", "IXP", &url, "--json"],
    ));
    let id = Uuid::now_v7();
    let (down, _) = measure_at(&there.address, id);
    eventually("both directions are told", || {
        (fixtures::count(&server.db, "seen_transfer") == 2).then_some(())
    });
    let truth = record_at(&there.address, 1, id, down.load_bytes, 60_000);
    let answer = server.report(&probe, &[truth]).json();
    assert_eq!(answer["results"][0]["reason"], Value::Null, "{answer}");
    // More than was ever sent.
    let lie = record_at(&there.address, 2, id, 2 * down.load_bytes, 60_000);
    let answer = server.report(&probe, &[lie]).json();
    assert_eq!(
        answer["results"][0]["reason"], "above_server_count",
        "{answer}"
    );
    let row = server.db.sql().query_one(
        "SELECT server_download_mbps FROM speed_test WHERE invalid_reason IS NULL",
        &[],
    );
    assert!(row.unwrap().get::<_, f64>(0) > 0.0);
    let list = succeeds(&run(&server.db, &["measurement-server", "list", "--json"]));
    assert!(list["servers"][0]["told_at"].is_string(), "{list}");
}

#[test]
fn a_report_waits_for_what_is_still_to_be_told_and_not_for_ever() {
    let (server, probe) = enrolled();
    let address = "203.0.113.9:8081";
    listed(&server, address);
    let now = record_at(address, 1, Uuid::now_v7(), 1_000_000, 8_000);
    let answer = server.report(&probe, std::slice::from_ref(&now));
    assert_eq!(answer.status, 503, "{answer:?}");
    assert_eq!(fixtures::count(&server.db, "speed_test"), 0);
    let answer = server.report(&probe, &[aged(600, now)]);
    assert_eq!(answer.status, 200, "{answer:?}");
    let reason = answer.json()["results"][0]["reason"].clone();
    assert_eq!(reason, "not_seen_by_server");
}

#[test]
fn only_a_known_server_tells_and_only_for_itself() {
    let (server, _) = enrolled();
    let key = listed(&server, "203.0.113.9:8081");
    let transfer = json!({
        "measurement_id": Uuid::now_v7(), "direction": "download", "started_unix_ms": 1_000,
        "duration_ms": 10_000, "bytes": 1_000_000, "contended": false, "ending": "complete",
        "client_name": "x",
    });
    let told = |transfer: &Value| json!({"sent_unix_ms": 20_000, "transfers": [transfer]});
    let tell = |key: &str, body: &Value| {
        let bearer = format!("Bearer {key}");
        server.post_json(SEEN_PATH, &[("authorization", &bearer)], body)
    };
    assert_eq!(tell("guessed", &told(&transfer)).status, 401);
    for (field, wrong) in [
        ("direction", json!("sideways")),
        ("measurement_id", json!("x")),
        ("started_unix_ms", json!(30_000)),
        ("peak_mbps", json!(-1.0)),
    ] {
        let mut transfer = transfer.clone();
        transfer[field] = wrong;
        let answer = tell(&key, &told(&transfer));
        let error = answer.error(400, "out_of_range");
        assert_eq!(error["field"], format!("transfers[0].{field}"));
    }
    assert_eq!(fixtures::count(&server.db, "seen_transfer"), 0);
    let two = json!({"sent_unix_ms": 20_000, "transfers": [&transfer, &transfer]});
    assert_eq!(tell(&key, &two).json()["kept"], 2);
    assert_eq!(fixtures::count(&server.db, "seen_transfer"), 2);
    // By its clock of 1970 it was 19 seconds ago.
    let row = server.db.sql().query_one(
        "SELECT server, started_at > now() - interval '10 minutes' FROM seen_transfer LIMIT 1",
        &[],
    );
    let row = row.unwrap();
    assert_eq!(row.get::<_, &str>(0), "203.0.113.9:8081");
    assert!(row.get::<_, bool>(1));
    // A new key ends the old one.
    succeeds(&run(
        &server.db,
        &["measurement-server", "key", "IXP", "--json"],
    ));
    assert_eq!(tell(&key, &told(&transfer)).status, 401);
    // Two wrong keys so far; the limit is ten.
    for _ in 2..10 {
        tell("guessed", &told(&transfer)).error(401, "unknown_key");
    }
    tell("guessed", &told(&transfer)).error(429, "too_many_attempts");
}
