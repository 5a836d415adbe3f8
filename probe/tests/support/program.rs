//! Runs the real `schoolbeat-probe`.

use std::{
    path::Path,
    process::{Child, Command, Output, Stdio},
};

/// The program, working in this state directory.
pub fn command(state: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schoolbeat-probe"));
    command
        .arg("--state-dir")
        .arg(state)
        .args(arguments)
        .stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub fn run(state: &Path, arguments: &[&str]) -> Output {
    command(state, arguments)
        .output()
        .expect("the program starts")
}

/// Enrols; panics with the program's words if that fails.
pub fn enrol(state: &Path, url: &str) {
    let output = run(state, &["enrol", "--server", url, "--code", "K7QD-M2XW"]);
    assert!(output.status.success(), "{}", stderr(&output));
}

/// Starts it in the background, quietly.
pub fn spawn(state: &Path, arguments: &[&str]) -> Child {
    command(state, arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts")
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What it printed, as JSON.
pub fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stdout)))
}
