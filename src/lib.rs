//! Schoolbeat knows, for every school in a country, whether its internet works well enough to
//! learn with, and what to do where it does not.
//!
//! # Code map
//!
//! - [`domain`]: what things mean. Pure.
//! - [`ingest`]: judges what probes send. Pure.
//! - [`registry`]: reads school and area files into rows and findings. Pure but for the reader.
//! - [`intake`]: files of people, read in the background and staged.
//! - [`store`]: PostGIS, and the private cluster.
//! - [`atlas`]: the in-memory picture of all schools, and the tiles cut from it.
//! - [`ndt7`]: the measurement server.
//! - [`reports`]: a gap model, rendered.
//! - [`jobs`]: what happens without being asked: summaries, statuses, the atlas's refresh.
//! - [`http`]: routes, errors, sessions, one file per resource.
//! - [`simulate`]: an invented country, for demonstrations and tests.
//! - [`commands`]: one file per command of the command line.
//! - [`config`]: the environment.
//!
//! # Invariants, as absences
//!
//! The domain does not know what time it is. Nothing below `http` knows a status code. Nothing
//! above `store` knows a table. A report is never lost after a 2xx. The server trusts no school
//! id, no time and no rate from a probe. No queue, page, batch, tile, retry or statement is
//! unbounded. Unknown is never folded into bad. `tests/tidy.rs` holds the layers to this.

pub mod atlas;
pub mod commands;
pub mod config;
pub mod domain;
pub mod http;
pub mod ingest;
pub mod intake;
pub mod jobs;
pub mod ndt7;
pub mod registry;
pub mod reports;
pub mod simulate;
pub mod store;
