//! The measurement server: who may measure, what a client nobody here wrote hears, what is kept.

mod admission;
mod claims;
mod clients;
mod locate;
mod telling;
mod tests;
mod tls;

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use schoolbeat_wire::{NDT7_DOWNLOAD_PATH, NDT7_SUBPROTOCOL, NDT7_UPLOAD_PATH};
use serde_json::{Value, json};
use tungstenite::{
    Bytes, Message, WebSocket,
    client::{IntoClientRequest, client_with_config},
    http::HeaderValue,
    protocol::WebSocketConfig,
};
use uuid::Uuid;

use crate::support::{
    fixtures::{self, EnrolledProbe},
    records::{speed_test, with},
    server::TestServer,
};

type Client = WebSocket<TcpStream>;

/// A client that speaks ndt7, on an open test.
fn open(server: &TestServer, path_and_query: &str) -> Client {
    open_at(&server.speed_address.to_string(), path_and_query)
}

fn open_at(address: &str, path_and_query: &str) -> Client {
    let stream = TcpStream::connect(address).unwrap();
    let patience = Some(Duration::from_secs(20));
    stream.set_read_timeout(patience).unwrap();
    stream.set_write_timeout(patience).unwrap();
    let url = format!("ws://{address}{path_and_query}");
    let mut request = url.into_client_request().unwrap();
    request.headers_mut().insert(
        "sec-websocket-protocol",
        HeaderValue::from_static(NDT7_SUBPROTOCOL),
    );
    let config = WebSocketConfig::default()
        .max_frame_size(Some(1 << 24))
        .max_message_size(Some(1 << 24));
    let (client, response) = client_with_config(request, stream, Some(config)).unwrap();
    let agreed = response.headers().get("sec-websocket-protocol").unwrap();
    assert_eq!(agreed, NDT7_SUBPROTOCOL);
    client
}

/// What a server said until it closed.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    pub load_bytes: u64,
    largest: usize,
    measurements: Vec<Value>,
    close: Option<(u16, String)>,
}

/// Listens until the end.
fn listen(client: &mut WebSocket<impl Read + Write>) -> Heard {
    let mut heard = Heard::default();
    loop {
        match client.read() {
            Ok(Message::Binary(load)) => {
                heard.load_bytes += load.len() as u64;
                heard.largest = heard.largest.max(load.len());
            }
            Ok(Message::Text(text)) => {
                heard
                    .measurements
                    .push(serde_json::from_str(&text).unwrap());
            }
            Ok(Message::Close(frame)) => {
                heard.close = frame.map(|f| (f.code.into(), f.reason.to_string()));
            }
            Ok(_) => {}
            Err(_) => return heard,
        }
    }
}

fn enrolled() -> (TestServer, EnrolledProbe) {
    TestServer::on(|db| {
        let school = fixtures::school(db);
        fixtures::probe(db, school)
    })
}

/// A record of a test at this server, of so many bytes in so many milliseconds.
fn record_at(address: &str, sequence: u64, id: Uuid, bytes: u64, ms: u64) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "small")]
    let mbps = bytes as f64 * 8.0 / 1000.0 / ms as f64;
    let there = json!({
        "server": address,
        "measurement_id": id,
        "download_mbps": mbps,
        "upload_mbps": 0.1,
        "bytes_down": bytes,
        "bytes_up": 100_000,
        "download_duration_ms": ms,
        "upload_duration_ms": 8_000,
    });
    with(speed_test(sequence, 1.0), there)
}

/// Both directions of a test under this id; what the client heard.
pub(crate) fn measure(server: &TestServer, id: Uuid) -> (Heard, Heard) {
    measure_at(&server.speed_address.to_string(), id)
}

fn measure_at(address: &str, id: Uuid) -> (Heard, Heard) {
    let query = format!("?measurement_id={id}&duration=1500&bytes=4000000");
    let down = listen(&mut open_at(
        address,
        &format!("{NDT7_DOWNLOAD_PATH}{query}"),
    ));
    let mut client = open_at(address, &format!("{NDT7_UPLOAD_PATH}{query}"));
    // The server closes when it has had its bytes.
    let load = Bytes::from(vec![7; 1 << 20]);
    for _ in 0..4 {
        client.send(Message::Binary(load.clone())).unwrap();
    }
    let up = listen(&mut client);
    (down, up)
}
