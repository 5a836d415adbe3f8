//! Queries against a real PostGIS.

#[path = "../support/mod.rs"]
mod support;

mod imports;
mod migrations;
