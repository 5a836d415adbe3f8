//! ndt7 download: the server sends, we count application bytes until the last one arrived.
//! The peer may stop early; that is in the protocol. A line that breaks is a failure.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use schoolbeat_wire::{Stage, StopReason};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::{
    Failure, STEP_TIMEOUT,
    counted::Counted,
    ndt7::{self, Caps, Socket, next_message_bytes},
    server_says::ServerSays,
};
use crate::steady::Progress;

/// How long we are polite at the end.
const GOODBYE: Duration = Duration::from_secs(1);
/// How often the bytes are looked at.
const SAMPLE: Duration = Duration::from_millis(100);

/// A direction that ends on its own this late has run to its end, however it ended: peers drop the
/// connection without a close, and the protocol says to tolerate it.
pub(super) fn is_late_enough(elapsed: Duration, caps: &Caps) -> bool {
    elapsed >= caps.duration.mul_f64(0.9)
}

/// What was received.
#[derive(Debug)]
pub(super) struct Download {
    /// Application bytes.
    pub bytes: u64,
    /// From the end of the handshake to the last whole message, with the time in which nothing came
    /// after it.
    pub elapsed: Duration,
    pub server_says: ServerSays,
    pub progress: Progress,
    /// When the last bytes were seen to have come.
    heard: Duration,
    /// The rate of the last two windows when it was first steady, whether or not that stopped the test.
    pub steady_mbps: Option<f64>,
    pub stop_reason: StopReason,
    pub failure: Option<Failure>,
}

/// Receives until the server closes, the rate is steady, or our time or bytes are used up.
pub(super) async fn download(mut socket: Socket, caps: &Caps) -> Download {
    let mut result = Download {
        bytes: 0,
        elapsed: Duration::ZERO,
        server_says: ServerSays::default(),
        progress: Progress::default(),
        heard: Duration::ZERO,
        steady_mbps: None,
        stop_reason: StopReason::ServerClosed,
        failure: None,
    };
    let started = Instant::now();
    let deadline = started + caps.duration;
    let received_before = received(&socket);
    let mut next_sample = started + SAMPLE;
    let mut message_bytes = 0;
    loop {
        let message = match timeout_at(deadline.min(next_sample), socket.next()).await {
            Err(_) if Instant::now() >= deadline => {
                result.stop_reason = caps.time_is_up();
                break;
            }
            Err(_) => None,
            Ok(None | Some(Ok(Message::Close(_)))) => break,
            Ok(Some(Err(error))) => {
                if !is_end(&error) && !is_late_enough(started.elapsed(), caps) {
                    result.failure = Some(Failure::new(Stage::Transfer, error));
                }
                break;
            }
            Ok(Some(Ok(message))) => Some(message),
        };
        if let Some(bytes) = message.and_then(|message| result.take(message, started.elapsed())) {
            message_bytes = bytes;
        }
        if Instant::now() >= next_sample {
            next_sample += SAMPLE;
            result.sample(received(&socket) - received_before, started.elapsed(), caps);
            if result.failure.is_some() {
                break;
            }
            if caps.stops_early && result.steady_mbps.is_some() && message_bytes > 0 {
                result.stop_reason = StopReason::Steady;
                break;
            }
        }
        let next = next_message_bytes(message_bytes, result.bytes);
        if result.bytes + u64::try_from(next).unwrap_or(u64::MAX) > caps.bytes && message_bytes > 0
        {
            result.stop_reason = StopReason::BytesCap;
            break;
        }
    }
    result.count_silence(received(&socket) - received_before, started.elapsed());
    // What is still on its way is not waited for: it would cost the school's data.
    let _ = timeout(GOODBYE, socket.send(Message::Close(None))).await;
    if result.stop_reason == StopReason::ServerClosed && is_late_enough(started.elapsed(), caps) {
        result.stop_reason = caps.time_is_up();
    }
    result.doubt_nothing(Instant::now() >= deadline);
    result
}

impl Download {
    /// Takes in a message; the size of one that carries load.
    fn take(&mut self, message: Message, elapsed: Duration) -> Option<usize> {
        match message {
            Message::Text(text) => self.server_says.hear(&text),
            Message::Binary(data) => {
                self.bytes += u64::try_from(data.len()).unwrap_or(u64::MAX);
                self.elapsed = elapsed;
                return Some(data.len());
            }
            // Pings are answered by the library; other frames say nothing.
            _ => {}
        }
        None
    }

    /// Looks at what has come; nothing for long is a failure.
    fn sample(&mut self, moved: u64, elapsed: Duration, caps: &Caps) {
        if moved > self.progress.bytes() {
            self.heard = elapsed;
        } else if elapsed.saturating_sub(self.heard) >= STEP_TIMEOUT {
            self.failure = Some(Failure::new(Stage::Transfer, "no data came for 7 s"));
        }
        self.progress.note(elapsed, moved);
        if self.steady_mbps.is_none() {
            self.steady_mbps = self.progress.steady_mbps(caps.rtt_min_ms);
        }
    }

    /// Part of a message does not count, nor does its time. Time in which nothing came does: a line
    /// that stops would keep the rate that it had before.
    fn count_silence(&mut self, moved: u64, ended: Duration) {
        if self.bytes > 0 && moved <= self.progress.bytes() {
            self.elapsed += ended.saturating_sub(self.heard);
        }
    }

    /// A download of nothing is a failure.
    fn doubt_nothing(&mut self, time_is_up: bool) {
        if self.bytes > 0 || self.failure.is_some() {
            return;
        }
        let (stage, text) = if time_is_up {
            (
                Stage::Deadline,
                "no whole message came in the time of the test",
            )
        } else {
            (
                Stage::Transfer,
                "the server closed the test without sending anything",
            )
        };
        self.failure = Some(Failure::new(stage, text));
    }
}

fn received(socket: &Socket) -> u64 {
    ndt7::connection(socket).map_or(0, Counted::received)
}

/// Whether an error only says that the WebSocket was closed in good order.
pub(super) fn is_end(error: &Error) -> bool {
    matches!(error, Error::ConnectionClosed | Error::AlreadyClosed)
}
