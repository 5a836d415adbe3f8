//! The presence task: looks once a minute, beside whatever is measured, and keeps the spans. The span
//! that goes on is on the medium after each look, so that a power cut ends it where it was last seen.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::Sender,
    },
    time::Duration,
};

use schoolbeat_wire::{PresenceState, ProbeConfig, RecordKind};
use tokio::{sync::watch, time::sleep};

use super::measuring::Overrides;
use crate::{
    clock, durable,
    measure::Reach,
    output,
    presence::{Look, Moment, Span, Tracker, judge},
    send::{self, SharedSpool, thread::News},
};

/// A look that finds the line gone is made again after so long before it is believed.
const SECOND_LOOK: Duration = Duration::from_secs(5);
/// The server is asked at least so often whether it is ours, milliseconds.
const ASK_WORDS_EVERY_MS: u64 = 15 * 60 * 1_000;

/// The presence task.
pub(super) struct Watching {
    reach: Reach,
    tracker: Tracker,
    path: PathBuf,
    spool: SharedSpool,
    config: watch::Receiver<ProbeConfig>,
    overrides: Overrides,
    boot_id: String,
    news: Sender<News>,
    /// True while a bulk test fills the line, which may then be deaf to a look.
    is_busy: Arc<AtomicBool>,
    words_at_ms: Option<u64>,
    /// What the server last said of itself.
    complains: bool,
}

impl Watching {
    pub(super) fn new(
        reach: Reach,
        path: PathBuf,
        spool: SharedSpool,
        (config, overrides): (watch::Receiver<ProbeConfig>, Overrides),
        news: Sender<News>,
        is_busy: Arc<AtomicBool>,
    ) -> Self {
        let kept = durable::read(&path);
        let tracker = match kept {
            Ok(Some(bytes)) => serde_json::from_slice(&bytes).unwrap_or_else(|error| {
                output::log(format!(
                    "presence: {} is damaged ({error}); begun anew",
                    path.display()
                ));
                Tracker::default()
            }),
            Ok(None) => Tracker::default(),
            Err(error) => {
                output::log(format!(
                    "presence: {} cannot be read: {error}",
                    path.display()
                ));
                Tracker::default()
            }
        };
        let mut watching = Self {
            reach,
            tracker,
            path,
            spool,
            config,
            overrides,
            boot_id: clock::boot_id(),
            news,
            is_busy,
            words_at_ms: None,
            complains: false,
        };
        // What another run saw ended with it, at its last look.
        watching.stop();
        watching
    }

    /// Runs until dropped.
    pub(super) async fn run(&mut self) {
        loop {
            let config = self.overrides.apply(self.config.borrow().clone());
            let interval_ms = config.presence_interval_s * 1_000;
            let now = self.moment();
            let ended = self.tracker.interrupted(&now, interval_ms);
            self.keep(ended);
            if let Some((look, at)) = self.look(&config).await {
                self.take_in(look, &at, &config);
            }
            // A little irregular, so that nothing that repeats every minute hides behind the looks.
            let pause_ms = interval_ms * 9 / 10 + rand::random::<u64>() % (interval_ms / 5 + 1);
            sleep(Duration::from_millis(pause_ms)).await;
        }
    }

    /// The span that goes on ends at its last look: the program stops, or began anew.
    pub(super) fn stop(&mut self) {
        let last = self.tracker.end();
        self.keep(last.into_iter().collect());
        self.save();
    }

    fn moment(&self) -> Moment {
        Moment {
            boot_id: self.boot_id.clone(),
            boot_ms: clock::boot_ms(),
            awake_ms: clock::awake_ms(),
            wall_unix_ms: clock::wall_unix_ms(),
        }
    }

    /// A look, and when it was made; `None` where a bulk test may have made it blind.
    async fn look(&mut self, config: &ProbeConfig) -> Option<(Look, Moment)> {
        let was_busy = self.is_busy.load(Ordering::Relaxed);
        let at = self.moment();
        let mut look = self.one_look(config).await;
        if look.state != PresenceState::Online && self.tracker.now() != Some(look) {
            sleep(SECOND_LOOK).await;
            look = self.one_look(config).await;
        }
        let is_busy = was_busy || self.is_busy.load(Ordering::Relaxed);
        (look.state == PresenceState::Online || !is_busy).then_some((look, at))
    }

    async fn one_look(&mut self, config: &ProbeConfig) -> Look {
        let now_ms = clock::boot_ms();
        let is_due = self
            .words_at_ms
            .is_none_or(|at| now_ms.saturating_sub(at) >= ASK_WORDS_EVERY_MS);
        let is_online = self
            .tracker
            .now()
            .is_some_and(|look| look.state == PresenceState::Online);
        let words = is_due || !is_online || self.complains;
        let rungs = self.reach.look(&config.presence_target, words).await;
        if let Some(said) = rungs.server_is_ours {
            self.words_at_ms = Some(now_ms);
            self.complains = said.is_err();
        }
        judge(&rungs)
    }

    fn take_in(&mut self, look: Look, at: &Moment, config: &ProbeConfig) {
        let before = self.tracker.now();
        let ended = self.tracker.look(
            look,
            at,
            config.presence_interval_s * 1_000,
            config.presence_report_interval_s * 1_000,
        );
        if before != Some(look) {
            output::log(format!("presence: {}", in_words(look)));
            if look.state == PresenceState::Online {
                let _ = self.news.send(News::LineIsUp);
            }
        }
        self.keep(ended);
        self.save();
    }

    fn keep(&self, spans: Vec<Span>) {
        for span in spans {
            let kind = RecordKind::Presence(span.presence);
            match send::lock(&self.spool).append(|sequence| span.began.record(sequence, kind)) {
                Ok(_) => {
                    let _ = self.news.send(News::Appended);
                }
                Err(error) => output::log(format!("a span of presence is lost: {error}")),
            }
        }
    }

    fn save(&self) {
        let saved = serde_json::to_vec(&self.tracker)
            .map_err(std::io::Error::from)
            .and_then(|bytes| durable::replace(&self.path, &bytes));
        if let Err(error) = saved {
            output::log(format!(
                "presence: {} cannot be written: {error}",
                self.path.display()
            ));
        }
    }
}

fn in_words(look: Look) -> String {
    use schoolbeat_wire::PresenceDetail::{CaptivePortal, NoNames, ServerError, Tls};
    let state = match look.state {
        PresenceState::Online => "online",
        PresenceState::LanDown => "the gateway does not answer",
        PresenceState::IspDown => "the gateway answers, nothing beyond does",
        PresenceState::ServiceDown => "the internet answers, the server does not",
        PresenceState::Off => "asleep",
    };
    match look.detail {
        None => state.to_owned(),
        Some(CaptivePortal) => "a login page answers in place of the internet".to_owned(),
        Some(NoNames) => format!("{state}: names are not resolved"),
        Some(Tls) => format!("{state}: TLS fails, by its certificate or this machine's clock"),
        Some(ServerError) => format!("{state}: it reports an error"),
    }
}
