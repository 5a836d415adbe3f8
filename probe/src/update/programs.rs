//! The programs in the state directory: which one is to measure, and how its trial goes. File system
//! only. The program that was installed is none of these and is never touched.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use ring::digest::{Context, SHA256};
use schoolbeat_wire::Release;
use serde::{Deserialize, Serialize};

use super::release::{self, Version, to_hex};
use crate::durable;

/// A program that is on trial is started so often at most: it may end by a power cut, too.
pub const MAX_TRIAL_STARTS: u32 = 3;

/// What is known of the programs, durably.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Known {
    /// The program that is to measure; absent: the one that was installed.
    pub chosen: Option<Chosen>,
    /// The one before it, that is gone back to.
    pub previous: Option<String>,
    /// Versions that were tried and gone back from.
    pub refused: Vec<String>,
    /// When the newest release that was seen was signed.
    pub newest_signed_unix_ms: i64,
}

/// The program that is to measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// Its version.
    pub version: String,
    /// It has reported: it stays.
    pub is_kept: bool,
    /// How often it was started on trial.
    pub starts: u32,
}

/// The folder of the programs.
#[derive(Debug, Clone)]
pub struct Programs {
    dir: PathBuf,
}

/// A program that may be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Startable {
    /// Where it lies.
    pub path: PathBuf,
    /// Its version.
    pub version: String,
    /// Whether it must still show that it reports.
    pub on_trial: bool,
}

impl Programs {
    /// The programs in this folder.
    pub fn at(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// Where the program of a version lies. The version was read as one, so that it is a file's name.
    pub fn path(&self, version: &str) -> PathBuf {
        self.dir.join(version)
    }

    fn document_path(&self, version: &str) -> PathBuf {
        self.dir.join(format!("{version}.release.json"))
    }

    fn known_path(&self) -> PathBuf {
        self.dir.join("known.json")
    }

    /// What is known. A file that cannot be read is an error: what it says was refused must not be tried
    /// again.
    pub fn known(&self) -> io::Result<Known> {
        let Some(bytes) = durable::read(&self.known_path())? else {
            return Ok(Known::default());
        };
        serde_json::from_slice(&bytes).map_err(io::Error::from)
    }

    fn keep(&self, known: &Known) -> io::Result<()> {
        durable::create_dir(&self.dir)?;
        durable::replace(&self.known_path(), &serde_json::to_vec_pretty(known)?)
    }

    /// Puts a program that was fetched to `from` in its place and on trial, with the release that vouches
    /// for it.
    pub fn begin_trial(&self, release: &Release, document: &[u8], from: &Path) -> io::Result<()> {
        let version = &release.version;
        durable::replace(&self.document_path(version), document)?;
        durable::rename(from, &self.path(version))?;
        let mut known = self.known()?;
        let before = known.chosen.take().filter(|chosen| chosen.is_kept);
        known.previous = before.map(|chosen| chosen.version).or(known.previous);
        known.chosen = Some(Chosen {
            version: version.clone(),
            is_kept: false,
            starts: 0,
        });
        known.newest_signed_unix_ms = known.newest_signed_unix_ms.max(release.signed_unix_ms);
        self.keep(&known)
    }

    /// Never to take a release that was signed before this one.
    pub fn saw(&self, release: &Release) -> io::Result<()> {
        let mut known = self.known()?;
        if release.signed_unix_ms > known.newest_signed_unix_ms {
            known.newest_signed_unix_ms = release.signed_unix_ms;
            self.keep(&known)?;
        }
        Ok(())
    }

    /// Never to try this version.
    pub fn refuse(&self, version: &str) -> io::Result<()> {
        let mut known = self.known()?;
        known.refused.push(version.to_owned());
        self.keep(&known)
    }

    /// The program to start, looked at anew: signed by `key`, unchanged, and newer than the installed one.
    /// One on trial counts as started with this.
    pub fn to_start(&self, key: &[u8], installed: Version) -> io::Result<Option<Startable>> {
        let mut known = self.known()?;
        while let Some(chosen) = known.chosen.clone() {
            let tired = !chosen.is_kept && chosen.starts >= MAX_TRIAL_STARTS;
            if tired || !self.is_good(&chosen.version, key, installed) {
                known = self.go_back(tired)?;
                continue;
            }
            if !chosen.is_kept {
                let starts = chosen.starts + 1;
                known.chosen = Some(Chosen {
                    starts,
                    ..chosen.clone()
                });
                self.keep(&known)?;
            }
            return Ok(Some(Startable {
                path: self.path(&chosen.version),
                version: chosen.version,
                on_trial: !chosen.is_kept,
            }));
        }
        Ok(None)
    }

    fn is_good(&self, version: &str, key: &[u8], installed: Version) -> bool {
        let newer = version
            .parse::<Version>()
            .is_ok_and(|version| version > installed);
        let document = durable::read(&self.document_path(version)).ok().flatten();
        let release = document.and_then(|document| release::verified(&document, key).ok());
        let hash = sha256(&self.path(version)).ok();
        newer
            && release.is_some_and(|release| {
                release.version == version
                    && release
                        .builds
                        .iter()
                        .any(|build| Some(&build.sha256) == hash.as_ref())
            })
    }

    /// The chosen program has reported: it stays, and what is older than the one before it goes.
    pub fn keep_chosen(&self) -> io::Result<()> {
        let mut known = self.known()?;
        if let Some(chosen) = &mut known.chosen {
            chosen.is_kept = true;
        }
        self.keep(&known)?;
        self.tidy(&known)
    }

    /// Goes back to the program before the chosen one, which is not tried again if it was at fault.
    pub fn go_back(&self, at_fault: bool) -> io::Result<Known> {
        let mut known = self.known()?;
        let gone = known.chosen.take();
        if let Some(gone) = gone.filter(|_| at_fault) {
            known.refused.push(gone.version);
        }
        let previous = known.previous.take();
        known.chosen = previous.map(|version| Chosen {
            version,
            is_kept: true,
            starts: 0,
        });
        self.keep(&known)?;
        self.tidy(&known)?;
        Ok(known)
    }

    /// Removes every program but the chosen one and the one before it.
    fn tidy(&self, known: &Known) -> io::Result<()> {
        let mut wanted = vec![self.known_path()];
        let chosen = known.chosen.as_ref().map(|chosen| &chosen.version);
        for version in chosen.into_iter().chain(&known.previous) {
            wanted.extend([self.path(version), self.document_path(version)]);
        }
        for entry in fs::read_dir(&self.dir)? {
            let path = entry?.path();
            if !wanted.contains(&path) {
                fs::remove_file(&path)?;
            }
        }
        durable::sync_dir(&self.dir)
    }
}

/// SHA-256 of a file, as hexadecimal digits.
pub fn sha256(path: &Path) -> io::Result<String> {
    let mut file = fs::File::open(path)?;
    let mut context = Context::new(&SHA256);
    io::copy(&mut file, &mut Hashing(&mut context))?;
    Ok(to_hex(context.finish().as_ref()))
}

struct Hashing<'a>(&'a mut Context);

impl io::Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
