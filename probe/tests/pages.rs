//! Pages of learning platforms, asked by the real program over real TLS.

mod support;

use std::{
    net::TcpListener,
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use schoolbeat_wire::{PageCheck, ProbeConfig, RecordKind, Stage};
use serde_json::Value;
use support::{
    fake_server::{self, FakeServer, quick_config, takes_all},
    ndt7_peer::{self, Manner},
    page_server, program, until,
};

const PARTIAL: &[u8] = b"HTTP/1.1 206 Partial Content\r\nContent-Length: 1\r\n\r\nx";

/// `once` against a peer, with these pages; with the tests' authority or without.
fn once(pages: &[&str], trusting: bool) -> Output {
    let state = tempfile::tempdir().expect("a directory");
    let peer = ndt7_peer::start(Manner::Paced(1_000_000.0));
    let mut arguments = vec!["once", "--json", "--max-seconds", "1", "--server", &peer];
    for page in pages {
        arguments.extend(["--page", page]);
    }
    let mut command: Command = program::command(state.path(), &arguments);
    let authority = page_server::ca_file();
    if trusting {
        command.env("SCHOOLBEAT_PROBE_CA_FILE", authority.path());
    }
    command.output().expect("the program starts")
}

/// A program that does not outlive its test, however that ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn checks(output: &Output) -> Vec<PageCheck> {
    let shown = program::json(output);
    serde_json::from_value(shown["page_checks"].clone()).expect("page checks")
}

#[test]
fn each_step_of_a_page_is_timed_and_a_page_is_not_fetched() {
    // A server that ignores the wish for one byte.
    let mut whole = b"HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n".to_vec();
    whole.resize(3_000_000, b'x');
    let slow = page_server::start(PARTIAL.to_vec(), Duration::from_millis(120));
    let large = page_server::start(whole, Duration::ZERO);
    let (slow, large) = (
        format!("https://127.0.0.1:{slow}/course?id=7"),
        format!("https://localhost:{large}/"),
    );
    let checks = checks(&once(&[&slow, &large], true));
    let [first, second] = &checks[..] else {
        panic!("{checks:?}");
    };
    assert_eq!(first.url, slow);
    assert_eq!(
        (first.http_status, first.ip_version),
        (Some(206), Some(4)),
        "{first:?}"
    );
    assert!(first.http_ms >= Some(120.0), "{first:?}");
    assert!(
        first.connect_ms.is_some() && first.tls_ms.is_some(),
        "{first:?}"
    );
    assert_eq!(first.dns_ms, None, "an address is no name");
    assert_eq!(second.http_status, Some(200), "{second:?}");
    assert!(second.dns_ms.is_some(), "{second:?}");
    assert!(
        second.bytes_down <= schoolbeat_wire::MAX_PAGE_BYTES,
        "{second:?}"
    );
}

#[test]
fn each_failure_names_its_stage() {
    let fine = page_server::start(PARTIAL.to_vec(), Duration::ZERO);
    let silent = page_server::start(Vec::new(), Duration::ZERO);
    let other = page_server::start(b"SSH-2.0-x\r\n\r\n".to_vec(), Duration::ZERO);
    let closed = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let closed_port = closed.local_addr().expect("it is bound").port();
    drop(closed);
    let pages = [
        format!("https://name.invalid:{fine}/"),
        format!("https://127.0.0.1:{closed_port}/"),
        format!("https://127.0.0.1:{silent}/"),
        format!("https://127.0.0.1:{other}/"),
    ];
    let urls: Vec<&str> = pages.iter().map(String::as_str).collect();
    let stages: Vec<_> = checks(&once(&urls, true))
        .iter()
        .map(|check| check.failed_stage)
        .collect();
    let wanted = [
        Stage::Resolve,
        Stage::Connect,
        Stage::Transfer,
        Stage::Transfer,
    ];
    assert_eq!(stages, wanted.map(Some));
    let untrusted = checks(&once(&[&format!("https://127.0.0.1:{fine}/")], false));
    let [check] = &untrusted[..] else {
        panic!("{untrusted:?}");
    };
    assert_eq!(check.failed_stage, Some(Stage::Handshake), "{check:?}");
    let said = check.failure.as_deref().unwrap_or_default();
    assert!(said.contains("login page"), "{said}");
    assert!(
        check.connect_ms.is_some() && check.tls_ms.is_none(),
        "{check:?}"
    );
}

#[test]
fn what_cannot_be_asked_is_said_before_anything_is_measured() {
    let output = once(&["http://plain.example/"], false);
    assert_eq!(output.status.code(), Some(2));
    let said = program::json(&output);
    assert_eq!(said["error"]["code"], "page_url_invalid");
    let state = tempfile::tempdir().expect("a directory");
    let output = program::run(state.path(), &["--ca-file", "/no/such/file.pem", "status"]);
    assert_eq!(output.status.code(), Some(2));
    let said = program::stderr(&output);
    assert!(said.contains("/no/such/file.pem"), "{said}");
}

#[test]
fn a_policy_that_names_pages_has_them_checked_and_reported() {
    let page = page_server::start(PARTIAL.to_vec(), Duration::ZERO);
    let url = format!("https://127.0.0.1:{page}/");
    let config = ProbeConfig {
        version: 2,
        page_targets: vec![url.clone(), "http://plain.example/".to_owned()],
        page_check_every_s: 1,
        // Path checks each second would leave nothing of the usual budget.
        budget_mb_per_month: 1_000_000,
        budget_mb_per_day: 1_000_000,
        ..quick_config()
    };
    let server = FakeServer::start(move |request| match request.path.as_str() {
        schoolbeat_wire::CONFIG_PATH => fake_server::json(200, &config),
        _ => takes_all(request),
    });
    let state = tempfile::tempdir().expect("a directory");
    program::enrol(state.path(), &server.url);
    let authority = page_server::ca_file();
    let child = program::command(state.path(), &["run"])
        .env("SCHOOLBEAT_PROBE_CA_FILE", authority.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let _running = Running(child);
    let check = until("a page check is reported", || {
        let requests = server.requests();
        let reports = requests
            .iter()
            .filter(|request| request.path == schoolbeat_wire::REPORTS_PATH);
        let mut records = reports.flat_map(|request| request.report().records);
        records.find_map(|record| match record.kind {
            RecordKind::PageCheck(check) => Some(check),
            _ => None,
        })
    });
    assert_eq!((check.url, check.http_status), (url.clone(), Some(206)));
    let status: Value = program::json(&program::run(state.path(), &["status", "--json"]));
    assert_eq!(
        status["config"]["page_targets"],
        serde_json::json!([url]),
        "no other is taken"
    );
}
