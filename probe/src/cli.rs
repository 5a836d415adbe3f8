//! The command line: what the person asked for, and how the answer is shown.
//! It must not measure, store or send; each command has its own module.

use std::{env, ffi::OsStr, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use serde_json::json;

use crate::{
    arguments::{EnrolArguments, OnceArguments, RunArguments},
    complaint::Complaint,
    doctor, enrol, once,
    output::{self, Show},
    run,
    state::StateDir,
    status, trust,
    update::{self, UpdateCommand},
};

/// Measures a school's internet and reports it to a Schoolbeat server.
#[derive(Debug, Parser)]
#[command(name = "schoolbeat-probe", version, about, long_about = None)]
pub struct Cli {
    /// Where identity and spool are kept [default: /var/lib/schoolbeat-probe for root, else
    /// ~/.local/state/schoolbeat-probe; or the variable `SCHOOLBEAT_PROBE_STATE_DIR`]
    #[arg(long, global = true, value_name = "DIR")]
    state_dir: Option<PathBuf>,
    /// Trust the authorities of this PEM file besides the public ones [default: the variable
    /// `SCHOOLBEAT_PROBE_CA_FILE`]
    #[arg(long, global = true, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Print the result as one JSON document on stdout
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Redeem a one-time code: this machine becomes a probe of one school
    Enrol(EnrolArguments),
    /// Measure once, now, and print it
    Once(OnceArguments),
    /// Measure by schedule and report, until stopped
    Run(RunArguments),
    /// Say who this probe is, what it measured last, what waits to be sent and what comes next
    Status,
    /// Look at everything that a probe needs, and say what to do about what is amiss
    ///
    /// Exit codes: 0 all is well, 1 the probe works with limits, 2 it does not work.
    Doctor,
    /// Decide whether this probe updates itself; off by default
    #[command(subcommand)]
    Update(UpdateCommand),
}

/// Runs the program.
pub fn main() -> ExitCode {
    // clap prints help and usage errors itself, and exits with 0 or 2.
    let cli = Cli::parse();
    // Two libraries speak TLS; the first one to be here wins, and both are happy with ring.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match dispatch(&cli) {
        Ok(code) => code,
        Err(complaint) => {
            if cli.json {
                let error = json!({"code": complaint.code, "message": complaint.message});
                output::json(&json!({ "error": error }));
            }
            output::complain(&complaint);
            ExitCode::from(complaint.exit_code)
        }
    }
}

fn dispatch(cli: &Cli) -> Result<ExitCode, Complaint> {
    let variable = |name: &str| env::var_os(name).filter(not_empty).map(PathBuf::from);
    let ca_file = cli
        .ca_file
        .clone()
        .or_else(|| variable("SCHOOLBEAT_PROBE_CA_FILE"));
    if let Some(file) = ca_file {
        trust::choose(&file)?;
    }
    let is_root = rustix::process::geteuid().is_root();
    let state = StateDir::choose(cli.state_dir.clone(), variable, is_root)?;
    let show = Show::new(cli.json);
    match &cli.command {
        Command::Enrol(arguments) => enrol::enrol(&state, arguments, show),
        Command::Once(arguments) => once::once(&state, arguments, show),
        Command::Run(arguments) => run::run(&state, arguments, show),
        Command::Status => status::status(&state, show),
        Command::Doctor => doctor::doctor(&state, show),
        Command::Update(command) => update::update(&state, command, show),
    }
}

fn not_empty(value: &impl AsRef<OsStr>) -> bool {
    !value.as_ref().is_empty()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn options_are_understood_after_the_command() {
        let cli =
            Cli::try_parse_from(["p", "run", "--now", "--json", "--state-dir", "/x"]).unwrap();
        assert!(cli.json);
        assert_eq!(cli.state_dir, Some(PathBuf::from("/x")));
    }
}
