//! `status`: who this probe is, what waits, what the server has. It changes nothing.

use std::process::ExitCode;

use schoolbeat_wire::{EnrolledSchool, ProbeConfig, Vantage};
use serde::Serialize;

use crate::{
    SOFTWARE_VERSION, budget, clock, complaint::Complaint, durable, ledger::Ledger, output::Show,
    spool::SpoolFigures, state::StateDir, windows,
};

#[derive(Serialize)]
struct Shown {
    software_version: &'static str,
    state_dir: String,
    running: bool,
    enrolled: Option<ShownIdentity>,
    config: ProbeConfig,
    spool: SpoolFigures,
    spent: ShownSpent,
    last_speed_test: Option<ShownTest>,
    next_speed_test_at: Option<String>,
}

#[derive(Serialize)]
struct ShownSpent {
    day_bytes: u64,
    month_bytes: u64,
    in_words: String,
}

#[derive(Serialize)]
struct ShownTest {
    begun_at: String,
    download_mbps: Option<f64>,
    upload_mbps: Option<f64>,
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
    let config = state.config();
    let now_unix_ms = clock::wall_unix_ms();
    let kept = Ledger::look(&state.ledger_path()).map_err(|error| {
        Complaint::setup(
            "ledger_unreadable",
            format!(
                "{}: {}.",
                state.ledger_path().display(),
                durable::explained(&error)
            ),
        )
    })?;
    let identity = state.identity()?;
    let next = identity.as_ref().and_then(|identity| {
        windows::next(
            &config,
            &identity.probe_id,
            now_unix_ms,
            i64::MIN,
            kept.last_slot,
        )
    });
    let last_speed_test = kept.last_test_unix_ms.map(|begun| ShownTest {
        begun_at: clock::rfc3339(begun),
        download_mbps: kept.last_download_mbps,
        upload_mbps: kept.last_upload_mbps,
    });
    let spent = kept.spent_on(windows::local_day(&config, now_unix_ms));
    let enrolled = identity.map(|identity| ShownIdentity {
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
        spool: state.spool_figures()?,
        spent: ShownSpent {
            day_bytes: spent.day_bytes,
            month_bytes: spent.month_bytes,
            in_words: budget::in_words(&config, spent),
        },
        last_speed_test,
        next_speed_test_at: next.map(|next| clock::rfc3339(next.at_unix_ms.max(now_unix_ms))),
        config,
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
    lines.extend(measuring_lines(shown));
    lines
}

fn measuring_lines(shown: &Shown) -> Vec<String> {
    let mbps =
        |value: Option<f64>| value.map_or_else(|| "?".to_owned(), |mbps| format!("{mbps:.2}"));
    let last = shown.last_speed_test.as_ref().map_or_else(
        || "no speed test yet".to_owned(),
        |test| {
            format!(
                "speed test at {}; last rates {} down, {} up Mbps",
                test.begun_at,
                mbps(test.download_mbps),
                mbps(test.upload_mbps)
            )
        },
    );
    let next = shown.next_speed_test_at.as_ref().map_or_else(
        || {
            format!(
                "a speed test each {} s, about",
                shown.config.speed_test_interval_s
            )
        },
        |at| format!("speed test at {at}"),
    );
    vec![
        format!("last          {last}"),
        format!("next          {next}"),
        format!("pages         {}", pages_line(&shown.config)),
        format!("data          {}", shown.spent.in_words),
    ]
}

fn pages_line(config: &ProbeConfig) -> String {
    match config.page_targets.len() {
        0 => "none asked for".to_owned(),
        count => match budget::page_interval_s(config) {
            Some(interval_s) => {
                format!("{count} of learning platforms, each {interval_s} s, about")
            }
            None => format!("{count} of learning platforms, but the budget has no data for them"),
        },
    }
}
