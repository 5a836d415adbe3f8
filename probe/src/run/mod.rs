//! `run`: measures by schedule, one at a time, and sends beside it, until told to stop.
//!
//! The measuring task owns the schedule; the sending thread owns HTTP. They share the spool and tell
//! each other news. Stopping abandons a measurement, never a record.

mod bulk;
mod measuring;
mod presence;

use std::{
    process::ExitCode,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64},
        mpsc,
    },
    thread,
    time::Duration,
};

use schoolbeat_wire::{ProbeConfig, RecordKind};
use serde::Serialize;
use tokio::{
    runtime::Runtime,
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use crate::{
    arguments::RunArguments,
    clock::{self, Stamp},
    complaint::Complaint,
    durable,
    ledger::Ledger,
    measure::{Reach, proxy},
    output,
    output::Show,
    send::{
        self, Api, Sender, SharedSpool,
        thread::{News, SendLoop},
    },
    server_url::ServerUrl,
    spool::{Limits, SpoolFigures},
    state::{StateDir, StateLock},
    update,
};
use bulk::Bulk;
use measuring::Measuring;
use presence::Watching;

/// How often what waits in the spool is said to be older.
const AGE_EVERY: Duration = Duration::from_secs(3_600);
/// How long a report that is under way may still take when the program is told to stop.
const LAST_REPORT: Duration = Duration::from_millis(1_500);

#[derive(Serialize)]
struct Shown {
    measured: u64,
    spool: SpoolFigures,
}

/// A small runtime: one thread, and a few more for names and timed connects when needed.
pub(crate) fn runtime() -> Result<Runtime, Complaint> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(4)
        .thread_stack_size(256 << 10)
        .build()
        .map_err(|error| Complaint::setup("no_runtime", format!("Cannot start: {error}.")))
}

/// The ledger; one that cannot be read is begun anew, and said to be.
fn open_ledger(state: &StateDir) -> Ledger {
    let (ledger, unreadable) = Ledger::open(&state.ledger_path());
    if let Some(error) = unreadable {
        output::log(format!("ledger: begun anew, it could not be read: {error}"));
    }
    ledger
}

pub(crate) fn run(
    state: &StateDir,
    arguments: &RunArguments,
    show: Show,
) -> Result<ExitCode, Complaint> {
    if update::is_watched() {
        if !update::ends_with_the_watcher() {
            return Ok(ExitCode::SUCCESS);
        }
    } else if let Some(settings) = update::settings_for_run(state) {
        return update::supervise(state, &settings);
    }
    let identity = state.enrolled()?;
    let server = ServerUrl::parse(&identity.server)?;
    let lock = state.lock()?;
    let spool = open_spool(state, &lock)?;
    output::log(format!(
        "schoolbeat-probe {}: probe {} of {} ({}), server {}",
        crate::SOFTWARE_VERSION,
        identity.probe_id,
        identity.school.name,
        identity.school.country,
        identity.server
    ));
    let (config_sender, config) = watch::channel(state.config());
    proxy::follow_policy(&config.borrow().proxy);
    let (news, heard) = mpsc::channel();
    let traffic = Arc::<AtomicU64>::default();
    let api = Api::new(server.clone(), Some(identity.secret.clone())).counting(traffic.clone());
    let ended = begin_sending(state, api, &spool, config_sender, heard)?;
    let is_first_ever = send::lock(&spool).next_sequence() == 1;
    let is_busy = Arc::new(AtomicBool::new(false));
    let mut watching = Watching::new(
        Reach::to(server.clone()),
        state.presence_path(),
        Arc::clone(&spool),
        (config.clone(), arguments.into()),
        news.clone(),
        Arc::clone(&is_busy),
    );
    let ledger = open_ledger(state);
    let immediately = arguments.now || is_first_ever;
    let mut measuring = Measuring {
        server,
        spool: Arc::clone(&spool),
        config,
        overrides: arguments.into(),
        bulk: Bulk::new(identity.probe_id.clone(), ledger, traffic, immediately),
        probe_id: identity.probe_id,
        boot_id: clock::boot_id(),
        news: news.clone(),
        is_busy,
        measured: 0,
        path_rounds: 0,
    };
    let runtime = runtime()?;
    runtime.block_on(async {
        tokio::select! {
            () = measuring.run(immediately) => {}
            () = watching.run() => {}
            () = grow_older(&spool) => {}
            () = told_to_stop() => output::log("stopping"),
        }
    });
    watching.stop();
    runtime.shutdown_background();
    let _ = news.send(News::Stop);
    // A report under way may end; if it does not, the server recognises it when it is sent again.
    let _ = ended.recv_timeout(LAST_REPORT);
    let shown = Shown {
        measured: measuring.measured,
        spool: send::lock(&spool).figures(),
    };
    output::log(format!("stopped: {} record(s) wait", shown.spool.waiting));
    show.result(&shown, Vec::new);
    Ok(ExitCode::SUCCESS)
}

fn open_spool(state: &StateDir, lock: &StateLock) -> Result<SharedSpool, Complaint> {
    let (spool, mended) = state.spool(lock, Limits::default())?;
    if mended.torn_bytes > 0 {
        output::log(format!(
            "spool: cut off {} byte(s) of a record that was not finished",
            mended.torn_bytes
        ));
    }
    if mended.damaged_records > 0 {
        output::log(format!(
            "spool: {} record(s) are damaged and lost",
            mended.damaged_records
        ));
    }
    let waiting = spool.figures().waiting;
    if waiting > 0 {
        output::log(format!("spool: {waiting} record(s) wait"));
    }
    Ok(Arc::new(Mutex::new(spool)))
}

/// Drops what waits for too long.
async fn grow_older(spool: &SharedSpool) {
    loop {
        tokio::time::sleep(AGE_EVERY).await;
        let mut spool = send::lock(spool);
        let told = spool.grow_older(AGE_EVERY).and_then(|notices| {
            for notice in notices {
                output::log(format!(
                    "spool: {}",
                    notice.detail.as_deref().unwrap_or_default()
                ));
                let stamp = Stamp::now(&clock::boot_id());
                let kind = RecordKind::Notice(notice);
                spool.append(|sequence| stamp.record(sequence, kind))?;
            }
            Ok(())
        });
        if let Err(error) = told {
            output::log(format!("spool: what is too old cannot be dropped: {error}"));
        }
    }
}

/// Starts the sending thread. What it returns says that the thread has ended.
fn begin_sending(
    state: &StateDir,
    api: Api,
    spool: &SharedSpool,
    configs: watch::Sender<ProbeConfig>,
    news: mpsc::Receiver<News>,
) -> Result<mpsc::Receiver<()>, Complaint> {
    let sender = Sender::new(
        api,
        Arc::clone(spool),
        state.refused_path(),
        clock::boot_id(),
    );
    let kept_in = state.clone();
    let take_config = move |config: ProbeConfig| {
        if let Err(error) = kept_in.keep_config(&config) {
            output::log(format!("configuration cannot be kept: {error}"));
        }
        proxy::follow_policy(&config.proxy);
        let _ = configs.send(config);
    };
    let version = state.config().version;
    let mut sending = SendLoop::new(sender, news, version, Box::new(take_config));
    if update::is_watched() {
        let mut path = Some(state.reported_path());
        sending = sending.telling(Box::new(move || {
            // Once is enough: the file stays until the next program is started.
            if let Some(path) = path.take()
                && let Err(error) = durable::replace(&path, b"{}\n")
            {
                output::log(format!("that it reported cannot be written: {error}"));
            }
        }));
    }
    let (end, ended) = mpsc::channel();
    thread::Builder::new()
        .name("send".to_owned())
        .stack_size(512 << 10)
        .spawn(move || {
            sending.run();
            let _ = end.send(());
        })
        .map_err(|error| Complaint::setup("no_thread", format!("Cannot start: {error}.")))?;
    Ok(ended)
}

/// Waits for the signal to stop.
pub(crate) async fn told_to_stop() {
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        // Without handlers the signals end the process at once, which the spool survives as well.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
