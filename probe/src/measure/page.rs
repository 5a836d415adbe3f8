//! A page check: name, connection, TLS and first byte of one HTTPS request, timed one by one. It must not
//! fetch a page: it asks for one byte, reads no more than the answer's head, and hangs up.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    time::Instant,
};

use rustls::pki_types::ServerName;
use schoolbeat_wire::{MAX_PAGE_BYTES, Outcome, PageCheck, Stage};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{Failure, STEP_TIMEOUT, connect, proxy, way::Way};
use crate::{SOFTWARE_VERSION, page_url::PageUrl, trust, units};

/// A server that ignores the wish for one byte can have so much on its way before it hears that we are
/// gone (Linux doubles it for its own needs).
const RECEIVE_BUFFER_BYTES: u32 = 16 << 10;
/// Most header lines of an answer.
const MAX_HEADERS: usize = 128;

/// Checks one page.
pub async fn page_check(page: &PageUrl, url: &str) -> PageCheck {
    let mut check = PageCheck {
        outcome: Outcome::Ok,
        failed_stage: None,
        failure: None,
        url: url.to_owned(),
        dns_ms: None,
        connect_ms: None,
        tls_ms: None,
        http_ms: None,
        http_status: None,
        ip_version: None,
        bytes_down: 0,
    };
    if let Err(failure) = steps(page, &mut check).await {
        check.outcome = Outcome::Failed;
        check.failed_stage = Some(failure.stage);
        check.failure = Some(failure.text);
    }
    check
}

async fn steps(page: &PageUrl, check: &mut PageCheck) -> Result<(), Failure> {
    let begun = Instant::now();
    if proxy::towards(&page.host).is_some() {
        // Name and connection are the proxy's, and one time.
        let stream = Way::to(&page.host).await?.connect().await?;
        check.connect_ms = Some(units::ms(begun.elapsed()));
        return finished(page, stream, check).await;
    }
    let addresses = connect::resolve(&page.host).await?;
    if page.host.host().parse::<IpAddr>().is_err() {
        check.dns_ms = Some(units::ms(begun.elapsed()));
    }
    let stream = connected(&addresses, check).await?;
    finished(page, stream, check).await
}

async fn finished(page: &PageUrl, stream: TcpStream, check: &mut PageCheck) -> Result<(), Failure> {
    let begun = Instant::now();
    let stream = secured(page, stream).await?;
    check.tls_ms = Some(units::ms(begun.elapsed()));
    answered(page, stream, check).await
}

/// A connection to the first address that answers, and how long that one took.
async fn connected(addresses: &[SocketAddr], check: &mut PageCheck) -> Result<TcpStream, Failure> {
    let mut last = Failure::new(Stage::Connect, "there is no address to connect to");
    for address in addresses {
        let begun = Instant::now();
        match timeout(STEP_TIMEOUT, open(*address)).await {
            Ok(Ok(stream)) => {
                check.connect_ms = Some(units::ms(begun.elapsed()));
                check.ip_version = Some(if address.is_ipv4() { 4 } else { 6 });
                return Ok(stream);
            }
            Ok(Err(error)) => last = Failure::new(Stage::Connect, format!("{address}: {error}")),
            Err(_) => last = Failure::new(Stage::Connect, format!("{address}: no answer in 7 s")),
        }
    }
    Err(last)
}

async fn open(address: SocketAddr) -> io::Result<TcpStream> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    socket.set_recv_buffer_size(RECEIVE_BUFFER_BYTES)?;
    let stream = socket.connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn secured(page: &PageUrl, stream: TcpStream) -> Result<TlsStream<TcpStream>, Failure> {
    let host = page.host.host();
    let failed = |text: String| Failure::new(Stage::Handshake, text);
    let name = ServerName::try_from(host.to_owned())
        .map_err(|error| failed(format!("{host}: {error}")))?;
    let connector = TlsConnector::from(trust::trust().client_config());
    match timeout(STEP_TIMEOUT, connector.connect(name, stream)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) if is_certificate(&error) => Err(failed(format!(
            "{error}: something in the network may answer in its place, a login page or a filter, or \
             this machine's clock is wrong"
        ))),
        Ok(Err(error)) => Err(failed(format!("TLS with {host}: {error}"))),
        Err(_) => Err(failed(format!("TLS with {host}: no answer in 7 s"))),
    }
}

fn is_certificate(error: &io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    matches!(inner, Some(rustls::Error::InvalidCertificate(_)))
}

/// Asks, and reads until the head of the answer is there.
async fn answered(
    page: &PageUrl,
    mut stream: TlsStream<TcpStream>,
    check: &mut PageCheck,
) -> Result<(), Failure> {
    let failed = |text: &str| Failure::new(Stage::Transfer, text);
    let begun = Instant::now();
    let request = request(page);
    let head = async {
        stream.write_all(request.as_bytes()).await?;
        stream.flush().await?;
        let mut head = Vec::with_capacity(2 << 10);
        while u64::try_from(head.len()).unwrap_or(u64::MAX) < MAX_PAGE_BYTES {
            if stream.read_buf(&mut head).await? == 0 {
                break;
            }
            check
                .http_ms
                .get_or_insert_with(|| units::ms(begun.elapsed()));
            check.bytes_down = u64::try_from(head.len()).unwrap_or(u64::MAX);
            if let Some(status) = status(&head)? {
                return Ok(Some(status));
            }
        }
        io::Result::Ok(None)
    };
    match timeout(STEP_TIMEOUT, head).await {
        Ok(Ok(Some(status))) => {
            check.http_status = Some(status);
            Ok(())
        }
        Ok(Ok(None)) => Err(failed(
            "the answer ended, or was 64 KiB long, before its head did",
        )),
        Ok(Err(error)) => Err(failed(&error.to_string())),
        Err(_) => Err(failed("no whole answer in 7 s")),
    }
}

fn request(page: &PageUrl) -> String {
    let authority = match page.host.port() {
        443 => page.host.host_port().trim_end_matches(":443").to_owned(),
        _ => page.host.host_port(),
    };
    format!(
        "GET {} HTTP/1.1\r\nHost: {authority}\r\nUser-Agent: schoolbeat-probe/{SOFTWARE_VERSION}\r\n\
         Accept: */*\r\nRange: bytes=0-0\r\nConnection: close\r\n\r\n",
        page.path
    )
}

/// The status of the final answer, once its head is whole; answers before it (1xx) are passed over.
fn status(bytes: &[u8]) -> io::Result<Option<u16>> {
    let mut rest = bytes;
    loop {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut response = httparse::Response::new(&mut headers);
        let parsed = response
            .parse(rest)
            .map_err(|error| io::Error::other(format!("the answer is not HTTP: {error}")))?;
        let httparse::Status::Complete(length) = parsed else {
            return Ok(None);
        };
        match response.code {
            Some(100..=199) => rest = rest.get(length..).unwrap_or_default(),
            code => return Ok(code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_understood_when_it_is_whole() {
        let whole = b"HTTP/1.1 206 Partial Content\r\nContent-Length: 1\r\n\r\nx";
        assert_eq!(status(whole).unwrap(), Some(206));
        for length in 0..whole.len() - 2 {
            assert_eq!(status(&whole[..length]).unwrap(), None, "{length}");
        }
    }

    #[test]
    fn what_comes_before_the_answer_is_passed_over() {
        let early = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
        assert_eq!(status(early).unwrap(), None);
        let both = [&early[..], b"HTTP/1.1 301 Moved\r\nLocation: /b\r\n\r\n"].concat();
        assert_eq!(status(&both).unwrap(), Some(301));
    }

    #[test]
    fn what_is_not_http_is_an_error() {
        assert!(status(b"SSH-2.0-OpenSSH_9.2\r\n").is_err());
    }

    #[test]
    fn the_request_names_the_host_as_its_url_does() {
        let of = |url: &str| request(&PageUrl::parse(url).unwrap());
        assert!(
            of("https://a.example/x?y").starts_with("GET /x?y HTTP/1.1\r\nHost: a.example\r\n")
        );
        assert!(of("https://a.example:8443").contains("Host: a.example:8443\r\n"));
        assert!(of("https://[2001:db8::443]").contains("Host: [2001:db8::443]\r\n"));
    }
}
