//! Where to measure: the answer that M-Lab's clients read, with and without tokens.

use schoolbeat_wire::{NDT7_DOWNLOAD_PATH, NDT7_NEAREST_PATH};

use super::{listen, open};
use crate::support::{
    TestDatabase,
    server::{Setup, TestServer},
};

const ED25519_SEED: [u8; 32] = [7; 32];

/// A private key as `openssl genpkey -algorithm ed25519` writes it.
fn key() -> String {
    use base64::Engine;
    let mut der = vec![
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    der.extend(ED25519_SEED);
    let body = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")
}

/// The path and query at which the first server of an answer is to be downloaded from.
fn download_path(server: &TestServer, nearest: &serde_json::Value) -> String {
    let url = &nearest["results"][0]["urls"]["ws:///ndt/v7/download"];
    let url = url.as_str().unwrap();
    let base = format!("ws://{}", server.speed_address);
    url.strip_prefix(&base).unwrap().to_owned()
}

#[test]
fn the_nearest_server_is_ours() {
    let server = TestServer::start(TestDatabase::new());
    let answer = server.get(NDT7_NEAREST_PATH);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    assert_eq!(answer.headers["cache-control"], "no-store");
    let nearest = answer.json();
    assert_eq!(nearest["results"].as_array().unwrap().len(), 1);
    assert_eq!(download_path(&server, &nearest), NDT7_DOWNLOAD_PATH);
}

#[test]
fn servers_of_others_come_by_country_and_rank() {
    let server = TestServer::start(TestDatabase::new());
    server
        .db
        .sql()
        .execute(
            "INSERT INTO measurement_server (id, name, url, country_code, rank) VALUES
         (gen_random_uuid(), 'far', 'wss://far.example', NULL, 20),
         (gen_random_uuid(), 'near', 'wss://near.example:8081', 'KEN', -1)",
            &[],
        )
        .unwrap();
    let machines = |query: &str| {
        let nearest = server.get(&format!("{NDT7_NEAREST_PATH}{query}")).json();
        let results = nearest["results"].as_array().unwrap().clone();
        let names = results
            .iter()
            .map(|site| site["machine"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    assert_eq!(
        machines("?country=ken"),
        ["near.example", "127.0.0.1", "far.example"]
    );
    assert_eq!(machines("")[0], "near.example");
}

#[test]
fn who_comes_with_our_token_may_measure_and_nobody_else() {
    let setup = Setup {
        token_key: Some(key()),
        ..Setup::default()
    };
    let server = setup.start(TestDatabase::new());
    let nearest = server.get(NDT7_NEAREST_PATH).json();
    let path = download_path(&server, &nearest);
    assert!(path.contains("?access_token=ey"), "{path}");
    let heard = listen(&mut open(&server, &format!("{path}&duration=200")));
    assert_eq!(heard.close.map(|close| close.0), Some(1000));
    for refused in [
        NDT7_DOWNLOAD_PATH.to_owned(),
        format!("{}x", path.trim_end_matches(|c: char| c.is_alphanumeric())),
    ] {
        let (_, head) = super::admission::begin(&server, &refused);
        assert!(head.starts_with("http/1.1 401"), "{head}");
    }
}

#[test]
fn the_measurement_server_itself_names_itself() {
    let server = TestServer::start(TestDatabase::new());
    let alone = crate::support::http::Http::new(format!("http://{}", server.speed_address));
    let answer = alone.get(NDT7_NEAREST_PATH);
    assert_eq!(answer.status, 200);
    assert_eq!(download_path(&server, &answer.json()), NDT7_DOWNLOAD_PATH);
    assert_eq!(alone.get("/health/live").status, 200);
    assert_eq!(alone.get("/").status, 404);
}
