//! From a name to a TCP connection, telling the stages apart. It must not speak any protocol.

use std::{io, net::SocketAddr};

use schoolbeat_wire::Stage;
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};

use super::{Failure, STEP_TIMEOUT};
use crate::server_url::ServerUrl;

/// Addresses tried before giving up.
const MAX_ADDRESSES: usize = 4;

/// The server's addresses, in the order in which the system prefers them.
pub(super) async fn resolve(server: &ServerUrl) -> Result<Vec<SocketAddr>, Failure> {
    let failed = |text: String| Failure::new(Stage::Resolve, text);
    let host = server.host();
    match timeout(STEP_TIMEOUT, lookup_host((host, server.port()))).await {
        Err(_) => Err(failed(format!(
            "{host}: no answer from the name service in 7 s"
        ))),
        Ok(Err(error)) => Err(failed(format!("{host}: {error}"))),
        Ok(Ok(addresses)) => {
            let addresses: Vec<_> = addresses.take(MAX_ADDRESSES).collect();
            if addresses.is_empty() {
                return Err(failed(format!("{host}: the name has no address")));
            }
            Ok(addresses)
        }
    }
}

/// A connection to the first address that answers.
pub(super) async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, Failure> {
    let mut last = Failure::new(Stage::Connect, "there is no address to connect to");
    for address in addresses {
        match timeout(STEP_TIMEOUT, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                // Measurements are small and must not wait for Nagle's algorithm.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Ok(Err(error)) => last = Failure::new(Stage::Connect, format!("{address}: {error}")),
            Err(_) => last = Failure::new(Stage::Connect, format!("{address}: no answer in 7 s")),
        }
    }
    Err(last)
}

/// Whether a refused connection shows that its host answered: a RST is an answer too.
pub(super) fn is_answer(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset
    )
}

/// Whether nothing left this machine: there is no way to the network at all.
pub(super) fn is_unsendable(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::AddrNotAvailable
            | io::ErrorKind::PermissionDenied
    )
}
