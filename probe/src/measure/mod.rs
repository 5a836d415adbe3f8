//! Measuring the line: the only module that opens sockets (reports go through [`crate::send`]).
//!
//! A failed measurement is a result with the stage that failed, never an error and never missing.
//! Nothing here knows the spool or the schedule, and every wait has a deadline.

mod agent;
mod attempt;
mod burst;
mod connect;
mod counted;
mod download;
pub mod gateway;
mod icmp;
mod interface;
mod latency;
mod loaded;
mod locate;
mod ndt7;
mod page;
pub mod proxy;
mod reach;
mod resolver;
mod server_says;
mod speed;
mod targets;
mod tcp;
mod upload;
mod way;

use std::time::Duration;

use schoolbeat_wire::Stage;

use crate::server_url::ServerUrl;

pub use agent::tls;
pub use interface::default_gateway;
pub use latency::{path_check, path_checks};
pub use page::page_check;
pub use reach::Reach;
pub use resolver::{Resolver, resolver};
pub use speed::{SpeedVerdict, moved, speed_test};

/// Whether this machine may send ICMP; called within a runtime.
pub fn may_send_icmp() -> std::io::Result<()> {
    surge_ping::Client::new(&surge_ping::Config::default()).map(drop)
}

/// Whether the server's name, or that of the proxy on the way to it, has an address; what was said if
/// not.
pub async fn resolves(server: &ServerUrl) -> Result<(), String> {
    let way = way::Way::to(server).await;
    way.map(drop).map_err(|failure| failure.text)
}

/// A name, a connection, a handshake, one read: none may take longer.
const STEP_TIMEOUT: Duration = Duration::from_secs(7);

/// Longest text of a failure that a record carries, in characters.
const MAX_FAILURE_CHARACTERS: usize = 500;

/// Where a measurement failed and what was said.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Failure {
    stage: Stage,
    text: String,
}

impl Failure {
    fn new(stage: Stage, text: impl std::fmt::Display) -> Self {
        let text = text
            .to_string()
            .chars()
            .take(MAX_FAILURE_CHARACTERS)
            .collect();
        Self { stage, text }
    }
}
