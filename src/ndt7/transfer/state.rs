//! How far one direction of a test is, and what is to be said next. It must not wait for anything, and
//! asks nobody but the kernel.

use std::{
    os::fd::{AsFd, OwnedFd},
    time::Duration,
};

use rand::RngExt;
use tokio::time::Instant;

use super::{
    super::{
        HARD_STOP,
        frames::{CloseCode, Heard, Outgoing, Reader, Violation},
        kernel::{self, TcpInfo},
        measurement::{self, Peers},
        meter::Meter,
    },
    Ended, LARGEST_MESSAGE, Test,
};
use crate::domain::speed_server::{Direction, Ending};

/// Mean, shortest and longest time between measurements (as M-Lab's servers keep it).
const MEASURE_EVERY: [Duration; 3] = [
    Duration::from_millis(250),
    Duration::from_millis(25),
    Duration::from_millis(625),
];
/// How long the other side has to take our close and to answer it.
const GOODBYE: Duration = Duration::from_secs(3);
/// The same if it was the other side that closed.
pub(super) const SHORT_GOODBYE: Duration = Duration::from_secs(1);
/// The first message; later ones grow (specification, section on message size).
const FIRST_MESSAGE: usize = 1 << 13;
/// The smallest message that the protocol allows.
const SMALLEST_MESSAGE: u64 = 1 << 10;
/// A message is doubled while it is no more than this part of what was sent.
const GROW_BELOW: u64 = 16;

/// How far a transfer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Running,
    /// Our close is on its way, and the other side's is waited for until then.
    Closing(Instant),
    Over,
}

/// A transfer and what is to be said next in it.
pub(super) struct State {
    test: Test,
    socket: OwnedFd,
    peers: Peers,
    begun: Instant,
    /// When the last load passed.
    last_load: Instant,
    frames: Reader,
    pub phase: Phase,
    ending: Ending,
    /// Whether the other side has closed.
    closed: bool,
    bytes: u64,
    message: usize,
    meter: Meter,
    /// The kernel's count before the test.
    before: u64,
    kernel: TcpInfo,
    contended: bool,
    next_measurement: Instant,
    pong: Option<Vec<u8>>,
    text: Option<String>,
    close: Goodbye,
}

/// Our own close, after which nothing may follow.
#[derive(Debug)]
enum Goodbye {
    NotYet,
    Waiting(CloseCode, &'static str),
    OnItsWay,
    Said,
}

impl State {
    pub fn new(test: Test, socket: OwnedFd, peers: Peers) -> Self {
        let now = Instant::now();
        let kernel = kernel::tcp_info(socket.as_fd()).unwrap_or_default();
        let before = counted(test.direction, &kernel).unwrap_or(0);
        Self {
            test,
            socket,
            peers,
            begun: now,
            last_load: now,
            frames: Reader::default(),
            phase: Phase::Running,
            ending: Ending::Complete,
            closed: false,
            bytes: 0,
            message: FIRST_MESSAGE,
            meter: Meter::new(now),
            before,
            kernel,
            contended: false,
            next_measurement: now + until_next(),
            pong: None,
            text: None,
            close: Goodbye::NotYet,
        }
    }

    pub fn is_over(&self) -> bool {
        self.phase == Phase::Over
    }

    /// Takes in what the client sent.
    pub fn hear(&mut self, bytes: &[u8]) {
        let mut frames = std::mem::take(&mut self.frames);
        let mut load = 0;
        let mut close = None;
        let mut ping = None;
        let read = frames.take(bytes, |heard| match heard {
            Heard::Load(bytes) => load += bytes,
            Heard::Ping(payload) => ping = Some(payload),
            Heard::Close(code) => close = Some(code),
        });
        self.frames = frames;
        // Of several pings the last one may be answered for all (RFC 6455, 5.5.3).
        self.pong = ping.or(self.pong.take());
        self.take_load(load);
        if let Err(Violation { code, what }) = read {
            self.finish(Ending::Violation, code, what);
        }
        if let Some(code) = close {
            self.take_close(code);
        }
    }

    fn take_load(&mut self, load: u64) {
        if load == 0 || self.phase != Phase::Running {
            return;
        }
        match self.test.direction {
            Direction::Upload => {
                self.bytes += load;
                self.last_load = Instant::now();
            }
            Direction::Download => {
                let what = "A client does not send load in a download";
                self.finish(Ending::Violation, CloseCode::Unsupported, what);
            }
        }
    }

    fn take_close(&mut self, code: Option<u16>) {
        self.closed = true;
        if self.phase == Phase::Running {
            tracing::trace!(code, "the client closes");
            self.finish(Ending::ClientClosed, CloseCode::Normal, "");
            // Who sends hears what arrived, before our close; who takes has taken enough.
            if self.test.direction == Direction::Download {
                self.text = None;
            }
            self.phase = Phase::Closing(Instant::now() + SHORT_GOODBYE);
        }
    }

    /// The connection has ended.
    pub fn lost(&mut self) {
        if self.phase == Phase::Running {
            self.ending = Ending::ConnectionLost;
            self.measure();
        }
        self.phase = Phase::Over;
    }

    /// No more load: the last measurement and the close go out.
    fn finish(&mut self, ending: Ending, code: CloseCode, why: &'static str) {
        if self.phase != Phase::Running {
            return;
        }
        // What the kernel has counted and we have not read came until now. Before a close of the other
        // side everything was read: there the time ends with the last load.
        if self.test.direction == Direction::Upload && ending != Ending::ClientClosed {
            self.last_load = Instant::now();
        }
        self.ending = ending;
        self.measure();
        self.tell();
        self.close = Goodbye::Waiting(code, why);
        self.phase = Phase::Closing(Instant::now() + GOODBYE);
    }

    /// We are told to stop.
    pub fn stop(&mut self) {
        self.finish(
            Ending::ServerStopped,
            CloseCode::GoingAway,
            "The server stops",
        );
    }

    /// What is to be sent next, the small before the large, and pings last of the small: a client
    /// that floods us with them must not keep its own test from ending.
    pub fn next_frame(&mut self) -> Option<Outgoing> {
        if let Some(text) = self.text.take() {
            return Some(Outgoing::text(text));
        }
        match self.close {
            Goodbye::NotYet => {}
            Goodbye::Waiting(code, why) => {
                self.close = Goodbye::OnItsWay;
                return Some(Outgoing::close(code, why));
            }
            Goodbye::OnItsWay | Goodbye::Said => return None,
        }
        if let Some(payload) = self.pong.take() {
            return Some(Outgoing::pong(payload));
        }
        let sends = self.test.direction == Direction::Download && self.phase == Phase::Running;
        let size = sends.then(|| self.next_message())?;
        Some(Outgoing::load(self.test.noise.slice(..size)))
    }

    fn next_message(&mut self) -> usize {
        if self.message < LARGEST_MESSAGE && self.message as u64 <= self.bytes / GROW_BELOW {
            self.message *= 2;
        }
        let left = self
            .test
            .caps
            .bytes
            .map(|cap| cap.saturating_sub(self.bytes));
        let left = left.and_then(|left| usize::try_from(left).ok());
        self.message.min(left.unwrap_or(usize::MAX))
    }

    /// So many bytes of the frame went out.
    pub fn wrote(&mut self, frame: &mut Option<Outgoing>, wrote: usize) {
        let Some(sending) = frame else {
            return;
        };
        let before = sending.payload_written();
        sending.advance(wrote);
        if sending.is_load() {
            self.bytes += sending.payload_written() - before;
            self.last_load = Instant::now();
        }
        if sending.is_done() {
            if sending.is_close() {
                self.close = Goodbye::Said;
            }
            *frame = None;
        }
    }

    /// Does what the time says.
    pub fn look(&mut self, now: Instant) {
        match self.phase {
            Phase::Over => {}
            Phase::Running => self.go_on(now),
            Phase::Closing(until) => {
                let said = matches!(self.close, Goodbye::Said);
                let too_late = now >= until || now >= self.begun + HARD_STOP;
                if too_late && !said && self.ending == Ending::Complete {
                    self.ending = Ending::CutOff;
                }
                if too_late || (said && self.closed) {
                    self.phase = Phase::Over;
                }
            }
        }
    }

    fn go_on(&mut self, now: Instant) {
        if self.meter.is_due(now) {
            self.measure();
        }
        if now >= self.next_measurement {
            self.next_measurement = now + until_next();
            self.measure();
            self.tell();
        }
        let caps = self.test.caps;
        let left = caps.bytes.map(|cap| cap.saturating_sub(self.bytes));
        let is_enough = left.is_some_and(|left| match self.test.direction {
            Direction::Download => left < SMALLEST_MESSAGE,
            Direction::Upload => left == 0,
        });
        if is_enough || now >= self.begun + caps.duration {
            let done = match self.test.direction {
                Direction::Download => "Done sending",
                Direction::Upload => "Done receiving",
            };
            self.finish(Ending::Complete, CloseCode::Normal, done);
        }
    }

    /// Asks the kernel, and says how fast this test is to those who let the next one in.
    fn measure(&mut self) {
        if let Ok(kernel) = kernel::tcp_info(self.socket.as_fd()) {
            self.kernel = kernel;
        }
        let passed = self.tcp_bytes().unwrap_or(self.bytes);
        let mbps = self.meter.note(Instant::now(), passed);
        self.contended |= self.test.slot.note(mbps);
    }

    /// Puts a measurement on its way; one that still waits is out of date.
    fn tell(&mut self) {
        let bbr = kernel::bbr_info(self.socket.as_fd());
        self.text = Some(measurement::message(
            self.test.direction,
            &self.peers,
            self.begun.elapsed(),
            self.bytes,
            (Some(&self.kernel), bbr.as_ref()),
        ));
    }

    fn tcp_bytes(&self) -> Option<u64> {
        let counted = counted(self.test.direction, &self.kernel)?;
        Some(counted.saturating_sub(self.before))
    }

    pub fn ended(mut self) -> Ended {
        // What was acknowledged after the last load belongs to it.
        if self.test.direction == Direction::Download {
            self.measure();
        }
        Ended {
            duration: self.last_load - self.begun,
            bytes: self.bytes,
            tcp_bytes: self.tcp_bytes(),
            peak_mbps: self.meter.peak_mbps(),
            contended: self.contended,
            ending: self.ending,
            kernel: self.kernel,
        }
    }
}

/// The kernel's count that a rate rests on: what came, or what the other side says has come.
fn counted(direction: Direction, kernel: &TcpInfo) -> Option<u64> {
    match direction {
        Direction::Download => kernel.bytes_acked,
        Direction::Upload => kernel.bytes_received,
    }
}

/// Measurements come at random, so that they do not keep step with anything on the line (RFC 2330,
/// 11.1).
fn until_next() -> Duration {
    let [mean, shortest, longest] = MEASURE_EVERY;
    let uniform: f64 = rand::rng().random_range(f64::MIN_POSITIVE..1.0);
    mean.mul_f64(-uniform.ln()).clamp(shortest, longest)
}
