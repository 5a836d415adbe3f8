//! The command line of Schoolbeat.

use std::{io::IsTerminal, process::ExitCode};

use clap::Parser;
use schoolbeat::{
    commands::{self, Arguments},
    config::{Config, LogConfig},
};

/// Lists pass from the thread that reads them to the one that writes them, row by row; the system's
/// allocator spends a fifth of the time of an import on that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let config = match Config::from_env() {
        Ok(config) => config,
        Err(error) => return commands::refuse(&arguments, &error),
    };
    start_log(&config.log);
    commands::run(arguments, &config)
}

fn start_log(config: &LogConfig) {
    let filter = tracing_subscriber::EnvFilter::new(&config.filter);
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    if config.json {
        log.json().flatten_event(true).init();
    } else {
        log.with_target(false).init();
    }
}
