//! What the released probe costs the machine that it runs on: memory, file, processor.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use crate::{
    fake_server::{FakeServer, json, takes_all},
    lab::{Lab, must},
    programs::Programs,
    table::Table,
};
use schoolbeat_wire::{CONFIG_PATH, Enrolled, ProbeConfig, REDEEM_PATH};

/// A good line of a school, on which messages grow to their largest.
const LINK_MBPS: f64 = 50.0;
const LOOK_EVERY: Duration = Duration::from_millis(50);
const SLOTS: usize = 4;
/// The first looks of a run that begins are not idleness.
const SETTLE: Duration = Duration::from_secs(5);
const IDLE: Duration = Duration::from_secs(60);

/// The largest resident set in a measurement, by the kernel's own mark, and the size of the program.
pub fn while_measuring(programs: &Programs, table: &mut Table) {
    let lab = Lab::direct();
    lab.rate(LINK_MBPS);
    let _ndt7 = lab.serve_ndt7(programs, SLOTS);
    let (probe, url) = (programs.probe.display(), Lab::ndt7_url());
    let state = tempfile::tempdir().expect("a directory");
    let state = state.path().display();
    let line = format!("{probe} --state-dir {state} --json once --server {url}");
    let mut child = lab
        .at_school(&line)
        .stdout(Stdio::null())
        .spawn()
        .expect("the probe runs");
    let mut peak_kb = 0;
    let ended = loop {
        if let Some(ended) = child.try_wait().expect("it is ours") {
            break ended;
        }
        peak_kb = peak_kb.max(resident_peak_kb(child.id()).unwrap_or(0));
        thread::sleep(LOOK_EVERY);
    };
    assert!(ended.success() && peak_kb > 0, "{line}: {ended}");
    let peak_mb = f64::from(peak_kb) / 1_000.0;
    table.row(
        &format!("probe's memory while measuring {LINK_MBPS} Mbps"),
        &format!("{peak_mb:.1} MB"),
        "largest resident set (VmHWM) of `once`",
        "under 8 MB",
        peak_mb < 8.0,
    );
    let size = fs::metadata(&programs.probe).expect("it was found").len();
    let size_mb = size as f64 / 1e6;
    table.row(
        "probe's program, release",
        &format!("{size_mb:.2} MB"),
        "the file",
        "under 4 MB",
        size_mb < 4.0,
    );
}

/// The largest resident set of a process so far; kB of 1,024 bytes, taken as 1,000 they would flatter
/// us, so that it is converted.
fn resident_peak_kb(process: u32) -> Option<u32> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: u32 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1_024 / 1_000)
}

/// A minute of `run` by the default policy, with a server that answers.
pub fn while_idle(programs: &Programs, table: &mut Table) {
    let server = FakeServer::start(|request| match request.path.as_str() {
        REDEEM_PATH | CONFIG_PATH => with_default_policy(request),
        _ => takes_all(request),
    });
    let state = tempfile::tempdir().expect("a directory");
    let probe = |arguments: &[&str]| {
        let mut command = Command::new(&programs.probe);
        command.arg("--state-dir").arg(state.path()).args(arguments);
        command
    };
    must(probe(&[
        "enrol",
        "--server",
        &server.url,
        "--code",
        "K7QD-M2XW",
    ]));
    let mut child = probe(&["run"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the probe runs");
    thread::sleep(SETTLE);
    let before = processor_ticks(child.id());
    thread::sleep(IDLE);
    let after = processor_ticks(child.id());
    let ended = child.try_wait().expect("it is ours");
    // It has run on, or the ticks are missing; either way it is not needed any more.
    let _ = child.kill();
    let _ = child.wait();
    assert!(ended.is_none(), "the probe ended: {ended:?}");
    let (before, after) = before.zip(after).expect("/proc shows it");
    let mut getconf = Command::new("getconf");
    getconf.arg("CLK_TCK");
    let per_s: f64 = must(getconf).trim().parse().expect("a number");
    let ticks = after - before;
    let percent = ticks as f64 / per_s / IDLE.as_secs_f64() * 100.0;
    table.row(
        "probe's processor time, idle for a minute",
        &format!("{percent:.3} % of a core"),
        &format!("{ticks} ticks of {:.0} ms in /proc", 1e3 / per_s),
        "under 0.1 %",
        percent < 0.1,
    );
}

fn with_default_policy(request: &crate::fake_server::Request) -> crate::fake_server::Reply {
    let crate::fake_server::Reply::Json { body, .. } = takes_all(request) else {
        panic!("the server answers {} with JSON", request.path)
    };
    let policy = ProbeConfig::default();
    if request.path == CONFIG_PATH {
        return json(200, &policy);
    }
    let mut enrolled: Enrolled = serde_json::from_str(&body).expect("it enrols");
    enrolled.config = policy;
    json(200, &enrolled)
}

/// User and system time of a process and all its threads so far (proc(5), fields 14 and 15).
fn processor_ticks(process: u32) -> Option<u64> {
    let stat =
        fs::read_to_string(Path::new("/proc").join(process.to_string()).join("stat")).ok()?;
    // The name in brackets may hold spaces.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}
