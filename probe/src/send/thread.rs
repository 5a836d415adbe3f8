//! The sending loop of `run`, on a thread of its own, since HTTP here blocks: step, log, pause.
//! It must not decide anything about records; [`super::Sender`] does.

use std::{
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::{Duration, Instant},
};

use schoolbeat_wire::ProbeConfig;

use super::{ApiError, Sender, Step};
use crate::{backoff::Backoff, bounds, measure::proxy, output};

/// What the measuring side tells the sending side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// A record waits.
    Appended,
    /// The server answered a measurement: the line is up, so a pause for an unreachable server ends.
    LineIsUp,
    /// The program ends.
    Stop,
}

/// How often a probe whose secret is refused asks again.
const NOT_WELCOME_PAUSE: Duration = Duration::from_hours(1);
/// How long a quiet loop waits before it looks again on its own account.
const QUIET_PAUSE: Duration = Duration::from_mins(10);

/// Whether the loop goes on.
#[derive(PartialEq, Eq)]
enum Life {
    On,
    Over,
}

/// The sending loop.
pub struct SendLoop {
    sender: Sender,
    news: Receiver<News>,
    backoff: Backoff,
    config_version: u64,
    config_wanted: bool,
    take_config: Box<dyn FnMut(ProbeConfig) + Send>,
    acknowledged: Box<dyn FnMut() + Send>,
}

impl SendLoop {
    /// A loop that begins by asking for the configuration.
    pub fn new(
        sender: Sender,
        news: Receiver<News>,
        config_version: u64,
        take_config: Box<dyn FnMut(ProbeConfig) + Send>,
    ) -> Self {
        Self {
            sender,
            news,
            backoff: Backoff::default(),
            config_version,
            config_wanted: true,
            take_config,
            acknowledged: Box::new(|| {}),
        }
    }

    /// Does this whenever the server has acknowledged a report.
    #[must_use]
    pub fn telling(mut self, acknowledged: Box<dyn FnMut() + Send>) -> Self {
        self.acknowledged = acknowledged;
        self
    }

    /// Runs until told to stop.
    pub fn run(mut self) {
        while self.turn() == Life::On {}
    }

    fn turn(&mut self) -> Life {
        if self.config_wanted
            && let Err(error) = self.fetch_config()
        {
            output::log(format!("configuration: {error}"));
        }
        match self.sender.step() {
            Step::Nothing => self.wait(QUIET_PAUSE, |news| news == News::Appended),
            Step::Acknowledged {
                records,
                remarks,
                config_version,
            } => {
                self.backoff.reset();
                (self.acknowledged)();
                self.config_wanted |= config_version != self.config_version;
                output::log(format!("sent: the server has {records} more record(s)"));
                remarks.iter().for_each(output::log);
                self.check_stop()
            }
            Step::Halved { records, reason } => {
                output::log(format!("{reason}; trying again with {records} record(s)"));
                self.check_stop()
            }
            Step::SetAside { sequence, reason } => {
                output::log(format!(
                    "record {sequence} was set aside in refused.jsonl: {reason}"
                ));
                self.check_stop()
            }
            Step::Later {
                retry_after_ms,
                unreachable,
                reason,
            } => {
                if unreachable {
                    proxy::try_the_other_way();
                }
                let pause_ms = self.backoff.pause_ms(rand::random(), retry_after_ms);
                let pause = Duration::from_millis(pause_ms);
                output::log(format!(
                    "not sent, kept: {reason}; next try within {} s",
                    pause.as_secs() + 1
                ));
                self.wait(pause, |news| unreachable && news == News::LineIsUp)
            }
            Step::NotWelcome { reason } => {
                output::log(format!(
                    "not sent, kept: {reason}. This probe may have been revoked: ask for a new code and \
                     run schoolbeat-probe enrol --replace. Measuring goes on; next try in an hour"
                ));
                self.wait(NOT_WELCOME_PAUSE, |_| false)
            }
            Step::SpoolFailed(error) => {
                output::log(format!("not sent: {error}"));
                let pause_ms = self.backoff.pause_ms(rand::random(), None);
                self.wait(Duration::from_millis(pause_ms), |_| false)
            }
        }
    }

    fn fetch_config(&mut self) -> Result<(), ApiError> {
        // One try a turn; the next answer that names a newer version asks again.
        self.config_wanted = false;
        let config = bounds::bounded(&self.sender.api().config()?);
        if config.version != self.config_version {
            output::log(format!(
                "configuration: version {} of the server",
                config.version
            ));
        }
        self.config_version = config.version;
        (self.take_config)(config);
        Ok(())
    }

    fn check_stop(&self) -> Life {
        self.wait(Duration::ZERO, |_| true)
    }

    /// Waits for a time, or for news that end the pause. Other news are heard and forgotten: the next
    /// step looks into the spool anyway.
    fn wait(&self, pause: Duration, ends: impl Fn(News) -> bool) -> Life {
        let until = Instant::now() + pause;
        loop {
            match self
                .news
                .recv_timeout(until.saturating_duration_since(Instant::now()))
            {
                Ok(News::Stop) | Err(RecvTimeoutError::Disconnected) => return Life::Over,
                Ok(news) if ends(news) => return Life::On,
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => return Life::On,
            }
        }
    }
}
