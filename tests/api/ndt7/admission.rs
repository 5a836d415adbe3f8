//! Who may measure now.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use schoolbeat_wire::{NDT7_DOWNLOAD_PATH, NDT7_SUBPROTOCOL, NDT7_UPLOAD_PATH};

use crate::support::{
    TestDatabase, eventually,
    http::{Answer, Http},
    server::{Setup, TestServer},
};

/// A client that asks for a test, speaking `protocol`, and then does nothing. Returns its
/// connection and the head of the answer.
fn ask(server: &TestServer, path: &str, protocol: Option<&str>) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(server.speed_address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(5)))
        .unwrap();
    let protocol = protocol.map(|name| format!("Sec-WebSocket-Protocol: {name}\r\n"));
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{}\r\n",
        protocol.unwrap_or_default()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let (mut head, mut byte) = (vec![], [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    (stream, String::from_utf8(head).unwrap().to_lowercase())
}

pub(super) fn begin(server: &TestServer, path: &str) -> (TcpStream, String) {
    ask(server, path, Some(NDT7_SUBPROTOCOL))
}

/// A request that does not ask for the upgrade.
fn plain(server: &TestServer, path: &str) -> Answer {
    let http = Http::new(format!("http://{}", server.speed_address));
    http.get_with(path, &[("sec-websocket-protocol", NDT7_SUBPROTOCOL)])
}

#[test]
fn a_client_that_does_not_speak_ndt7_is_refused() {
    let server = TestServer::start(TestDatabase::new());
    for path in [NDT7_DOWNLOAD_PATH, NDT7_UPLOAD_PATH] {
        for protocol in [None, Some("mqtt"), Some("net.measurementlab.ndt.v6")] {
            let (mut stream, head) = ask(&server, path, protocol);
            assert!(head.starts_with("http/1.1 400"), "{head}");
            let mut words = String::new();
            stream.read_to_string(&mut words).unwrap();
            assert!(words.contains(NDT7_SUBPROTOCOL), "{words}");
        }
        let (_, head) = ask(&server, path, Some("mqtt, net.measurementlab.ndt.v7"));
        assert!(head.starts_with("http/1.1 101"), "one of several: {head}");
        let plain = plain(&server, path);
        assert_eq!(plain.status, 400, "no upgrade");
    }
}

#[test]
fn a_busy_server_says_later_and_takes_the_next_when_one_has_left() {
    let setup = Setup {
        ndt7_slots: 1,
        ..Setup::default()
    };
    let server = setup.start(TestDatabase::new());
    let (stream, head) = begin(&server, NDT7_UPLOAD_PATH);
    assert!(head.starts_with("http/1.1 101"), "{head}");
    assert!(head.contains(NDT7_SUBPROTOCOL), "{head}");
    for path in [NDT7_DOWNLOAD_PATH, NDT7_UPLOAD_PATH] {
        let (_, head) = begin(&server, path);
        assert!(head.starts_with("http/1.1 503"), "{head}");
        let after = head.split("retry-after: ").nth(1).unwrap();
        let seconds: u32 = after.split('\r').next().unwrap().parse().unwrap();
        assert!((10..30).contains(&seconds), "{seconds}");
    }
    drop(stream);
    eventually("the slot is free again", || {
        let (_, head) = begin(&server, NDT7_DOWNLOAD_PATH);
        head.starts_with("http/1.1 101").then_some(())
    });
}

#[test]
fn a_request_that_does_not_become_a_test_holds_no_slot() {
    let setup = Setup {
        ndt7_slots: 1,
        ..Setup::default()
    };
    let server = setup.start(TestDatabase::new());
    for _ in 0..3 {
        assert_eq!(plain(&server, NDT7_DOWNLOAD_PATH).status, 400);
    }
    let (_stream, head) = begin(&server, NDT7_DOWNLOAD_PATH);
    assert!(head.starts_with("http/1.1 101"), "{head}");
}
