//! One file per command. A command asks the layers below and prints; it decides nothing itself.

mod database;
mod output;
mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
pub use database::Database;
pub use output::{CommandError, Output};

use crate::config::Config;

/// Knows, for every school in a country, whether its internet works well enough to learn with.
#[derive(Debug, Parser)]
#[command(name = "schoolbeat", version, propagate_version = true)]
pub struct Arguments {
    /// Print one JSON document instead of text
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer probes and people until told to stop
    Serve,
    /// Bring the database to this program's schema
    Migrate,
}

/// Runs the command and says how it went: 0 done, 1 failed, 2 misused.
pub fn run(arguments: Arguments, config: &Config) -> ExitCode {
    let output = Output::new(arguments.json);
    let result = match arguments.command {
        Command::Serve => serve::run(config, output),
        Command::Migrate => database::migrate(config, output),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            output.failure(&error);
            ExitCode::from(1)
        }
    }
}
