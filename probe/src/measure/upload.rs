//! ndt7 upload: we send, the server counts. The rate is the receiver's own count ÷ its own time: what
//! we have handed to the kernel says more about its buffers than about the line.

use std::{cell::RefCell, pin::Pin, time::Duration};

use futures_util::{Sink, SinkExt, Stream, StreamExt};
use schoolbeat_wire::{Stage, StopReason};
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};

use super::{
    Failure, STEP_TIMEOUT,
    download::{is_end, is_late_enough},
    ndt7::{self, Caps, FIRST_MESSAGE_BYTES, LAST_MESSAGE_BYTES, Socket, next_message_bytes},
    server_says::ServerSays,
};
use crate::steady::Progress;

/// How long we wait for the server's last word after the last byte.
const LAST_WORD: Duration = Duration::from_secs(3);
/// How long we wait for the server's first count if our bytes were used up before it came: peers
/// count at random times, 625 ms apart at most. The wait is in the count's time, so that the rate of
/// a line this fast (8 Gbit/s and more) is understated, never overstated.
const FIRST_COUNT: Duration = Duration::from_millis(700);
/// How often we look whether the counts are steady.
const LOOK: Duration = Duration::from_millis(20);
/// The protocol's smallest message.
const SMALLEST_MESSAGE_BYTES: u64 = 1 << 10;

/// What was sent, and what the server says arrived.
#[derive(Debug)]
pub(super) struct Upload {
    pub bytes: u64,
    pub elapsed: Duration,
    pub server_says: ServerSays,
    /// What had arrived at which time, by the server's counts.
    pub progress: Progress,
    /// The rate of the last two windows when it was first steady, whether or not that stopped the test.
    pub steady_mbps: Option<f64>,
    pub stop_reason: StopReason,
    pub failure: Option<Failure>,
}

/// What the server has said so far, and what follows from it.
#[derive(Debug, Default)]
struct Heard {
    says: ServerSays,
    progress: Progress,
    steady_mbps: Option<f64>,
}

impl Heard {
    fn hear(&mut self, text: &str, caps: &Caps) {
        self.says.hear(text);
        if let Some((bytes, elapsed)) = self.says.received {
            self.progress.note(elapsed, bytes);
        }
        if self.steady_mbps.is_none() {
            self.steady_mbps = self.progress.steady_mbps(caps.rtt_min_ms);
        }
    }
}

/// How our sending or our listening ended.
enum End {
    /// We have sent what we wanted to.
    Done(StopReason),
    /// The server closed in good order.
    Closed,
    Broken(Failure),
}

/// Sends until the rate is steady, our time or bytes are used up, or the server closes.
pub(super) async fn upload(socket: Socket, caps: &Caps) -> Upload {
    let load = random_load();
    let started = Instant::now();
    let sent = RefCell::new(0_u64);
    let heard = RefCell::new(Heard::default());
    let (mut sink, mut stream) = socket.split();
    let elapsed;
    let (end, said_goodbye) = {
        let listening = listen(&mut stream, &heard, caps);
        tokio::pin!(listening);
        let end = tokio::select! {
            biased;
            end = &mut listening => end,
            end = steady(&heard), if caps.stops_early => end,
            end = send(&mut sink, &load, caps, started + caps.duration, &sent) => end,
        };
        elapsed = started.elapsed().min(caps.duration);
        let said_goodbye = match end {
            // The rate is known: what still waits in the kernel is thrown away, not waited for.
            End::Done(StopReason::Steady) | End::Broken(_) => false,
            End::Done(_) => say_goodbye(&mut sink, listening, &heard).await,
            End::Closed => true,
        };
        (end, said_goodbye)
    };
    if !said_goodbye && let Ok(socket) = sink.reunite(stream) {
        discard_unsent(&socket);
    }
    let heard = heard.into_inner();
    let stop_reason = match end {
        End::Done(reason) => reason,
        End::Closed if !is_late_enough(elapsed, caps) => StopReason::ServerClosed,
        End::Closed | End::Broken(_) => caps.time_is_up(),
    };
    let failure = match end {
        End::Broken(failure) if !is_late_enough(elapsed, caps) => Some(failure),
        _ => doubt(&heard.says, elapsed),
    };
    Upload {
        bytes: sent.into_inner(),
        elapsed,
        server_says: heard.says,
        progress: heard.progress,
        steady_mbps: heard.steady_mbps,
        stop_reason,
        failure,
    }
}

/// Ends when the server's counts show that the rate is steady.
async fn steady(heard: &RefCell<Heard>) -> End {
    while heard.borrow().steady_mbps.is_none() {
        sleep(LOOK).await;
    }
    End::Done(StopReason::Steady)
}

/// Waits for the server's first count if there is none yet, closes, and waits for its last word.
/// Returns whether the server closed too: then nothing is left unsent.
async fn say_goodbye(
    sink: &mut (impl Sink<Message, Error = Error> + Unpin),
    mut listening: Pin<&mut impl Future<Output = End>>,
    heard: &RefCell<Heard>,
) -> bool {
    let counted = async {
        while heard.borrow().says.received.is_none() {
            sleep(FIRST_COUNT / 50).await;
        }
    };
    let closed_already = tokio::select! {
        biased;
        _ = &mut listening => true,
        () = counted => false,
        () = sleep(FIRST_COUNT) => false,
    };
    if closed_already {
        return true;
    }
    let close = async {
        let _ = sink.send(Message::Close(None)).await;
    };
    timeout(LAST_WORD, async { tokio::join!(close, listening) })
        .await
        .is_ok()
}

/// The rate must rest on a count by the server that covers most of the test.
fn doubt(says: &ServerSays, elapsed: Duration) -> Option<Failure> {
    match says.received {
        None => Some(Failure::new(
            Stage::Transfer,
            "the server did not say how much it received",
        )),
        Some((_, counted)) if counted < elapsed / 2 => Some(Failure::new(
            Stage::Transfer,
            format!(
                "the server's last count came after {:.1} s of {:.1} s",
                counted.as_secs_f64(),
                elapsed.as_secs_f64()
            ),
        )),
        Some(_) => None,
    }
}

async fn send(
    sink: &mut (impl Sink<Message, Error = Error> + Unpin),
    load: &Bytes,
    caps: &Caps,
    deadline: Instant,
    sent: &RefCell<u64>,
) -> End {
    let mut size = FIRST_MESSAGE_BYTES;
    loop {
        let before = *sent.borrow();
        let left = caps.bytes.saturating_sub(before);
        if left < SMALLEST_MESSAGE_BYTES || Instant::now() >= deadline {
            return End::Done(if left < SMALLEST_MESSAGE_BYTES {
                StopReason::BytesCap
            } else {
                caps.time_is_up()
            });
        }
        size = next_message_bytes(size, before);
        let this = size.min(usize::try_from(left).unwrap_or(size));
        let wait = deadline.min(Instant::now() + STEP_TIMEOUT);
        match timeout_at(wait, sink.send(Message::Binary(load.slice(..this)))).await {
            Ok(Ok(())) => *sent.borrow_mut() += u64::try_from(this).unwrap_or(0),
            Ok(Err(error)) if is_end(&error) => return End::Closed,
            Ok(Err(error)) => return End::Broken(Failure::new(Stage::Transfer, error)),
            Err(_) if Instant::now() >= deadline => return End::Done(caps.time_is_up()),
            Err(_) => {
                return End::Broken(Failure::new(
                    Stage::Transfer,
                    "nothing could be sent for 7 s",
                ));
            }
        }
    }
}

async fn listen(
    stream: &mut (impl Stream<Item = Result<Message, Error>> + Unpin),
    heard: &RefCell<Heard>,
    caps: &Caps,
) -> End {
    while let Some(message) = stream.next().await {
        match message {
            Ok(Message::Text(text)) => heard.borrow_mut().hear(&text, caps),
            // The library still has to answer the close; the next read does, and then ends.
            Ok(_) => {}
            Err(error) if is_end(&error) => return End::Closed,
            Err(error) => return End::Broken(Failure::new(Stage::Transfer, error)),
        }
    }
    End::Closed
}

/// Bytes that no middle box can compress. One buffer serves every message.
fn random_load() -> Bytes {
    let mut load = vec![0_u8; LAST_MESSAGE_BYTES];
    rand::fill(&mut load[..]);
    Bytes::from(load)
}

/// What still waits in the kernel would go on loading the line after the test: it is thrown away.
fn discard_unsent(socket: &Socket) {
    if let Some(connection) = ndt7::connection(socket) {
        // If this is refused, the kernel sends the rest: a nuisance, not an error.
        let _ = connection.stream().set_zero_linger();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_covers_little_of_the_test_is_doubted() {
        let says = |elapsed_s| ServerSays {
            received: Some((1_000_000, Duration::from_secs(elapsed_s))),
            ..ServerSays::default()
        };
        let ten = Duration::from_secs(10);
        assert!(doubt(&ServerSays::default(), ten).is_some());
        assert!(doubt(&says(4), ten).is_some());
        assert!(doubt(&says(9), ten).is_none());
    }
}
