//! Whole tests, by a client of another library.

use std::time::Duration;

use schoolbeat_wire::{NDT7_DOWNLOAD_PATH, NDT7_UPLOAD_PATH};
use serde_json::Value;
use tungstenite::{Bytes, Message};

use super::{Heard, listen, open};
use crate::support::{TestDatabase, eventually, server::TestServer};

fn server() -> TestServer {
    TestServer::start(TestDatabase::new())
}

/// What was kept of the only transfer.
fn kept(server: &TestServer) -> Value {
    eventually("the transfer is kept", || {
        let row = server
            .db
            .sql()
            .query("SELECT to_jsonb(t) AS seen FROM seen_transfer t", &[])
            .unwrap();
        row.first().map(|row| row.get("seen"))
    })
}

fn check_measurement(measurement: &Value, test: &str) {
    assert_eq!(measurement["Origin"], "server");
    assert_eq!(measurement["Test"], test);
    let elapsed_us = measurement["AppInfo"]["ElapsedTime"].as_u64().unwrap();
    assert_eq!(measurement["TCPInfo"]["ElapsedTime"], elapsed_us);
    let client = measurement["ConnectionInfo"]["Client"].as_str().unwrap();
    assert!(client.starts_with("127.0.0.1:"), "{client}");
    for key in [
        "MinRTT",
        "RTT",
        "RTTVar",
        "BytesSent",
        "BytesReceived",
        "BusyTime",
    ] {
        assert!(measurement["TCPInfo"][key].is_u64(), "{key}: {measurement}");
    }
}

#[test]
fn a_download_sends_load_that_grows_and_says_how_much() {
    let server = server();
    let path = format!("{NDT7_DOWNLOAD_PATH}?duration=1500&client_name=other&client_version=2");
    let heard = listen(&mut open(&server, &path));
    assert_eq!(heard.close, Some((1000, "Done sending".to_owned())));
    assert_eq!(heard.largest, 1 << 20, "{}", heard.load_bytes);
    assert!(heard.measurements.len() >= 2, "{heard:?}");
    for measurement in &heard.measurements {
        check_measurement(measurement, "download");
    }
    let seen = kept(&server);
    assert_eq!(seen["bytes"], heard.load_bytes);
    assert_eq!(seen["direction"], "download");
    assert_eq!(seen["ending"], "complete");
    assert_eq!(seen["client_name"], "other 2");
    assert!(
        seen["tcp_bytes"].as_u64().unwrap() >= heard.load_bytes,
        "{seen}"
    );
    assert!(seen["peak_mbps"].as_f64().unwrap() > 0.0, "{seen}");
}

#[test]
fn a_cap_of_bytes_is_kept_to_the_byte() {
    let server = server();
    let path = format!("{NDT7_DOWNLOAD_PATH}?bytes=1000000");
    let heard = listen(&mut open(&server, &path));
    assert!(
        (998_977..=1_000_000).contains(&heard.load_bytes),
        "{heard:?}"
    );
    assert_eq!(heard.close, Some((1000, "Done sending".to_owned())));
}

#[test]
fn an_upload_takes_messages_of_16_mib_and_says_what_arrived() {
    let server = server();
    let path = format!("{NDT7_UPLOAD_PATH}?duration=3000");
    let mut client = open(&server, &path);
    let message = Bytes::from(vec![7; 1 << 24]);
    client.send(Message::Binary(message)).unwrap();
    client
        .send(Message::Text("{\"AppInfo\":{}}".into()))
        .unwrap();
    client
        .send(Message::Ping(Bytes::from_static(b"now")))
        .unwrap();
    let heard = listen(&mut client);
    assert_eq!(heard.close, Some((1000, "Done receiving".to_owned())));
    let last = heard.measurements.last().unwrap();
    check_measurement(last, "upload");
    assert_eq!(last["AppInfo"]["NumBytes"], 1 << 24);
    let tcp = last["TCPInfo"]["BytesReceived"].as_u64().unwrap();
    assert!(
        tcp > 1 << 24,
        "{tcp}: the frames' heads and the handshake too"
    );
    let seen = kept(&server);
    assert_eq!(seen["bytes"], 1 << 24);
    assert_eq!(seen["ending"], "complete");
}

#[test]
fn a_ping_is_answered_in_the_middle_of_load() {
    let server = server();
    let mut client = open(&server, &format!("{NDT7_DOWNLOAD_PATH}?duration=1000"));
    client
        .send(Message::Ping(Bytes::from_static(b"here")))
        .unwrap();
    let answered = std::iter::from_fn(|| client.read().ok())
        .any(|message| message == Message::Pong(Bytes::from_static(b"here")));
    assert!(answered);
}

#[test]
fn what_does_not_belong_into_a_test_closes_it() {
    let server = server();
    let mut client = open(&server, NDT7_DOWNLOAD_PATH);
    client
        .send(Message::Binary(Bytes::from_static(&[1; 10])))
        .unwrap();
    let close = listen(&mut client).close.unwrap();
    assert_eq!(close.0, 1003, "{close:?}");
    assert_eq!(kept(&server)["ending"], "violation");
}

#[test]
fn a_client_may_close_early_or_go_without_a_word() {
    let server = server();
    let mut client = open(&server, &format!("{NDT7_UPLOAD_PATH}?client_name=polite"));
    client.close(None).unwrap();
    let heard: Heard = listen(&mut client);
    assert_eq!(heard.close.map(|close| close.0), Some(1000));
    drop(open(
        &server,
        &format!("{NDT7_UPLOAD_PATH}?client_name=gone"),
    ));
    let ending = |name: &'static str| {
        eventually("the transfer is kept", || {
            let row = server
                .db
                .sql()
                .query(
                    "SELECT ending FROM seen_transfer WHERE client_name = $1",
                    &[&name],
                )
                .unwrap();
            row.first().map(|row| row.get::<_, String>("ending"))
        })
    };
    assert_eq!(ending("polite"), "client_closed");
    assert_eq!(ending("gone"), "connection_lost");
}

#[test]
fn a_client_that_closes_its_upload_is_told_all_that_arrived() {
    let server = server();
    let mut client = open(&server, NDT7_UPLOAD_PATH);
    let load = Bytes::from(vec![7; 1 << 20]);
    client.send(Message::Binary(load)).unwrap();
    client.close(None).unwrap();
    let heard = listen(&mut client);
    let last = heard.measurements.last().expect("a last word");
    assert_eq!(last["AppInfo"]["NumBytes"], 1 << 20);
    assert_eq!(heard.close.map(|close| close.0), Some(1000));
}

#[test]
fn a_client_that_takes_nothing_does_not_keep_its_place() {
    let setup = crate::support::server::Setup {
        ndt7_slots: 1,
        ..Default::default()
    };
    let server = setup.start(TestDatabase::new());
    let silent = open(&server, &format!("{NDT7_DOWNLOAD_PATH}?duration=500"));
    let seen = kept(&server);
    assert_eq!(seen["ending"], "cut_off", "its close could not be written");
    let heard = listen(&mut open(
        &server,
        &format!("{NDT7_DOWNLOAD_PATH}?duration=200"),
    ));
    assert_eq!(heard.close.map(|close| close.0), Some(1000));
    drop(silent);
}

#[test]
fn a_server_that_stops_closes_its_tests_in_good_order() {
    let server = server();
    let mut client = open(&server, NDT7_UPLOAD_PATH);
    let listening = std::thread::spawn(move || listen(&mut client));
    std::thread::sleep(Duration::from_millis(100));
    drop(server);
    let close = listening.join().unwrap().close;
    assert_eq!(close, Some((1001, "The server stops".to_owned())));
}
