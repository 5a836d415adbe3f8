//! `status`: who this probe is, what waits, what the server has. It changes nothing.

use std::process::ExitCode;

use schoolbeat_wire::{EnrolledSchool, ProbeConfig, Vantage};
use serde::Serialize;

use crate::{
    SOFTWARE_VERSION, clock, complaint::Complaint, output::Show, spool::SpoolFigures,
    state::StateDir,
};

#[derive(Serialize)]
struct Shown {
    software_version: &'static str,
    state_dir: String,
    running: bool,
    enrolled: Option<ShownIdentity>,
    config: ProbeConfig,
    spool: SpoolFigures,
}

#[derive(Serialize)]
struct ShownIdentity {
    probe_id: String,
    server: String,
    school: EnrolledSchool,
    vantage: Vantage,
    enrolled_at: String,
}

pub(crate) fn status(state: &StateDir, show: Show) -> Result<ExitCode, Complaint> {
    let enrolled = state.identity()?.map(|identity| ShownIdentity {
        probe_id: identity.probe_id,
        server: identity.server,
        school: identity.school,
        vantage: identity.vantage,
        enrolled_at: clock::rfc3339(identity.enrolled_unix_ms),
    });
    let shown = Shown {
        software_version: SOFTWARE_VERSION,
        state_dir: state.path().display().to_string(),
        running: state.is_in_use(),
        enrolled,
        config: state.config(),
        spool: state.spool_figures()?,
    };
    show.result(&shown, || lines(&shown));
    Ok(ExitCode::SUCCESS)
}

fn lines(shown: &Shown) -> Vec<String> {
    let mut lines = match &shown.enrolled {
        None => {
            vec!["Not enrolled. Next: schoolbeat-probe enrol --server URL --code CODE".to_owned()]
        }
        Some(identity) => vec![
            format!(
                "Probe of      {} ({})",
                identity.school.name, identity.school.country
            ),
            format!("server        {}", identity.server),
            format!("probe         {}", identity.probe_id),
            format!("enrolled      {}", identity.enrolled_at),
        ],
    };
    let running = if shown.running { "yes" } else { "no" };
    lines.push(format!("running       {running}"));
    lines.push(format!("kept in       {}", shown.state_dir));
    let waiting = match shown.spool.oldest_waiting_sequence {
        Some(oldest) => format!("{} record(s), from number {oldest}", shown.spool.waiting),
        None => "nothing".to_owned(),
    };
    lines.push(format!(
        "waiting       {waiting} ({} bytes)",
        shown.spool.bytes
    ));
    lines.push(match shown.spool.acknowledged_sequence {
        0 => "acknowledged  nothing yet".to_owned(),
        sequence => format!("acknowledged  up to number {sequence}"),
    });
    lines
}
