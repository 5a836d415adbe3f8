//! Upload: the client sends for ten seconds; we count what arrives, which is the true rate.

use actix_ws::{Message, MessageStream, Session};
use futures_util::StreamExt;
use tokio::time::{Instant, sleep_until};

use super::{DURATION, Ended, MEASURE_EVERY, download::close, measurement};

pub(super) async fn run(
    mut session: Session,
    mut stream: MessageStream,
    peers: measurement::Peers,
) -> Ended {
    let begun = Instant::now();
    let mut next_measurement = begun + MEASURE_EVERY;
    let mut received = 0_u64;
    loop {
        tokio::select! {
            heard = stream.next() => match heard {
                // Fragments of a message count as they come.
                Some(Ok(Message::Binary(bytes))) => received += bytes.len() as u64,
                Some(Ok(Message::Continuation(item))) => received += fragment(&item),
                Some(Ok(Message::Ping(payload))) => session.pong(&payload).await?,
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Ok(received),
                Some(Ok(_)) => {}
            },
            () = sleep_until(next_measurement) => {}
        }
        if Instant::now() >= next_measurement {
            next_measurement = Instant::now() + MEASURE_EVERY;
            session
                .text(measurement::message(
                    "upload",
                    &peers,
                    begun.elapsed(),
                    received,
                ))
                .await?;
        }
        if begun.elapsed() >= DURATION {
            session
                .text(measurement::message(
                    "upload",
                    &peers,
                    begun.elapsed(),
                    received,
                ))
                .await?;
            close(session).await?;
            return Ok(received);
        }
    }
}

fn fragment(item: &actix_ws::Item) -> u64 {
    use actix_ws::Item;
    match item {
        Item::FirstText(_) => 0,
        Item::FirstBinary(bytes) | Item::Continue(bytes) | Item::Last(bytes) => bytes.len() as u64,
    }
}
