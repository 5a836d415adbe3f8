//! `make bench-probe`: what the probe and the measurement server say, beside what is known to be so or
//! what tools of others say, on links made for it. It prints one table; the bars are its own, and no
//! test asserts them.
//!
//! Links are network namespaces: the rate is `tc tbf`'s, the loss nftables', the delay that of a relay
//! between two TUN devices. The program calls itself within a namespace to measure there (`inside`).
//! Cut off from outside it leaves its networks behind (`sl…` in `ip netns list`).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    reason = "a program for a developer: what it cannot do ends it, with a reason"
)]

mod capacity;
mod cost;
#[path = "../../tests/support/fake_server.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod fake_server;
mod inside;
mod iperf;
mod lab;
mod latency;
mod programs;
mod rates;
mod relay;
mod table;

use std::{env, fs, process::ExitCode};

use programs::Programs;
use table::Table;

type Part = fn(&Programs, &mut Table);

/// The parts of the table, by the name that selects one.
const PARTS: [(&str, Part); 8] = [
    ("rtt", latency::round_trips),
    ("loss", latency::losses),
    ("rates", rates::full),
    ("early", rates::early),
    ("cost", cost::while_measuring),
    ("idle", cost::while_idle),
    ("loopback", capacity::loopback),
    ("crowd", capacity::crowd),
];

fn main() -> ExitCode {
    // cargo adds flags of its own.
    let arguments: Vec<String> = env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    if arguments.first().is_some_and(|first| first == "inside") {
        inside::run(&arguments[1..]);
        return ExitCode::SUCCESS;
    }
    let names: Vec<&str> = PARTS.iter().map(|(name, _)| *name).collect();
    if let Some(unknown) = arguments.iter().find(|name| !names.contains(&&***name)) {
        eprintln!("There is no part {unknown:?}; the parts are {names:?}.");
        return ExitCode::FAILURE;
    }
    let programs = match Programs::find() {
        Ok(programs) => programs,
        Err(missing) => {
            eprintln!("bench-probe cannot run here:\n{}", missing.join("\n"));
            return ExitCode::FAILURE;
        }
    };
    let before = load();
    let mut table = Table::default();
    for (name, part) in PARTS {
        if arguments.is_empty() || arguments.iter().any(|wanted| wanted == name) {
            part(&programs, &mut table);
        }
    }
    table.print();
    println!(
        "\nLoad average {before} before, {} after: what else the machine does disturbs these figures.",
        load()
    );
    ExitCode::SUCCESS
}

/// How many wanted a processor in the last minute (proc(5)).
fn load() -> String {
    let averages = fs::read_to_string("/proc/loadavg").expect("/proc is there");
    averages.split(' ').next().unwrap_or_default().to_owned()
}
