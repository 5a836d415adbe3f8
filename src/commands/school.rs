//! `schoolbeat school list`, and how a person names a school on the command line.

use std::{fmt::Write, process::ExitCode};

use clap::{Args, Subcommand};
use serde_json::json;

use super::{CommandError, Output, database::with_store, parse};
use crate::{
    config::Config,
    domain::{area::CountryCode, school::SchoolId, status::Status},
    store::{
        Client,
        schools::{self, SchoolFilter},
    },
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List schools by name
    List(ListArguments),
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
    let Command::List(arguments) = command;
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
