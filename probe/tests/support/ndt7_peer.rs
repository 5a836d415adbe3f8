//! A small ndt7 server whose rate and manners a test chooses. It runs on a thread of its own.

use std::{
    net::TcpListener,
    thread,
    time::{Duration, Instant},
};

use futures_util::{SinkExt, StreamExt};
use http::{HeaderValue, Response, StatusCode, header};
use schoolbeat_wire::{NDT7_DOWNLOAD_PATH, NDT7_SUBPROTOCOL, NDT7_UPLOAD_PATH};
use tokio::{io::AsyncWriteExt, net::TcpStream};
use tokio_tungstenite::{
    WebSocketStream, accept_hdr_async,
    tungstenite::{
        Bytes, Message,
        handshake::server::{ErrorResponse, Request},
    },
};

/// How the peer behaves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Manner {
    /// As fast as it can, for 10 s.
    Fast,
    /// This many bytes per second in each direction, for 10 s.
    Paced(f64),
    /// 503 before the upgrade.
    Busy,
    /// Forgets the subprotocol.
    NoSubprotocol,
    /// Drops the connection after so many bytes.
    BreaksAfter(usize),
    /// Never says what it received.
    Silent,
    /// Takes the connection of this direction, and says nothing.
    Mute(Way),
    /// A million bytes per second; in this direction it does this after so many bytes.
    Stops(Way, Stop, usize),
}

/// A direction, as the client sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Way {
    Down,
    Up,
}

/// What a peer does in the middle of a transfer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stop {
    /// Neither sends nor reads any more.
    Hangs,
    /// Says by TCP that nothing more comes, without a close of the WebSocket, and reads on.
    HalfCloses,
}

impl Manner {
    fn stop(self, way: Way, moved: usize) -> Option<Stop> {
        match self {
            Self::Stops(at, stop, bytes) if at == way && moved >= bytes => Some(stop),
            _ => None,
        }
    }
}

/// Starts the peer and returns its URL.
pub fn start(manner: Manner) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    listener
        .set_nonblocking(true)
        .expect("a socket can be non-blocking");
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.expect("a runtime").block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).expect("it is a listener");
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, manner));
            }
        });
    });
    url
}

#[expect(
    clippy::result_large_err,
    reason = "the shape of the library's callback"
)]
async fn serve(stream: TcpStream, manner: Manner) {
    if let Manner::Mute(way) = manner
        && asked_way(&stream).await == Some(way)
    {
        return std::future::pending().await;
    }
    let mut path = String::new();
    let accepted = accept_hdr_async(stream, |request: &Request, response: Response<()>| {
        request.uri().path().clone_into(&mut path);
        answer(request, response, manner)
    });
    // A timed connect says nothing and goes.
    let Ok(socket) = accepted.await else { return };
    let _ = if path == NDT7_UPLOAD_PATH {
        receive(socket, manner).await
    } else {
        send(socket, manner).await
    };
}

#[expect(
    clippy::result_large_err,
    reason = "the shape of the library's callback"
)]
fn answer(
    request: &Request,
    mut response: Response<()>,
    manner: Manner,
) -> Result<Response<()>, ErrorResponse> {
    let asked = request.headers().get(header::SEC_WEBSOCKET_PROTOCOL);
    assert_eq!(
        asked.map(HeaderValue::as_bytes),
        Some(NDT7_SUBPROTOCOL.as_bytes())
    );
    assert!(
        request
            .uri()
            .query()
            .is_some_and(|query| query.contains("client_name=schoolbeat-probe"))
    );
    match manner {
        Manner::Busy => {
            let mut busy = ErrorResponse::new(None);
            *busy.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            busy.headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("0"));
            return Err(busy);
        }
        Manner::NoSubprotocol => {}
        _ => {
            let agreed = HeaderValue::from_static(NDT7_SUBPROTOCOL);
            response
                .headers_mut()
                .insert(header::SEC_WEBSOCKET_PROTOCOL, agreed);
        }
    }
    Ok(response)
}

/// The direction of a request that is left unread.
async fn asked_way(stream: &TcpStream) -> Option<Way> {
    let mut head = [0; 64];
    let length = stream.peek(&mut head).await.ok()?;
    let head = String::from_utf8_lossy(&head[..length]);
    let asks = |path: &str| head.starts_with(&format!("GET {path}"));
    if asks(NDT7_DOWNLOAD_PATH) {
        Some(Way::Down)
    } else {
        asks(NDT7_UPLOAD_PATH).then_some(Way::Up)
    }
}

async fn obey(stop: Stop, mut socket: WebSocketStream<TcpStream>) -> Sent {
    match stop {
        Stop::Hangs => std::future::pending().await,
        Stop::HalfCloses => {
            socket.flush().await?;
            socket.get_mut().shutdown().await?;
            tokio::io::copy(socket.get_mut(), &mut tokio::io::sink()).await?;
            Ok(())
        }
    }
}

type Sent = Result<(), tokio_tungstenite::tungstenite::Error>;

/// When the byte after so many is due.
#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn due(started: Instant, moved: usize, manner: Manner) -> Instant {
    match manner {
        Manner::Stops(..) => due(started, moved, Manner::Paced(1e6)),
        Manner::Paced(bytes_per_s) => started + Duration::from_secs_f64(moved as f64 / bytes_per_s),
        _ => started,
    }
}

async fn send(mut socket: WebSocketStream<TcpStream>, manner: Manner) -> Sent {
    let load = Bytes::from(vec![7_u8; 8_192]);
    let started = Instant::now();
    let mut moved = 0;
    while started.elapsed() < Duration::from_secs(10) {
        tokio::time::sleep_until(due(started, moved, manner).into()).await;
        socket.send(Message::Binary(load.clone())).await?;
        moved += load.len();
        if matches!(manner, Manner::BreaksAfter(bytes) if moved >= bytes) {
            return Ok(());
        }
        if let Some(stop) = manner.stop(Way::Down, moved) {
            return obey(stop, socket).await;
        }
        if moved % (16 * 8_192) == 0 {
            socket
                .send(Message::Text(
                    r#"{"TCPInfo":{"BytesSent":1000,"BytesRetrans":20}}"#.into(),
                ))
                .await?;
            socket.send(Message::Ping(Bytes::from_static(b"1"))).await?;
        }
    }
    socket.close(None).await
}

async fn receive(mut socket: WebSocketStream<TcpStream>, manner: Manner) -> Sent {
    let started = Instant::now();
    let mut moved = 0;
    let mut told = started;
    let every = Duration::from_millis(100);
    loop {
        match tokio::time::timeout(every, socket.next()).await {
            Ok(None) => break,
            Ok(Some(message)) => match message? {
                Message::Binary(data) => moved += data.len(),
                Message::Close(_) => break,
                _ => {}
            },
            Err(_) => {}
        }
        tokio::time::sleep_until(due(started, moved, manner).into()).await;
        if let Some(stop) = manner.stop(Way::Up, moved) {
            return obey(stop, socket).await;
        }
        if manner != Manner::Silent && told.elapsed() >= every {
            told = Instant::now();
            let elapsed_us = started.elapsed().as_micros();
            let text = format!(
                r#"{{"AppInfo":{{"ElapsedTime":{elapsed_us},"NumBytes":{moved}}},"Origin":"server"}}"#
            );
            socket.send(Message::Text(text.into())).await?;
        }
    }
    Ok(())
}
