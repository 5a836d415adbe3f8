//! A look for a release: what is newer is fetched, compared with what was signed, started once to see
//! that it works here, and put on trial.

use std::{
    fs, io,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use schoolbeat_wire::{Release, ReleaseBuild};

use super::{
    Settings, WATCHED_VARIABLE, installed,
    programs::{Programs, sha256},
    release::{self, Refused, Version},
};
use crate::{
    TARGET, durable,
    send::download::{self, DownloadError},
    state::StateDir,
};

/// A release names some dozen kinds of machines.
const MAX_RELEASE_BYTES: u64 = 256 << 10;
/// Larger than any program of ours.
const MAX_PROGRAM_BYTES: u64 = 256 << 20;
/// `doctor` asks the server once, with a deadline of a minute.
const HEALTH_DEADLINE: Duration = Duration::from_mins(3);

/// Why a look brought nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum StageError {
    /// It is not one that may be taken.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// It could not be fetched.
    #[error(transparent)]
    Download(#[from] DownloadError),
    /// It cannot be kept.
    #[error("the program cannot be kept: {}", durable::explained(.0))]
    Kept(#[from] io::Error),
    /// What came is not what was signed.
    #[error("{url} is not the program that was signed: {what}")]
    Differs {
        /// Where it came from.
        url: String,
        /// What differs.
        what: String,
    },
    /// It does not work here, now.
    #[error("version {version} was fetched and does not work here: {what}")]
    Unwell {
        /// Its version.
        version: String,
        /// What it said.
        what: String,
    },
}

/// Looks once; the version that is on trial from now on, if there is one.
pub(super) fn look(state: &StateDir, settings: &Settings) -> Result<Option<String>, StageError> {
    let programs = Programs::at(state.programs_path());
    let document = download::into_memory(&settings.url, MAX_RELEASE_BYTES)?;
    let release = release::verified(&document, &settings.key())?;
    let known = programs.known()?;
    let chosen = known
        .chosen
        .as_ref()
        .and_then(|chosen| chosen.version.parse().ok());
    let have = chosen.map_or(installed(), |chosen: Version| chosen.max(installed()));
    let newest = known.newest_signed_unix_ms;
    let Some(build) = release::newer(&release, have, &known.refused, newest, TARGET)? else {
        programs.saw(&release)?;
        return Ok(None);
    };
    durable::create_dir(&state.programs_path())?;
    let fetched = state.programs_path().join("fetched");
    let staged = fetch(&settings.url, build, &fetched)
        .and_then(|()| well(state, &fetched, &release))
        .and_then(|()| Ok(programs.begin_trial(&release, &document, &fetched)?));
    if let Err(error) = staged {
        // Half a program is of no use; that there is none is no other error.
        let _ = fs::remove_file(&fetched);
        return Err(error);
    }
    Ok(Some(release.version))
}

fn fetch(release_url: &str, build: &ReleaseBuild, path: &Path) -> Result<(), StageError> {
    let url = address(release_url, &build.url);
    let differs = |what: String| StageError::Differs {
        url: url.clone(),
        what,
    };
    if build.size_bytes > MAX_PROGRAM_BYTES {
        return Err(differs(format!(
            "{} bytes are more than a program has",
            build.size_bytes
        )));
    }
    // One byte more shows that there is more.
    download::into_file(&url, path, build.size_bytes + 1)?;
    let size_bytes = fs::metadata(path)?.len();
    if size_bytes != build.size_bytes {
        return Err(differs(format!(
            "{size_bytes} bytes, not {}",
            build.size_bytes
        )));
    }
    let hash = sha256(path)?;
    if hash != build.sha256.to_lowercase() {
        return Err(differs(format!("SHA-256 {hash}, not {}", build.sha256)));
    }
    Ok(())
}

/// An address that stands in a release: as it is, or from where the release lies.
fn address(release_url: &str, url: &str) -> String {
    if url.contains("://") {
        return url.to_owned();
    }
    let folder = release_url
        .rsplit_once('/')
        .map_or(release_url, |(folder, _)| folder);
    format!("{folder}/{}", url.trim_start_matches('/'))
}

/// It starts, is of the version that it should be, reads state and spool, and reaches the server.
fn well(state: &StateDir, program: &Path, release: &Release) -> Result<(), StageError> {
    let unwell = |what: String| StageError::Unwell {
        version: release.version.clone(),
        what,
    };
    let (_, said) =
        ended(Command::new(program).arg("--version")).map_err(|e| unwell(e.to_string()))?;
    let wanted = format!("schoolbeat-probe {}", release.version);
    if said.trim() != wanted {
        return Err(unwell(format!("it calls itself {:?}", said.trim())));
    }
    let mut doctor = Command::new(program);
    doctor.arg("--state-dir").arg(state.path()).arg("doctor");
    match ended(&mut doctor).map_err(|error| unwell(error.to_string()))? {
        (Some(0 | 1), _) => Ok(()),
        (_, said) => Err(unwell(format!("doctor says:\n{}", said.trim()))),
    }
}

/// Runs a program to its end, or until the deadline; its exit code and what it printed.
fn ended(command: &mut Command) -> io::Result<(Option<i32>, String)> {
    let mut child = command
        .env(WATCHED_VARIABLE, "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let stdout = child.stdout.take();
    let reading = thread::spawn(move || {
        let mut said = String::new();
        let read = stdout.map(|stdout| {
            io::Read::read_to_string(&mut io::Read::take(stdout, 64 << 10), &mut said)
        });
        read.transpose().map(|_| said)
    });
    let until = Instant::now() + HEALTH_DEADLINE;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if Instant::now() > until {
            child.kill()?;
            child.wait()?;
            return Err(io::Error::other("it does not end"));
        }
        thread::sleep(Duration::from_millis(50));
    };
    let said = reading
        .join()
        .map_err(|_| io::Error::other("it cannot be read"))??;
    Ok((status.code(), said))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_from_where_the_release_lies() {
        let release = "https://r.example/probe/release.json";
        assert_eq!(address(release, "a/b"), "https://r.example/probe/a/b");
        assert_eq!(address(release, "/b"), "https://r.example/probe/b");
        assert_eq!(address(release, "http://o.example/x"), "http://o.example/x");
    }
}
