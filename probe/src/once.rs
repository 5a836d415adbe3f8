//! `once`: each kind of check and one speed test, printed; stored and sent if this machine is enrolled.

pub(crate) mod print;

use std::{
    process::ExitCode,
    sync::{Arc, Mutex},
};

use schoolbeat_wire::{
    Outcome, PageCheck, PathCheck, ProbeConfig, RecordKind, SpeedTest, TargetKind,
};
use serde::Serialize;

use crate::{
    arguments::OnceArguments,
    clock::{self, Stamp},
    complaint::Complaint,
    measure::{self, SpeedVerdict, proxy},
    output,
    output::Show,
    page_url::PageUrl,
    run::runtime,
    send::{self, Api, Sender, SharedSpool, Step},
    server_url::ServerUrl,
    spool::Limits,
    state::{Identity, StateDir, StateLock},
};

/// What `once` shows.
#[derive(Serialize)]
struct Shown {
    server: String,
    measured_at: String,
    path_check: PathCheck,
    /// On the way to the server: gateway and name server, as far as they are known.
    nearer_path_checks: Vec<PathCheck>,
    page_checks: Vec<PageCheck>,
    /// `None` if the server was busy.
    speed_test: Option<SpeedTest>,
    server_busy: bool,
    stored_sequences: Vec<u64>,
    /// Whether the server has them.
    acknowledged: bool,
    remarks: Vec<String>,
}

/// Where the results go.
enum Keep {
    /// Only to the terminal, and why.
    Nowhere(&'static str),
    /// To the spool, under a lock that is held to the end.
    Spool {
        spool: SharedSpool,
        identity: Box<Identity>,
        _lock: StateLock,
    },
}

pub(crate) fn once(
    state: &StateDir,
    arguments: &OnceArguments,
    show: Show,
) -> Result<ExitCode, Complaint> {
    let (server, keep) = prepare(state, arguments)?;
    let mut config = match arguments.server {
        Some(_) => ProbeConfig::default(),
        None => state.config(),
    };
    proxy::follow_policy(&config.proxy);
    // Someone is waiting.
    config.speed_test_defer_s = 0;
    if let Some(seconds) = arguments.max_seconds {
        config.speed_test_max_duration_ms = config.speed_test_max_duration_ms.min(seconds * 1_000);
    }
    if !arguments.pages.is_empty() {
        config.page_targets.clone_from(&arguments.pages);
    }
    let pages = pages(&config)?;
    let boot_id = clock::boot_id();
    let Some((mut shown, records)) = runtime()?.block_on(taken(&server, &config, &pages, &boot_id))
    else {
        return Err(Complaint::failed(
            "no_path_check",
            "The path to the server was not checked: a mistake of this program.",
        ));
    };
    match keep {
        Keep::Nowhere(why) => shown.remarks.push(why.to_owned()),
        Keep::Spool {
            spool,
            identity,
            _lock,
        } => {
            store(&spool, &mut shown, records);
            deliver(state, &spool, &identity, boot_id, &mut shown);
        }
    }
    show.result(&shown, || print::lines(&shown));
    Ok(if is_measured(&shown) {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

/// The pages to check; one that cannot be asked for is said to be so before anything is measured.
fn pages(config: &ProbeConfig) -> Result<Vec<(PageUrl, &String)>, Complaint> {
    let urls = config.page_targets.iter();
    urls.map(|url| Ok((PageUrl::parse(url)?, url))).collect()
}

/// What is measured, each with the time at which it began.
async fn taken(
    server: &ServerUrl,
    config: &ProbeConfig,
    pages: &[(PageUrl, &String)],
    boot_id: &str,
) -> Option<(Shown, Vec<(Stamp, RecordKind)>)> {
    let begun = Stamp::now(boot_id);
    let mut records = Vec::new();
    let (mut nearer, mut to_server, mut page_checks) = (Vec::new(), None, Vec::new());
    measure::path_checks(server, config, true, |check| {
        records.push((begun.clone(), RecordKind::PathCheck(check.clone())));
        match check.target_kind {
            TargetKind::Server => to_server = Some(check),
            TargetKind::Gateway | TargetKind::Resolver | TargetKind::Other => nearer.push(check),
        }
    })
    .await;
    for (page, url) in pages {
        let stamp = Stamp::now(boot_id);
        let check = measure::page_check(page, url).await;
        page_checks.push(check.clone());
        records.push((stamp, RecordKind::PageCheck(check)));
    }
    let stamp = Stamp::now(boot_id);
    let speed_test = match measure::speed_test(server, config).await {
        SpeedVerdict::Measured(test) => Some(*test),
        SpeedVerdict::ServerBusy => None,
    };
    records.extend(
        speed_test
            .clone()
            .map(|test| (stamp, RecordKind::SpeedTest(test))),
    );
    let shown = Shown {
        server: server.as_str().to_owned(),
        measured_at: clock::rfc3339(begun.wall_unix_ms),
        server_busy: speed_test.is_none(),
        path_check: to_server?,
        nearer_path_checks: nearer,
        page_checks,
        speed_test,
        stored_sequences: Vec::new(),
        acknowledged: false,
        remarks: Vec::new(),
    };
    Some((shown, records))
}

fn is_measured(shown: &Shown) -> bool {
    shown.path_check.outcome == Outcome::Ok
        && shown.path_check.received > 0
        && shown
            .speed_test
            .as_ref()
            .is_some_and(|test| test.outcome == Outcome::Ok)
}

fn prepare(state: &StateDir, arguments: &OnceArguments) -> Result<(ServerUrl, Keep), Complaint> {
    if let Some(server) = &arguments.server {
        let why = "not stored: --server measures without enrolment";
        return Ok((ServerUrl::parse(server)?, Keep::Nowhere(why)));
    }
    let identity = state.enrolled()?;
    let server = ServerUrl::parse(&identity.server)?;
    let Some(lock) = state.try_lock()? else {
        let why = "not stored: a schoolbeat-probe run is at work in the same state directory";
        return Ok((server, Keep::Nowhere(why)));
    };
    let (spool, _) = state.spool(&lock, Limits::default())?;
    let spool = Arc::new(Mutex::new(spool));
    Ok((
        server,
        Keep::Spool {
            spool,
            identity: Box::new(identity),
            _lock: lock,
        },
    ))
}

fn store(spool: &SharedSpool, shown: &mut Shown, records: Vec<(Stamp, RecordKind)>) {
    for (stamp, kind) in records {
        match send::lock(spool).append(|sequence| stamp.record(sequence, kind)) {
            Ok(sequence) => shown.stored_sequences.push(sequence),
            Err(error) => shown.remarks.push(format!("not stored: {error}")),
        }
    }
}

/// Sends everything that waits, as far as it goes at the first try; the rest is sent by `run` or by
/// the next `once`.
fn deliver(
    state: &StateDir,
    spool: &SharedSpool,
    identity: &Identity,
    boot_id: String,
    shown: &mut Shown,
) {
    let Ok(server) = ServerUrl::parse(&identity.server) else {
        return;
    };
    let api = Api::new(server, Some(identity.secret.clone()));
    let mut sender = Sender::new(api, Arc::clone(spool), state.refused_path(), boot_id);
    loop {
        match sender.step() {
            Step::Nothing => break,
            Step::Acknowledged { remarks, .. } => shown.remarks.extend(remarks),
            Step::Halved { reason, .. } => output::log(reason),
            Step::SetAside { sequence, reason } => {
                shown
                    .remarks
                    .push(format!("record {sequence} was set aside: {reason}"));
            }
            Step::Later { reason, .. } | Step::NotWelcome { reason } => {
                shown.remarks.push(format!("not sent yet, kept: {reason}"));
                break;
            }
            Step::SpoolFailed(error) => {
                shown.remarks.push(format!("not sent yet: {error}"));
                break;
            }
        }
    }
    let acknowledged = send::lock(spool).acknowledged_sequence();
    shown.acknowledged = !shown.stored_sequences.is_empty()
        && shown
            .stored_sequences
            .iter()
            .all(|sequence| *sequence <= acknowledged);
}
