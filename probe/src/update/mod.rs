//! Self-update, off unless somebody turned it on: a signed release is fetched, looked at, tried, and kept
//! only when it has reported. The installed program is never touched; it starts and watches the others,
//! so that it can always go back.

pub mod programs;
pub mod release;
mod stage;
mod supervise;

use std::{env, io, process::ExitCode, time::Duration};

use rustix::process::{Signal, getppid, set_parent_process_death_signal};
use serde::{Deserialize, Serialize};
use serde_json::json;

pub(crate) use supervise::supervise;

use self::{
    programs::{Known, Programs},
    release::{Version, from_hex},
};
use crate::{
    SOFTWARE_VERSION, complaint::Complaint, durable, output, output::Show, state::StateDir,
};

/// Set for a program that is watched, to the number of the process that watches: it must not watch another.
pub(crate) const WATCHED_VARIABLE: &str = "SCHOOLBEAT_PROBE_WATCHED";

/// What somebody who may write here decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// Where the release lies.
    url: String,
    /// The ed25519 key that signs it, 32 bytes as hexadecimal digits.
    key: String,
    /// Time between two looks.
    check_every_s: u64,
    /// A new program must have reported after so long.
    trial_s: u64,
}

impl Settings {
    fn key(&self) -> Vec<u8> {
        from_hex(&self.key).unwrap_or_default()
    }

    fn trial(&self) -> Duration {
        Duration::from_secs(self.trial_s)
    }
}

/// Arguments of `update`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum UpdateCommand {
    /// Look for releases from now on
    Enable(EnableArguments),
    /// Look no more, and measure with the installed program again
    Disable,
    /// Look now: fetch a newer release, see that it works, and begin its trial with the next start
    Check,
    /// Say what is chosen, tried and refused
    Status,
}

/// Arguments of `update enable`.
#[derive(Debug, clap::Args)]
pub(crate) struct EnableArguments {
    /// Where the release lies, as `schoolbeat probe-release sign` wrote it
    #[arg(long, value_name = "URL")]
    url: String,
    /// The public key of who signs releases, 64 hexadecimal digits
    #[arg(long, value_name = "KEY")]
    key: String,
    /// Time between two looks
    #[arg(long, value_name = "SECONDS", default_value_t = 24 * 3_600, value_parser = clap::value_parser!(u64).range(1..))]
    check_every: u64,
    /// A new program that has not reported after so long is gone back from
    #[arg(long, value_name = "SECONDS", default_value_t = 45 * 60, value_parser = clap::value_parser!(u64).range(1..))]
    trial: u64,
}

/// Runs `update`.
pub(crate) fn update(
    state: &StateDir,
    command: &UpdateCommand,
    show: Show,
) -> Result<ExitCode, Complaint> {
    match command {
        UpdateCommand::Enable(arguments) => enable(state, arguments, show),
        UpdateCommand::Disable => disable(state, show),
        UpdateCommand::Check => check(state, show),
        UpdateCommand::Status => status(state, show),
    }
}

fn unusable(error: &io::Error) -> Complaint {
    let text = durable::explained(error);
    Complaint::failed(
        "update_unusable",
        format!("The update cannot be kept: {text}."),
    )
}

fn enable(
    state: &StateDir,
    arguments: &EnableArguments,
    show: Show,
) -> Result<ExitCode, Complaint> {
    if from_hex(&arguments.key).is_none_or(|key| key.len() != 32) {
        return Err(Complaint::setup(
            "update_key_unreadable",
            "The key must be 64 hexadecimal digits, as schoolbeat probe-release key prints it.",
        ));
    }
    if !arguments.url.starts_with("https://") && !arguments.url.starts_with("http://") {
        return Err(Complaint::setup(
            "update_url_unreadable",
            "The address must begin with https:// or http://.",
        ));
    }
    let settings = Settings {
        url: arguments.url.clone(),
        key: arguments.key.to_lowercase(),
        check_every_s: arguments.check_every,
        trial_s: arguments.trial,
    };
    let bytes = serde_json::to_vec_pretty(&settings).map_err(|error| unusable(&error.into()))?;
    durable::create_dir(state.path())
        .and_then(|()| durable::replace(&state.update_path(), &bytes))
        .map_err(|error| unusable(&error))?;
    show.result(&settings, || {
        vec![format!(
            "Updates of {} are on, signed by {}. Restart the service.",
            settings.url, settings.key
        )]
    });
    Ok(ExitCode::SUCCESS)
}

fn disable(state: &StateDir, show: Show) -> Result<ExitCode, Complaint> {
    match std::fs::remove_file(state.update_path()) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unusable(&error)),
        _ => {}
    }
    show.result(&json!({"enabled": false}), || {
        vec!["Updates are off. Restart the service to measure with the installed program.".into()]
    });
    Ok(ExitCode::SUCCESS)
}

fn check(state: &StateDir, show: Show) -> Result<ExitCode, Complaint> {
    let settings = settings(state)?.ok_or_else(|| {
        Complaint::setup(
            "update_off",
            "Updates are off: schoolbeat-probe update enable --url URL --key KEY",
        )
    })?;
    let found = stage::look(state, &settings)
        .map_err(|error| Complaint::failed("update_failed", format!("{error}.")))?;
    let text = match &found {
        Some(version) => {
            format!("{version} is here and on trial with the next start of the service.")
        }
        None => "There is nothing newer.".to_owned(),
    };
    show.result(&json!({"found": found}), || vec![text]);
    Ok(ExitCode::SUCCESS)
}

#[derive(Serialize)]
struct Shown {
    installed: &'static str,
    settings: Option<Settings>,
    #[serde(flatten)]
    known: Known,
}

fn status(state: &StateDir, show: Show) -> Result<ExitCode, Complaint> {
    let known = Programs::at(state.programs_path())
        .known()
        .map_err(|error| unusable(&error))?;
    let shown = Shown {
        installed: SOFTWARE_VERSION,
        settings: settings(state)?,
        known,
    };
    show.result(&shown, || {
        let chosen = shown.known.chosen.as_ref().map_or_else(
            || format!("the installed program, {SOFTWARE_VERSION}"),
            |chosen| {
                let state = if chosen.is_kept { "kept" } else { "on trial" };
                format!("{}, {state}", chosen.version)
            },
        );
        let mut lines = vec![
            match &shown.settings {
                Some(settings) => format!("Updates of {} are on.", settings.url),
                None => "Updates are off.".to_owned(),
            },
            format!("Measures with: {chosen}"),
        ];
        if !shown.known.refused.is_empty() {
            lines.push(format!(
                "Gone back from: {}",
                shown.known.refused.join(", ")
            ));
        }
        lines
    });
    Ok(ExitCode::SUCCESS)
}

/// What was decided; `None`: updates are off.
pub(crate) fn settings(state: &StateDir) -> Result<Option<Settings>, Complaint> {
    let bytes = durable::read(&state.update_path()).map_err(|error| unusable(&error))?;
    let Some(bytes) = bytes else {
        return Ok(None);
    };
    serde_json::from_slice(&bytes).map(Some).map_err(|error| {
        Complaint::setup(
            "update_settings_unreadable",
            format!(
                "{} cannot be understood ({error}): schoolbeat-probe update disable, then enable",
                state.update_path().display()
            ),
        )
    })
}

/// The same for `run`: measuring goes on with the installed program whatever is wrong with updates.
pub(crate) fn settings_for_run(state: &StateDir) -> Option<Settings> {
    settings(state).unwrap_or_else(|complaint| {
        output::log(format!("update: {complaint}"));
        None
    })
}

/// Whether another program watches this one.
pub(crate) fn is_watched() -> bool {
    env::var_os(WATCHED_VARIABLE).is_some()
}

/// Whoever watches may be killed; this program then ends as if it were told to. False if that has
/// happened already, before it could be asked for.
pub(crate) fn ends_with_the_watcher() -> bool {
    if let Err(error) = set_parent_process_death_signal(Some(Signal::TERM)) {
        output::log(format!(
            "update: the end of the watching program goes unnoticed: {error}"
        ));
    }
    let parent = getppid().map(|pid| pid.as_raw_nonzero().to_string());
    env::var(WATCHED_VARIABLE).ok() == parent
}

/// The version of the installed program.
fn installed() -> Version {
    SOFTWARE_VERSION.parse().unwrap_or(Version::NONE)
}
