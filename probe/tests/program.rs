//! The real program: enrolling, running, being stopped and being killed.

mod support;

use std::{
    fs,
    path::Path,
    process::Child,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use schoolbeat_probe::{spool::SpoolFigures, state::StateDir};
use support::{
    fake_server::{FakeServer, Reply, acknowledged, error, takes_all},
    ndt7_peer::{self, Manner},
    program::{self, enrol, stderr},
    until,
};

fn figures(state: &Path) -> SpoolFigures {
    StateDir::at(state)
        .spool_figures()
        .expect("the spool can be read")
}

fn signal(child: &Child, signal: Signal) {
    let pid = i32::try_from(child.id())
        .ok()
        .and_then(Pid::from_raw)
        .expect("a process id");
    kill_process(pid, signal).expect("it is our child");
}

#[test]
fn enrolling_keeps_an_identity_and_refuses_to_lose_it() {
    let server = FakeServer::start(takes_all);
    let state = tempfile::tempdir().unwrap();
    let output = program::run(
        state.path(),
        &[
            "enrol",
            "--server",
            &server.url,
            "--code",
            "K7QD-M2XW",
            "--json",
        ],
    );
    let shown = program::json(&output);
    assert_eq!(shown["school"]["name"], "Ecole Un");
    assert!(
        !String::from_utf8_lossy(&output.stdout).contains("s3cret"),
        "the secret is not shown"
    );
    assert!(
        String::from_utf8_lossy(&server.requests()[0].body).contains("K7QD-M2XW"),
        "as typed"
    );

    let again = program::run(
        state.path(),
        &["enrol", "--server", &server.url, "--code", "B"],
    );
    assert_eq!(again.status.code(), Some(2));
    assert!(stderr(&again).contains("--replace"), "{}", stderr(&again));
    let replaced = program::run(
        state.path(),
        &["enrol", "--server", &server.url, "--code", "B", "--replace"],
    );
    assert!(replaced.status.success(), "{}", stderr(&replaced));
}

#[test]
fn used_expired_and_unknown_codes_get_the_servers_own_words() {
    for code in [
        "enrolment_code_used",
        "enrolment_code_expired",
        "enrolment_code_unknown",
    ] {
        let server = FakeServer::start(move |_| error(409, code));
        let state = tempfile::tempdir().unwrap();
        let output = program::run(
            state.path(),
            &["enrol", "--server", &server.url, "--code", "X", "--json"],
        );
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(program::json(&output)["error"]["code"], code);
        assert!(stderr(&output).contains(code));
        assert_eq!(
            program::run(state.path(), &["run"]).status.code(),
            Some(2),
            "not enrolled"
        );
    }
}

#[test]
fn an_unreachable_server_is_named() {
    let state = tempfile::tempdir().unwrap();
    let output = program::run(
        state.path(),
        &["enrol", "--server", "http://127.0.0.1:1", "--code", "X"],
    );
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("http://127.0.0.1:1"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_run_measures_at_once_and_sends_what_it_measures() {
    let server = FakeServer::start(takes_all);
    let state = tempfile::tempdir().unwrap();
    enrol(state.path(), &server.url);
    let started = Instant::now();
    let mut child = program::spawn(state.path(), &["run", "--json"]);
    until("the first report", || {
        (!server.reported().is_empty()).then_some(())
    });
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "the technician is waiting"
    );

    let second = program::run(state.path(), &["run"]);
    assert_eq!(second.status.code(), Some(2), "two runs on one directory");
    assert!(
        stderr(&second).contains("Another schoolbeat-probe"),
        "{}",
        stderr(&second)
    );
    let status = program::json(&program::run(state.path(), &["status", "--json"]));
    assert_eq!(status["running"], true);

    until("three reports", || {
        (server.reported().len() >= 3).then_some(())
    });
    signal(&child, Signal::TERM);
    let stopped = Instant::now();
    let code = until("the end", || child.try_wait().unwrap());
    assert!(code.success());
    assert!(stopped.elapsed() < Duration::from_secs(3));
    let numbers = server.reported().concat();
    assert_eq!(
        numbers,
        (1..=numbers.len() as u64).collect::<Vec<_>>(),
        "each once, in order"
    );
    let figures = figures(state.path());
    assert_eq!(
        figures.waiting + figures.acknowledged_sequence + 1,
        figures.next_sequence
    );
}

#[test]
fn a_kill_at_any_time_leaves_a_readable_spool() {
    let server = FakeServer::start(takes_all);
    let state = tempfile::tempdir().unwrap();
    enrol(state.path(), &server.url);
    server.now_answers(|_| Reply::HangUp);
    let mut before = figures(state.path());
    for round in 0..4_u64 {
        let mut child = program::spawn(state.path(), &["run", "--now", "--path-check-every", "1"]);
        let wanted = before.waiting + 1;
        until("another record", || {
            (figures(state.path()).waiting >= wanted).then_some(())
        });
        std::thread::sleep(Duration::from_millis(137 * round));
        signal(&child, Signal::KILL);
        child.wait().unwrap();
        let after = figures(state.path());
        assert!(after.waiting >= wanted, "nothing is lost");
        assert_eq!(
            after.next_sequence,
            after.waiting + 1,
            "nothing is doubled or skipped"
        );
        before = after;
    }
    server.now_answers(takes_all);
    let reports_before = server.reported().len();
    let mut child = program::spawn(state.path(), &["run"]);
    until("all is sent", || {
        (figures(state.path()).waiting == 0).then_some(())
    });
    signal(&child, Signal::TERM);
    child.wait().unwrap();
    let delivered = server.reported()[reports_before..].concat();
    assert_eq!(delivered[..3], [1, 2, 3]);
}

#[test]
fn a_new_enrolment_sets_aside_what_cannot_be_sent() {
    let server = FakeServer::start(takes_all);
    let state = tempfile::tempdir().unwrap();
    enrol(state.path(), &server.url);
    server.now_answers(|request| match request.path.as_str() {
        schoolbeat_wire::REPORTS_PATH => error(401, "probe_revoked"),
        _ => takes_all(request),
    });
    let mut child = program::spawn(state.path(), &["run"]);
    until("a record", || {
        (figures(state.path()).waiting > 0).then_some(())
    });
    signal(&child, Signal::TERM);
    child.wait().unwrap();
    let waiting = figures(state.path()).waiting;
    let output = program::run(
        state.path(),
        &[
            "enrol",
            "--server",
            &server.url,
            "--code",
            "B",
            "--replace",
            "--json",
        ],
    );
    let set_aside = program::json(&output)["set_aside"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        StateDir::at(&set_aside).spool_figures().unwrap().waiting,
        waiting
    );
    assert!(fs::read_to_string(Path::new(&set_aside).join("identity.json")).is_ok());
    assert_eq!(figures(state.path()).next_sequence, 1);
}

#[test]
fn doctor_tells_what_is_amiss_by_its_exit_code() {
    let state = tempfile::tempdir().unwrap();
    let output = program::run(state.path(), &["doctor", "--json"]);
    assert_eq!(output.status.code(), Some(2), "not enrolled");
    assert_eq!(program::json(&output)["verdict"], "broken");

    let server = FakeServer::start(|request| match request.path.as_str() {
        schoolbeat_wire::REPORTS_PATH => acknowledged(0, &request.report()),
        _ => takes_all(request),
    });
    enrol(state.path(), &server.url);
    let shown = program::json(&program::run(state.path(), &["doctor", "--json"]));
    let verdict = |name: &str| {
        let checks = shown["checks"].as_array().unwrap();
        let check = checks.iter().find(|check| check["name"] == name);
        check.unwrap_or_else(|| panic!("{name}: {shown}"))["verdict"].clone()
    };
    for name in ["state", "spool", "budget", "dns", "server"] {
        assert_eq!(verdict(name), "well", "{name}: {shown}");
    }
    assert_eq!(
        verdict("clock"),
        "limited",
        "the fake server lives in another time"
    );

    server.now_answers(|_| error(401, "probe_revoked"));
    let output = program::run(state.path(), &["doctor"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("BROKEN   server"), "{said}");
    assert!(said.contains("--replace"), "{said}");
}

#[test]
fn status_says_what_comes_next_and_what_it_cost() {
    let server = FakeServer::start(takes_all);
    let state = tempfile::tempdir().unwrap();
    enrol(state.path(), &server.url);
    let shown = program::json(&program::run(state.path(), &["status", "--json"]));
    assert_eq!(shown["spent"]["month_bytes"], 0);
    assert_eq!(shown["last_speed_test"], serde_json::Value::Null);
    let output = program::run(state.path(), &["status"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("0 of 1000 MB this month"), "{said}");
}

#[test]
fn once_without_enrolment_measures_and_stores_nothing() {
    let url = ndt7_peer::start(Manner::Fast);
    let state = tempfile::tempdir().unwrap();
    let arguments = ["once", "--server", &url, "--max-seconds", "1", "--json"];
    let output = program::run(state.path(), &arguments);
    let shown = program::json(&output);
    assert_eq!(output.status.code(), Some(0), "{} {shown}", stderr(&output));
    assert!(
        shown["speed_test"]["download_mbps"].as_f64().unwrap() > 1.0,
        "{shown}"
    );
    assert!(
        shown["path_check"]["rtt_median_ms"].as_f64().is_some(),
        "{shown}"
    );
    assert_eq!(shown["stored_sequences"], serde_json::json!([]));
    assert!(!state.path().join("spool").exists());
}
