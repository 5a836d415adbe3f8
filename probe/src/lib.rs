//! The Schoolbeat agent: measures a school's internet, keeps what it measured, reports it.
//!
//! Code map, from pure to impure:
//!
//! | module | question it answers |
//! |---|---|
//! | [`summary`] | what do these round trips say? (pure) |
//! | [`steady`] | has a transfer shown its rate? (pure) |
//! | [`schedule`] | when is what measured next? (pure, takes `now` and randomness) |
//! | [`windows`] | at which time of the day is a speed test made? (pure) |
//! | [`budget`] | may a speed test be made, and how large? (pure) |
//! | [`ledger`] | what have measuring and reporting cost? (file system only) |
//! | [`backoff`] | how long until the next try? (pure) |
//! | [`bounds`] | which configuration will a probe accept from its server? (pure) |
//! | [`clock`] | what time is it, by which clock? |
//! | [`server_url`] | where is the server? (pure) |
//! | [`page_url`] | where is a learning platform's page? (pure) |
//! | [`trust`] | whose certificates are believed? (file system only) |
//! | [`spool`] | which records wait, durably? (file system only) |
//! | [`state`] | who am I, and may I work in this directory? (file system only) |
//! | [`measure`] | how is the line? (the only module that opens sockets) |
//! | [`presence`] | which spans of what cause come of the looks? Pure |
//! | [`send`] | what did the server say to our records? (HTTP through ureq) |
//! | [`update`] | which program is to measure, and is a newer one good? |
//! | [`cli`] | what did the person ask for? |
//!
//! What never happens here: a record is never deleted before the server acknowledged it, unless
//! the spool is full, and then a notice says so; a
//! sequence number is never used twice within an enrolment; two measurements never run at the same
//! time (the windows of a path check to its targets are one); a failed measurement is never a missing record; nothing waits without a deadline.

mod arguments;
pub mod backoff;
pub mod bounds;
pub mod budget;
pub mod cli;
pub mod clock;
pub mod complaint;
mod doctor;
mod durable;
mod enrol;
pub mod ledger;
pub mod measure;
mod once;
pub mod output;
pub mod page_url;
pub mod presence;
mod run;
pub mod schedule;
pub mod send;
pub mod server_url;
pub mod spool;
pub mod state;
mod status;
pub mod steady;
pub mod summary;
pub mod trust;
mod units;
pub mod update;
pub mod windows;

/// What this program was built for, as releases name it.
pub const TARGET: &str = env!("SCHOOLBEAT_PROBE_TARGET");
/// The version that a probe reports of itself.
pub const SOFTWARE_VERSION: &str = env!("CARGO_PKG_VERSION");
