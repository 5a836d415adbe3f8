//! iperf3, a single stream, as the reference of a rate: payload bytes that the receiver counted ÷ its
//! own time, over 10 s with slow start in them, as an ndt7 test has it (`-O` is not used).

use std::{process::Command, thread, time::Duration};

use serde_json::Value;

use crate::lab::{INTERNET, Lab, Running};

/// As long as an ndt7 test.
const SECONDS: u32 = 10;
/// A server that still closes its last test is asked again, so often.
const TRIES: u32 = 20;

/// From the school's side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Down,
    Up,
}

impl Direction {
    pub const BOTH: [Self; 2] = [Self::Down, Self::Up];

    pub fn word(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Up => "up",
        }
    }
}

/// Starts the server in the internet's network.
pub fn serve(lab: &Lab) -> Running {
    Lab::start(lab.in_internet("iperf3 -s --forceflush"), "listening")
}

/// Megabits per second from or to the school.
pub fn at_school_mbps(lab: &Lab, direction: Direction) -> f64 {
    mbps(|line| lab.at_school(line), INTERNET, direction)
}

/// The same over the loopback of the internet's network.
pub fn loopback_mbps(lab: &Lab, direction: Direction) -> f64 {
    mbps(|line| lab.in_internet(line), "127.0.0.1", direction)
}

fn mbps(command: impl Fn(&str) -> Command, server: &str, direction: Direction) -> f64 {
    let reverse = match direction {
        Direction::Down => " -R",
        Direction::Up => "",
    };
    let line = format!("iperf3 -c {server} -J -t {SECONDS}{reverse}");
    let mut said = Value::Null;
    for _ in 0..TRIES {
        let output = command(&line).output().expect("iperf3 runs");
        said = serde_json::from_slice(&output.stdout).unwrap_or_default();
        if let Some(rate) = said["end"]["sum_received"]["bits_per_second"].as_f64() {
            return rate / 1e6;
        }
        thread::sleep(Duration::from_millis(250));
    }
    panic!("{line}: {said}")
}

/// Megabits per second of so many streams at once to the school; `None` if they come to no end.
pub fn crowd_mbps(lab: &Lab, streams: usize) -> Option<Vec<f64>> {
    let line = format!("timeout 30 iperf3 -c {INTERNET} -J -t {SECONDS} -P {streams} -R");
    let output = lab.at_school(&line).output().expect("timeout runs");
    let said: Value = serde_json::from_slice(&output.stdout).ok()?;
    let streams = said["end"]["streams"].as_array()?;
    streams
        .iter()
        .map(|stream| Some(stream["receiver"]["bits_per_second"].as_f64()? / 1e6))
        .collect()
}
