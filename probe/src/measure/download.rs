//! ndt7 download: the server sends, we count application bytes until the last one arrived.
//! The peer may stop early; that is in the protocol. A line that breaks is a failure.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use schoolbeat_wire::Stage;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::{
    Failure, STEP_TIMEOUT,
    ndt7::{Caps, ServerSays, Socket, next_message_bytes},
};

/// How long we are polite at the end.
const GOODBYE: Duration = Duration::from_secs(1);

/// A direction that ends on its own this late has run to its end, however it ended: peers drop the
/// connection without a close, and the protocol says to tolerate it.
pub(super) fn is_late_enough(elapsed: Duration, caps: &Caps) -> bool {
    elapsed >= caps.duration.mul_f64(0.9)
}

/// What was received.
#[derive(Debug, Default)]
pub(super) struct Download {
    pub bytes: u64,
    /// From the end of the handshake to the last byte.
    pub elapsed: Duration,
    pub server_says: ServerSays,
    pub failure: Option<Failure>,
}

/// Receives until the server closes, or our time or bytes are used up.
pub(super) async fn download(mut socket: Socket, caps: &Caps) -> Download {
    let mut result = Download::default();
    let started = Instant::now();
    let deadline = started + caps.duration;
    let mut message_bytes = 0;
    loop {
        let wait = deadline.min(Instant::now() + STEP_TIMEOUT);
        match timeout_at(wait, socket.next()).await {
            Err(_) if Instant::now() >= deadline => break,
            Err(_) => {
                result.failure = Some(Failure::new(Stage::Transfer, "no data came for 7 s"));
                break;
            }
            Ok(None | Some(Ok(Message::Close(_)))) => break,
            Ok(Some(Err(error))) => {
                if !is_end(&error) && !is_late_enough(started.elapsed(), caps) {
                    result.failure = Some(Failure::new(Stage::Transfer, error));
                }
                break;
            }
            Ok(Some(Ok(Message::Text(text)))) => result.server_says.hear(&text),
            Ok(Some(Ok(Message::Binary(data)))) => {
                message_bytes = data.len();
                result.bytes += u64::try_from(message_bytes).unwrap_or(u64::MAX);
                result.elapsed = started.elapsed();
            }
            // Pings are answered by the library; other frames say nothing.
            Ok(Some(Ok(_))) => {}
        }
        let next = next_message_bytes(message_bytes, result.bytes);
        if result.bytes + u64::try_from(next).unwrap_or(u64::MAX) > caps.bytes && message_bytes > 0
        {
            break;
        }
    }
    // What is still on its way is not waited for: it would cost the school's data.
    let _ = timeout(GOODBYE, socket.send(Message::Close(None))).await;
    if result.bytes == 0 && result.failure.is_none() {
        let (stage, text) = if Instant::now() >= deadline {
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
        result.failure = Some(Failure::new(stage, text));
    }
    result
}

/// Whether an error only says that the WebSocket was closed in good order.
pub(super) fn is_end(error: &Error) -> bool {
    matches!(error, Error::ConnectionClosed | Error::AlreadyClosed)
}
