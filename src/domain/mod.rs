//! What things mean. Pure: knows no serialisation, no clock, no environment and no I/O.

pub mod account;
pub mod area;
pub mod benchmark;
mod benchmark_words;
pub mod calendar;
pub mod correction;
pub mod country;
pub mod enrolment_code;
pub mod gap;
pub mod giga_meter;
pub mod infrastructure;
pub mod listing;
pub mod location;
pub mod measurement;
pub mod page;
pub mod policy;
pub mod presence;
pub mod record;
pub mod school;
pub mod school_facts;
pub mod speed_server;
pub mod status;
pub mod status_week;
