//! `GET /api/v1/events`, as it comes over the wire.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use crate::support::{fixtures, records::speed_test, server::TestServer};

/// An open stream of events.
struct Events {
    stream: TcpStream,
    heard: String,
}

impl Events {
    fn open(server: &TestServer) -> Self {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_millis(100)))
            .unwrap();
        let request = "GET /api/v1/events HTTP/1.1\r\nHost: test\r\nAccept-Encoding: gzip\r\n\r\n";
        stream.write_all(request.as_bytes()).unwrap();
        Self {
            stream,
            heard: String::new(),
        }
    }

    /// Reads until all of these were heard, for at most five seconds.
    #[track_caller]
    fn wait_for(&mut self, wanted: &[&str]) {
        let begun = Instant::now();
        let mut buffer = [0; 4096];
        while !wanted.iter().all(|text| self.heard.contains(text)) {
            assert!(
                begun.elapsed() < Duration::from_secs(5),
                "{wanted:?} not in {}",
                self.heard
            );
            match self.stream.read(&mut buffer) {
                Ok(0) => panic!("the stream ended: {}", self.heard),
                Ok(length) => self.heard += &String::from_utf8_lossy(&buffer[..length]),
                Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
            }
        }
    }
}

#[test]
fn whoever_watches_hears_of_a_new_status_within_seconds() {
    let (server, probe) = TestServer::on(|db| {
        let school = fixtures::school(db);
        fixtures::probe(db, school)
    });
    let mut pages = [Events::open(&server), Events::open(&server)];
    for page in &mut pages {
        page.wait_for(&["text/event-stream", "event: hello", "\"version\":"]);
        assert!(
            !page.heard.contains("content-encoding: gzip"),
            "{}",
            page.heard
        );
    }
    server.report(&probe, &[speed_test(1, 30.0)]).json();
    let id = probe.school.to_string();
    for page in &mut pages {
        page.wait_for(&["event: schools", &id, "\"status\":\"good\""]);
    }
}

#[test]
fn an_open_stream_does_not_keep_a_server_from_stopping() {
    let (server, ()) = TestServer::on(fixtures::country);
    let mut page = Events::open(&server);
    page.wait_for(&["event: hello"]);
    let begun = Instant::now();
    drop(server);
    assert!(begun.elapsed() < Duration::from_secs(5));
}
