//! A page behind TLS, with a certificate that only the tests' own authority vouches for.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
    time::Duration,
};

use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

/// The file of the authority, for the program's `--ca-file`.
pub const CA_FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tls/ca.pem");

/// What TLS needs to be the page.
fn config() -> Arc<ServerConfig> {
    let page = include_bytes!("../fixtures/tls/page.pem");
    let certificate = CertificateDer::from_pem_slice(page).expect("a certificate");
    let key = include_bytes!("../fixtures/tls/page.key");
    let key = PrivateKeyDer::from_pem_slice(key).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring speaks them")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("they belong together");
    Arc::new(config)
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
    let config = config();
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
