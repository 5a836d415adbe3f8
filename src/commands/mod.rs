//! One file per command. A command asks the layers below and prints; it decides nothing itself.

mod api_key;
mod area;
mod benchmark;
mod database;
mod enrol;
mod export;
mod import;
mod measurement_server;
mod ndt7_server;
mod output;
mod parse;
mod policy;
mod probe;
mod probe_release;
mod report;
mod retention;
mod school;
mod serve;
mod simulate;
mod summary;
mod telling;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
pub use database::Database;
pub use output::{CommandError, Output};

use crate::config::{Config, ConfigError};

/// Whom the audit log names for what is done by command.
const ACTOR: &str = "command line";

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
    /// Make up a country, for demonstrations: named as invented wherever it is shown
    Simulate(simulate::Simulate),
    /// Bring the database to this program's schema
    Migrate,
    /// Take a ministry's areas or schools, or infrastructure, from a file
    #[command(subcommand)]
    Import(import::Import),
    /// Write schools, areas or infrastructure to a file, with the columns that they came with
    #[command(subcommand)]
    Export(export::Command),
    /// Look areas up
    #[command(subcommand)]
    Area(area::Command),
    /// Look schools up
    #[command(subcommand)]
    School(school::Command),
    /// Make a one-time code by which a new probe joins a school
    Enrol(enrol::Arguments),
    /// Act on probes
    #[command(subcommand)]
    Probe(probe::Command),
    /// Decide which programs may send for schools, such as installations of Giga Meter
    #[command(subcommand)]
    ApiKey(api_key::Command),
    /// Make and sign releases that probes may update themselves to
    #[command(subcommand)]
    ProbeRelease(probe_release::Command),
    /// Write a report
    #[command(subcommand)]
    Report(report::Command),
    /// What schools are judged by: rule sets with a source, and which a country judges by
    #[command(subcommand)]
    Benchmark(benchmark::Command),
    /// What a country asks of its probes: budget, quiet hours, learning platforms
    #[command(subcommand)]
    Policy(policy::Command),
    /// Say when a country's schools are closed
    #[command(subcommand)]
    Holiday(policy::HolidayCommand),
    /// How long measurements are kept; summaries are kept for ever
    #[command(subcommand)]
    Retention(retention::Command),
    /// Make the summaries of days, weeks and months again from what was measured
    #[command(subcommand)]
    Summary(summary::Command),
    /// Measure for others by ndt7, without a database, until told to stop
    Ndt7Server,
    /// Say which measurement servers of others probes are sent to
    #[command(subcommand)]
    MeasurementServer(measurement_server::Command),
    /// Decide who may log in
    #[command(subcommand)]
    User(user::Command),
}

/// Says why no command can run in this environment.
pub fn refuse(arguments: &Arguments, error: &ConfigError) -> ExitCode {
    Output::new(arguments.json).failure(&CommandError::new("configuration", error));
    ExitCode::from(2)
}

/// Runs the command and says how it went: 0 done, 1 failed, 2 misused.
pub fn run(arguments: Arguments, config: &Config) -> ExitCode {
    let output = Output::new(arguments.json);
    let result = match arguments.command {
        Command::Serve => serve::run(config, output),
        Command::Simulate(arguments) => simulate::run(&arguments, config, output),
        Command::Migrate => database::migrate(config, output),
        Command::Import(import) => import::run(import, config, output),
        Command::Export(command) => export::run(&command, config, output),
        Command::Area(command) => area::run(command, config, output),
        Command::School(command) => school::run(command, config, output),
        Command::Enrol(arguments) => enrol::run(&arguments, config, output),
        Command::Probe(command) => probe::run(&command, config, output),
        Command::ApiKey(command) => api_key::run(&command, config, output),
        Command::ProbeRelease(command) => probe_release::run(&command, output),
        Command::Report(command) => report::run(command, config, output),
        Command::Benchmark(command) => benchmark::run(&command, config, output),
        Command::Policy(command) => policy::run(&command, config, output),
        Command::Holiday(command) => policy::run_holiday(&command, config, output),
        Command::Retention(command) => retention::run(&command, config, output),
        Command::Summary(command) => summary::run(&command, config, output),
        Command::Ndt7Server => ndt7_server::run(config, output),
        Command::MeasurementServer(command) => measurement_server::run(command, config, output),
        Command::User(command) => user::run(command, config, output),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            output.failure(&error);
            ExitCode::from(1)
        }
    }
}
