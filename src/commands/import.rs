//! `schoolbeat import …`: a file → the registry's reader → the store. Decides nothing about rows.

mod areas;
mod file;
mod infrastructure;
mod schools;
mod staged;
mod summary;

use std::process::ExitCode;

use clap::Subcommand;

use super::{CommandError, Output};
use crate::{config::Config, store::imports::ImportError};

/// What to take.
#[derive(Debug, Subcommand)]
pub(super) enum Import {
    /// Take the administrative areas of one level from GeoJSON or a zipped Shapefile
    Areas(areas::Arguments),
    /// Take a school list from CSV, XLSX, XLS, ODS, GeoJSON, GeoPackage, Parquet or a zipped Shapefile
    Schools(Box<schools::Arguments>),
    /// Take fibre, cells, coverage or the electricity grid from CSV, GeoJSON or a zipped Shapefile,
    /// with source, date and licence
    Infrastructure(Box<infrastructure::Arguments>),
    /// List the files that came, the newest first
    List(staged::ListArguments),
    /// Show what will come of a staged import, or what came of one
    Show(staged::ShowArguments),
    /// Apply a staged import
    Apply(staged::Arguments),
    /// Undo an applied import: its schools go, what it changed is as it was
    Undo(staged::Arguments),
    /// Give up an import that was not applied
    Discard(staged::Arguments),
}

pub(super) fn run(
    import: Import,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    match import {
        Import::Areas(arguments) => areas::run(&arguments, config, output),
        Import::Schools(arguments) => schools::run(&arguments, config, output),
        Import::Infrastructure(arguments) => infrastructure::run(*arguments, config, output),
        Import::List(arguments) => staged::list(&arguments, config, output),
        Import::Show(arguments) => staged::show(&arguments, config, output),
        Import::Apply(arguments) => staged::apply(&arguments, config, output),
        Import::Undo(arguments) => staged::undo(&arguments, config, output),
        Import::Discard(arguments) => staged::discard(&arguments, config, output),
    }
}

impl From<ImportError> for CommandError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Store(error) => error.into(),
            other => Self::new(other.code(), other),
        }
    }
}
