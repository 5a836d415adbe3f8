//! The path stage by stage: who answers, who does not, and that an error of a router is no answer.

use std::{
    io,
    net::{Shutdown, TcpListener, TcpStream},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    lab::Lab,
    programs::{School, json as output_json},
    support::fixtures,
};

#[path = "../../probe/tests/support/authority.rs"]
#[allow(dead_code, reason = "each test uses its own part of this")]
mod authority;
#[path = "../../probe/tests/support/page_server.rs"]
#[allow(dead_code, reason = "each test uses its own part of this")]
mod page_server;

const PARTIAL: &[u8] = b"HTTP/1.1 206 Partial Content\r\nContent-Length: 1\r\n\r\nx";

/// Passes every connection on: the lab reaches the server by an address of the lab.
fn forward(from: &str, to: String) {
    let listener = TcpListener::bind(from).unwrap();
    thread::spawn(move || {
        for near in listener.incoming().flatten() {
            let Ok(far) = TcpStream::connect(&to) else {
                continue;
            };
            let ways = [
                (near.try_clone().unwrap(), far.try_clone().unwrap()),
                (far, near),
            ];
            for (mut from, mut to) in ways {
                thread::spawn(move || {
                    // Whichever side goes first, the other is told.
                    drop(io::copy(&mut from, &mut to));
                    drop(to.shutdown(Shutdown::Write));
                });
            }
        }
    });
}

/// Kind, target, method, sent and received of the newest check of each kind.
fn checks(shown: &Value) -> Vec<(String, String, String, i64, i64)> {
    let nearer = shown["nearer_path_checks"].as_array().unwrap();
    let text = |check: &Value, name: &str| check[name].as_str().unwrap().to_owned();
    let mut checks: Vec<_> = nearer
        .iter()
        .chain([&shown["path_check"]])
        .map(|check| {
            (
                text(check, "target_kind"),
                text(check, "target"),
                text(check, "method"),
                check["sent"].as_i64().unwrap(),
                check["received"].as_i64().unwrap(),
            )
        })
        .collect();
    checks.sort();
    checks
}

fn answered(
    kind: &str,
    target: &str,
    method: &str,
    received: i64,
) -> (String, String, String, i64, i64) {
    (kind.into(), target.into(), method.into(), 20, received)
}

#[test]
fn each_stage_is_checked_by_itself_and_arrives() {
    let Some(lab) = Lab::build(1) else {
        println!("skipped: networks cannot be made here (run as root, with iproute2)");
        return;
    };
    let (gateway, resolver) = (lab.gateway(), lab.resolver());
    lab.etc(
        "resolv.conf",
        &format!("nameserver {gateway}\nnameserver {resolver}\n"),
    );
    let server_at = lab.internet(8080);
    let server = server_at.trim_end_matches(":8080");
    lab.etc("hosts", &format!("{server} platform.test\n"));
    let school = School::enrolled();
    forward(&server_at, school.url().replace("http://", ""));
    school.move_to(&format!("http://{server_at}"));
    let port = page_server::start_at(server, PARTIAL.to_vec(), Duration::ZERO);
    let page = format!("https://platform.test:{port}/");
    let ca_file = page_server::ca_file();
    let once = || {
        let arguments = ["once", "--json", "--max-seconds", "1", "--page", &page];
        output_json(&school.probe_in(lab.school(), ca_file.path(), &arguments))
    };

    let shown = once();
    let all = [
        answered("gateway", &gateway, "icmp", 20),
        answered("resolver", &resolver, "icmp", 20),
        answered("server", server, "icmp", 20),
    ];
    assert_eq!(checks(&shown), all, "{shown}");
    let checked = &shown["page_checks"][0];
    assert_eq!(
        (&checked["outcome"], &checked["http_status"]),
        (&json!("ok"), &json!(206)),
        "{shown}"
    );
    assert!(checked["dns_ms"].is_number(), "{shown}");
    assert_eq!(shown["acknowledged"], true, "{shown}");

    // A router that answers no ping still refuses connections.
    assert!(lab.router_may("net.ipv4.icmp_echo_ignore_all=1"));
    let shown = once();
    let by_tcp = [
        answered("gateway", &gateway, "tcp", 20),
        answered("resolver", &resolver, "tcp", 20),
        answered("server", server, "icmp", 20),
    ];
    assert_eq!(checks(&shown), by_tcp, "{shown}");
    assert!(lab.router_may("net.ipv4.icmp_echo_ignore_all=0"));

    // The router says by ICMP that there is no way: that is no answer of the server.
    lab.router(&format!("route add unreachable {server}/32"));
    let shown = once();
    let lost = [
        answered("gateway", &gateway, "icmp", 20),
        answered("resolver", &resolver, "icmp", 20),
        answered("server", server, "icmp", 0),
    ];
    assert_eq!(checks(&shown), lost, "{shown}");
    assert_eq!(shown["path_check"]["loss_ratio"], 1.0);
    assert_eq!(
        shown["page_checks"][0]["failed_stage"], "connect",
        "{shown}"
    );
    assert_eq!(shown["acknowledged"], false, "{shown}");
    lab.router(&format!("route del unreachable {server}/32"));

    let shown = once();
    assert_eq!(checks(&shown), all, "{shown}");
    stored(&school);
}

/// What the server has of four rounds, one of them without an answer of its own.
fn stored(school: &School) {
    school.all_arrives_exactly_once();
    let rows = |filter: &str| fixtures::count(&school.db, filter);
    assert_eq!(rows("path_check WHERE target_kind = 'gateway'"), 4);
    assert_eq!(rows("path_check WHERE target_kind = 'resolver'"), 4);
    assert_eq!(rows("path_check WHERE pdv_p95_ms IS NOT NULL"), 11);
    assert_eq!(rows("page_check WHERE outcome = 'ok'"), 3);
    let series = school.get(&format!("/api/v1/schools/{}/series?days=1", school.id));
    let kinds = series["path"]["days"].as_array().unwrap();
    // Gateway and name server by both methods, never in one series.
    assert_eq!(kinds.len(), 5, "{series}");
    assert_eq!(series["pages"]["days"][0]["failed_checks"], 1, "{series}");
}
