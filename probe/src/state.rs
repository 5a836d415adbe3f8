//! The state directory: who this probe is, and the right to work as it. File system only.
//!
//! It holds `identity.json` (with the secret, readable by its owner alone), `config.json`, `spool/`,
//! `refused.jsonl`, `lock`, `retired-…/` with the unsent records of former enrolments, and, where updates
//! are on, `update.json`, `programs/` and `reported.json`.

#[cfg(test)]
mod tests;

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use rustix::fs::{FlockOperation, flock};
use schoolbeat_wire::{EnrolledSchool, ProbeConfig, Vantage};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    bounds, clock,
    complaint::Complaint,
    durable,
    spool::{Limits, Mended, Spool, SpoolFigures},
};

/// The only environment variable that names a state directory.
pub const STATE_DIR_VARIABLE: &str = "SCHOOLBEAT_PROBE_STATE_DIR";

/// Who this probe is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Opaque id, given by the server.
    pub probe_id: String,
    /// Bearer secret, given by the server once.
    pub secret: String,
    /// The server's URL.
    pub server: String,
    /// The school it belongs to.
    pub school: EnrolledSchool,
    /// Where it sits on the school's network.
    pub vantage: Vantage,
    /// When it was enrolled, by this machine's clock.
    pub enrolled_unix_ms: i64,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity")
            .field("probe_id", &self.probe_id)
            .field("secret", &"***")
            .field("server", &self.server)
            .field("school", &self.school)
            .finish_non_exhaustive()
    }
}

/// The right to change a state directory, held until dropped.
#[derive(Debug)]
pub struct StateLock {
    _file: File,
}

/// A probe's state directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateDir {
    dir: PathBuf,
}

impl StateDir {
    /// A state directory at this path. Nothing is created yet.
    pub fn at(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// Chooses the directory: the argument, else [`STATE_DIR_VARIABLE`], else `/var/lib` for root, else
    /// the user's own state directory.
    pub fn choose(
        argument: Option<PathBuf>,
        variable: impl Fn(&str) -> Option<PathBuf>,
        is_root: bool,
    ) -> Result<Self, Complaint> {
        const NAME: &str = "schoolbeat-probe";
        if let Some(dir) = argument.or_else(|| variable(STATE_DIR_VARIABLE)) {
            return Ok(Self { dir });
        }
        if is_root {
            return Ok(Self {
                dir: Path::new("/var/lib").join(NAME),
            });
        }
        variable("XDG_STATE_HOME")
            .or_else(|| variable("HOME").map(|home| home.join(".local/state")))
            .map(|base| Self { dir: base.join(NAME) })
            .ok_or_else(|| {
                Complaint::setup(
                    "state_dir_unknown",
                    format!("There is no home directory to keep state in: give --state-dir DIR or set {STATE_DIR_VARIABLE}."),
                )
            })
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.dir
    }

    /// Where single records go that the server refuses to read.
    pub fn refused_path(&self) -> PathBuf {
        self.dir.join("refused.jsonl")
    }

    /// What measuring has cost.
    pub fn ledger_path(&self) -> PathBuf {
        self.dir.join("ledger.json")
    }

    fn identity_path(&self) -> PathBuf {
        self.dir.join("identity.json")
    }

    fn next_identity_path(&self) -> PathBuf {
        self.dir.join("next-identity.json")
    }

    /// Where the span of presence is kept that goes on.
    pub fn presence_path(&self) -> PathBuf {
        self.dir.join("presence.json")
    }

    /// Where it is written whether and from where this probe updates itself.
    pub fn update_path(&self) -> PathBuf {
        self.dir.join("update.json")
    }

    /// Where programs lie that this probe updated itself to.
    pub fn programs_path(&self) -> PathBuf {
        self.dir.join("programs")
    }

    /// Is there since the program that is watched has reported.
    pub fn reported_path(&self) -> PathBuf {
        self.dir.join("reported.json")
    }

    fn config_path(&self) -> PathBuf {
        self.dir.join("config.json")
    }

    fn spool_path(&self) -> PathBuf {
        self.dir.join("spool")
    }

    /// Takes the right to change this directory; `None` if another process holds it.
    pub fn try_lock(&self) -> Result<Option<StateLock>, Complaint> {
        durable::create_dir(&self.dir).map_err(|error| self.unusable(&error))?;
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(self.dir.join("lock"))
            .and_then(|file| durable::of_its_folder(&file, &self.dir).map(|()| file))
            .map_err(|error| self.unusable(&error))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {
                self.finish_replacement()
                    .map_err(|error| self.unusable(&error))?;
                Ok(Some(StateLock { _file: file }))
            }
            Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
            Err(error) => Err(self.unusable(&error.into())),
        }
    }

    /// Takes the right to change this directory, or says who has it.
    pub fn lock(&self) -> Result<StateLock, Complaint> {
        self.try_lock()?.ok_or_else(|| {
            Complaint::setup(
                "state_dir_in_use",
                format!(
                    "Another schoolbeat-probe is working in {}. Stop it first (systemctl stop \
                     schoolbeat-probe), or give this one a directory of its own with --state-dir.",
                    self.dir.display()
                ),
            )
        })
    }

    /// Whether another process works here, as far as can be seen.
    pub fn is_in_use(&self) -> bool {
        let Ok(file) = File::open(self.dir.join("lock")) else {
            return false;
        };
        flock(&file, FlockOperation::NonBlockingLockShared).is_err()
    }

    /// Who this probe is; `None` if it was never enrolled.
    pub fn identity(&self) -> Result<Option<Identity>, Complaint> {
        self.read_json(&self.identity_path())
    }

    /// Who this probe is, or how to enrol it.
    pub fn enrolled(&self) -> Result<Identity, Complaint> {
        self.identity()?.ok_or_else(|| {
            Complaint::setup(
                "not_enrolled",
                format!(
                    "This probe is not enrolled (there is no identity in {}). Ask for a code at your \
                     server and run: schoolbeat-probe enrol --server URL --code CODE",
                    self.dir.display()
                ),
            )
        })
    }

    /// The configuration last heard from the server, within bounds.
    pub fn config(&self) -> ProbeConfig {
        let kept: Option<ProbeConfig> = self.read_json(&self.config_path()).ok().flatten();
        bounds::bounded(&kept.unwrap_or_default())
    }

    /// Keeps the server's configuration for times when it cannot be reached.
    pub fn keep_config(&self, config: &ProbeConfig) -> io::Result<()> {
        durable::replace(&self.config_path(), &json(config)?)
    }

    /// The spool of the present enrolment. The lock shows that nobody else writes to it.
    pub fn spool(&self, _lock: &StateLock, limits: Limits) -> Result<(Spool, Mended), Complaint> {
        Spool::open(&self.spool_path(), limits)
            .map_err(|error| Complaint::setup("spool_unusable", format!("{error}.")))
    }

    /// The spool in figures, without a lock.
    pub fn spool_figures(&self) -> Result<SpoolFigures, Complaint> {
        Spool::inspect(&self.spool_path())
            .map_err(|error| Complaint::setup("spool_unusable", format!("{error}.")))
    }

    /// Becomes a new probe: the new identity is on the medium before anything of the old one moves,
    /// so that a crash in between is finished by the next command. Returns where unsent records of the
    /// old identity were set aside.
    pub fn replace_identity(
        &self,
        _lock: &StateLock,
        identity: &Identity,
        config: &ProbeConfig,
    ) -> io::Result<Option<PathBuf>> {
        durable::replace(&self.next_identity_path(), &json(identity)?)?;
        let retired = self.finish_replacement()?;
        self.keep_config(config)?;
        Ok(retired)
    }

    /// Completes [`Self::replace_identity`]; does nothing if none is under way.
    fn finish_replacement(&self) -> io::Result<Option<PathBuf>> {
        if !self.next_identity_path().exists() {
            return Ok(None);
        }
        let retired = self.retire_spool()?;
        // What the former probe last saw is none of the new one's.
        if let Err(error) = fs::remove_file(self.presence_path())
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(error);
        }
        durable::rename(&self.next_identity_path(), &self.identity_path())?;
        Ok(retired)
    }

    /// A new enrolment begins with an empty spool. A spool with nothing in it but its mark goes; any
    /// other is set aside with the identity that could still send it.
    fn retire_spool(&self) -> io::Result<Option<PathBuf>> {
        let spool = self.spool_path();
        if !spool.exists() {
            return Ok(None);
        }
        if Spool::inspect(&spool).is_ok_and(|figures| figures.waiting == 0) {
            fs::remove_dir_all(&spool)?;
            durable::sync_dir(&self.dir)?;
            return Ok(None);
        }
        let time = clock::rfc3339(clock::wall_unix_ms()).replace([':', '-'], "");
        let mut retired = self.dir.join(format!("retired-{time}"));
        for count in 1_u32.. {
            if !retired.exists() {
                break;
            }
            retired = self.dir.join(format!("retired-{time}-{count}"));
        }
        durable::create_dir(&retired)?;
        if let Some(identity) = durable::read(&self.identity_path())? {
            durable::replace(&retired.join("identity.json"), &identity)?;
        }
        durable::rename(&spool, &retired.join("spool"))?;
        Ok(Some(retired))
    }

    fn read_json<T: DeserializeOwned>(&self, path: &Path) -> Result<Option<T>, Complaint> {
        let Some(contents) = durable::read(path).map_err(|error| self.unusable(&error))? else {
            return Ok(None);
        };
        serde_json::from_slice(&contents)
            .map(Some)
            .map_err(|error| {
                Complaint::setup(
                    "state_unreadable",
                    format!(
                        "{} cannot be understood ({error}). Enrol this probe again with --replace.",
                        path.display()
                    ),
                )
            })
    }

    fn unusable(&self, error: &io::Error) -> Complaint {
        Complaint::setup(
            "state_dir_unusable",
            format!(
                "The state directory {} cannot be used: {error}. Run this as the user of the service, \
                 or give another directory with --state-dir.",
                self.dir.display()
            ),
        )
    }
}

fn json(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}
