//! The program `schoolbeat` as a script uses it: one JSON document, and an exit code that counts.

use std::{
    io::Write,
    net::TcpListener,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

use crate::support::{
    TestDatabase,
    fixtures::{self, NewSchool},
};

pub fn command(db: &TestDatabase, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schoolbeat"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SCHOOLBEAT_") {
            command.env_remove(name);
        }
    }
    command
        .args(arguments)
        .env("SCHOOLBEAT_DATABASE_URL", db.url())
        .stdin(Stdio::null());
    command
}

pub fn run(db: &TestDatabase, arguments: &[&str]) -> Output {
    command(db, arguments).output().unwrap()
}

/// The one document on standard output; anything beside it fails.
#[track_caller]
fn document(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        let (out, err) = (&output.stdout, &output.stderr);
        let [out, err] = [out, err].map(|text| String::from_utf8_lossy(text));
        panic!("{error}: {out:?} {err}")
    })
}

#[track_caller]
pub fn succeeds(output: &Output) -> Value {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    document(output)
}

/// The error's document, on standard output; its sentence, on standard error too.
#[track_caller]
pub fn fails(output: &Output, code: &str) -> Value {
    assert_eq!(output.status.code(), Some(1));
    let error = document(output)["error"].clone();
    assert_eq!(error["code"], code, "{error}");
    let stderr = String::from_utf8_lossy(&output.stderr);
    let message = error["message"].as_str().unwrap();
    assert!(stderr.contains(message), "{message}: {stderr}");
    error
}

#[test]
fn migrate_says_how_much_it_did() {
    let db = TestDatabase::new();
    let shown = succeeds(&run(&db, &["migrate", "--json"]));
    assert_eq!(shown, serde_json::json!({"applied": 0}));
}

#[test]
fn school_list_is_one_document() {
    let db = TestDatabase::new();
    let school = fixtures::school(&db);
    let shown = succeeds(&run(&db, &["school", "list", "--json"]));
    assert_eq!(shown["total"], 1);
    assert_eq!(shown["items"][0]["id"], school.to_string());
    assert_eq!(shown["items"][0]["status"], "unknown");
    let text = run(&db, &["school", "list"]);
    assert!(String::from_utf8_lossy(&text.stdout).contains("1 of 1 schools"));
    let none = succeeds(&run(&db, &["school", "list", "--json", "--status", "good"]));
    assert_eq!(none["total"], 0);
}

#[test]
fn report_gaps_is_one_document_or_the_file_itself() {
    let db = TestDatabase::new();
    fixtures::school(&db);
    let arguments = ["report", "gaps", "--country", "XTA"];
    let shown = succeeds(&run(&db, &[&arguments[..], &["--json"]].concat()));
    assert_eq!(
        (&shown["schools"], &shown["unknown"]),
        (&1.into(), &1.into())
    );
    let table = shown["report"].as_str().unwrap();
    let plain = run(&db, &arguments);
    let plain = String::from_utf8(plain.stdout).unwrap();
    assert_eq!(plain.lines().next(), table.lines().next());
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("gaps.html");
    let file = file.to_str().unwrap();
    let to_file = ["--json", "--format", "html", "--file", file];
    let shown = succeeds(&run(&db, &[&arguments[..], &to_file].concat()));
    assert_eq!(shown["file"], file);
    assert!(std::fs::read_to_string(file).unwrap().contains("Testland"));
    let unknown = run(&db, &["report", "gaps", "--country", "XTB", "--json"]);
    fails(&unknown, "country_not_found");
}

#[test]
fn enrol_finds_a_school_by_any_id_and_refuses_one_that_is_not_there() {
    let db = TestDatabase::new();
    fixtures::country(&db);
    let new = NewSchool {
        government_id: Some("0042"),
        ..NewSchool::default()
    };
    let school = new.add(&db);
    for id in [school.to_string().as_str(), "0042"] {
        let shown = succeeds(&run(&db, &["enrol", id, "--json"]));
        assert_eq!(shown["school"]["id"], school.to_string());
        assert_eq!(shown["code"].as_str().unwrap().len(), 11);
        let command = shown["command"].as_str().unwrap();
        assert!(
            command.starts_with("schoolbeat-probe enrol --server http"),
            "{command}"
        );
    }
    for id in ["42", "00000000-0000-7000-8000-000000000000", "%"] {
        fails(&run(&db, &["enrol", id, "--json"]), "school_not_found");
    }
    assert_eq!(fixtures::count(&db, "enrolment"), 2);
}

#[test]
fn user_add_takes_its_password_from_a_pipe_and_keeps_only_a_hash() {
    let db = TestDatabase::new();
    let add = |login: &str, password: &str| {
        let arguments = ["user", "add", login, "--password-stdin", "--json"];
        let mut child = command(&db, &arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that refuses at once does not read.
        let _ = writeln!(child.stdin.take().unwrap(), "{password}");
        child.wait_with_output().unwrap()
    };
    let shown = succeeds(&add("Head@school.example", "long enough, I hope"));
    assert_eq!(shown["login"], "head@school.example");
    let again = add("head@school.example", "another long one");
    fails(&again, "login_taken");
    fails(&add("other", "short"), "password_too_short");
    fails(&add("a b", "long enough, I hope"), "invalid_login");
    assert_eq!(shown["role"], "administrator", "unless said otherwise");
    let rows = db
        .sql()
        .query("SELECT password_hash FROM account", &[])
        .unwrap();
    assert_eq!(rows.len(), 1);
    assert!(rows[0].get::<_, &str>(0).starts_with("$argon2id$"));
    let events = "audit_event WHERE action = 'account added'";
    assert_eq!(
        fixtures::count(&db, events),
        1,
        "what failed leaves no trace"
    );
}

#[test]
fn a_file_that_does_not_exist_is_named() {
    let db = TestDatabase::new();
    let path = "/nowhere/schools.csv";
    let arguments = ["import", "schools", path, "--country", "XTA", "--json"];
    let output = run(&db, &arguments);
    assert_eq!(output.status.code(), Some(1));
    let error = document(&output)["error"].clone();
    assert!(error["message"].as_str().unwrap().contains(path), "{error}");
    assert_eq!(fixtures::count(&db, "import"), 0);
}

#[test]
fn a_port_that_is_taken_is_named() {
    let db = TestDatabase::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = command(&db, &["serve", "--json"])
        .env("SCHOOLBEAT_LISTEN", &address)
        .output()
        .unwrap();
    let error = fails(&output, "address_in_use");
    assert!(error["message"].as_str().unwrap().contains(&address));
}

#[test]
fn an_environment_that_does_not_fit_is_refused_before_anything_happens() {
    let db = TestDatabase::new();
    let output = command(&db, &["migrate"])
        .env("SCHOOLBEAT_LISTN", "127.0.0.1:1")
        .env("SCHOOLBEAT_NDT7_SLOTS", "none")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8_lossy(&output.stderr);
    for name in ["SCHOOLBEAT_LISTN", "SCHOOLBEAT_NDT7_SLOTS", "1 to 1000"] {
        assert!(stderr.contains(name), "{stderr}");
    }
    assert!(!stderr.contains(&db.url()));
    for arguments in [
        &["frobnicate"][..],
        &["school", "list", "--limit", "0"],
        &[],
    ] {
        assert_eq!(run(&db, arguments).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn a_database_that_cannot_be_reached_is_an_error_in_words() {
    let db = TestDatabase::new();
    let output = command(&db, &["probe", "revoke", "--json"])
        .arg(uuid::Uuid::now_v7().to_string())
        .output()
        .unwrap();
    fails(&output, "probe_not_found");
    db.lock_out(true);
    let output = run(&db, &["school", "list", "--json"]);
    fails(&output, "database");
    db.lock_out(false);
}
