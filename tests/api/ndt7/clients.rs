//! The program of the crate `ndt7-client`, which nobody here wrote, against our server, both ways.
//! `make test` installs it; the other foreign client is in `tests/e2e/ndt7.test.js`.

use std::{
    path::Path,
    process::{Command, Output},
};

use schoolbeat_wire::NDT7_NEAREST_PATH;

use crate::support::{TestDatabase, server::TestServer};

#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn program() -> Option<std::path::PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let program = target.join("tools/bin/ndt7-client");
    if program.exists() {
        return Some(program);
    }
    println!(
        "skipped: no ndt7-client at {}; `make tools` installs it",
        program.display()
    );
    None
}

/// Rates that the program printed, as its own words and numbers.
fn check(output: &Output, words: &[&str]) {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = format!("{text}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
    for word in words {
        assert!(said.contains(word), "{word}: {said}");
    }
}

#[test]
fn another_programs_client_measures_both_ways() {
    let Some(program) = program() else { return };
    let server = TestServer::start(TestDatabase::new());
    let told = Command::new(&program)
        .args(["--server", &server.speed_address.to_string()])
        .args(["--no-locate", "--no-tls", "--quiet"])
        .output()
        .unwrap();
    check(&told, &["Download", "Upload", "Mbit/s"]);
    // Where our list sends it, one direction by each of its URLs.
    let nearest = server.get(NDT7_NEAREST_PATH).json();
    for (direction, word) in [("download", "Download"), ("upload", "Upload")] {
        let key = format!("ws:///ndt/v7/{direction}");
        let url = &nearest["results"][0]["urls"][key];
        let found = Command::new(&program)
            .args(["--service-url", url.as_str().unwrap()])
            .args(["--no-tls", "--quiet"])
            .output()
            .unwrap();
        check(&found, &[word, "Mbit/s"]);
    }
    let kept = crate::support::eventually("all four are kept", || {
        let rows = server.db.sql().query(
            "SELECT direction, ending, bytes FROM seen_transfer ORDER BY direction",
            &[],
        );
        let rows = rows.unwrap();
        (rows.len() == 4).then_some(rows)
    });
    for row in kept {
        assert!(row.get::<_, i64>("bytes") > 1_000_000, "{row:?}");
    }
}
