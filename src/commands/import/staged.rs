//! Imports that wait or were applied: listed, shown, applied, undone, given up.

use std::{fmt::Write, process::ExitCode};

use clap::Args;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    commands::{ACTOR, CommandError, Output, database::with_store, parse},
    config::Config,
    domain::area::CountryCode,
    store::imports::{self, Import, ImportError},
};

/// An import.
#[derive(Debug, Args)]
pub(in crate::commands) struct Arguments {
    /// The import's id, as `import list` shows it
    import: Uuid,
}

#[derive(Debug, Args)]
pub(in crate::commands) struct ListArguments {
    /// Only of this country (ISO 3166-1 alpha-3)
    #[arg(long, value_parser = parse::country)]
    country: Option<CountryCode>,
    /// At most so many
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..=1000))]
    limit: i64,
}

#[derive(Debug, Args)]
pub(in crate::commands) struct ShowArguments {
    /// The import's id, as `import list` shows it
    import: Uuid,
    /// Only rows of this verdict: created, updated, unchanged, rejected, missing
    #[arg(long)]
    verdict: Option<String>,
    /// Only rows with a finding of this code
    #[arg(long)]
    code: Option<String>,
    /// At most so many rows
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..=200))]
    limit: i64,
}

pub(super) fn list(
    arguments: &ListArguments,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    let (found, total) = with_store(config, async |store| {
        let client = store.client().await?;
        Ok(imports::list(
            &client,
            arguments.country.as_ref(),
            None,
            None,
            arguments.limit,
        )
        .await?)
    })?;
    let mut text: String = found.iter().map(|import| line(import) + "\n").collect();
    if i64::try_from(found.len()).is_ok_and(|shown| shown < total) {
        // Writing into a string does not fail.
        let _ = write!(text, "… of {total}; --limit shows more");
    }
    if found.is_empty() {
        text.push_str("no file was imported yet");
    }
    let documents: Vec<Value> = found.iter().map(document).collect();
    Ok(output.answer(&json!({ "imports": documents, "total": total }), text))
}

pub(super) fn show(
    arguments: &ShowArguments,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    let filter = imports::Filter {
        verdict: arguments.verdict.clone(),
        code: arguments.code.clone(),
        ..imports::Filter::default()
    };
    let (import, page) = with_store(config, async |store| {
        let client = store.client().await?;
        let import = imports::find(&client, arguments.import).await?;
        let import = import.ok_or(ImportError::NotFound)?;
        let page = imports::rows(&client, &import, &filter, None, arguments.limit).await?;
        Ok((import, page))
    })?;
    let mut text = line(&import);
    for row in &page.rows {
        let number = row.row.map_or("-".to_owned(), |row| row.to_string());
        let name = row.name.as_deref().unwrap_or("without a name");
        let _ = write!(text, "\n  row {number:>7}  {:<9} {name}", row.verdict);
        for change in &row.changes {
            let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".into());
            let (old, new) = (shown(&change.old), shown(&change.new));
            let _ = write!(text, "\n      {}: {old} -> {new}", change.field);
        }
    }
    let _ = write!(text, "\n  {} of {} rows", page.rows.len(), page.total);
    let rows: Vec<Value> = page.rows.iter().map(row_document).collect();
    let mut answer = document(&import);
    answer["rows"] = json!(rows);
    answer["total"] = json!(page.total);
    Ok(output.answer(&answer, text))
}

pub(super) fn apply(
    arguments: &Arguments,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    act(config, output, async |client| {
        let applied = imports::apply(client, arguments.import, ACTOR).await;
        if let Err(ImportError::Outdated { .. }) = &applied {
            imports::compare(client, arguments.import).await?;
        }
        Ok(applied?.0)
    })
}

pub(super) fn undo(
    arguments: &Arguments,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    act(config, output, async |client| {
        imports::undo(client, arguments.import, ACTOR).await
    })
}

pub(super) fn discard(
    arguments: &Arguments,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    act(config, output, async |client| {
        imports::discard(client, arguments.import, ACTOR).await?;
        let import = imports::find(client, arguments.import).await?;
        import.ok_or(ImportError::NotFound)
    })
}

fn act(
    config: &Config,
    output: Output,
    step: impl AsyncFnOnce(&mut crate::store::Client) -> Result<Import, ImportError>,
) -> Result<ExitCode, CommandError> {
    let import = with_store(config, async |store| {
        let mut client = store.client().await?;
        Ok(step(&mut client).await?)
    })?;
    Ok(output.answer(&document(&import), line(&import)))
}

fn line(import: &Import) -> String {
    format!(
        "{}  {}  {:<9} {:<8} {}: {} rows, {} created, {} updated, {} unchanged, {} rejected",
        import.id,
        import.country,
        import.state.slug(),
        import.subject,
        import.file_name,
        import.rows,
        import.created,
        import.updated,
        import.unchanged,
        import.rejected
    )
}

fn document(import: &Import) -> Value {
    json!({
        "import_id": import.id,
        "country": import.country.as_str(),
        "subject": import.subject,
        "state": import.state.slug(),
        "file": import.file_name,
        "rows": import.rows,
        "created": import.created,
        "updated": import.updated,
        "unchanged": import.unchanged,
        "rejected": import.rejected,
        "missing": import.missing,
        "not_placed": import.not_placed,
        "findings": import.findings,
        "matched_by": import.matched_by,
    })
}

fn row_document(row: &imports::StagedRow) -> Value {
    let changes = row
        .changes
        .iter()
        .map(|change| json!({ "field": change.field, "old": change.old, "new": change.new }));
    json!({
        "row": row.row,
        "verdict": row.verdict,
        "school_id": row.school_id,
        "name": row.name,
        "changes": changes.collect::<Vec<_>>(),
    })
}
