//! `schoolbeat school`: schools listed, merged and unmerged, and how a person names one on the
//! command line.

use std::{fmt::Write, process::ExitCode};

use chrono::Utc;
use clap::{Args, Subcommand};
use serde_json::json;

use super::{CommandError, Output, database::with_store, parse};
use crate::{
    config::Config,
    domain::{area::CountryCode, school::SchoolId, status::Status},
    store::{
        Client, StoreError,
        merges::{self, MergeRefusal, Moved},
        schools::{self, SchoolFilter},
    },
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List schools by name
    List(ListArguments),
    /// Say that two schools are one: the first becomes the second, which takes its ids and probes
    Merge(MergeArguments),
    /// Take a merge back: the school gets back what came with it
    Unmerge {
        /// The merged school: its id here, or an id that came with it
        school: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct MergeArguments {
    /// The school that is the other one: its id here, at Giga, or of the ministry
    school: String,
    /// The school that stays
    into: String,
    /// Although their levels differ: a primary and a secondary school on one site are two schools
    #[arg(long)]
    despite_levels: bool,
}

#[derive(Debug, Args)]
pub(super) struct ListArguments {
    /// Only of this country (ISO 3166-1 alpha-3)
    #[arg(long, value_parser = parse::country)]
    country: Option<CountryCode>,
    /// Only with this status: good, moderate, bad, `connected_unmeasured`, `not_connected`, unknown
    #[arg(long, value_parser = parse::status)]
    status: Option<Status>,
    /// Only with this text in the name, or as the start of an id
    #[arg(long)]
    text: Option<String>,
    /// At most so many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
    limit: i64,
}

pub(super) fn run(
    command: Command,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    match command {
        Command::List(arguments) => list(arguments, config, output),
        Command::Merge(arguments) => merge(&arguments, config, output),
        Command::Unmerge { school } => unmerge(&school, config, output),
    }
}

fn list(
    arguments: ListArguments,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    let filter = SchoolFilter {
        country: arguments.country,
        status: arguments.status,
        text: arguments.text,
        ..SchoolFilter::default()
    };
    let page = with_store(config, async |store| {
        Ok(schools::list(&store.client().await?, &filter, None, arguments.limit).await?)
    })?;
    let mut text = String::new();
    for school in &page.items {
        let area = school.area.as_deref().unwrap_or("in no area");
        let (id, name, status) = (school.id, &school.name, school.status.slug());
        // Writing into a string does not fail.
        let _ = writeln!(text, "{id}  {status:<21} {name} ({area})");
    }
    let _ = write!(text, "{} of {} schools", page.items.len(), page.total);
    let item = |school: &schools::SchoolEntry| {
        json!({"id": school.id.0, "name": school.name, "country": school.country,
               "status": school.status.slug(), "area": school.area})
    };
    let items: Vec<_> = page.items.iter().map(item).collect();
    Ok(output.answer(&json!({"items": items, "total": page.total}), text))
}

fn merge(
    arguments: &MergeArguments,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    let (school, into, moved) = with_store(config, async |store| {
        let failed = |error| StoreError::query("merge", error);
        let mut db = store.client().await?;
        let school = find_one(&db, &arguments.school).await?;
        let into = find_one(&db, &arguments.into).await?;
        let tx = db.transaction().await.map_err(failed)?;
        let (despite, now) = (arguments.despite_levels, Utc::now());
        let moved = merges::merge(&tx, school.id, into.id, despite, super::ACTOR, now).await?;
        let moved = moved.map_err(|refusal| refused(&refusal))?;
        tx.commit().await.map_err(failed)?;
        Ok((school, into, moved))
    })?;
    let text = format!(
        "{} is now {} ({}); ids moved: {}, probes: {}, measurements: {}\n\
         Take it back with: schoolbeat school unmerge {}",
        school.name, into.name, into.id, moved.aliases, moved.probes, moved.measurements, school.id
    );
    Ok(output.answer(&document(&moved), text))
}

fn unmerge(school: &str, config: &Config, output: Output) -> Result<ExitCode, CommandError> {
    let (name, moved) = with_store(config, async |store| {
        let failed = |error| StoreError::query("unmerge", error);
        let mut db = store.client().await?;
        let mut found = merges::find_merged(&db, school.trim()).await?;
        let Some((id, name)) = found.pop() else {
            let message = format!("no merged school has the id {school:?}");
            return Err(CommandError::new("school_not_found", message));
        };
        if let Some((other, _)) = found.pop() {
            let message =
                format!("several merged schools have the id {school:?}: {id} and {other}");
            return Err(CommandError::new("school_ambiguous", message));
        }
        let tx = db.transaction().await.map_err(failed)?;
        let moved = merges::unmerge(&tx, id, super::ACTOR, Utc::now()).await?;
        let moved = moved.map_err(|refusal| refused(&refusal))?;
        tx.commit().await.map_err(failed)?;
        Ok((name, moved))
    })?;
    let text = format!(
        "{name} ({}) is a school of its own again; ids moved: {}, probes: {}, measurements: {}",
        moved.merged, moved.aliases, moved.probes, moved.measurements
    );
    Ok(output.answer(&document(&moved), text))
}

fn document(moved: &Moved) -> serde_json::Value {
    json!({"survivor": moved.survivor.0, "merged": moved.merged.0, "ids": moved.aliases,
           "probes": moved.probes, "measurements": moved.measurements})
}

fn refused(refusal: &MergeRefusal) -> CommandError {
    let hint = match refusal {
        MergeRefusal::LevelsDiffer(..) => "; if they are one nevertheless, say --despite-levels",
        _ => "",
    };
    CommandError::new(refusal.code(), format!("{refusal}{hint}"))
}

/// A school that somebody named.
pub(super) struct Named {
    pub id: SchoolId,
    pub name: String,
    pub country: String,
}

/// The one school that a person means by an id.
pub(super) async fn find_one(db: &Client, id: &str) -> Result<Named, CommandError> {
    let mut found = schools::find_by_any_id(db, id.trim()).await?;
    match (found.pop(), found.is_empty()) {
        (Some((id, name, country)), true) => Ok(Named { id, name, country }),
        (None, _) => Err(CommandError::new(
            "school_not_found",
            format!(
                "no school has the id {id:?}: give its id here, its Giga id or its government id \
                 (leading zeros count); `schoolbeat school list --text NAME` finds it by name"
            ),
        )),
        (Some(last), false) => {
            found.push(last);
            let mut message = format!("several schools have the id {id:?}; give one of these:");
            for (id, name, country) in found {
                let _ = write!(message, "\n  {id}  {name} ({country})");
            }
            Err(CommandError::new("school_ambiguous", message))
        }
    }
}
