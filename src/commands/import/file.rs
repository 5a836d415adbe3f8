//! A file that a command names, and the country that it is about.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Read},
    path::{Path, PathBuf},
};

use clap::Args;
use sha2::{Digest, Sha256};

use crate::{
    commands::{ACTOR, CommandError},
    intake::{MAX_FILE_BYTES, country},
    registry::{FileError, TextEncoding},
    store::imports::{CountryChanges, ImportFile},
};

/// The file, and what it is about.
#[derive(Debug, Args)]
pub(in crate::commands) struct FileArguments {
    /// The file; its content decides what it is, not its name
    pub file: PathBuf,
    /// The country's ISO 3166-1 alpha-3 code, such as KEN; XAA to XZZ for an invented one
    #[arg(long)]
    country: String,
    /// The country's name, instead of the one that ISO 3166 gives it
    #[arg(long, value_name = "NAME")]
    country_name: Option<String>,
    /// The country's time zone, such as Africa/Nairobi
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// Whose data it is and under which licence; shown wherever it is
    #[arg(long, value_name = "TEXT")]
    credit: Option<String>,
    /// How the file's text is encoded, such as utf-8, windows-1252 (latin-1) or windows-1256
    /// (Arabic), if what is found is wrong
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<TextEncoding>,
    /// Print every finding, not only the first of each kind
    #[arg(long)]
    pub all_findings: bool,
}

/// What is said of a file, and what was assumed.
pub(super) struct Described {
    pub file: ImportFile,
    pub notices: Vec<String>,
}

impl FileArguments {
    /// The file as it will be recorded. Reads it once, for its hash.
    pub fn describe(&self, source: Option<String>) -> Result<Described, CommandError> {
        let proposal = country::propose(
            &self.country,
            self.country_name.as_deref(),
            self.time_zone.as_deref(),
            self.credit.as_deref(),
        )
        .map_err(|error| CommandError::new(error.code(), error))?;
        let (sha256, bytes) = hash(&self.file)?;
        let name = self.file.file_name().unwrap_or_default();
        let file = ImportFile {
            changes: CountryChanges {
                name: self.country_name.clone(),
                time_zone: self.time_zone.clone(),
                credit: proposal.country.credit.clone(),
            },
            country: proposal.country,
            file_name: name.to_string_lossy().into_owned(),
            sha256,
            bytes: i64::try_from(bytes).ok(),
            source,
            actor: ACTOR.into(),
        };
        Ok(Described {
            file,
            notices: proposal.notices,
        })
    }

    /// The bytes of a file that is read whole.
    pub fn read(&self) -> Result<Vec<u8>, CommandError> {
        read(&self.file)
    }

    /// Why the file was not taken.
    pub fn refused(&self, error: &FileError) -> CommandError {
        refused(&self.file, error)
    }
}

/// The bytes of a file that is read whole.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, CommandError> {
    check(path)?;
    fs::read(path).map_err(|error| unreadable(path, &error))
}

/// Why a file was not taken.
pub(super) fn refused(path: &Path, error: &FileError) -> CommandError {
    let shown = path.display();
    CommandError::new(error.code(), format!("{shown}: {error}; nothing was kept"))
}

/// Whether the file can be taken at all.
fn check(path: &Path) -> Result<(), CommandError> {
    let meta = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    let shown = path.display();
    if meta.is_dir() {
        let text = format!("{shown} is a directory; name the file in it");
        return Err(CommandError::new("file_is_a_directory", text));
    }
    if !meta.is_file() {
        let text = format!("{shown} is no file that can be read twice; write it to a file first");
        return Err(CommandError::new("file_unreadable", text));
    }
    if meta.len() > MAX_FILE_BYTES {
        let text = format!(
            "{shown} is larger than {} MB, which cannot be taken at once; split it into several \
             files",
            MAX_FILE_BYTES / 1_000_000
        );
        return Err(CommandError::new("file_too_large", text));
    }
    Ok(())
}

/// The file's SHA-256 and its size; or why it cannot be read.
fn hash(path: &Path) -> Result<([u8; 32], u64), CommandError> {
    check(path)?;
    let failed = |error: &io::Error| unreadable(path, error);
    let mut file = File::open(path).map_err(|error| failed(&error))?;
    let mut hash = Sha256::new();
    let (mut piece, mut size) = (vec![0; 1 << 16], 0_u64);
    loop {
        let read = file.read(&mut piece).map_err(|error| failed(&error))?;
        if read == 0 {
            return Ok((hash.finalize().into(), size));
        }
        hash.update(&piece[..read]);
        size = size.saturating_add(read as u64);
    }
}

fn unreadable(path: &Path, error: &io::Error) -> CommandError {
    let shown = path.display();
    match error.kind() {
        ErrorKind::NotFound => CommandError::new(
            "file_not_found",
            format!("{shown} does not exist; look at the path"),
        ),
        ErrorKind::PermissionDenied => {
            let text = format!("{shown} may not be read by this user; change its permissions");
            CommandError::new("file_unreadable", text)
        }
        _ => CommandError::new(
            "file_unreadable",
            format!("{shown} cannot be read: {error}"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leads_to_no_file_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let error = hash(&dir.path().join("none.csv")).unwrap_err();
        assert_eq!(error.code, "file_not_found");
        assert!(
            error.message.contains("none.csv does not exist"),
            "{}",
            error.message
        );
        assert_eq!(hash(dir.path()).unwrap_err().code, "file_is_a_directory");
    }

    #[test]
    fn a_file_that_is_too_large_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("large.csv");
        File::create(&path)
            .unwrap()
            .set_len(MAX_FILE_BYTES + 1)
            .unwrap();
        let error = hash(&path).unwrap_err();
        assert_eq!(error.code, "file_too_large");
        assert!(error.message.contains("500 MB"), "{}", error.message);
    }
}
