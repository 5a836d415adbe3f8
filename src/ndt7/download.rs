//! Download: the server sends for ten seconds, and says now and then how much.

use actix_web::web::Bytes;
use actix_ws::{CloseCode, CloseReason, Closed, Message, MessageStream, Session};
use futures_util::StreamExt;
use tokio::time::Instant;

use super::{DURATION, Ended, LARGEST_MESSAGE, MEASURE_EVERY, measurement};

/// The first message; later ones grow (specification, section on message size).
const FIRST_MESSAGE: usize = 1 << 13;
/// A message is doubled while it is no more than this part of what was sent.
const GROW_BELOW: u64 = 16;

pub(super) async fn run(
    mut session: Session,
    mut stream: MessageStream,
    noise: Bytes,
    peers: measurement::Peers,
) -> Ended {
    let begun = Instant::now();
    let mut next_measurement = begun + MEASURE_EVERY;
    let mut size = FIRST_MESSAGE;
    let mut sent = 0_u64;
    while begun.elapsed() < DURATION {
        // Sending waits while the line is full; the peer's words are read meanwhile.
        tokio::select! {
            biased;
            heard = stream.next() => match heard {
                Some(Ok(Message::Ping(payload))) => session.pong(&payload).await?,
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Ok(sent),
                Some(Ok(_)) => {}
            },
            result = session.binary(noise.slice(..size)) => {
                result?;
                sent += size as u64;
                if size < LARGEST_MESSAGE && size as u64 <= sent / GROW_BELOW {
                    size *= 2;
                }
            }
        }
        if Instant::now() >= next_measurement {
            next_measurement = Instant::now() + MEASURE_EVERY;
            session
                .text(measurement::message(
                    "download",
                    &peers,
                    begun.elapsed(),
                    sent,
                ))
                .await?;
        }
    }
    session
        .text(measurement::message(
            "download",
            &peers,
            begun.elapsed(),
            sent,
        ))
        .await?;
    close(session).await?;
    // Until the peer has taken the close; the caller's deadline bounds it.
    while let Some(Ok(message)) = stream.next().await {
        if matches!(message, Message::Close(_)) {
            break;
        }
    }
    Ok(sent)
}

pub(super) async fn close(session: Session) -> Result<(), Closed> {
    let description = Some("Done sending".to_owned());
    session
        .close(Some(CloseReason {
            code: CloseCode::Normal,
            description,
        }))
        .await
}
