//! Queries against a real PostGIS.

#[path = "../support/mod.rs"]
mod support;

mod migrations;
