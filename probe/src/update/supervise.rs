//! The installed program starts the one that is to measure, and watches it: on trial it must report in
//! time, or it is gone back from.

use std::{
    env, fs, io,
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    pin::{Pin, pin},
    process::ExitCode,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    process::{Child, Command},
    time::{Instant, interval, sleep_until, timeout},
};

use super::{
    Settings, WATCHED_VARIABLE, installed,
    programs::{Programs, Startable},
    stage, unusable,
};
use crate::{
    SOFTWARE_VERSION,
    complaint::Complaint,
    output,
    run::{runtime, told_to_stop},
    state::StateDir,
};

/// How often it is looked whether a program on trial has reported.
const TRIAL_LOOK: Duration = Duration::from_millis(500);
/// A program that is told to stop may take so long; a report under way may take a part of it.
const STOP_DEADLINE: Duration = Duration::from_secs(10);

/// Why a program is no longer watched.
enum Ended {
    /// The service stops.
    Told,
    /// It ended by itself, with this code.
    ByItself(u8),
    /// It did not report in time.
    Silent,
    /// A newer one is there.
    Newer,
}

/// Runs the program that is to measure, and the next one, until told to stop.
pub(crate) fn supervise(state: &StateDir, settings: &Settings) -> Result<ExitCode, Complaint> {
    runtime()?
        .block_on(watch_on(state, settings))
        .map_err(|error| unusable(&error))
}

async fn watch_on(state: &StateDir, settings: &Settings) -> io::Result<ExitCode> {
    let programs = Programs::at(state.programs_path());
    // One for all programs: what is said between two of them is heard, too.
    let mut told = pin!(told_to_stop());
    loop {
        let chosen = programs.to_start(&settings.key(), installed())?;
        let on_trial = chosen.as_ref().is_some_and(|chosen| chosen.on_trial);
        let mut child = start(state, chosen.as_ref())?;
        match watch(state, settings, &mut child, on_trial, told.as_mut()).await? {
            Ended::Told => {
                stop(&mut child).await?;
                return Ok(ExitCode::SUCCESS);
            }
            Ended::Newer => stop(&mut child).await?,
            Ended::ByItself(code) if !is_on_trial(&programs)? => return Ok(ExitCode::from(code)),
            Ended::ByItself(code) => {
                output::log(format!(
                    "update: it ended by itself with {code}; going back"
                ));
                programs.go_back(true)?;
            }
            Ended::Silent => {
                output::log("update: it did not report in time; going back");
                stop(&mut child).await?;
                programs.go_back(true)?;
            }
        }
    }
}

fn is_on_trial(programs: &Programs) -> io::Result<bool> {
    let known = programs.known()?;
    Ok(known
        .chosen
        .is_some_and(|chosen| !chosen.is_kept && chosen.starts > 0))
}

fn start(state: &StateDir, chosen: Option<&Startable>) -> io::Result<Child> {
    let (path, version) = match chosen {
        Some(chosen) => (chosen.path.clone(), chosen.version.clone()),
        None => (own()?, SOFTWARE_VERSION.to_owned()),
    };
    match fs::remove_file(state.reported_path()) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let trial = if chosen.is_some_and(|chosen| chosen.on_trial) {
        ", on trial"
    } else {
        ""
    };
    output::log(format!("update: measuring with {version}{trial}"));
    Command::new(path)
        .args(env::args_os().skip(1))
        .env(WATCHED_VARIABLE, std::process::id().to_string())
        .kill_on_drop(true)
        .spawn()
}

/// The installed program, also after its file was replaced: the link then names what was deleted.
fn own() -> io::Result<PathBuf> {
    let path = env::current_exe()?;
    let text = path.to_string_lossy();
    Ok(text
        .strip_suffix(" (deleted)")
        .map_or_else(|| path.clone(), PathBuf::from))
}

async fn watch(
    state: &StateDir,
    settings: &Settings,
    child: &mut Child,
    mut on_trial: bool,
    mut told: Pin<&mut impl Future<Output = ()>>,
) -> io::Result<Ended> {
    let programs = Programs::at(state.programs_path());
    let deadline = Instant::now() + settings.trial();
    let mut look = interval(TRIAL_LOOK);
    // The first look comes early, so that a probe that is on for some hours a day is not passed by.
    let every = Duration::from_secs(settings.check_every_s);
    let mut next_check = Instant::now() + every / 24;
    loop {
        tokio::select! {
            () = &mut told => return Ok(Ended::Told),
            status = child.wait() => {
                let status = status?;
                let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
                return Ok(Ended::ByItself(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)));
            }
            _ = look.tick(), if on_trial => {
                if state.reported_path().exists() {
                    programs.keep_chosen()?;
                    output::log("update: it has reported and is kept");
                    on_trial = false;
                } else if Instant::now() >= deadline {
                    return Ok(Ended::Silent);
                }
            }
            // One trial at a time.
            () = sleep_until(next_check), if !on_trial => {
                next_check = Instant::now() + every;
                if check(state, settings).await {
                    return Ok(Ended::Newer);
                }
            }
        }
    }
}

/// Whether a newer program is here now. A look that fails is told and made again.
async fn check(state: &StateDir, settings: &Settings) -> bool {
    let (state, settings) = (state.clone(), settings.clone());
    let looked = tokio::task::spawn_blocking(move || stage::look(&state, &settings)).await;
    match looked {
        Ok(Ok(found)) => found.is_some(),
        Ok(Err(error)) => {
            output::log(format!("update: {error}"));
            false
        }
        Err(error) => {
            output::log(format!("update: {error}"));
            false
        }
    }
}

async fn stop(child: &mut Child) -> io::Result<()> {
    let pid = child
        .id()
        .and_then(|id| i32::try_from(id).ok())
        .and_then(Pid::from_raw);
    if let Some(pid) = pid {
        // That it has just ended is what is wanted.
        let _ = kill_process(pid, Signal::TERM);
    }
    if timeout(STOP_DEADLINE, child.wait()).await.is_err() {
        child.kill().await?;
    }
    Ok(())
}
