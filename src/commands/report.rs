//! `schoolbeat report gaps`: the gap report as a file.

use std::{path::PathBuf, process::ExitCode};

use chrono::Utc;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use super::{CommandError, Output, database::with_store, parse};
use crate::{
    config::Config,
    domain::area::{AreaLevel, CountryCode},
    reports::{Format, GapReport},
    store::{countries, gaps},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Schools, measured and not, meeting the benchmark and not, by area
    Gaps(GapsArguments),
}

#[derive(Debug, Args)]
pub(super) struct GapsArguments {
    /// The country (ISO 3166-1 alpha-3)
    #[arg(long, value_parser = parse::country)]
    country: CountryCode,
    /// Level of the areas: 0 is the country itself
    #[arg(long, default_value = "1", value_parser = parse::level)]
    level: AreaLevel,
    /// What to make
    #[arg(long, value_enum, default_value = "csv")]
    format: FormatName,
    /// Where to write it; absent, to standard output
    #[arg(long)]
    file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FormatName {
    Csv,
    Html,
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::Csv => Self::Csv,
            FormatName::Html => Self::Html,
        }
    }
}

pub(super) fn run(
    command: Command,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    let Command::Gaps(arguments) = command;
    let report = with_store(config, async |store| {
        let db = store.client().await?;
        let code = &arguments.country;
        let country = countries::find(&db, code).await?.ok_or_else(|| {
            let message = format!("there is no country {code} yet: import its areas or schools");
            CommandError::new("country_not_found", message)
        })?;
        let rows = gaps::by_area(&db, code, arguments.level).await?;
        Ok(GapReport::new(country, arguments.level, Utc::now(), rows))
    })?;
    let format = Format::from(arguments.format);
    let bytes = report.render(format);
    let total = report.total();
    let mut document = json!({
        "country": report.country_code.to_string(),
        "level": report.level.number(),
        "areas": report.rows.iter().filter(|row| row.area.is_some()).count(),
        "schools": total.schools,
        "measured": total.measured(),
        "unknown": total.unknown,
    });
    let Some(file) = arguments.file else {
        if !output.is_json() {
            return Ok(output.raw(&bytes));
        }
        document["report"] = String::from_utf8_lossy(&bytes).into();
        return Ok(output.answer(&document, ""));
    };
    std::fs::write(&file, &bytes).map_err(|error| {
        CommandError::new("file", format!("cannot write {}: {error}", file.display()))
    })?;
    document["file"] = file.display().to_string().into();
    let text = format!("{} schools written to {}", total.schools, file.display());
    Ok(output.answer(&document, text))
}
