//! Queries against a real PostGIS.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../support/mod.rs"]
mod support;

mod accounts;
mod benchmarks;
mod citus;
mod corrections;
mod enrolments;
mod gaps;
mod group_commit;
mod imports;
mod infrastructure;
mod merges;
mod migrations;
mod paths;
mod plans;
mod private_cluster;
mod reports;
mod retention;
mod schools;
mod status_history;
mod statuses;
mod summaries;
mod summary_groups;
mod summary_periods;
