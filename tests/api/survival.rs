//! The whole service under load while parts of it are killed, stopped, or out of room: what was
//! acknowledged is there exactly once, and what was not comes later.
//!
//! The load is `simulate load`, which compares the tables with what it was told, record by record.

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

/// A service on a private cluster in a directory of its own.
struct Rig {
    data: PathBuf,
    address: String,
    server: Child,
    _dir: TempDir,
}

fn program(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schoolbeat"));
    command
        .env("SCHOOLBEAT_DATA_DIR", data)
        .env("SCHOOLBEAT_LOG", "error")
        .stdin(Stdio::null());
    command
}

fn serve(data: &Path, address: &str) -> Child {
    program(data)
        .arg("serve")
        .env("SCHOOLBEAT_LISTEN", address)
        .env("SCHOOLBEAT_NDT7_LISTEN", "127.0.0.1:0")
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

impl Rig {
    /// The data lies where `place` makes a directory of the given one.
    fn start(place: impl FnOnce(&Path) -> PathBuf) -> Self {
        let dir = tempfile::tempdir_in("/var/tmp").unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let data = place(dir.path());
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap().to_string();
        drop(free);
        let arguments = ["simulate", "--schools", "50", "--days", "1"];
        let invented = program(&data).args(arguments).output().unwrap();
        assert!(invented.status.success(), "{invented:?}");
        let server = serve(&data, &address);
        let mut rig = Self {
            data,
            address,
            server,
            _dir: dir,
        };
        rig.wait_until_ready();
        rig
    }

    /// As a service manager does: a server that gave up, since its database was killed while it began, is
    /// begun again.
    fn wait_until_ready(&mut self) {
        let until = Instant::now() + Duration::from_secs(60);
        while !self.is_ready() {
            assert!(Instant::now() < until, "the service does not come back");
            if self.server.try_wait().is_ok_and(|ended| ended.is_some()) {
                self.server = serve(&self.data, &self.address);
            }
            sleep(Duration::from_millis(100));
        }
    }

    fn is_ready(&self) -> bool {
        let asked = TcpStream::connect(&self.address).and_then(|mut stream| {
            stream.write_all(b"GET /health/ready HTTP/1.0\r\n\r\n")?;
            let mut answer = [0; 12];
            stream.read_exact(&mut answer)?;
            Ok(answer)
        });
        asked.is_ok_and(|answer| answer.ends_with(b"200"))
    }

    fn load(&self, probes: u32, within_s: u32) -> Child {
        program(&self.data)
            .args(["simulate", "load", "--json", "--days", "1"])
            .args(["--server", &format!("http://{}", self.address)])
            .args([
                "--probes",
                &probes.to_string(),
                "--within-s",
                &within_s.to_string(),
            ])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn kill_server(&mut self) {
        // It may have given up already.
        let _ = self.server.kill();
        let _ = self.server.wait();
        self.server = serve(&self.data, &self.address);
    }

    /// PostgreSQL's processes, the first one first.
    fn database(&self) -> Vec<String> {
        let Ok(file) = fs::read_to_string(self.data.join("postgres/postmaster.pid")) else {
            return vec![];
        };
        let first = file.lines().next().unwrap_or_default().to_owned();
        let children = fs::read_to_string(format!("/proc/{first}/task/{first}/children"));
        let children = children.unwrap_or_default();
        let children = children.split_whitespace().map(str::to_owned);
        std::iter::once(first).chain(children).collect()
    }

    /// Sends a signal to processes of ours; one that has ended meanwhile needs none.
    fn signal(processes: &[String], signal: &str) {
        for process in processes {
            let _ = Command::new("kill")
                .args([signal, process])
                .output()
                .unwrap();
        }
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        Self::signal(&[self.server.id().to_string()], "-TERM");
        let _ = self.server.wait();
        // Where a disk of the test's own is.
        let _ = Command::new("umount").arg(&self.data).output();
    }
}

/// What the load says at its end: everything is there once.
#[track_caller]
fn exactly_once(load: Child) -> Value {
    let Output { status, stdout, .. } = load.wait_with_output().unwrap();
    let said: Value = serde_json::from_slice(&stdout).unwrap_or_default();
    assert!(status.success() && said["exactly_once"] == true, "{said:#}");
    said
}

#[test]
fn twenty_kills_of_server_and_database_lose_nothing_and_double_nothing() {
    let mut rig = Rig::start(|dir| dir.join("data"));
    let load = rig.load(1500, 25);
    let mut dice = 11_u64;
    for round in 0..20 {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        sleep(Duration::from_millis(300 + (dice >> 33) % 900));
        if round % 2 == 0 {
            rig.kill_server();
        } else {
            let database = rig.database();
            Rig::signal(&database[..1.min(database.len())], "-KILL");
        }
    }
    rig.wait_until_ready();
    let said = exactly_once(load);
    println!("{said:#}");
    assert!(
        said["broken"].as_u64().unwrap() > 0,
        "somebody was hit: {said:#}"
    );
}

#[test]
fn a_database_that_hangs_for_a_while_is_waited_for() {
    let rig = Rig::start(|dir| dir.join("data"));
    let load = rig.load(300, 10);
    sleep(Duration::from_secs(3));
    let database = rig.database();
    assert!(database.len() > 3, "{database:?}");
    Rig::signal(&database, "-STOP");
    sleep(Duration::from_secs(15));
    Rig::signal(&database, "-CONT");
    let said = exactly_once(load);
    println!("{said:#}");
}

#[test]
fn a_full_disk_refuses_reports_and_takes_them_when_there_is_room() {
    let mount = |dir: &Path| {
        let data = dir.join("disk");
        fs::create_dir(&data).unwrap();
        data
    };
    let size = ["-t", "tmpfs", "-o", "size=400m,mode=755", "tmpfs"];
    let probe = tempfile::tempdir().unwrap();
    let may_mount = Command::new("mount").args(size).arg(probe.path()).status();
    if !may_mount.is_ok_and(|status| status.success()) {
        println!("skipped: a disk of the test's own needs the right to mount");
        return;
    }
    Command::new("umount").arg(probe.path()).status().unwrap();
    let rig = Rig::start(|dir| {
        let data = mount(dir);
        let mounted = Command::new("mount")
            .args(size)
            .arg(&data)
            .status()
            .unwrap();
        assert!(mounted.success());
        data
    });
    let filler = rig.data.join("filler");
    let load = rig.load(400, 10);
    sleep(Duration::from_secs(2));
    // Everything that is left, down to the last block.
    let filled = Command::new("dd")
        .args([
            "if=/dev/zero",
            "bs=64k",
            &format!("of={}", filler.display()),
        ])
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(!filled.success(), "the disk is full");
    sleep(Duration::from_secs(8));
    fs::remove_file(&filler).unwrap();
    let said = exactly_once(load);
    println!("{said:#}");
    assert!(
        said["busy"].as_u64().unwrap() > 0,
        "somebody was sent away: {said:#}"
    );
}
