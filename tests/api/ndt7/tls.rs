//! The same port by TLS: told apart by its first byte.

use std::{net::TcpStream, sync::Arc, time::Duration};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned, crypto::ring::default_provider,
};
use schoolbeat_wire::{NDT7_DOWNLOAD_PATH, NDT7_NEAREST_PATH, NDT7_SUBPROTOCOL};
use tungstenite::{client::IntoClientRequest, http::HeaderValue};

use super::{listen, open};
use crate::support::{TestDatabase, server::Setup};

#[path = "../../../probe/tests/support/authority.rs"]
#[allow(dead_code, reason = "each test uses its own part of this")]
mod authority;

use authority::{Authority, NAMES};

fn trusting(authority: &Authority) -> ClientConnection {
    let mut roots = RootCertStore::empty();
    roots.add(authority.certificate()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let config = builder.with_root_certificates(roots).with_no_client_auth();
    ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap()
}

#[test]
fn one_port_takes_tests_with_and_without_tls() {
    let authority = Authority::new();
    let setup = Setup {
        tls: Some(authority.server(&NAMES)),
        ..Setup::default()
    };
    let server = setup.start(TestDatabase::new());
    let nearest = server.get(NDT7_NEAREST_PATH).json();
    let urls = nearest["results"][0]["urls"].as_object().unwrap();
    assert_eq!(urls.len(), 4, "both ways by both schemes: {urls:?}");
    let stream = TcpStream::connect(server.speed_address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    let stream = StreamOwned::new(trusting(&authority), stream);
    let url = format!("wss://localhost{NDT7_DOWNLOAD_PATH}?duration=500");
    let mut request = url.into_client_request().unwrap();
    request.headers_mut().insert(
        "sec-websocket-protocol",
        HeaderValue::from_static(NDT7_SUBPROTOCOL),
    );
    let (mut client, _) = tungstenite::client(request, stream).unwrap();
    let heard = listen(&mut client);
    assert_eq!(heard.close.map(|close| close.0), Some(1000));
    assert!(heard.load_bytes > 1_000_000, "{}", heard.load_bytes);
    let plain = listen(&mut open(
        &server,
        &format!("{NDT7_DOWNLOAD_PATH}?duration=200"),
    ));
    assert_eq!(plain.close.map(|close| close.0), Some(1000));
}
