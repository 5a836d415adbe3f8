//! The same port by TLS: told apart by its first byte.

use std::{
    net::TcpStream,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, ServerConfig, StreamOwned,
    crypto::ring::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use schoolbeat_wire::{NDT7_DOWNLOAD_PATH, NDT7_NEAREST_PATH, NDT7_SUBPROTOCOL};
use tungstenite::{client::IntoClientRequest, http::HeaderValue};

use super::{listen, open};
use crate::support::{TestDatabase, server::Setup};

fn pem(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("probe/tests/fixtures/tls")
        .join(name)
}

fn certificate() -> Arc<ServerConfig> {
    let chain = CertificateDer::from_pem_file(pem("page.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(pem("page.key")).unwrap();
    let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let builder = builder.with_no_client_auth();
    Arc::new(builder.with_single_cert(vec![chain], key).unwrap())
}

fn trusting() -> ClientConnection {
    let mut roots = RootCertStore::empty();
    let authority = CertificateDer::from_pem_file(pem("ca.pem")).unwrap();
    roots.add(authority).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let config = builder.with_root_certificates(roots).with_no_client_auth();
    ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap()
}

#[test]
fn one_port_takes_tests_with_and_without_tls() {
    let setup = Setup {
        tls: Some(certificate()),
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
    let stream = StreamOwned::new(trusting(), stream);
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
