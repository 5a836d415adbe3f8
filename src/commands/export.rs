//! `schoolbeat export`: what was taken in, out again, so that importing it changes nothing.

mod areas;
mod csv;
mod geojson;
mod geopackage;
mod infrastructure;
mod layer;
mod parquet;
mod schools;
mod target;
mod workbook;

use std::{path::PathBuf, pin::pin, process::ExitCode};

use clap::{Args, Subcommand};
use futures_util::TryStreamExt;
use serde_json::json;
use target::{Format, Target};

use super::{CommandError, Output, database::with_store, parse};
use crate::{
    config::Config,
    domain::{
        area::{AreaLevel, CountryCode},
        country::Country,
    },
    store::{Client, countries, exports},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// The schools of a country
    Schools(SchoolArguments),
    /// The areas of a country
    Areas(AreaArguments),
    /// Infrastructure of one kind, with the columns that its files had
    Infrastructure(infrastructure::Arguments),
}

#[derive(Debug, Args)]
pub(super) struct SchoolArguments {
    /// The country (ISO 3166-1 alpha-3)
    #[arg(long, value_parser = parse::country)]
    country: CountryCode,
    /// What to write
    #[arg(long, value_enum, default_value = "csv")]
    format: Format,
    /// Where to write it; absent, to standard output
    #[arg(long)]
    file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct AreaArguments {
    /// The country (ISO 3166-1 alpha-3)
    #[arg(long, value_parser = parse::country)]
    country: CountryCode,
    /// Level of the areas
    #[arg(long, default_value = "1", value_parser = parse::level)]
    level: AreaLevel,
    /// What to write
    #[arg(long, value_enum, default_value = "geojson")]
    format: Format,
    /// Where to write it; absent, to standard output
    #[arg(long)]
    file: Option<PathBuf>,
}

pub(super) fn run(
    command: &Command,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    let (country, format, file) = match command {
        Command::Infrastructure(arguments) => {
            return infrastructure::run(arguments, config, output);
        }
        Command::Schools(arguments) => (&arguments.country, arguments.format, &arguments.file),
        Command::Areas(arguments) => (&arguments.country, arguments.format, &arguments.file),
    };
    if file.is_none() && output.is_json() {
        let message = "--json prints one document: name a --file for the export itself";
        return Err(CommandError::new("file_missing", message));
    }
    let target = Target::open(file.as_deref(), format)?;
    let written = with_store(config, async |store| {
        let db = store.client().await?;
        let Some(country) = countries::find(&db, country).await? else {
            let message = format!("there is no country {country} yet: import its areas or schools");
            return Err(CommandError::new("country_not_found", message));
        };
        match command {
            Command::Areas(arguments) => {
                write_areas(&db, &country, arguments.level, format, target).await
            }
            _ => write_schools(&db, &country, format, target).await,
        }
    })?;
    let Some(file) = file else {
        return Ok(ExitCode::SUCCESS);
    };
    let file = file.display().to_string();
    let mut text = format!("{written} written to {file}");
    let without_outlines = matches!(command, Command::Areas(_)) && format == Format::Xlsx;
    if without_outlines {
        text += "; without their outlines, for which a workbook has no room: take gpkg for those";
    }
    let document = json!({
        "country": country.as_str(),
        "written": written,
        "file": file,
        "outlines": matches!(command, Command::Areas(_)).then_some(!without_outlines),
    });
    Ok(output.answer(&document, text))
}

async fn write_schools(
    db: &Client,
    country: &Country,
    format: Format,
    mut target: Target,
) -> Result<usize, CommandError> {
    let attributes = exports::school_attributes(db, &country.code).await?;
    let rows = schools::Rows::new(attributes, format.is_flat());
    let mut schools = pin!(exports::schools(db, &country.code).await?);
    target.begin(&rows.layer(country))?;
    while let Some(school) = schools.try_next().await? {
        let (cells, place) = rows.row(&school);
        target.row(&cells, place.as_ref())?;
    }
    target.finish()
}

async fn write_areas(
    db: &Client,
    country: &Country,
    level: AreaLevel,
    format: Format,
    mut target: Target,
) -> Result<usize, CommandError> {
    let mut rows = areas::Rows::default();
    for area in exports::area_names(db, &country.code, level).await? {
        rows.make_room(&area);
    }
    let has_outlines = format != Format::Xlsx;
    let mut areas = pin!(exports::areas(db, &country.code, level).await?);
    target.begin(&rows.layer(country, level, has_outlines))?;
    while let Some(area) = areas.try_next().await? {
        let (cells, outline) = rows.row(area);
        target.row(&cells, has_outlines.then_some(&outline))?;
    }
    target.finish()
}
