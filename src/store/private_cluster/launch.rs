//! PostgreSQL's own programs: where they are, and how we run them.
//!
//! They refuse to run as root, so that a server started by root runs them as `postgres`.

use std::{
    fs,
    os::unix::{fs::MetadataExt, fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{ClusterError, Layout, SUPERUSER};

/// Newest versions are tried first; 15 is the oldest that we test.
const VERSIONS: std::ops::RangeInclusive<u32> = 15..=30;

/// Connections of the pool, of commands beside the server, and some to spare.
const SETTINGS: &[&str] = &[
    "listen_addresses=''",
    "unix_socket_permissions=0700",
    "max_connections=128",
    "max_wal_size=4GB",
    "log_min_messages=warning",
    "timezone=UTC",
];

/// An eighth of the machine's memory, of which a small one keeps most and a list of two million schools
/// needs no more.
fn shared_buffers_mb() -> u64 {
    const LEAST: u64 = 128;
    const MOST: u64 = 2_048;
    let system = rustix::system::sysinfo();
    let total_bytes = system.totalram * u64::from(system.mem_unit);
    (total_bytes / 8 / (1 << 20)).clamp(LEAST, MOST)
}

#[derive(Debug)]
pub(super) struct Programs {
    bin: PathBuf,
    run_as: Option<RunAs>,
}

#[derive(Debug, Clone, Copy)]
struct RunAs {
    uid: u32,
    gid: u32,
}

pub(super) fn not_installed(what: &str) -> ClusterError {
    ClusterError::NotInstalled(format!(
        "{what} is not installed: run `make setup` (on Debian or Ubuntu: apt-get install \
         postgresql-postgis), or set SCHOOLBEAT_DATABASE_URL to a database that has it"
    ))
}

impl Programs {
    pub fn find(given: Option<&Path>) -> Result<Self, ClusterError> {
        let has_programs =
            |dir: &PathBuf| dir.join("pg_ctl").exists() && dir.join("initdb").exists();
        let bin = match given {
            Some(dir) => Some(dir.to_owned()).filter(has_programs),
            None => VERSIONS
                .rev()
                .flat_map(|version| {
                    [
                        PathBuf::from(format!("/usr/lib/postgresql/{version}/bin")),
                        PathBuf::from(format!("/usr/pgsql-{version}/bin")),
                    ]
                })
                .chain(["/usr/local/bin".into(), "/usr/bin".into()])
                .find(has_programs),
        };
        let bin = bin.ok_or_else(|| not_installed("PostgreSQL"))?;
        let run_as = if rustix::process::geteuid().is_root() {
            Some(find_user()?)
        } else {
            None
        };
        Ok(Self { bin, run_as })
    }

    /// Makes the cluster beside its place first, so that a half-made one is never taken for one.
    pub fn init(&self, layout: &Layout) -> Result<(), ClusterError> {
        let half = layout.data_dir.join("postgres.half-made");
        let failed = |error: std::io::Error| ClusterError::DataDirectory {
            path: layout.data_dir.clone(),
            reason: error.to_string(),
        };
        if half.exists() {
            fs::remove_dir_all(&half).map_err(failed)?;
        }
        fs::create_dir(&half).map_err(failed)?;
        self.give(&half).map_err(failed)?;
        self.check_reach(layout)?;
        let mut initdb = self.command("initdb");
        initdb
            .arg("--pgdata")
            .arg(&half)
            .arg("--username")
            .arg(SUPERUSER);
        initdb.args([
            "--auth-local=trust",
            "--auth-host=reject",
            "--encoding=UTF8",
        ]);
        initdb.args(["--locale=C.UTF-8", "--no-instructions", "--data-checksums"]);
        run("initdb", initdb)?;
        fs::rename(&half, &layout.postgres).map_err(failed)
    }

    pub fn start(&self, layout: &Layout) -> Result<(), ClusterError> {
        let failed = |error: std::io::Error| ClusterError::DataDirectory {
            path: layout.data_dir.clone(),
            reason: error.to_string(),
        };
        fs::create_dir_all(&layout.socket_dir).map_err(failed)?;
        self.give(&layout.socket_dir).map_err(failed)?;
        self.check_reach(layout)?;
        let mut options: Vec<String> = SETTINGS
            .iter()
            .map(|setting| format!("-c {setting}"))
            .collect();
        options.push(format!("-c shared_buffers={}MB", shared_buffers_mb()));
        // pg_ctl hands the options to a shell: single quotes, and none inside.
        let socket_dir = layout.socket_dir.display().to_string();
        if socket_dir.contains(['\'', '\\']) {
            return Err(ClusterError::DataDirectory {
                path: layout.data_dir.clone(),
                reason: "its path holds a quote or a backslash: choose another".into(),
            });
        }
        options.push(format!("-c unix_socket_directories='{socket_dir}'"));
        let mut start = self.command("pg_ctl");
        start
            .args(["start", "--wait", "--timeout=60", "--pgdata"])
            .arg(&layout.postgres);
        start.arg("--log").arg(layout.postgres.join("server.log"));
        start.arg("--options").arg(options.join(" "));
        run("pg_ctl", start).map_err(|error| match error {
            ClusterError::Program { program, output } => {
                let log = fs::read_to_string(layout.postgres.join("server.log"));
                let output = format!("{output}\n{}", tail(&log.unwrap_or_default()));
                ClusterError::Program { program, output }
            }
            other => other,
        })
    }

    pub fn stop(&self, layout: &Layout) -> Result<(), ClusterError> {
        if !self.is_running(layout) {
            return Ok(());
        }
        let mut stop = self.command("pg_ctl");
        stop.args(["stop", "--wait", "--timeout=60", "--mode=fast", "--pgdata"]);
        stop.arg(&layout.postgres);
        run("pg_ctl", stop)
    }

    pub fn is_running(&self, layout: &Layout) -> bool {
        let mut status = self.command("pg_ctl");
        status.args(["status", "--pgdata"]).arg(&layout.postgres);
        status.stdout(Stdio::null()).stderr(Stdio::null());
        status.status().is_ok_and(|status| status.success())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.bin.join(program));
        command
            .current_dir("/")
            .stdin(Stdio::null())
            .env("LC_ALL", "C.UTF-8");
        if let Some(user) = self.run_as {
            command.uid(user.uid).gid(user.gid);
        }
        command
    }

    fn give(&self, path: &Path) -> std::io::Result<()> {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        fs::set_permissions(path, mode)?;
        match self.run_as {
            Some(user) => chown(path, Some(user.uid), Some(user.gid)),
            None => Ok(()),
        }
    }

    /// PostgreSQL's user must be able to pass through every directory above its own.
    fn check_reach(&self, layout: &Layout) -> Result<(), ClusterError> {
        let Some(user) = self.run_as else {
            return Ok(());
        };
        for dir in layout.data_dir.ancestors() {
            let Ok(meta) = fs::metadata(dir) else {
                continue;
            };
            let needed = match (meta.uid() == user.uid, meta.gid() == user.gid) {
                (true, _) => 0o100,
                (false, true) => 0o010,
                (false, false) => 0o001,
            };
            if meta.mode() & needed == 0 {
                return Err(ClusterError::DataDirectory {
                    path: layout.data_dir.clone(),
                    reason: format!(
                        "PostgreSQL does not run as root, and its user postgres may not pass \
                         through {0}: run `chmod o+x {0}`, or set SCHOOLBEAT_DATA_DIR to a \
                         directory elsewhere, such as /var/lib/schoolbeat",
                        dir.display()
                    ),
                });
            }
        }
        Ok(())
    }
}

fn find_user() -> Result<RunAs, ClusterError> {
    let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let line = passwd.lines().find(|line| line.starts_with("postgres:"));
    let ids = line.and_then(|line| {
        let mut fields = line.split(':').skip(2);
        Some(RunAs {
            uid: fields.next()?.parse().ok()?,
            gid: fields.next()?.parse().ok()?,
        })
    });
    ids.ok_or_else(|| {
        ClusterError::NotInstalled(
            "PostgreSQL does not run as root, and there is no user `postgres`: install \
             PostgreSQL from your distribution, or start schoolbeat as another user"
                .into(),
        )
    })
}

/// A daemon must not hold our pipes open, so that the output goes through a file.
fn run(program: &'static str, mut command: Command) -> Result<(), ClusterError> {
    let failed = |output: String| ClusterError::Program { program, output };
    let output = tempfile_for_output().map_err(|error| failed(error.to_string()))?;
    let clone = |file: &fs::File| file.try_clone().map_err(|error| failed(error.to_string()));
    command.stdout(clone(&output)?).stderr(clone(&output)?);
    let status = command
        .status()
        .map_err(|error| failed(error.to_string()))?;
    if status.success() {
        return Ok(());
    }
    let mut text = String::new();
    let mut output = output;
    let read = std::io::Seek::rewind(&mut output)
        .and_then(|()| std::io::Read::read_to_string(&mut output, &mut text));
    Err(failed(
        read.map_or_else(|error| error.to_string(), |_| tail(&text)),
    ))
}

/// An unnamed file in memory.
fn tempfile_for_output() -> std::io::Result<fs::File> {
    let fd = rustix::fs::memfd_create("schoolbeat-output", rustix::fs::MemfdFlags::CLOEXEC)?;
    Ok(fs::File::from(fd))
}

/// The last lines: what a person needs of a long output.
fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(12)..].join("\n")
}
