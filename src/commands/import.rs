//! `schoolbeat import areas` and `schoolbeat import schools`: a file → the registry's reader → the
//! store. Decides nothing about rows.

mod country;
mod summary;

use std::{
    fs::{self, File},
    io::{ErrorKind, Read},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Subcommand};
use sha2::{Digest, Sha256};

use super::{ACTOR, CommandError, Output, database::with_store, parse};
use crate::{
    config::Config,
    domain::area::AreaLevel,
    registry::{
        Delimiter, FileError, ReadOptions, TextEncoding, read_areas_with, read_schools_with,
    },
    store::imports::{self, CountryChanges, ImportError, ImportFile, Outcome},
};

/// Larger files would be read into memory whole.
const MAX_FILE_BYTES: u64 = 500_000_000;

/// What to take.
#[derive(Debug, Subcommand)]
pub(super) enum Import {
    #[command(
        about = "Take the administrative areas of one level from GeoJSON, GeoPackage, GeoParquet \
                 or a zipped Shapefile"
    )]
    Areas {
        #[command(flatten)]
        file: FileArguments,
        /// 0 for the country itself, 1 to 4 for the levels below
        #[arg(long, value_parser = parse::level)]
        level: AreaLevel,
        /// The layer of a GeoPackage, if it has more than one
        #[arg(long, value_name = "NAME")]
        sheet: Option<String>,
    },
    #[command(
        about = "Take a school list from CSV, XLSX, XLS, ODS, GeoJSON, GeoPackage, Parquet or a zipped \
                 Shapefile"
    )]
    Schools {
        #[command(flatten)]
        file: FileArguments,
        /// What stands between the cells of a CSV (comma, semicolon, tab or pipe), if what is
        /// found is wrong
        #[arg(long, value_name = "SIGN")]
        delimiter: Option<Delimiter>,
        /// The sheet of a workbook or the layer of a GeoPackage, if more than one could be the list
        #[arg(long, value_name = "NAME")]
        sheet: Option<String>,
    },
}

/// The file, and what it is about.
#[derive(Debug, Args)]
pub(super) struct FileArguments {
    /// The file; its content decides what it is, not its name
    file: PathBuf,
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
    encoding: Option<TextEncoding>,
    /// Print every finding, not only the first of each kind
    #[arg(long)]
    all_findings: bool,
}

/// A file that was read, about a country.
struct Reading {
    bytes: Vec<u8>,
    file: ImportFile,
    notices: Vec<String>,
}

pub(super) fn run(
    import: Import,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    match import {
        Import::Areas { file, level, sheet } => {
            let reading = read(&file)?;
            let options = ReadOptions {
                encoding: file.encoding,
                sheet,
                ..ReadOptions::default()
            };
            let list = read_areas_with(&reading.bytes, level, &options)
                .map_err(|e| file_error(&file.file, &e))?;
            let import_file = reading.file.clone();
            let outcome = with_store(config, async move |store| {
                let mut client = store.client().await?;
                let outcome = imports::import_areas(&mut client, &import_file, level, list);
                Ok(outcome.await?)
            })?;
            let subject = format!("areas of level {level}");
            Ok(answer(
                &outcome,
                &subject,
                &reading,
                file.all_findings,
                output,
            ))
        }
        Import::Schools {
            file,
            delimiter,
            sheet,
        } => {
            let reading = read(&file)?;
            let options = ReadOptions {
                encoding: file.encoding,
                delimiter,
                sheet,
            };
            let list = read_schools_with(&reading.bytes, &options)
                .map_err(|e| file_error(&file.file, &e))?;
            let import_file = reading.file.clone();
            let outcome = with_store(config, async move |store| {
                let mut client = store.client().await?;
                let outcome = imports::import_schools(&mut client, &import_file, list);
                Ok(outcome.await?)
            })?;
            Ok(answer(
                &outcome,
                "schools",
                &reading,
                file.all_findings,
                output,
            ))
        }
    }
}

fn answer(
    outcome: &Outcome,
    subject: &str,
    reading: &Reading,
    all_findings: bool,
    output: Output,
) -> ExitCode {
    if outcome.country_is_new {
        for notice in &reading.notices {
            output.progress(notice);
        }
    }
    let document = summary::document(outcome, &reading.file);
    output.answer(
        &document,
        summary::text(outcome, subject, &reading.file, all_findings),
    )
}

fn read(arguments: &FileArguments) -> Result<Reading, CommandError> {
    let proposal = country::propose(
        &arguments.country,
        arguments.country_name.as_deref(),
        arguments.time_zone.as_deref(),
        arguments.credit.as_deref(),
    )?;
    let bytes = read_file(&arguments.file)?;
    let name = arguments.file.file_name().unwrap_or_default();
    let file = ImportFile {
        changes: CountryChanges {
            name: arguments.country_name.clone(),
            time_zone: arguments.time_zone.clone(),
            credit: proposal.country.credit.clone(),
        },
        country: proposal.country,
        file_name: name.to_string_lossy().into_owned(),
        sha256: Sha256::digest(&bytes).into(),
        actor: ACTOR.into(),
    };
    Ok(Reading {
        bytes,
        file,
        notices: proposal.notices,
    })
}

fn read_file(path: &Path) -> Result<Vec<u8>, CommandError> {
    let shown = path.display();
    let failed = |error: std::io::Error| match error.kind() {
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
    };
    let meta = fs::metadata(path).map_err(failed)?;
    if meta.is_dir() {
        let text = format!("{shown} is a directory; name the file in it");
        return Err(CommandError::new("file_is_a_directory", text));
    }
    let mut bytes = vec![];
    // One byte more than is taken, so that a pipe or a growing file is bounded too.
    let mut file = File::open(path).map_err(failed)?.take(MAX_FILE_BYTES + 1);
    file.read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        let text = format!(
            "{shown} is larger than {} MB, which cannot be taken at once; split it into several \
             files",
            MAX_FILE_BYTES / 1_000_000
        );
        return Err(CommandError::new("file_too_large", text));
    }
    Ok(bytes)
}

fn file_error(path: &Path, error: &FileError) -> CommandError {
    let shown = path.display();
    CommandError::new(error.code(), format!("{shown}: {error}; nothing was kept"))
}

impl From<ImportError> for CommandError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Store(error) => error.into(),
            ImportError::AllOutside { .. } => Self::new("file_of_another_country", error),
            ImportError::NoAreas => Self::new("file_no_areas", error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leads_to_no_file_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let error = read_file(&dir.path().join("none.csv")).unwrap_err();
        assert_eq!(error.code, "file_not_found");
        assert!(
            error.message.contains("none.csv does not exist"),
            "{}",
            error.message
        );
        assert_eq!(
            read_file(dir.path()).unwrap_err().code,
            "file_is_a_directory"
        );
    }

    #[test]
    fn a_file_that_is_too_large_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("large.csv");
        File::create(&path)
            .unwrap()
            .set_len(MAX_FILE_BYTES + 1)
            .unwrap();
        let error = read_file(&path).unwrap_err();
        assert_eq!(error.code, "file_too_large");
        assert!(error.message.contains("500 MB"), "{}", error.message);
    }
}
