//! Two networks and the link between them: a school, and an internet with a measurement server. It
//! knows rate, delay and loss, and nothing of what is measured.

use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStdout, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use serde::de::DeserializeOwned;

use crate::{programs::Programs, relay};

/// The internet's address.
pub const INTERNET: &str = "10.213.0.1";
const SCHOOL: &str = "10.213.0.2";
/// The link's device, in either network.
const LINK: &str = "line";
const NDT7_PORT: u16 = 8_081;
/// What a link may hold back, at least, in bytes.
const LEAST_QUEUE_BYTES: f64 = 30_000.0;
/// The same, as time at its rate.
const QUEUE_S: f64 = 0.05;
/// What may pass at once, as time at the link's rate, and at least two packets: more would be a present
/// at the start of a test.
const BURST_S: f64 = 0.002;
const LEAST_BURST_BYTES: f64 = 3_100.0;

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// The two networks; they are gone when it is dropped.
pub struct Lab {
    school: String,
    internet: String,
}

/// A program in one of the networks; ended when dropped.
pub struct Running {
    child: Child,
    /// Kept open: a closed pipe could end the program.
    _stdout: BufReader<ChildStdout>,
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs `ip`, and ends the run with its words if it fails.
fn ip(arguments: &str) {
    let output = Command::new("ip").args(arguments.split(' ')).output();
    let output = output.expect("ip runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "ip {arguments}: {said}");
}

impl Lab {
    /// A link of a veth pair: no delay of its own.
    pub fn direct() -> Self {
        let lab = Self::networks();
        let (school, internet) = (&lab.school, &lab.internet);
        ip(&format!(
            "link add name {LINK} netns {school} type veth peer name {LINK} netns {internet}"
        ));
        lab.up()
    }

    /// A link that takes so long in each direction.
    pub fn delayed(one_way: Duration) -> Self {
        let lab = Self::networks();
        let names = [format!("{}t", lab.school), format!("{}t", lab.internet)];
        relay::join([&names[0], &names[1]], one_way);
        for (name, network) in names.iter().zip([&lab.school, &lab.internet]) {
            ip(&format!("link set dev {name} netns {network} name {LINK}"));
        }
        lab.up()
    }

    fn networks() -> Self {
        let id = std::process::id() % 1_000_000;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let lab = Self {
            school: format!("sl{id}s{number}"),
            internet: format!("sl{id}i{number}"),
        };
        ip(&format!("netns add {}", lab.school));
        ip(&format!("netns add {}", lab.internet));
        lab
    }

    fn up(self) -> Self {
        for (network, address) in [(&self.school, SCHOOL), (&self.internet, INTERNET)] {
            ip(&format!("-n {network} addr add {address}/24 dev {LINK}"));
            ip(&format!("-n {network} link set {LINK} up"));
            ip(&format!("-n {network} link set lo up"));
        }
        self
    }

    /// The link's rate from now on, in both directions.
    pub fn rate(&self, mbps: f64) {
        let bytes_per_s = mbps * 1e6 / 8.0;
        let burst = (bytes_per_s * BURST_S).max(LEAST_BURST_BYTES);
        let queue = (bytes_per_s * QUEUE_S).max(LEAST_QUEUE_BYTES) + burst;
        let kbit = mbps * 1e3;
        for network in [&self.school, &self.internet] {
            let shape = format!(
                "tc qdisc replace dev {LINK} root tbf rate {kbit:.0}kbit burst {burst:.0} limit {queue:.0}"
            );
            must(exec(network, &shape));
        }
    }

    /// From now on the internet loses so many of a thousand echo requests, at random.
    pub fn lose(&self, permille: u32) {
        let rules = format!(
            "table inet lab {{ chain come {{ type filter hook input priority 0; \
             icmp type echo-request numgen random mod 1000 < {permille} counter drop; }}; }}"
        );
        let mut command = exec(&self.internet, "nft");
        command.arg(rules);
        must(command);
    }

    /// How many packets were lost by [`Self::lose`].
    pub fn lost(&self) -> u64 {
        let text = must(exec(&self.internet, "nft list table inet lab"));
        let counted = text.split("counter packets ").nth(1);
        let counted = counted.and_then(|rest| rest.split(' ').next());
        counted
            .and_then(|count| count.parse().ok())
            .expect("nft shows the counter")
    }

    /// A command line in the school's network.
    pub fn at_school(&self, line: &str) -> Command {
        exec(&self.school, line)
    }

    /// A command line in the internet's network.
    pub fn in_internet(&self, line: &str) -> Command {
        exec(&self.internet, line)
    }

    /// What this program measures in the school's network ([`crate::inside`]).
    pub fn measure<T: DeserializeOwned>(&self, arguments: &str) -> T {
        let program = std::env::current_exe().expect("this program has a path");
        let line = format!("{} inside {arguments}", program.display());
        let text = must(self.at_school(&line));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{line}: {error}: {text}"))
    }

    /// Starts the measurement server in the internet's network, for so many tests at once. It listens
    /// when this returns.
    pub fn serve_ndt7(&self, programs: &Programs, slots: usize) -> Running {
        let server = programs.server.display();
        let mut command = self.in_internet(&format!("{server} --json ndt7-server"));
        command
            .env("SCHOOLBEAT_NDT7_LISTEN", format!("0.0.0.0:{NDT7_PORT}"))
            .env(
                "SCHOOLBEAT_NDT7_PUBLIC_URL",
                format!("ws://{INTERNET}:{NDT7_PORT}"),
            )
            .env("SCHOOLBEAT_NDT7_SLOTS", slots.to_string())
            .env("SCHOOLBEAT_LOG", "warn");
        Self::start(command, "\"listen\"")
    }

    /// Where [`Self::serve_ndt7`] answers.
    pub fn ndt7_url() -> String {
        format!("http://{INTERNET}:{NDT7_PORT}")
    }

    /// The same within the internet's network.
    pub fn ndt7_loopback() -> String {
        format!("127.0.0.1:{NDT7_PORT}")
    }

    /// Starts a program, and waits until it says a word on stdout.
    pub fn start(mut command: Command, word: &str) -> Running {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut stdout = BufReader::new(child.stdout.take().expect("stdout is a pipe"));
        let mut said = String::new();
        while !said.contains(word) {
            let read = stdout.read_line(&mut said);
            let read = read.unwrap_or_else(|error| panic!("{command:?}: {error}"));
            assert!(read > 0, "{command:?} ended without {word:?}: {said}");
        }
        Running {
            child,
            _stdout: stdout,
        }
    }
}

fn exec(network: &str, line: &str) -> Command {
    let mut command = Command::new("ip");
    command
        .args(["netns", "exec", network])
        .args(line.split(' '))
        .stdin(Stdio::null());
    command
}

/// Runs a command to its end and returns what it printed; ends the run if it fails.
pub fn must(mut command: Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {printed}{said}");
    printed
}

impl Drop for Lab {
    fn drop(&mut self) {
        for network in [&self.school, &self.internet] {
            // Whoever made half of it cleans up half of it.
            let _ = Command::new("ip").args(["netns", "del", network]).output();
        }
    }
}
