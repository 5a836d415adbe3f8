//! What the agent's tests share: a fake Schoolbeat server and an ndt7 peer.

#![expect(dead_code, reason = "each test file uses its own part of this")]

pub mod authority;
pub mod connect_proxy;
pub mod fake_server;
pub mod ndt7_peer;
pub mod page_server;
pub mod program;
pub mod release_site;
pub mod sender;

use std::time::{Duration, Instant};

/// Looks until something is so; panics after a generous deadline.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "never came: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
