//! Connections on their way to a test: TLS if they begin with it, one HTTP request, the upgrade. Every
//! step has a deadline, and so many connections at most are on their way at once.

use std::{convert::Infallible, io, os::fd::AsFd, sync::Arc, time::Duration};

use bytes::Bytes;
use chrono::Utc;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn, upgrade::Upgraded};
use hyper_util::rt::{TokioIo, TokioTimer};
use rand::RngExt;
use schoolbeat_wire::{NDT7_NEAREST_PATH, NDT7_SUBPROTOCOL};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

use super::{
    Shared,
    connection::Connection,
    kernel, locate,
    pending::Guard,
    request::{self, Refusal, Wanted},
    slots::Slot,
    transfer::{self, Ended, Test},
};
use crate::domain::speed_server::SeenTransfer;

/// Connections that have not become a test yet.
const MAX_WAITING: usize = 1024;
/// How long TLS, and the head of the request, may take (M-Lab's clients wait 7 to 10 s).
const HANDSHAKE: Duration = Duration::from_secs(7);
/// After a connection could not be taken, for want of descriptors say.
const BREATH: Duration = Duration::from_millis(100);
/// What may wait in the kernel unsent.
const MAX_UNSENT: u32 = 256 << 10;
/// The first byte of a TLS handshake; no method of HTTP begins with it.
const TLS_HANDSHAKE: u8 = 0x16;

/// Takes connections until it is told to stop; then waits for those that it has.
pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let waiting = Arc::new(Semaphore::new(MAX_WAITING));
    let mut stopping = shared.stopping.clone();
    let mut tasks = JoinSet::new();
    loop {
        let Ok(permit) = waiting.clone().acquire_owned().await else {
            return;
        };
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let shared = shared.clone();
                    let mut stopping = stopping.clone();
                    tasks.spawn(async move {
                        let test = tokio::select! {
                            test = take(stream, &shared) => test,
                            _ = stopping.wait_for(|stop| *stop) => None,
                        };
                        drop(permit);
                        if let Some(test) = test {
                            test.run(&shared).await;
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection for a speed test could not be taken");
                    tokio::time::sleep(BREATH).await;
                }
            },
            Some(_) = tasks.join_next() => {}
            _ = stopping.changed() => break,
        }
    }
    drop(listener);
    while tasks.join_next().await.is_some() {}
}

/// A test that may begin.
struct Admitted {
    wanted: Wanted,
    slot: Slot,
    pending: Guard,
}

/// A test whose connection has become its own.
struct Begun {
    admitted: Admitted,
    connection: Connection,
    early: Bytes,
}

/// From a connection to a test, or to the answer that there is none.
async fn take(stream: TcpStream, shared: &Arc<Shared>) -> Option<Begun> {
    // A kernel that cannot do either measures all the same.
    let _ = stream.set_nodelay(true);
    let _ = kernel::use_bbr(stream.as_fd());
    let _ = kernel::limit_unsent(stream.as_fd(), MAX_UNSENT);
    let connection = timeout(HANDSHAKE, encrypted(stream, shared)).await.ok()?;
    let connection = connection
        .inspect_err(|error| tracing::debug!(%error, "no TLS with an ndt7 client"))
        .ok()?;
    let (hand_over, handed) = tokio::sync::oneshot::channel();
    let hand_over = std::sync::Mutex::new(Some(hand_over));
    let service = service_fn(|mut request: Request<Incoming>| {
        let (response, admitted) = answer(&request, shared);
        if let Some(admitted) = admitted {
            let upgrade = hyper::upgrade::on(&mut request);
            let hand_over = hand_over.lock().ok().and_then(|mut slot| slot.take());
            if let Some(hand_over) = hand_over {
                // Nobody listens any more only if the connection has ended.
                let _ = hand_over.send((admitted, upgrade));
            }
        }
        std::future::ready(Ok::<_, Infallible>(response))
    });
    let http = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HANDSHAKE)
        .max_buf_size(16 << 10)
        .serve_connection(TokioIo::new(connection), service)
        .with_upgrades();
    match timeout(HANDSHAKE + HANDSHAKE, http).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "an ndt7 client's request"),
        Err(_) => tracing::debug!("an ndt7 client's request took too long"),
    }
    let (admitted, upgrade) = { handed }.try_recv().ok()?;
    let upgraded = timeout(HANDSHAKE, upgrade).await.ok()?.ok()?;
    let (connection, early) = taken_back(upgraded)?;
    Some(Begun {
        admitted,
        connection,
        early,
    })
}

/// With TLS if the client begins it and we have a certificate.
async fn encrypted(stream: TcpStream, shared: &Shared) -> io::Result<Connection> {
    if let Some(config) = &shared.settings.tls {
        let mut first = [0];
        if stream.peek(&mut first).await? == 1 && first[0] == TLS_HANDSHAKE {
            let stream = TlsAcceptor::from(config.clone()).accept(stream).await?;
            return Ok(Connection::Tls(Box::new(stream)));
        }
    }
    Ok(Connection::Plain(stream))
}

fn taken_back(upgraded: Upgraded) -> Option<(Connection, Bytes)> {
    let parts = upgraded.downcast::<TokioIo<Connection>>().ok()?;
    Some((parts.io.into_inner(), parts.read_buf))
}

/// The answer to a request, and the test that it leads to.
fn answer(
    request: &Request<Incoming>,
    shared: &Arc<Shared>,
) -> (Response<Full<Bytes>>, Option<Admitted>) {
    let uri = request.uri();
    let Some(direction) = request::direction(uri.path()) else {
        return (other(uri.path(), shared), None);
    };
    let query = uri.query().unwrap_or_default();
    let wanted = request::judge(direction, request.method(), request.headers(), query);
    let admitted = wanted
        .map_err(|refusal| refused(&refusal))
        .and_then(|wanted| {
            let slot = admit(&wanted, shared)?;
            let pending = shared.pending.begin(wanted.measurement_id);
            Ok(Admitted {
                wanted,
                slot,
                pending,
            })
        });
    match admitted {
        Ok(admitted) => (switching(&admitted.wanted), Some(admitted)),
        Err(response) => (*response, None),
    }
}

/// What else is asked of a measurement server.
fn other(path: &str, shared: &Shared) -> Response<Full<Bytes>> {
    match path {
        NDT7_NEAREST_PATH => {
            let site = locate::Site {
                address: shared.settings.address.clone(),
                city: None,
                country: None,
            };
            let body = locate::answer(&[site], |_| None).to_string();
            let mut response = plain(StatusCode::OK, body);
            let headers = response.headers_mut();
            let set = |value| HeaderValue::from_static(value);
            headers.insert(header::CONTENT_TYPE, set("application/json"));
            headers.insert(header::CACHE_CONTROL, set("no-store"));
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, set("*"));
            response
        }
        "/health/live" => plain(StatusCode::OK, "ok\n".to_owned()),
        _ => plain(
            StatusCode::NOT_FOUND,
            "this is an ndt7 measurement server; its tests are at /ndt/v7/download and \
             /ndt/v7/upload\n"
                .to_owned(),
        ),
    }
}

fn plain(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status;
    // One request a connection: the next test wants a fresh one.
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    response
}

fn refused(refusal: &Refusal) -> Box<Response<Full<Bytes>>> {
    let mut response = plain(refusal.status, format!("{}\n", refusal.words));
    if refusal.status == StatusCode::UPGRADE_REQUIRED {
        response.headers_mut().insert(
            header::SEC_WEBSOCKET_VERSION,
            HeaderValue::from_static("13"),
        );
    }
    Box::new(response)
}

/// A place for a test, if its client may have one and one is free.
fn admit(wanted: &Wanted, shared: &Shared) -> Result<Slot, Box<Response<Full<Bytes>>>> {
    if let Some(verifier) = &shared.settings.verifier {
        let token = wanted.access_token.as_deref();
        verifier.admit(token, Utc::now()).map_err(|error| {
            refused(&Refusal {
                status: StatusCode::UNAUTHORIZED,
                words: error.to_string(),
            })
        })?;
    }
    shared.slots.take().ok_or_else(|| {
        let mut response = plain(
            StatusCode::SERVICE_UNAVAILABLE,
            "as many tests as this server can carry are running; come back later\n".to_owned(),
        );
        // Spread, so that those who were turned away do not come back together.
        let seconds = rand::rng().random_range(10..30_u16);
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        Box::new(response)
    })
}

fn switching(wanted: &Wanted) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    let set = |value| HeaderValue::from_static(value);
    headers.insert(header::CONNECTION, set("Upgrade"));
    headers.insert(header::UPGRADE, set("websocket"));
    headers.insert(header::SEC_WEBSOCKET_PROTOCOL, set(NDT7_SUBPROTOCOL));
    let accept = HeaderValue::from_str(&wanted.accept).expect("base64 is a header's value");
    headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    response
}

impl Begun {
    /// Carries the test out and has it recorded. The place is free before that.
    async fn run(self, shared: &Shared) {
        let Admitted {
            wanted,
            slot,
            pending,
        } = self.admitted;
        let started_at = Utc::now();
        let test = Test {
            direction: wanted.direction,
            caps: wanted.caps,
            slot,
            noise: shared.noise.clone(),
            stopping: shared.stopping.clone(),
        };
        let ended = match transfer::run(test, self.connection, &self.early).await {
            Ok(ended) => ended,
            Err(error) => {
                tracing::debug!(%error, "an ndt7 test did not begin");
                return;
            }
        };
        tracing::debug!(
            direction = wanted.direction.slug(),
            bytes = ended.bytes,
            ending = ended.ending.slug(),
            slots_taken = shared.slots.taken(),
            "ndt7 test done"
        );
        let server = shared.settings.address.host_port();
        let seen = seen(&wanted, &ended, started_at, server);
        shared.settings.recorder.record(seen).await;
        drop(pending);
    }
}

fn seen(
    wanted: &Wanted,
    ended: &Ended,
    started_at: chrono::DateTime<Utc>,
    server: String,
) -> SeenTransfer {
    let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    SeenTransfer {
        measurement_id: wanted.measurement_id,
        direction: wanted.direction,
        started_at,
        duration_ms: i64::try_from(ended.duration.as_millis()).unwrap_or(i64::MAX),
        bytes: whole(ended.bytes),
        tcp_bytes: ended.tcp_bytes.map(whole),
        retransmitted_bytes: ended.kernel.bytes_retrans.map(whole),
        rtt_min_ms: ended
            .kernel
            .min_rtt
            .map(|us| Duration::from_micros(us).as_secs_f64() * 1e3),
        peak_mbps: ended.peak_mbps,
        contended: ended.contended,
        ending: ended.ending,
        client_name: wanted.client_name.clone(),
        server,
    }
}
