//! `schoolbeat summary`: summaries are made again from what was measured.

use std::process::ExitCode;

use chrono::{TimeDelta, Utc};
use clap::Subcommand;
use serde_json::json;

use super::{CommandError, Output, database::with_store, parse};
use crate::{
    config::Config,
    domain::area::CountryCode,
    jobs::{periods, summarise},
    store::{StoreError, audit, countries, summaries},
};

/// Weeks and months that go on are due within hours; who asks for all of it does not wait for that.
const SOON: TimeDelta = TimeDelta::days(1);

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make every summary again of whose time measurements are kept. The rows come out the same, unless a
    /// program of before counted otherwise
    Rebuild {
        /// Of this country alone: ISO 3166-1 code, such as KEN
        #[arg(long, value_parser = parse::country)]
        country: Option<CountryCode>,
    },
}

pub(super) fn run(
    command: &Command,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    let Command::Rebuild { country } = command;
    let days = with_store(config, async |store| {
        let failed = |error| StoreError::query("summary_rebuild", error);
        let mut db = store.client().await?;
        if let Some(code) = country
            && countries::find(&db, code).await?.is_none()
        {
            let message = format!("there is no country {code}: import its areas or schools first");
            return Err(CommandError::new("country_not_found", message));
        }
        let tx = db.transaction().await.map_err(failed)?;
        let days = summaries::mark_everything(&tx, country.as_ref()).await?;
        let subject = country.as_ref().map_or_else(
            || "every country".to_owned(),
            |code| format!("country {code}"),
        );
        let detail = json!({"school_days": days});
        audit::record(&tx, super::ACTOR, "summaries rebuilt", &subject, &detail).await?;
        tx.commit().await.map_err(failed)?;
        drop(db);
        let now = Utc::now();
        summarise::run_until_idle(&store, now).await?;
        periods::run_until_idle(&store, now + SOON).await?;
        Ok(days)
    })?;
    let text = format!("{days} school-days, their weeks and months, and all that is made of them");
    Ok(output.answer(&json!({"school_days": days}), text))
}
