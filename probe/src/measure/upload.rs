//! ndt7 upload: we send, the server counts. The rate is the receiver's own count ÷ its own time: what
//! we have handed to the kernel says more about its buffers than about the line.

use std::{cell::RefCell, pin::Pin, time::Duration};

use futures_util::{Sink, SinkExt, Stream, StreamExt};
use schoolbeat_wire::Stage;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_tungstenite::{
    MaybeTlsStream,
    tungstenite::{Bytes, Error, Message},
};

use super::{
    Failure, STEP_TIMEOUT,
    download::{is_end, is_late_enough},
    ndt7::{Caps, FIRST_MESSAGE_BYTES, LAST_MESSAGE_BYTES, ServerSays, Socket, next_message_bytes},
};

/// How long we wait for the server's last word after the last byte.
const LAST_WORD: Duration = Duration::from_secs(3);
/// How long we wait for the server's first count if our bytes were used up before it came: peers
/// count at random times, 625 ms apart at most. The wait is in the count's time, so that the rate of
/// a line this fast (8 Gbit/s and more) is understated, never overstated.
const FIRST_COUNT: Duration = Duration::from_millis(700);
/// The protocol's smallest message.
const SMALLEST_MESSAGE_BYTES: u64 = 1 << 10;

/// What was sent, and what the server says arrived.
#[derive(Debug, Default)]
pub(super) struct Upload {
    pub bytes: u64,
    pub elapsed: Duration,
    pub server_says: ServerSays,
    pub failure: Option<Failure>,
}

/// How our sending or our listening ended.
enum End {
    /// Time or bytes are used up.
    Done,
    /// The server closed in good order.
    Closed,
    Broken(Failure),
}

/// Sends until our time or bytes are used up, or the server closes.
pub(super) async fn upload(socket: Socket, caps: &Caps) -> Upload {
    let load = random_load();
    let started = Instant::now();
    let sent = RefCell::new(0_u64);
    let says = RefCell::new(ServerSays::default());
    let (mut sink, mut stream) = socket.split();
    let elapsed;
    let (end, said_goodbye) = {
        let listening = listen(&mut stream, &says);
        tokio::pin!(listening);
        let end = tokio::select! {
            biased;
            end = &mut listening => end,
            end = send(&mut sink, &load, caps, started + caps.duration, &sent) => end,
        };
        elapsed = started.elapsed().min(caps.duration);
        let said_goodbye = match end {
            End::Done => say_goodbye(&mut sink, listening, &says).await,
            End::Closed => true,
            End::Broken(_) => false,
        };
        (end, said_goodbye)
    };
    if !said_goodbye && let Ok(socket) = sink.reunite(stream) {
        discard_unsent(&socket);
    }
    let server_says = says.into_inner();
    let failure = match end {
        End::Broken(failure) if !is_late_enough(elapsed, caps) => Some(failure),
        _ => doubt(&server_says, elapsed),
    };
    Upload {
        bytes: sent.into_inner(),
        elapsed,
        server_says,
        failure,
    }
}

/// Waits for the server's first count if there is none yet, closes, and waits for its last word.
/// Returns whether the server closed too: then nothing is left unsent.
async fn say_goodbye(
    sink: &mut (impl Sink<Message, Error = Error> + Unpin),
    mut listening: Pin<&mut impl Future<Output = End>>,
    says: &RefCell<ServerSays>,
) -> bool {
    let counted = async {
        while says.borrow().received.is_none() {
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
            return End::Done;
        }
        size = next_message_bytes(size, before);
        let this = size.min(usize::try_from(left).unwrap_or(size));
        let wait = deadline.min(Instant::now() + STEP_TIMEOUT);
        match timeout_at(wait, sink.send(Message::Binary(load.slice(..this)))).await {
            Ok(Ok(())) => *sent.borrow_mut() += u64::try_from(this).unwrap_or(0),
            Ok(Err(error)) if is_end(&error) => return End::Closed,
            Ok(Err(error)) => return End::Broken(Failure::new(Stage::Transfer, error)),
            Err(_) if Instant::now() >= deadline => return End::Done,
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
    says: &RefCell<ServerSays>,
) -> End {
    while let Some(message) = stream.next().await {
        match message {
            Ok(Message::Text(text)) => says.borrow_mut().hear(&text),
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
    let stream = match socket.get_ref() {
        MaybeTlsStream::Plain(stream) => stream,
        MaybeTlsStream::Rustls(stream) => stream.get_ref().0,
        _ => return,
    };
    // If this is refused, the kernel sends the rest: a nuisance, not an error.
    let _ = stream.set_zero_linger();
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
