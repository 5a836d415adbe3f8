//! The HTTP interface and the command line, against a real server and a real PostGIS.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../support/mod.rs"]
mod support;

mod areas;
mod benchmarks;
mod browser_tests;
mod command_line;
mod corrections;
mod enrolments;
mod events;
mod export;
mod gaps;
mod giga_meter;
mod health;
mod imports;
mod infrastructure;
mod live;
mod merges;
mod metric_series;
mod ndt7;
mod policy;
mod probe_health;
mod probe_release;
mod probe_reports;
mod requests;
mod schools;
mod session;
mod status_history;
mod survival;
mod tiles;
mod uses;
mod wizard;
