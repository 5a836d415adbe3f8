//! The `schoolbeat-probe` command. It must not decide anything: see [`schoolbeat_probe::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    schoolbeat_probe::cli::main()
}
