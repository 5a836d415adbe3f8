//! What is too large, or packed in a way that cannot be read, is refused before it costs anything.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use schoolbeat_wire::{MAX_REPORT_BYTES_DECODED, MAX_REPORT_BYTES_ENCODED, REPORTS_PATH};
use serde_json::{Value, json};

use super::{NOTHING, server, stored, verdicts};
use crate::support::{
    fixtures::EnrolledProbe,
    http::Answer,
    records::{report, speed_test},
    server::TestServer,
};

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(vec![], Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn send(server: &TestServer, probe: &EnrolledProbe, encoding: &str, body: &[u8]) -> Answer {
    let headers = [
        ("authorization", &*probe.bearer()),
        ("content-type", "application/json"),
        ("content-encoding", encoding),
    ];
    server.post(REPORTS_PATH, &headers, body)
}

#[test]
fn a_million_records_are_refused_before_they_are_judged() {
    let (server, probe) = server();
    let mut body = report(&[]).to_string();
    let records = vec!["{}"; 1_000_000].join(",");
    body = body.replace("\"records\":[]", &format!("\"records\":[{records}]"));
    let packed = gzip(body.as_bytes());
    assert!(packed.len() < MAX_REPORT_BYTES_ENCODED);
    let error = send(&server, &probe, "gzip", &packed).error(413, "too_large");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("1000000 records"), "{message}");
    send(&server, &probe, "identity", body.as_bytes()).error(413, "too_large");
    assert_eq!(stored(&server.db), NOTHING);
}

#[test]
fn five_hundred_records_are_taken_and_one_more_is_not() {
    let (server, probe) = server();
    let mut records: Vec<Value> = (1..=501).map(|n| speed_test(n, 30.0)).collect();
    let many = report(&records).to_string();
    send(&server, &probe, "gzip", &gzip(many.as_bytes())).error(413, "too_large");
    assert_eq!(stored(&server.db), NOTHING);
    records.truncate(500);
    let most = report(&records).to_string();
    let answer = send(&server, &probe, "gzip", &gzip(most.as_bytes())).json();
    assert_eq!(answer["acknowledged_sequence"], 500);
    assert_eq!(stored(&server.db), [500, 0, 0]);
}

#[test]
fn a_body_larger_than_the_limit_is_refused() {
    let (server, probe) = server();
    let blank = " ".repeat(MAX_REPORT_BYTES_ENCODED + 1);
    send(&server, &probe, "identity", blank.as_bytes()).error(413, "too_large");
    // One that fits exactly is read.
    let mut fits = report(&[speed_test(1, 30.0)]).to_string();
    fits.push_str(&" ".repeat(MAX_REPORT_BYTES_ENCODED - fits.len()));
    let answer = send(&server, &probe, "identity", fits.as_bytes()).json();
    assert_eq!(verdicts(&answer), ["stored"]);
}

#[test]
fn a_bomb_is_not_unpacked() {
    let (server, probe) = server();
    let blank = vec![b' '; MAX_REPORT_BYTES_DECODED * 16];
    let bomb = gzip(&blank);
    assert!(bomb.len() < MAX_REPORT_BYTES_ENCODED, "{}", bomb.len());
    let error = send(&server, &probe, "gzip", &bomb).error(413, "too_large");
    assert!(error["message"].as_str().unwrap().contains("unpacked"));
    let bomb = zstd::encode_all(&blank[..], 19).unwrap();
    send(&server, &probe, "zstd", &bomb).error(413, "too_large");
    assert_eq!(stored(&server.db), NOTHING);
}

#[test]
fn a_body_that_was_cut_short_or_is_not_what_it_says_is_refused() {
    let (server, probe) = server();
    let body = report(&[speed_test(1, 30.0)]).to_string();
    let packed = gzip(body.as_bytes());
    for length in [0, 1, 10, packed.len() / 2, packed.len() - 1] {
        send(&server, &probe, "gzip", &packed[..length]).error(400, "broken_encoding");
    }
    let packed = zstd::encode_all(body.as_bytes(), 3).unwrap();
    for length in [1, packed.len() / 2, packed.len() - 1] {
        send(&server, &probe, "zstd", &packed[..length]).error(400, "broken_encoding");
    }
    send(&server, &probe, "gzip", body.as_bytes()).error(400, "broken_encoding");
    send(&server, &probe, "zstd", body.as_bytes()).error(400, "broken_encoding");
    assert_eq!(stored(&server.db), NOTHING);
}

#[test]
fn a_packed_report_is_read_as_a_plain_one() {
    let (server, probe) = server();
    let pack = |sequence| {
        report(&[speed_test(sequence, 30.0)])
            .to_string()
            .into_bytes()
    };
    let zstd = zstd::encode_all(&pack(3)[..], 3).unwrap();
    for (encoding, body) in [
        ("identity", pack(1)),
        ("gzip", gzip(&pack(2))),
        ("zstd", zstd),
    ] {
        let answer = send(&server, &probe, encoding, &body).json();
        assert_eq!(verdicts(&answer), ["stored"], "{encoding}");
    }
    assert_eq!(stored(&server.db), [3, 0, 0]);
}

#[test]
fn a_report_of_another_type_or_packing_is_refused() {
    let (server, probe) = server();
    let body = report(&[speed_test(1, 30.0)]).to_string();
    for kind in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let headers = [("authorization", &*probe.bearer()), ("content-type", kind)];
        let answer = server.post(REPORTS_PATH, &headers, body.as_bytes());
        answer.error(415, "unsupported_media_type");
    }
    for encoding in ["br", "deflate", "gzip, gzip", "x"] {
        let answer = send(&server, &probe, encoding, body.as_bytes());
        answer.error(415, "unsupported_media_type");
    }
    assert_eq!(stored(&server.db), NOTHING);
    let headers = [
        ("authorization", &*probe.bearer()),
        ("content-type", "application/json; charset=utf-8"),
    ];
    let answer = server.post(REPORTS_PATH, &headers, body.as_bytes()).json();
    assert_eq!(
        answer["results"][0],
        json!({"sequence": 1, "verdict": "stored"})
    );
}
