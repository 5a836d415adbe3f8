//! `schoolbeat import schools`: a list is read, staged and applied, or left to be looked at.

use std::{fmt::Write, process::ExitCode};

use clap::Args;

use super::{
    file::{Described, FileArguments},
    summary,
};
use crate::{
    commands::{ACTOR, CommandError, Output, database::with_store},
    config::Config,
    domain::listing::RepairKind,
    intake::{ReadError, read_and_stage},
    registry::{Delimiter, ReadOptions},
    store::{
        Store,
        imports::{self, Outcome},
    },
};

/// Findings of a kind that are listed unless all are asked for.
const MAX_OF_A_KIND: i64 = 2000;

#[derive(Debug, Args)]
pub(in crate::commands) struct Arguments {
    #[command(flatten)]
    file: FileArguments,
    /// Whose list it is: what was corrected of its columns is remembered by it
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// What stands between the cells of a CSV (comma, semicolon, tab or pipe), if what is found is
    /// wrong
    #[arg(long, value_name = "SIGN")]
    delimiter: Option<Delimiter>,
    /// The sheet of a workbook, if more than one could be the list
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// What a column means, if what is guessed is wrong: its name and Giga's name of the meaning,
    /// such as `NOM=school_name`; nothing behind the sign keeps it as it is. As often as needed
    #[arg(long = "column", value_name = "COLUMN=MEANING", value_parser = column)]
    columns: Vec<(String, Option<String>)>,
    /// Accept all repairs of a kind: `swapped_coordinates`, mojibake
    #[arg(long, value_name = "KIND", value_parser = repair_kind)]
    accept: Vec<RepairKind>,
    /// Decline all repairs of a kind: dms, `trimmed_name`
    #[arg(long, value_name = "KIND", value_parser = repair_kind)]
    decline: Vec<RepairKind>,
    /// Only read and compare; `schoolbeat import apply` applies it
    #[arg(long)]
    preview: bool,
}

fn column(text: &str) -> Result<(String, Option<String>), &'static str> {
    let (name, meaning) = text.rsplit_once('=').ok_or("wants COLUMN=MEANING")?;
    let meaning = Some(meaning.trim()).filter(|meaning| !meaning.is_empty());
    Ok((name.to_owned(), meaning.map(ToOwned::to_owned)))
}

fn repair_kind(text: &str) -> Result<RepairKind, String> {
    RepairKind::from_slug(text).ok_or_else(|| {
        let kinds = RepairKind::ALL.map(RepairKind::slug);
        format!("wants one of {}", kinds.join(", "))
    })
}

pub(super) fn run(
    arguments: &Arguments,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    let described = arguments.file.describe(arguments.source.clone())?;
    let options = ReadOptions {
        encoding: arguments.file.encoding,
        delimiter: arguments.delimiter,
        sheet: arguments.sheet.clone(),
        columns: arguments.columns.iter().cloned().collect(),
    };
    let answer = with_store(config, async |store| {
        take(&store, arguments, &described, options).await
    })?;
    summary::notices(&described.notices, answer.country_is_new, output);
    let all = arguments.file.all_findings;
    let subject = if arguments.preview {
        "schools, not applied yet"
    } else {
        "schools"
    };
    let mut text = summary::text(&answer, subject, &described.file, all);
    if arguments.preview {
        let id = answer.import_id;
        // Writing into a string does not fail.
        let _ = write!(
            text,
            "\n\nschoolbeat import apply {id} applies it, schoolbeat import discard {id} gives it up."
        );
    }
    Ok(output.answer(&summary::document(&answer, &described.file), text))
}

/// Reads, decides and applies. What fails is not kept.
async fn take(
    store: &Store,
    arguments: &Arguments,
    described: &Described,
    options: ReadOptions,
) -> Result<Outcome, CommandError> {
    let options = remembered(store, arguments, described, options).await?;
    let import = imports::register(&store.client().await?, &described.file).await?;
    let path = arguments.file.file.clone();
    let taken = async {
        read_and_stage(store, import, path, options)
            .await
            .map_err(|error| refused(arguments, error))?;
        let mut client = store.client().await?;
        for kind in &arguments.accept {
            imports::decide(&mut client, import.id, *kind, None, true).await?;
        }
        for kind in &arguments.decline {
            imports::decide(&mut client, import.id, *kind, None, false).await?;
        }
        if arguments.preview {
            let found = imports::find(&client, import.id).await?;
            return found
                .map(|import| (import, false))
                .ok_or(imports::ImportError::NotFound.into());
        }
        Ok(imports::apply_unseen(&mut client, import.id, ACTOR).await?)
    }
    .await;
    match taken {
        Ok((record, is_new)) => {
            let most = if arguments.file.all_findings {
                i64::MAX
            } else {
                MAX_OF_A_KIND
            };
            let client = store.client().await?;
            Ok(imports::outcome(&client, &record, is_new, most).await?)
        }
        Err(error) => {
            imports::forget(&store.client().await?, import).await?;
            Err(error)
        }
    }
}

/// What was corrected of an earlier file of the source counts where nothing else is said.
async fn remembered(
    store: &Store,
    arguments: &Arguments,
    described: &Described,
    mut options: ReadOptions,
) -> Result<ReadOptions, CommandError> {
    let Some(source) = &arguments.source else {
        return Ok(options);
    };
    let client = store.client().await?;
    let country = &described.file.country.code;
    if options.columns.is_empty() {
        if let Some(kept) = imports::source_options(&client, country, source).await? {
            let kept = crate::intake::options_from_json(&kept)
                .map_err(|error| CommandError::new("source_options", error))?;
            options = crate::intake::fitting(&arguments.file.file, kept, options);
        }
    } else {
        let json = crate::intake::options_json(&options);
        imports::remember_source(&client, country, source, &json).await?;
    }
    Ok(options)
}

fn refused(arguments: &Arguments, error: ReadError) -> CommandError {
    match error {
        ReadError::File(error) => arguments.file.refused(&error),
        ReadError::Import(error) => error.into(),
        ReadError::Reader(_) => CommandError::new(error.code(), error),
    }
}
