//! The real probe against the real server: down, slow, killed; nothing lost, nothing doubled.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../support/mod.rs"]
mod support;

mod clocks;
mod enrolled;
mod killed;
mod lab;
mod outages;
mod path;
mod presence;
mod programs;
mod revoked;
mod wrong_clock;
