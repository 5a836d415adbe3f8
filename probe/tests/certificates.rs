//! The certificate of the server that reports go to: one that cannot be trusted costs no record, and
//! what is said of it names what to do.

mod support;

use std::sync::{Arc, LazyLock};

use rustls::ServerConfig;
use schoolbeat_probe::{send::Step, trust};
use support::{
    authority::{self, Authority},
    fake_server::{FakeServer, takes_all},
    program,
    sender::{bench, waiting},
};

const HERE: [&str; 1] = ["localhost"];

/// Whom this process trusts besides the public authorities; that is chosen once.
static TRUSTED: LazyLock<Authority> = LazyLock::new(|| {
    let authority = Authority::new();
    trust::choose(authority.file().path()).expect("the file is sound");
    authority
});

#[test]
fn a_certificate_of_ones_own_authority_is_trusted() {
    let server = FakeServer::start_tls(TRUSTED.server(&HERE), takes_all);
    let mut bench = bench(&server.url, 3);
    let step = bench.sender.step();
    assert!(
        matches!(step, Step::Acknowledged { records: 3, .. }),
        "{step:?}"
    );
}

/// A server with this certificate gets nothing; once it has a good one, it gets everything.
fn costs_no_record(config: Arc<ServerConfig>, words: &str) {
    LazyLock::force(&TRUSTED);
    let server = FakeServer::start_tls(config, takes_all);
    let mut bench = bench(&server.url, 3);
    let Step::Later {
        reason,
        unreachable: true,
        ..
    } = bench.sender.step()
    else {
        panic!("{words}: it was trusted")
    };
    for wanted in [&server.url, "certificate", words, "clock", "--ca-file"] {
        assert!(reason.contains(wanted), "{wanted}: {reason}");
    }
    assert_eq!(waiting(&bench), 3, "{words}");
    assert!(server.requests().is_empty(), "{words}: no secret went out");
    server.now_shows(TRUSTED.server(&HERE));
    let step = bench.sender.step();
    assert!(
        matches!(step, Step::Acknowledged { records: 3, .. }),
        "{words}: {step:?}"
    );
    assert_eq!(server.reported(), [[1, 2, 3]]);
}

#[test]
fn a_certificate_that_nobody_vouches_for_costs_no_record() {
    costs_no_record(authority::self_signed_server(&HERE), "UnknownIssuer");
}

#[test]
fn a_certificate_of_another_authority_costs_no_record() {
    let other = Authority::called("Another authority");
    costs_no_record(other.server(&HERE), "UnknownIssuer");
}

#[test]
fn a_certificate_for_another_name_costs_no_record() {
    costs_no_record(TRUSTED.server(&["elsewhere.test"]), "not valid for name");
}

#[test]
fn an_expired_certificate_costs_no_record() {
    costs_no_record(TRUSTED.expired_server(&HERE), "expired");
}

#[test]
fn the_technician_who_enrols_hears_of_the_certificate_and_of_the_file_that_mends_it() {
    let authority = Authority::new();
    let server = FakeServer::start_tls(authority.server(&HERE), takes_all);
    let state = tempfile::tempdir().expect("a directory");
    let enrol = ["enrol", "--server", &server.url, "--code", "K7QD-M2XW"];
    let output = program::run(state.path(), &enrol);
    assert_eq!(output.status.code(), Some(1));
    let said = program::stderr(&output);
    assert!(
        said.contains("certificate") && said.contains("--ca-file"),
        "{said}"
    );
    assert!(server.requests().is_empty(), "the code was not spent");
    let file = authority.file();
    let output = program::command(state.path(), &enrol)
        .env("SCHOOLBEAT_PROBE_CA_FILE", file.path())
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{}", program::stderr(&output));
}
