//! Both programs as processes, the school they belong to, and what the database has of them.

use std::{
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use serde_json::Value;
use uuid::Uuid;

use crate::{
    support::{TestDatabase, eventually, fixtures, http::Http, within},
    wrong_clock::WrongClock,
};

/// Long enough for a probe that backs off, on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

fn probe_program() -> PathBuf {
    let beside = Path::new(env!("CARGO_BIN_EXE_schoolbeat")).with_file_name("schoolbeat-probe");
    assert!(
        beside.exists(),
        "{} is not built: run `cargo build --workspace` first",
        beside.display()
    );
    beside
}

/// `schoolbeat serve`, on a port that it keeps when it is started again.
pub struct Server {
    child: Option<Child>,
    listen: String,
    url: String,
    http: Http,
}

fn serve(database_url: &str, listen: &str) -> (Child, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schoolbeat"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SCHOOLBEAT_") {
            command.env_remove(name);
        }
    }
    let mut child = command
        .args(["serve", "--json"])
        .env("SCHOOLBEAT_DATABASE_URL", database_url)
        .env("SCHOOLBEAT_LISTEN", listen)
        // Programs that are tested side by side must not meet at the next port.
        .env(
            "SCHOOLBEAT_NDT7_LISTEN",
            format!("{}:0", listen.rsplit_once(':').unwrap().0),
        )
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut text = String::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        text += &line.unwrap();
        if let Ok(announced) = serde_json::from_str(&text) {
            return (child, announced);
        }
    }
    let ended = child.wait().unwrap();
    panic!("the server ended ({ended}): {text}");
}

impl Server {
    fn start(database_url: &str) -> Self {
        let (child, announced) = serve(database_url, "127.0.0.1:0");
        let listen = announced["listen"].as_str();
        let listen = listen.unwrap_or_else(|| panic!("{announced}")).to_owned();
        let url = format!("http://{listen}");
        let server = Self {
            child: Some(child),
            http: Http::new(url.clone()),
            listen,
            url,
        };
        server.wait_until_ready();
        server
    }

    fn wait_until_ready(&self) {
        eventually("the server is ready", || {
            (self.http.get("/health/ready").status == 200).then_some(())
        });
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

/// A server, a school, and a probe's state directory that is enrolled for it.
pub struct School {
    state: tempfile::TempDir,
    server: Server,
    pub id: Uuid,
    pub db: TestDatabase,
}

impl School {
    /// Everything up to the enrolment, by the programs' own command lines.
    pub fn enrolled() -> Self {
        let db = TestDatabase::new();
        let id = fixtures::school(&db);
        let server = Server::start(&db.url());
        let state = tempfile::tempdir().unwrap();
        let school = Self {
            state,
            server,
            id,
            db,
        };
        let code = school.new_code();
        let url = school.server.url.clone();
        let output = school.probe(&["enrol", "--server", &url, "--code", &code, "--json"]);
        assert!(output.status.success(), "{output:?}");
        school
    }

    /// A fresh code, as `schoolbeat enrol` makes it.
    pub fn new_code(&self) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_schoolbeat"))
            .args(["enrol", &self.id.to_string(), "--json"])
            .env("SCHOOLBEAT_DATABASE_URL", self.db.url())
            .output()
            .unwrap();
        json(&output)["code"].as_str().unwrap().to_owned()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(probe_program());
        command
            .arg("--state-dir")
            .arg(self.state.path())
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    /// Runs the probe's program to its end.
    pub fn probe(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Starts the probe's program, and listens to what it logs. It hardly ever looks whether the line
    /// is there, so that every record is one that [`Self::stored`] counts.
    pub fn start_probe(&self, arguments: &[&str]) -> RunningProbe {
        self.start(&[arguments, &["--presence-every", "3600"]].concat())
    }

    /// The same, with its presence as the arguments say.
    pub fn start(&self, arguments: &[&str]) -> RunningProbe {
        Self::running(self.command(arguments))
    }

    /// The same, under a wall clock that is not the system's.
    pub fn start_under(&self, clock: &WrongClock, arguments: &[&str]) -> RunningProbe {
        let mut command = self.command(&[arguments, &["--presence-every", "3600"]].concat());
        command.envs(clock.variables());
        Self::running(command)
    }

    /// The same, in a network namespace.
    pub fn start_in(&self, namespace: &str, arguments: &[&str]) -> RunningProbe {
        let plain = self.command(arguments);
        let mut command = Command::new("ip");
        command
            .args(["netns", "exec", namespace])
            .arg(plain.get_program())
            .args(plain.get_args())
            .stdin(Stdio::null());
        Self::running(command)
    }

    /// The probe's program in a network namespace, to its end, trusting the authorities of this file.
    pub fn probe_in(&self, namespace: &str, ca_file: &Path, arguments: &[&str]) -> Output {
        let plain = self.command(arguments);
        Command::new("ip")
            .args(["netns", "exec", namespace])
            .arg(plain.get_program())
            .args(plain.get_args())
            .env("SCHOOLBEAT_PROBE_CA_FILE", ca_file)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    fn running(mut command: Command) -> RunningProbe {
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (mut stderr, said) = (child.stderr.take().unwrap(), Arc::clone(&log));
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = stderr.read(&mut buffer) {
                *said.lock().unwrap() += &String::from_utf8_lossy(&buffer[..length]);
            }
        });
        RunningProbe { child, log }
    }

    /// What `schoolbeat-probe status` says of the spool.
    pub fn spool(&self) -> Spool {
        let status = json(&self.probe(&["status", "--json"]));
        let figure = |name: &str| status["spool"][name].as_i64().unwrap();
        Spool {
            waiting: figure("waiting"),
            acknowledged: figure("acknowledged_sequence"),
            next: figure("next_sequence"),
        }
    }

    /// Where the probe keeps what it knows.
    pub fn state_dir(&self) -> &Path {
        self.state.path()
    }

    /// Lets the probe believe that its server is elsewhere.
    pub fn move_to(&self, url: &str) {
        let path = self.state.path().join("identity.json");
        let mut identity: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        identity["server"] = url.into();
        std::fs::write(&path, identity.to_string()).unwrap();
    }

    /// What the server answers.
    pub fn get(&self, path: &str) -> Value {
        self.server.http.get(path).json()
    }

    /// Where the server is.
    pub fn url(&self) -> &str {
        &self.server.url
    }

    /// Kills the server as a power cut would.
    pub fn kill_server(&mut self) {
        let mut child = self.server.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Starts it again, on the same port and database.
    pub fn restart_server(&mut self) {
        let (child, _) = serve(&self.db.url(), &self.server.listen);
        self.server.child = Some(child);
        self.server.wait_until_ready();
    }

    /// The school's status as the server tells it.
    pub fn status(&self) -> String {
        let path = format!("/api/v1/schools/{}", self.id);
        let school = self.server.http.get(&path).json();
        school["status"]["status"].as_str().unwrap().to_owned()
    }

    /// The numbers of everything that is stored, in order.
    pub fn stored(&self) -> Vec<i64> {
        let sql = "SELECT sequence FROM speed_test UNION ALL SELECT sequence FROM path_check
                   UNION ALL SELECT sequence FROM page_check
                   UNION ALL SELECT sequence FROM rejected_record ORDER BY sequence";
        let rows = self.db.sql().query(sql, &[]).unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// Waits until the database has all that the spool gave out, and nothing twice.
    #[track_caller]
    pub fn all_arrives_exactly_once(&self) {
        within(PATIENCE, "nothing waits any more", || {
            let spool = self.spool();
            (spool.waiting == 0 && spool.acknowledged + 1 == spool.next).then_some(())
        });
        let given_out = self.spool().next - 1;
        let stored = self.stored();
        let all: Vec<i64> = (1..=given_out).collect();
        // Something may be on its way while we look; it comes after all that we ask for.
        let until_then: Vec<i64> = stored.into_iter().filter(|n| *n <= given_out).collect();
        assert_eq!(until_then, all, "each once, without a gap");
    }
}

/// Figures of a spool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spool {
    pub waiting: i64,
    pub acknowledged: i64,
    pub next: i64,
}

/// A probe that runs; killed at drop.
pub struct RunningProbe {
    child: Child,
    log: Arc<Mutex<String>>,
}

impl RunningProbe {
    /// What it has logged.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Ends it with SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for RunningProbe {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// What a program printed, as JSON.
#[track_caller]
pub fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}
