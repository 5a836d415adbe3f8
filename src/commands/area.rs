//! `schoolbeat area list` and `schoolbeat area show`: the tree of a country, and one area with what
//! it was before.

use std::{fmt::Write, process::ExitCode};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{CommandError, Output, database::with_store, parse};
use crate::{
    config::Config,
    domain::area::{AreaId, AreaLevel, CountryCode},
    store::{
        Client,
        areas::{self, AreaEntry, AreaLine, AreaVersion},
        countries,
    },
};

/// Versions that are shown of one area.
const MAX_VERSIONS: i64 = 100;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the areas of a country by level and name
    List(ListArguments),
    /// Show one area, and what it was before
    Show(ShowArguments),
}

#[derive(Debug, Args)]
pub(super) struct ListArguments {
    /// The country (ISO 3166-1 alpha-3)
    #[arg(long, value_parser = parse::country)]
    country: CountryCode,
    /// Only of this level
    #[arg(long, value_parser = parse::level)]
    level: Option<AreaLevel>,
    /// At most so many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=100_000))]
    limit: i64,
}

#[derive(Debug, Args)]
pub(super) struct ShowArguments {
    /// The area's id, code or name
    id: String,
    /// Only of this country (ISO 3166-1 alpha-3)
    #[arg(long, value_parser = parse::country)]
    country: Option<CountryCode>,
}

pub(super) fn run(
    command: Command,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    match command {
        Command::List(arguments) => list(&arguments, config, output),
        Command::Show(arguments) => show(&arguments, config, output),
    }
}

fn list(
    arguments: &ListArguments,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    let country = &arguments.country;
    let (lines, total) = with_store(config, async |store| {
        let db = store.client().await?;
        if countries::find(&db, country).await?.is_none() {
            let message = format!("there is no country {country} yet: import its areas or schools");
            return Err(CommandError::new("country_not_found", message));
        }
        Ok(areas::lines(&db, country, arguments.level, arguments.limit).await?)
    })?;
    let mut text = String::new();
    for line in &lines {
        // Writing into a string does not fail.
        let _ = writeln!(text, "{}", in_words(line));
    }
    let _ = write!(text, "{} of {total} areas", lines.len());
    let items: Vec<_> = lines.iter().map(line_document).collect();
    Ok(output.answer(&json!({"items": items, "total": total}), text))
}

fn in_words(line: &AreaLine) -> String {
    let code = line.code.as_deref().unwrap_or("-");
    let parent = line.parent.as_deref().unwrap_or("in no area");
    let people = line
        .population
        .map_or(String::new(), |people| format!(", {people} people"));
    format!(
        "{}  {}  {code:<12} {} ({parent}{people}, {} schools)",
        line.id.0, line.level, line.name, line.schools
    )
}

fn line_document(line: &AreaLine) -> Value {
    json!({"id": line.id.0, "level": line.level, "code": line.code, "name": line.name,
           "parent": line.parent, "population": line.population, "schools": line.schools})
}

fn show(
    arguments: &ShowArguments,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    let (area, parent, versions) = with_store(config, async |store| {
        let db = store.client().await?;
        let id = find_one(&db, arguments.id.trim(), arguments.country.as_ref()).await?;
        let missing = || not_found(&arguments.id);
        let area = areas::find(&db, id).await?.ok_or_else(missing)?;
        let parent = match area.parent {
            Some(parent) => areas::find(&db, parent).await?,
            None => None,
        };
        let versions = areas::history(&db, id, false, MAX_VERSIONS).await?;
        Ok((area, parent, versions))
    })?;
    let parent = parent.map(|parent| parent.name);
    let document = json!({
        "id": area.id.0,
        "country": area.country,
        "level": area.level,
        "code": area.code,
        "name": area.name,
        "names": area.names,
        "parent": parent,
        "population": area.population,
        "population_year": area.population_year,
        "retired_at": area.retired_at,
        "bbox": area.bounds,
        "versions": versions.iter().map(version_document).collect::<Vec<_>>(),
    });
    Ok(output.answer(&document, area_text(&area, parent.as_deref(), &versions)))
}

fn version_document(version: &AreaVersion) -> Value {
    json!({"valid_from": version.valid_from, "valid_to": version.valid_to, "name": version.name,
           "code": version.code, "population": version.population,
           "file": version.source.as_ref().map(|source| &source.file_name)})
}

fn area_text(area: &AreaEntry, parent: Option<&str>, versions: &[AreaVersion]) -> String {
    let mut text = format!("{} ({}, level {})", area.name, area.country, area.level);
    let mut line = |word: &str, value: &str| {
        let _ = write!(text, "\n  {word:<12} {value}");
    };
    line("id", &area.id.0.to_string());
    line("code", area.code.as_deref().unwrap_or("none"));
    line("lies in", parent.unwrap_or("no area"));
    for (language, name) in &area.names {
        line(&format!("name, {language}"), name);
    }
    match (area.population, area.population_year) {
        (Some(people), Some(year)) => line("population", &format!("{people} ({year})")),
        (Some(people), None) => line("population", &people.to_string()),
        (None, _) => line("population", "unknown"),
    }
    if let Some(at) = area.retired_at {
        line("retired", &at.format("%Y-%m-%d %H:%M UTC").to_string());
    }
    for version in versions {
        let from = version.valid_from.format("%Y-%m-%d");
        let to = version
            .valid_to
            .map_or("today".to_owned(), |at| at.format("%Y-%m-%d").to_string());
        let file = version
            .source
            .as_ref()
            .map_or("an unknown file", |source| source.file_name.as_str());
        line(
            "version",
            &format!("{from} to {to}: {} ({file})", version.name),
        );
    }
    text
}

/// The one area that a person means.
async fn find_one(
    db: &Client,
    id: &str,
    country: Option<&CountryCode>,
) -> Result<AreaId, CommandError> {
    let mut found = areas::find_by_any_id(db, id, country).await?;
    // What is no more is meant only where nothing else is.
    if found.iter().any(|area| !area.retired) {
        found.retain(|area| !area.retired);
    }
    match found.as_slice() {
        [] => Err(not_found(id)),
        [one] => Ok(one.id),
        several => {
            let mut message = format!("several areas go by {id:?}; give one of these ids:");
            for area in several {
                let (id, name) = (area.id.0, &area.name);
                let _ = write!(
                    message,
                    "\n  {id}  {name} ({}, level {})",
                    area.country, area.level
                );
            }
            Err(CommandError::new("area_ambiguous", message))
        }
    }
}

fn not_found(id: &str) -> CommandError {
    CommandError::new(
        "area_not_found",
        format!(
            "no area has the id, code or name {id:?}; `schoolbeat area list --country CODE` lists \
             them"
        ),
    )
}
