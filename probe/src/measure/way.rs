//! The way to a server: directly, or by a proxy's tunnel (`CONNECT`, RFC 9110, 9.3.6). It must not speak
//! with the server itself.

use std::net::SocketAddr;

use base64::{Engine, prelude::BASE64_STANDARD};
use schoolbeat_wire::Stage;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use ureq::{Proxy, ProxyProtocol};

use super::{Failure, STEP_TIMEOUT, connect, proxy};
use crate::{SOFTWARE_VERSION, server_url::ServerUrl};

/// Longest head of a proxy's answer.
const MAX_HEAD_BYTES: usize = 8 << 10;
const MAX_HEADERS: usize = 64;

/// Where to connect to, to reach a server.
pub(super) struct Way {
    addresses: Vec<SocketAddr>,
    through: Option<(Proxy, String)>,
}

impl Way {
    /// Finds the way; a proxy resolves the server's name itself.
    pub(super) async fn to(server: &ServerUrl) -> Result<Self, Failure> {
        let Some(proxy) = proxy::towards(server) else {
            let addresses = connect::resolve(server).await?;
            return Ok(Self {
                addresses,
                through: None,
            });
        };
        let failed = |text: String| Failure::new(Stage::Connect, text);
        if proxy.protocol() != ProxyProtocol::Http {
            return Err(failed(format!(
                "the proxy {} cannot be used: only proxies with http:// can",
                shown(&proxy)
            )));
        }
        let near = ServerUrl::parse(&format!("http://{}:{}", proxy.host(), proxy.port()))
            .map_err(|complaint| failed(complaint.message))?;
        Ok(Self {
            addresses: connect::resolve(&near).await?,
            through: Some((proxy, server.host_port())),
        })
    }

    /// Whether a proxy is between: then round trips cannot be measured beside a test.
    pub(super) fn is_by_proxy(&self) -> bool {
        self.through.is_some()
    }

    /// Where packets go first.
    pub(super) fn first(&self) -> Option<SocketAddr> {
        self.addresses.first().copied()
    }

    /// The server's own address; `None` behind a proxy.
    pub(super) fn server(&self) -> Option<SocketAddr> {
        self.first().filter(|_| self.through.is_none())
    }

    /// A connection to the server.
    pub(super) async fn connect(&self) -> Result<TcpStream, Failure> {
        let stream = connect::connect(&self.addresses).await?;
        match &self.through {
            None => Ok(stream),
            Some((proxy, to)) => timeout(STEP_TIMEOUT, tunnel(stream, proxy, to))
                .await
                .unwrap_or_else(|_| {
                    let text = format!("the proxy {}: no answer in 7 s", shown(proxy));
                    Err(Failure::new(Stage::Connect, text))
                }),
        }
    }
}

/// A proxy without its password.
fn shown(proxy: &Proxy) -> String {
    format!("{}:{}", proxy.host(), proxy.port())
}

async fn tunnel(mut stream: TcpStream, proxy: &Proxy, to: &str) -> Result<TcpStream, Failure> {
    let failed = |text: String| {
        let text = format!("the proxy {}: {text}", shown(proxy));
        Failure::new(Stage::Connect, text)
    };
    let broken = |error: std::io::Error| failed(error.to_string());
    let request = request(proxy, to);
    stream.write_all(request.as_bytes()).await.map_err(broken)?;
    let mut head = Vec::new();
    // A byte at a time: what follows the head is the server's.
    while !head.ends_with(b"\r\n\r\n") {
        let byte = stream.read_u8().await.map_err(broken)?;
        head.push(byte);
        if head.len() > MAX_HEAD_BYTES {
            return Err(failed("its answer has no end".to_owned()));
        }
    }
    match status(&head) {
        Some(200..=299) => Ok(stream),
        Some(407) => Err(failed(
            "it wants a user name and a password: set HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT"
                .to_owned(),
        )),
        Some(status) => Err(failed(format!(
            "it answered {status} to CONNECT {to}: ask whoever runs it to let this host and port through"
        ))),
        None => Err(failed("its answer is no HTTP".to_owned())),
    }
}

fn request(proxy: &Proxy, to: &str) -> String {
    let secret = proxy.username().map(|user| {
        let password = proxy.password().unwrap_or_default();
        let secret = BASE64_STANDARD.encode(format!("{user}:{password}"));
        format!("Proxy-Authorization: Basic {secret}\r\n")
    });
    format!(
        "CONNECT {to} HTTP/1.1\r\nHost: {to}\r\nUser-Agent: schoolbeat-probe/{SOFTWARE_VERSION}\r\n{}\r\n",
        secret.unwrap_or_default()
    )
}

fn status(head: &[u8]) -> Option<u16> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut answer = httparse::Response::new(&mut headers);
    answer.parse(head).ok()?;
    answer.code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_asked_for_host_and_port_with_the_password_that_it_was_given() {
        let proxy = Proxy::new("http://user:pass%20word@proxy.example:3128").unwrap();
        let asked = request(&proxy, "server.example:443");
        assert!(
            asked.starts_with("CONNECT server.example:443 HTTP/1.1\r\n"),
            "{asked}"
        );
        assert!(asked.contains("Basic dXNlcjpwYXNzIHdvcmQ=\r\n"), "{asked}");
        assert!(asked.ends_with("\r\n\r\n"));
        assert_eq!(shown(&proxy), "proxy.example:3128");
    }

    #[test]
    fn an_answer_is_a_status_or_nothing() {
        assert_eq!(
            status(b"HTTP/1.0 200 Connection established\r\n\r\n"),
            Some(200)
        );
        assert_eq!(status(b"HTTP/1.1 403 Forbidden\r\nX: y\r\n\r\n"), Some(403));
        assert_eq!(status(b"220 mail.example ESMTP\r\n\r\n"), None);
    }
}
