//! Proxies: the machine's own, and the one that a country's policy names.

mod support;

use std::path::Path;

use schoolbeat_probe::state::StateDir;
use schoolbeat_wire::{CONFIG_PATH, REDEEM_PATH};
use serde_json::Value;
use support::{
    connect_proxy::ConnectProxy,
    fake_server::{FakeServer, Reply, Request, takes_all},
    ndt7_peer::{self, Manner},
    program, until,
};

/// A server like the well-behaved one, whose policy names a proxy.
fn server(proxy: String) -> FakeServer {
    FakeServer::start(move |request: &Request| named(request, takes_all(request), &proxy))
}

fn named(request: &Request, reply: Reply, proxy: &str) -> Reply {
    let Reply::Json {
        status,
        headers,
        body,
    } = reply
    else {
        return reply;
    };
    let mut document: Value = serde_json::from_str(&body).expect("the answer is JSON");
    match request.path.as_str() {
        REDEEM_PATH => document["config"]["proxy"] = proxy.into(),
        CONFIG_PATH => document["proxy"] = proxy.into(),
        _ => {}
    }
    Reply::Json {
        status,
        headers,
        body: document.to_string(),
    }
}

/// Runs a probe until the server has so many reports.
fn runs_until(state: &Path, server: &FakeServer, reports: usize) {
    let mut child = program::spawn(state, &["run", "--json", "--speed-test-every", "3600"]);
    until("reports", || {
        (server.reported().len() >= reports).then_some(())
    });
    child.kill().expect("it runs");
    child.wait().expect("it ends");
}

#[test]
fn a_speed_test_goes_through_the_machines_own_proxy_and_says_so() {
    let proxy = ConnectProxy::to(&ndt7_peer::start(Manner::Paced(1_000_000.0)));
    let state = tempfile::tempdir().unwrap();
    // Nobody but the proxy knows this name.
    let arguments = [
        "once",
        "--server",
        "http://measured.invalid:8081",
        "--max-seconds",
        "1",
        "--json",
    ];
    let output = program::command(state.path(), &arguments)
        .env(
            "HTTPS_PROXY",
            format!("http://user:secret@{}", proxy.address),
        )
        .output()
        .unwrap();
    let shown = program::json(&output);
    let test = &shown["speed_test"];
    assert_eq!(test["outcome"], "ok", "{shown}");
    assert_eq!(test["via_proxy"], true, "{shown}");
    assert_eq!(test["server"], "measured.invalid:8081");
    assert!(test["download_mbps"].as_f64().unwrap() > 1.0, "{shown}");
    // A round trip to the proxy is none to the server.
    assert_eq!(test["rtt_min_ms"], Value::Null, "{shown}");
    assert_eq!(test["rtt_loaded_ms"], Value::Null, "{shown}");
    let asked = proxy.asked();
    let all = |words: &str| asked.iter().all(|head| head.contains(words));
    assert!(all("CONNECT measured.invalid:8081 "), "{asked:?}");
    assert!(all("Basic dXNlcjpzZWNyZXQ="), "{asked:?}");
}

#[test]
fn a_proxy_that_refuses_is_named_with_its_answer() {
    // An HTTP server is no proxy.
    let refuses = FakeServer::start(takes_all);
    let state = tempfile::tempdir().unwrap();
    let arguments = ["once", "--server", "http://measured.invalid:8081", "--json"];
    let output = program::command(state.path(), &arguments)
        .env("HTTPS_PROXY", &refuses.url)
        .output()
        .unwrap();
    let test = &program::json(&output)["speed_test"];
    assert_eq!(test["failed_stage"], "connect", "{test}");
    let failure = test["failure"].as_str().unwrap();
    assert!(
        failure.contains("CONNECT measured.invalid:8081"),
        "{failure}"
    );
    assert!(
        failure.contains(refuses.url.trim_start_matches("http://")),
        "{failure}"
    );
}

#[test]
fn a_probe_follows_the_proxy_of_its_policy() {
    let own = FakeServer::start(takes_all);
    let proxy = ConnectProxy::to(&own.url);
    let address = format!("http://{}", proxy.address);
    let server = server(address.clone());
    let policy = address.clone();
    own.now_answers(move |request: &Request| named(request, takes_all(request), &policy));
    let there = ConnectProxy::to(&server.url);
    let state = tempfile::tempdir().unwrap();
    let arguments = [
        "enrol",
        "--server",
        "http://school.invalid",
        "--code",
        "K7QD-M2XW",
    ];
    let output = program::command(state.path(), &arguments)
        .env("HTTPS_PROXY", format!("http://{}", there.address))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", program::stderr(&output));
    assert_eq!(StateDir::at(state.path()).config().proxy, address);
    // Without the environment's proxy only the policy's leads anywhere, to another server here.
    runs_until(state.path(), &own, 1);
    let doctor = program::run(state.path(), &["doctor"]);
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(said.contains("of the policy"), "{said}");
}

#[test]
fn a_wrong_proxy_of_the_policy_cuts_no_probe_off() {
    // Nothing listens on this port.
    let server = server("http://127.0.0.1:1".to_owned());
    let state = tempfile::tempdir().unwrap();
    // This machine by an address that is not taken for it.
    let url = server.url.replace("127.0.0.1", "0.0.0.0");
    program::enrol(state.path(), &url);
    runs_until(state.path(), &server, 2);
    let kept = StateDir::at(state.path()).config();
    assert_eq!(kept.proxy, "http://127.0.0.1:1");
}
