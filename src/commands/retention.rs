//! `schoolbeat retention`: how long measurements are kept.

use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::Subcommand;
use serde_json::{Value, json};

use super::{CommandError, Output, database::with_store};
use crate::{
    config::Config,
    store::{StoreError, audit, retention, retention::Retention},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// How long each kind of measurement is kept
    Show,
    /// Keep one kind for so many days from now on. What is older goes within hours, and for good; its
    /// summaries stay
    Set {
        /// Which, as `retention show` names it, such as `path_check`
        table: String,
        /// For how many days
        #[arg(value_parser = clap::value_parser!(i32).range(1..=36_500))]
        days: i32,
    },
}

pub(super) fn run(
    command: &Command,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    let kept = with_store(config, async |store| {
        let failed = |error| StoreError::query("retention", error);
        let mut db = store.client().await?;
        let tx = db.transaction().await.map_err(failed)?;
        if let Command::Set { table, days } = command {
            let before = retention::set(&tx, table, *days)
                .await?
                .map_err(|refusal| CommandError::new("retention", refusal))?;
            let detail = json!({"keep_days": days, "before": before});
            let subject = format!("table {table}");
            audit::record(&tx, super::ACTOR, "retention set", &subject, &detail).await?;
        }
        let kept = retention::list(&tx).await?;
        tx.commit().await.map_err(failed)?;
        Ok(kept)
    })?;
    let lines: Vec<String> = kept.iter().map(in_words).collect();
    let document = json!({"items": kept.iter().map(shown).collect::<Value>()});
    Ok(output.answer(&document, lines.join("\n")))
}

fn shown(kept: &Retention) -> Value {
    json!({
        "table": kept.table,
        "keep_days": kept.keep_days,
        "dropped_before": dropped(kept),
    })
}

/// Nothing was dropped before anything was measured.
fn dropped(kept: &Retention) -> Option<DateTime<Utc>> {
    Some(kept.dropped_before).filter(|at| *at > DateTime::UNIX_EPOCH)
}

fn in_words(kept: &Retention) -> String {
    let dropped = dropped(kept).map_or_else(String::new, |at| {
        format!(", nothing from before {}", at.format("%Y-%m-%d"))
    });
    format!("{}  {} days{dropped}", kept.table, kept.keep_days)
}
