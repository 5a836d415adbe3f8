//! `schoolbeat import infrastructure`: a file of one kind → the registry's reader → the store.

use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

use chrono::NaiveDate;
use clap::Args;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{file, summary};
use crate::{
    commands::{ACTOR, CommandError, Output, database::with_store, parse},
    config::Config,
    domain::{
        area::CountryCode,
        infrastructure::{Generation, Kind},
    },
    registry::{Delimiter, ReadOptions, TextEncoding, read_infrastructure},
    store::imports::{self, InfrastructureFile, InfrastructureOutcome},
};

/// The file, what it is about, and where it is from.
#[derive(Debug, Args)]
pub(in crate::commands) struct Arguments {
    /// The file; its content decides what it is, not its name
    file: PathBuf,
    /// What it is about: fibre-node, fibre-line, microwave-node, cell-site, coverage or grid-line
    #[arg(long, value_parser = parse::infrastructure_kind)]
    kind: Kind,
    /// Whose data it is. A file replaces what its source said before of that kind
    #[arg(long, value_name = "TEXT", value_parser = parse::stated)]
    source: String,
    /// Under which licence
    #[arg(long, value_name = "TEXT", value_parser = parse::stated)]
    licence: String,
    /// The day that the data describe, such as 2025-06-30
    #[arg(long, value_name = "DATE")]
    as_of: NaiveDate,
    /// The country that the file speaks for (ISO 3166-1 alpha-3); absent, it speaks for all that
    /// its source knows
    #[arg(long, value_parser = parse::country)]
    country: Option<CountryCode>,
    /// 2G, 3G, 4G or 5G, where the rows themselves do not say
    #[arg(long, value_parser = parse::generation)]
    generation: Option<Generation>,
    /// How the file's text is encoded, if what is found is wrong
    #[arg(long, value_name = "NAME")]
    encoding: Option<TextEncoding>,
    /// What stands between the cells of a CSV, if what is found is wrong
    #[arg(long, value_name = "SIGN")]
    delimiter: Option<Delimiter>,
    /// The sheet of a workbook, if more than one could be the list
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// Print every finding, not only the first of each kind
    #[arg(long)]
    all_findings: bool,
}

pub(super) fn run(
    arguments: Arguments,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    if arguments.generation.is_some() && !arguments.kind.has_generations() {
        let message = "--generation is for cell sites and coverage; leave it out";
        return Err(CommandError::new("file_option", message));
    }
    let bytes = file::read(&arguments.file)?;
    let options = ReadOptions {
        encoding: arguments.encoding,
        delimiter: arguments.delimiter,
        sheet: arguments.sheet,
        ..ReadOptions::default()
    };
    let list = read_infrastructure(&bytes, arguments.kind, arguments.generation, &options)
        .map_err(|error| file::refused(&arguments.file, &error))?;
    let name = arguments.file.file_name().unwrap_or_default();
    let file = InfrastructureFile {
        country: arguments.country,
        source: arguments.source,
        licence: arguments.licence,
        as_of: arguments.as_of,
        file_name: name.to_string_lossy().into_owned(),
        sha256: Sha256::digest(&bytes).into(),
        actor: ACTOR.into(),
    };
    let taken = file.clone();
    let outcome = with_store(config, async move |store| {
        let mut client = store.client().await?;
        Ok(imports::import_infrastructure(&mut client, &taken, list).await?)
    })?;
    let kind = arguments.kind;
    let text = text(&outcome, kind, &file, arguments.all_findings);
    Ok(output.answer(&document(&outcome, kind, &file), text))
}

/// For a program.
fn document(
    outcome: &InfrastructureOutcome,
    kind: Kind,
    file: &InfrastructureFile,
) -> serde_json::Value {
    json!({
        "import_id": outcome.import_id,
        "kind": kind.slug(),
        "country": file.country.as_ref().map(CountryCode::as_str),
        "source": file.source,
        "file": file.file_name,
        "rows": outcome.rows,
        "created": outcome.created,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "rejected": outcome.rejected,
        "removed": outcome.removed,
        "distances": outcome.distances,
        "findings": outcome.findings.len(),
        "finding_list": summary::finding_list(&outcome.findings),
    })
}

/// For a person.
fn text(
    outcome: &InfrastructureOutcome,
    kind: Kind,
    file: &InfrastructureFile,
    all: bool,
) -> String {
    let mut lines = vec![format!(
        "{}: {}, {}",
        file.file_name,
        kind.slug().replace('_', " "),
        file.source
    )];
    for (word, count) in [
        ("rows", i64::from(outcome.rows)),
        ("created", outcome.created.into()),
        ("updated", outcome.updated.into()),
        ("unchanged", outcome.unchanged.into()),
        ("rejected", outcome.rejected.into()),
        ("removed", outcome.removed.into()),
        (
            "findings",
            i64::try_from(outcome.findings.len()).unwrap_or(i64::MAX),
        ),
        (
            "distances changed",
            i64::try_from(outcome.distances).unwrap_or(i64::MAX),
        ),
    ] {
        lines.push(format!("  {word:<26}{count:>9}"));
    }
    lines.extend(summary::finding_lines(
        &outcome.findings,
        &BTreeMap::new(),
        all,
    ));
    lines.join("\n")
}
