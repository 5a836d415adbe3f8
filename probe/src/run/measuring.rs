//! The measuring task: waits for what is due, measures it, keeps it. It must not send, and never runs
//! two measurements at once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::Sender,
    },
    time::Duration,
};

use schoolbeat_wire::{Outcome, PathCheck, ProbeConfig, RecordKind, TargetKind};
use tokio::{sync::watch, time::sleep};

use super::bulk::{Bulk, Plan};
use crate::{
    arguments::RunArguments,
    budget,
    clock::{self, Stamp},
    measure::{self, SpeedVerdict},
    once::print,
    output,
    page_url::PageUrl,
    schedule::{Due, Intervals, Schedule},
    send::{self, SharedSpool, thread::News},
    server_url::ServerUrl,
};

/// Timers stand still while a laptop sleeps; looking at the clock this often catches up with it.
const LONGEST_SLEEP_MS: u64 = 30_000;

/// What the command line wants instead of the server's wishes.
#[derive(Debug, Clone)]
pub(super) struct Overrides {
    speed_test_every_s: Option<u64>,
    path_check_every_s: Option<u64>,
    page_check_every_s: Option<u64>,
    max_duration_ms: Option<u64>,
    presence_every_s: Option<u64>,
    presence_target: Option<String>,
}

impl From<&RunArguments> for Overrides {
    fn from(arguments: &RunArguments) -> Self {
        Self {
            speed_test_every_s: arguments.speed_test_every,
            path_check_every_s: arguments.path_check_every,
            page_check_every_s: arguments.page_check_every,
            max_duration_ms: arguments.max_seconds.map(|seconds| seconds * 1_000),
            presence_every_s: arguments.presence_every,
            presence_target: arguments.presence_target.clone(),
        }
    }
}

impl Overrides {
    pub(super) fn apply(&self, mut config: ProbeConfig) -> ProbeConfig {
        if let Some(seconds) = self.speed_test_every_s {
            config.speed_test_interval_s = seconds;
            config.speed_test_windows.clear();
        }
        if let Some(seconds) = self.path_check_every_s {
            config.path_check_interval_s = seconds;
        }
        if let Some(seconds) = self.page_check_every_s {
            config.page_check_every_s = seconds;
        }
        if let Some(max_ms) = self.max_duration_ms {
            config.speed_test_max_duration_ms = config.speed_test_max_duration_ms.min(max_ms);
        }
        if let Some(seconds) = self.presence_every_s {
            config.presence_interval_s = seconds;
        }
        if let Some(target) = &self.presence_target {
            config.presence_target.clone_from(target);
        }
        config
    }
}

fn intervals(config: &ProbeConfig) -> Intervals {
    Intervals {
        speed_test_s: config.speed_test_interval_s,
        path_check_s: config.path_check_interval_s,
        page_check_s: budget::page_interval_s(config),
    }
}

/// The measuring task.
pub(super) struct Measuring {
    pub server: ServerUrl,
    pub spool: SharedSpool,
    pub config: watch::Receiver<ProbeConfig>,
    pub overrides: Overrides,
    pub bulk: Bulk,
    pub probe_id: String,
    pub boot_id: String,
    pub news: Sender<News>,
    /// Told while a bulk test fills the line.
    pub is_busy: Arc<AtomicBool>,
    pub measured: u64,
    /// Path checks so far, by which those that look at the nearer targets too are chosen.
    pub path_rounds: u64,
}

impl Measuring {
    fn config_now(&mut self) -> ProbeConfig {
        self.overrides
            .apply(self.config.borrow_and_update().clone())
    }

    /// Runs until dropped.
    pub(super) async fn run(&mut self, immediately: bool) {
        let mut config = self.config_now();
        let mut schedule = Schedule::begin(
            clock::boot_ms(),
            intervals(&config),
            &self.probe_id,
            immediately,
        );
        loop {
            if self.config.has_changed().unwrap_or(false) {
                config = self.config_now();
                schedule.set_intervals(clock::boot_ms(), intervals(&config), rand::random());
            }
            if let Some(at_ms) = self.bulk.appointment_boot_ms(&config) {
                schedule.appoint_speed_test(at_ms);
            }
            let now_ms = clock::boot_ms();
            match schedule.due(now_ms) {
                Some(due) => {
                    self.measure(due, &config).await;
                    schedule.done(due, clock::boot_ms(), rand::random());
                }
                None => self.rest(schedule.wait_ms(now_ms)).await,
            }
        }
    }

    async fn rest(&mut self, wait_ms: u64) {
        let pause = sleep(Duration::from_millis(wait_ms.clamp(1, LONGEST_SLEEP_MS)));
        tokio::select! {
            () = pause => {}
            Ok(()) = self.config.changed() => self.config.mark_changed(),
        }
    }

    async fn measure(&mut self, due: Due, config: &ProbeConfig) {
        let stamp = Stamp::now(&self.boot_id);
        match due {
            Due::PathCheck => self.check_paths(&stamp, config).await,
            Due::PageCheck => self.check_pages(config).await,
            Due::SpeedTest => self.measure_speed(&stamp, config).await,
        }
    }

    /// The windows of a round are told in one report.
    async fn check_paths(&mut self, stamp: &Stamp, config: &ProbeConfig) {
        let round = self.path_rounds;
        self.path_rounds += 1;
        let nearer = budget::nearer_every(config).is_some_and(|every| round.is_multiple_of(every));
        let server = self.server.clone();
        let nearer = nearer || server.is_loopback();
        let taken = |check| self.take_path_check(stamp, config, check);
        measure::path_checks(&server, config, nearer, taken).await;
        self.bulk.charge_sent(&server, config);
        self.tell(News::Appended);
    }

    fn take_path_check(&mut self, stamp: &Stamp, config: &ProbeConfig, check: PathCheck) {
        let (of, line) = (print::target(&check), print::path_line(&check));
        output::log(format!("path check of {of}: {line}"));
        let bytes = budget::check_bytes(check.sent);
        let (kind, is_answered) = (check.target_kind, check.received > 0);
        let is_first = self.measured == 0;
        self.put(stamp, RecordKind::PathCheck(check));
        match kind {
            TargetKind::Server => {
                self.bulk.charge_light(&self.server, config, bytes);
                if is_first {
                    // A technician may be waiting.
                    self.tell(News::Appended);
                }
                if is_answered {
                    self.tell(News::LineIsUp);
                }
            }
            // It stays on the school's own network.
            TargetKind::Gateway => {}
            TargetKind::Resolver | TargetKind::Other => self.bulk.charge_line(config, bytes),
        }
    }

    /// One page after the other, each with its own time, told in one report.
    async fn check_pages(&mut self, config: &ProbeConfig) {
        for url in &config.page_targets {
            // The policy's bounds let no other through.
            let Ok(page) = PageUrl::parse(url) else {
                continue;
            };
            let stamp = Stamp::now(&self.boot_id);
            let check = measure::page_check(&page, url).await;
            output::log(format!("page check: {}", print::page_line(&check)));
            let bytes = budget::page_bytes(&check);
            self.bulk.charge_light(&page.host, config, bytes);
            self.put(&stamp, RecordKind::PageCheck(check));
        }
        self.tell(News::Appended);
    }

    async fn measure_speed(&mut self, stamp: &Stamp, config: &ProbeConfig) {
        let (planned, target) = match self.bulk.plan(&self.server, config) {
            Plan::Measure(planned, target) => (planned, target),
            Plan::Skip(why, notice) => {
                output::log(format!("speed test: {why}"));
                if let Some(notice) = notice {
                    self.keep(stamp, RecordKind::Notice(notice), false);
                }
                return;
            }
        };
        self.is_busy.store(true, Ordering::Relaxed);
        let verdict = measure::speed_test(&target, &planned).await;
        self.is_busy.store(false, Ordering::Relaxed);
        match verdict {
            SpeedVerdict::Measured(test) => {
                output::log(format!("speed test: {}", print::speed_line(&test)));
                self.bulk.settle(config, Some(&test));
                let is_answered = test.outcome == Outcome::Ok;
                self.keep(stamp, RecordKind::SpeedTest(*test), is_answered);
            }
            SpeedVerdict::ServerBusy => {
                self.bulk.settle(config, None);
                output::log(
                    "speed test: skipped, the server was busy three times; the line is not at fault",
                );
            }
        }
    }

    fn keep(&mut self, stamp: &Stamp, kind: RecordKind, is_answered: bool) {
        self.put(stamp, kind);
        self.tell(News::Appended);
        if is_answered {
            self.tell(News::LineIsUp);
        }
    }

    /// Keeps a record; who sends is told separately.
    fn put(&mut self, stamp: &Stamp, kind: RecordKind) {
        match send::lock(&self.spool).append(|sequence| stamp.record(sequence, kind)) {
            Ok(_) => self.measured += 1,
            Err(error) => output::log(format!("measurement lost: {error}")),
        }
    }

    fn tell(&self, news: News) {
        // Nobody listens any more only while the program ends.
        let _ = self.news.send(news);
    }
}
