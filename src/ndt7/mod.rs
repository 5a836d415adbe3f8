//! The measurement server: ndt7 as M-Lab specifies it (protocol v0.11), over `WebSocket`.
//!
//! Must not know probes or schools: any ndt7 client may measure. Tests at once are limited, so that
//! a busy server says "later" and never a wrong number. The kernel's `TCP_INFO` is not read yet.

mod download;
mod measurement;
mod upload;

use std::{sync::Arc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Bytes, Data, Payload},
};
use rand::RngExt;
use schoolbeat_wire::NDT7_SUBPROTOCOL;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A test lasts so long (specification: up to 10 s).
const DURATION: Duration = Duration::from_secs(10);
/// After so long a test is cut off, whatever the peer does.
const HARD_STOP: Duration = Duration::from_secs(15);
/// Mean time between measurement messages (specification: not more than 10 a second).
const MEASURE_EVERY: Duration = Duration::from_millis(250);
/// The largest message we send, in bytes.
const LARGEST_MESSAGE: usize = 1 << 20;

/// Places for tests, and the bytes that all downloads send.
#[derive(Clone)]
pub struct Slots {
    free: Arc<Semaphore>,
    noise: Bytes,
}

impl Slots {
    /// Places for so many tests at once.
    pub fn new(slots: usize) -> Self {
        let mut noise = vec![0; LARGEST_MESSAGE];
        // Random, so that no link on the way can compress it.
        rand::rng().fill(&mut noise[..]);
        Self {
            free: Arc::new(Semaphore::new(slots)),
            noise: Bytes::from(noise),
        }
    }
}

/// Why a test did not begin.
enum Refusal {
    NoSubprotocol,
    Busy,
}

impl Refusal {
    fn answer(&self) -> HttpResponse {
        match self {
            Self::NoSubprotocol => HttpResponse::BadRequest().body(format!(
                "ndt7 wants Sec-WebSocket-Protocol: {NDT7_SUBPROTOCOL}\n"
            )),
            Self::Busy => {
                // Spread, so that those who were turned away do not come back together.
                let seconds = rand::rng().random_range(10..30_u32);
                HttpResponse::ServiceUnavailable()
                    .insert_header((header::RETRY_AFTER, seconds.to_string()))
                    .body("all test slots are taken\n")
            }
        }
    }
}

fn admit(request: &HttpRequest, slots: &Slots) -> Result<OwnedSemaphorePermit, Refusal> {
    let offered = request.headers().get_all(header::SEC_WEBSOCKET_PROTOCOL);
    let ours = offered
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .any(|offered| offered.trim() == NDT7_SUBPROTOCOL);
    if !ours {
        return Err(Refusal::NoSubprotocol);
    }
    slots
        .free
        .clone()
        .try_acquire_owned()
        .map_err(|_| Refusal::Busy)
}

/// `GET /ndt/v7/download`: we send.
pub async fn download(
    request: HttpRequest,
    payload: Payload,
    slots: Data<Slots>,
) -> Result<HttpResponse, actix_web::Error> {
    let slot = match admit(&request, &slots) {
        Ok(slot) => slot,
        Err(refusal) => return Ok(refusal.answer()),
    };
    let (response, session, stream) =
        actix_ws::handle_with_protocols(&request, payload, &[NDT7_SUBPROTOCOL])?;
    let peers = measurement::Peers::of(&request);
    let noise = slots.noise.clone();
    actix_web::rt::spawn(async move {
        let test = download::run(session, stream, noise, peers);
        finish("download", &tokio::time::timeout(HARD_STOP, test).await);
        drop(slot);
    });
    Ok(response)
}

/// `GET /ndt/v7/upload`: the client sends.
pub async fn upload(
    request: HttpRequest,
    payload: Payload,
    slots: Data<Slots>,
) -> Result<HttpResponse, actix_web::Error> {
    let slot = match admit(&request, &slots) {
        Ok(slot) => slot,
        Err(refusal) => return Ok(refusal.answer()),
    };
    let (response, session, stream) =
        actix_ws::handle_with_protocols(&request, payload, &[NDT7_SUBPROTOCOL])?;
    let stream = stream.max_frame_size(schoolbeat_wire::NDT7_MAX_MESSAGE_BYTES);
    let peers = measurement::Peers::of(&request);
    actix_web::rt::spawn(async move {
        let test = upload::run(session, stream, peers);
        finish("upload", &tokio::time::timeout(HARD_STOP, test).await);
        drop(slot);
    });
    Ok(response)
}

/// How a test ended: its bytes, or that its peer went away early.
type Ended = Result<u64, actix_ws::Closed>;

fn finish(direction: &'static str, ended: &Result<Ended, tokio::time::error::Elapsed>) {
    match ended {
        Ok(Ok(bytes)) => tracing::debug!(direction, bytes, "ndt7 test done"),
        Ok(Err(_)) => tracing::debug!(direction, "ndt7 client went away"),
        Err(_) => tracing::debug!(direction, "ndt7 test cut off after 15 s"),
    }
}
