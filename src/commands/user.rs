//! `schoolbeat user add LOGIN`: who may log in.

use std::{
    io::{BufRead, IsTerminal},
    process::ExitCode,
};

use clap::{Args, Subcommand};
use serde_json::json;

use super::{CommandError, Output, database::with_store, parse};
use crate::{
    config::Config,
    domain::account::Role,
    store::{StoreError, accounts, audit, passwords},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Add an account that may log in; its password is asked for
    Add(AddArguments),
}

#[derive(Debug, Args)]
pub(super) struct AddArguments {
    /// Name to log in by: lower-case letters, digits and . _ @ + -
    login: String,
    /// administrator: may do everything; technician: enrols probes and proposes corrections
    #[arg(long, default_value = "administrator", value_parser = parse::role)]
    role: Role,
    /// Read the password from standard input, its first line
    #[arg(long)]
    password_stdin: bool,
}

pub(super) fn run(
    command: Command,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    let Command::Add(arguments) = command;
    let login = arguments.login.trim().to_lowercase();
    let valid = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._@+-".contains(c);
    if !(2..=100).contains(&login.len())
        || !login.chars().all(valid)
        || !login.starts_with(|c: char| c.is_ascii_alphanumeric())
    {
        return Err(CommandError::new(
            "invalid_login",
            format!(
                "the login {login:?} must have 2 to 100 of: a-z 0-9 . _ @ + -, and begin with a \
                 letter or a digit"
            ),
        ));
    }
    let password = read_password(arguments.password_stdin)?;
    let hash = passwords::hash(&password).map_err(|e| CommandError::new("password", e))?;
    let role = arguments.role;
    let added = with_store(config, async |store| {
        let failed = |error| StoreError::query("user_add", error);
        let mut db = store.client().await?;
        let tx = db.transaction().await.map_err(failed)?;
        let added = accounts::add(&tx, &login, role, &hash).await?;
        let subject = format!("account {login}");
        let detail = json!({"role": role.slug()});
        audit::record(&tx, super::ACTOR, "account added", &subject, &detail).await?;
        // A login that is taken leaves no trace: the transaction ends here.
        if added {
            tx.commit().await.map_err(failed)?;
        }
        Ok(added)
    })?;
    if !added {
        let message = format!("there is an account {login:?} already; its password is unchanged");
        return Err(CommandError::new("login_taken", message));
    }
    let document = json!({"login": login, "role": role.slug()});
    Ok(output.answer(
        &document,
        format!("account {login} added ({})", role.slug()),
    ))
}

fn read_password(from_stdin: bool) -> Result<String, CommandError> {
    let failed = |error: std::io::Error| CommandError::new("password", error);
    let password = if from_stdin {
        let mut line = String::new();
        std::io::stdin()
            .lock()
            .read_line(&mut line)
            .map_err(failed)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    } else if std::io::stdin().is_terminal() {
        let password = rpassword::prompt_password("Password: ").map_err(failed)?;
        if rpassword::prompt_password("Again: ").map_err(failed)? != password {
            return Err(CommandError::new("password", "the two passwords differ"));
        }
        password
    } else {
        let message = "no terminal to ask for the password: use --password-stdin";
        return Err(CommandError::new("password", message));
    };
    let characters = password.chars().count();
    if characters < passwords::MIN_CHARACTERS || password.len() > passwords::MAX_BYTES {
        let wanted = passwords::MIN_CHARACTERS;
        let message = format!("the password must have at least {wanted} characters");
        return Err(CommandError::new("password_too_short", message));
    }
    Ok(password)
}
