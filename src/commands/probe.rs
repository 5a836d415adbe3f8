//! `schoolbeat probe revoke ID`: takes a probe's right to report.

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;
use uuid::Uuid;

use super::{CommandError, Output, database::with_store};
use crate::{
    config::Config,
    domain::measurement::ProbeId,
    store::{StoreError, audit, probes},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Take a probe's right to report, for good; what it reported stays
    Revoke {
        /// The probe's id, as the school's page shows it
        probe: Uuid,
    },
}

pub(super) fn run(
    command: &Command,
    config: &Config,
    output: Output,
) -> Result<ExitCode, CommandError> {
    let Command::Revoke { probe } = *command;
    let id = ProbeId(probe);
    let school = with_store(config, async |store| {
        let failed = |error| StoreError::query("probe_revoke", error);
        let mut db = store.client().await?;
        let tx = db.transaction().await.map_err(failed)?;
        let Some(school) = probes::revoke(&tx, id).await? else {
            return Ok(None);
        };
        let detail = json!({"school": school.0});
        audit::record(
            &tx,
            super::ACTOR,
            "probe revoked",
            &format!("probe {id}"),
            &detail,
        )
        .await?;
        tx.commit().await.map_err(failed)?;
        Ok(Some(school))
    })?;
    let school = school
        .ok_or_else(|| CommandError::new("probe_not_found", format!("there is no probe {id}")))?;
    let document = json!({"probe": probe, "school": school.0, "revoked": true});
    Ok(output.answer(
        &document,
        format!("probe {id} of school {school} may report no more"),
    ))
}
