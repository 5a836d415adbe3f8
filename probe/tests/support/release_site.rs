//! A probe that updates itself: its installed program, a newer one, and a server that gives out releases.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    fs,
    io::{self, ErrorKind},
    os::unix::fs::symlink,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex},
    thread::sleep,
    time::Duration,
};

use ring::{
    digest,
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair},
};
use rustix::process::{Pid, Signal, kill_process};
use schoolbeat_probe::{TARGET, update::release::to_hex};
use schoolbeat_wire::{
    RELEASE_FORMAT, RELEASE_PROGRAM, REPORTS_PATH, Release, ReleaseBuild, SignedRelease,
};
use serde_json::Value;

use super::{
    fake_server::{FakeServer, Reply, Request, error, json, takes_all},
    program,
};

pub const INSTALLED: &str = env!("CARGO_PKG_VERSION");
pub const NEWER: &str = "9.1.1";

/// Whose request it is. The version in a report may be part of the machine code, which is not changed here.
fn calls_itself(request: &Request, version: &str) -> bool {
    request.agent == format!("schoolbeat-probe/{version}")
}

/// The built program, calling itself by another version of as many letters.
pub fn newer_program() -> Vec<u8> {
    let mut bytes = fs::read(env!("CARGO_BIN_EXE_schoolbeat-probe")).unwrap();
    let (from, to) = (INSTALLED.as_bytes(), NEWER.as_bytes());
    assert_eq!(from.len(), to.len());
    let mut at = 0;
    let mut changed = 0;
    while let Some(found) = bytes[at..].windows(from.len()).position(|w| w == from) {
        at += found;
        bytes[at..at + to.len()].copy_from_slice(to);
        changed += 1;
    }
    assert!(changed > 0);
    bytes
}

/// A probe with its installed program, a server that it reports to, and releases that lie there too.
pub struct Site {
    dir: tempfile::TempDir,
    pub server: FakeServer,
    key: Ed25519KeyPair,
    /// The release and the program that the server gives out.
    pub released: Arc<Mutex<(String, Vec<u8>)>>,
}

/// How the server answers what is none of the release.
pub type Manner = fn(&Request) -> Reply;

impl Site {
    pub fn new(manner: Manner) -> Self {
        let released = Arc::new(Mutex::new((String::new(), vec![])));
        let given = Arc::clone(&released);
        let server = FakeServer::start(move |request| {
            let given = given.lock().unwrap();
            match request.path.as_str() {
                "/r/release.json" => json(200, &serde_json::from_str::<Value>(&given.0).unwrap()),
                "/r/program" => Reply::Bytes(given.1.clone()),
                _ => manner(request),
            }
        });
        let random = SystemRandom::new();
        let document = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
        let site = Self {
            dir: tempfile::tempdir().unwrap(),
            server,
            key: Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap(),
            released,
        };
        // A copy could still be open for writing in a process that another test is just starting.
        symlink(env!("CARGO_BIN_EXE_schoolbeat-probe"), site.installed()).unwrap();
        program::enrol(&site.state(), &site.server.url);
        site
    }

    pub fn state(&self) -> PathBuf {
        self.dir.path().join("state")
    }

    pub fn installed(&self) -> PathBuf {
        self.dir.path().join("schoolbeat-probe")
    }

    pub fn release(&self, version: &str, signed_unix_ms: i64, program: &[u8]) {
        let hash = digest::digest(&digest::SHA256, program);
        let release = Release {
            format: RELEASE_FORMAT,
            program: RELEASE_PROGRAM.to_owned(),
            version: version.to_owned(),
            signed_unix_ms,
            builds: vec![ReleaseBuild {
                target: TARGET.to_owned(),
                sha256: to_hex(hash.as_ref()),
                size_bytes: program.len() as u64,
                url: "program".to_owned(),
            }],
        };
        let text = serde_json::to_string(&release).unwrap();
        let signed = SignedRelease {
            signature: to_hex(self.key.sign(text.as_bytes()).as_ref()),
            release: text,
        };
        *self.released.lock().unwrap() =
            (serde_json::to_string(&signed).unwrap(), program.to_vec());
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.installed());
        command
            .arg("--state-dir")
            .arg(self.state())
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        unless_busy(|| self.command(arguments).output())
    }

    pub fn enable(&self, key: &str, trial_s: &str) {
        let url = format!("{}/r/release.json", self.server.url);
        let arguments = [
            "update",
            "enable",
            "--url",
            &url,
            "--key",
            key,
            "--check-every",
            "1",
            "--trial",
            trial_s,
        ];
        let output = self.run(&arguments);
        assert!(output.status.success(), "{}", program::stderr(&output));
    }

    pub fn own_key(&self) -> String {
        to_hex(self.key.public_key().as_ref())
    }

    pub fn start(&self) -> Running {
        Running(unless_busy(|| {
            self.command(&["run", "--now"])
                .stderr(Stdio::null())
                .spawn()
        }))
    }

    pub fn status(&self) -> Value {
        program::json(&self.run(&["update", "status", "--json"]))
    }

    /// Versions of the programs whose records the server took.
    pub fn reported_by(&self) -> Vec<String> {
        self.server
            .requests()
            .iter()
            .filter(|request| request.path == REPORTS_PATH)
            .filter(|request| !request.report().records.is_empty())
            .filter_map(|request| request.agent.split_once('/'))
            .map(|(_, version)| version.to_owned())
            .collect()
    }

    pub fn asked(&self, path: &str) -> usize {
        let requests = self.server.requests();
        requests
            .iter()
            .filter(|request| request.path == path)
            .count()
    }
}

/// Starts a program that was written a moment ago. A test beside this one may have been forking while
/// its file was still open for writing, and its child holds that until it has become its own program.
fn unless_busy<T>(mut start: impl FnMut() -> io::Result<T>) -> T {
    for _ in 0..200 {
        match start() {
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => {
                sleep(Duration::from_millis(50));
            }
            started => return started.unwrap(),
        }
    }
    panic!("the file was somebody else's for 10 s");
}

/// A running service, stopped at the end of the test.
pub struct Running(pub Child);

impl Running {
    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.unwrap(), signal).unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.signal(Signal::TERM);
        let _ = self.0.wait();
    }
}

pub fn takes_all_of_the_installed(request: &Request) -> Reply {
    if request.path == REPORTS_PATH {
        let report = request.report();
        if calls_itself(request, NEWER) && !report.records.is_empty() {
            return error(503, "busy");
        }
    }
    takes_all(request)
}
