//! A page behind TLS, with a certificate that only the tests' own authority vouches for.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, LazyLock},
    thread,
    time::Duration,
};

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tempfile::NamedTempFile;

use super::authority::{Authority, NAMES};

static AUTHORITY: LazyLock<Authority> = LazyLock::new(Authority::new);

/// A file of the authority, for the program's `--ca-file`.
pub fn ca_file() -> NamedTempFile {
    AUTHORITY.file()
}

/// Answers every request like this, after a while; returns its port on this machine's own address. A
/// blank answer hangs up after the request.
pub fn start(answer: Vec<u8>, after: Duration) -> u16 {
    start_at("127.0.0.1", answer, after)
}

/// The same on another address.
pub fn start_at(address: &str, answer: Vec<u8>, after: Duration) -> u16 {
    let listener = TcpListener::bind((address, 0)).expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    let config = AUTHORITY.server(&NAMES);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (config, answer) = (Arc::clone(&config), answer.clone());
            thread::spawn(move || serve(stream, config, &answer, after));
        }
    });
    port
}

fn serve(stream: TcpStream, config: Arc<ServerConfig>, answer: &[u8], after: Duration) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
    let Ok(connection) = ServerConnection::new(config) else {
        return;
    };
    let mut stream = StreamOwned::new(connection, stream);
    let mut request = Vec::new();
    let mut part = [0; 1024];
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read(&mut part) {
            Ok(length @ 1..) => request.extend_from_slice(&part[..length]),
            _ => return,
        }
    }
    let asked = String::from_utf8_lossy(&request);
    assert!(asked.starts_with("GET /"), "{asked}");
    assert!(asked.contains("Range: bytes=0-0\r\n"), "{asked}");
    thread::sleep(after);
    let _ = stream.write_all(answer);
    let _ = stream.flush();
    if answer.is_empty() {
        stream.conn.send_close_notify();
        let _ = stream.flush();
    }
}
