//! What the bench needs of this machine. It looks for all of it first, and says what is missing.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// Programs that are not part of the bench.
pub struct Programs {
    /// `schoolbeat`, for its measurement server.
    pub server: PathBuf,
    /// `schoolbeat-probe`, as it is released.
    pub probe: PathBuf,
    /// The program of the crate `ndt7-client`.
    pub ndt7_client: PathBuf,
}

const TOOLS: [(&str, &str, &str); 5] = [
    ("ip", "-V", "iproute2"),
    ("tc", "-V", "iproute2"),
    ("nft", "--version", "nftables"),
    ("iperf3", "--version", "iperf3"),
    ("fping", "--version", "fping"),
];

impl Programs {
    /// Finds them, or says everything that is missing.
    pub fn find() -> Result<Self, Vec<String>> {
        let mut missing = vec![];
        if !rustix::process::geteuid().is_root() {
            missing.push("it makes network namespaces: run it as root".to_owned());
        }
        for (tool, question, package) in TOOLS {
            if Command::new(tool).arg(question).output().is_err() {
                missing.push(format!("no {tool}: apt-get install {package}"));
            }
        }
        if !Path::new("/dev/net/tun").exists() {
            missing.push("no /dev/net/tun: modprobe tun".to_owned());
        }
        let target = target();
        let mut program = |variable: &str, default: &str, made_by: &str| {
            let path = env::var_os(variable).map_or_else(|| target.join(default), PathBuf::from);
            if !path.is_file() {
                let path = path.display();
                missing.push(format!("no {path} ({variable}): {made_by} makes it"));
            }
            path
        };
        let programs = Self {
            server: program("SERVER_PROGRAM", "debug/schoolbeat", "make build"),
            probe: program(
                "PROBE_PROGRAM",
                "release/schoolbeat-probe",
                "cargo build --release -p schoolbeat-probe",
            ),
            // `make bench-probe` names an optimised one.
            ndt7_client: program(
                "NDT7_CLIENT",
                "tools/bin/ndt7-client",
                "make tools, or faster make bench-probe,",
            ),
        };
        if missing.is_empty() {
            Ok(programs)
        } else {
            Err(missing)
        }
    }
}

/// Where cargo builds: this program lies in `<target>/<profile>/deps`.
fn target() -> PathBuf {
    let program = env::current_exe().expect("this program has a path");
    let target = program.ancestors().nth(3);
    target.expect("it lies in cargo's target").to_owned()
}
