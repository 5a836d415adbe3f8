//! A speed test: ndt7 download, then upload, each on a connection of its own, with round trips while
//! idle and while loaded. A busy server is not a failure of the line.

use std::{net::SocketAddr, time::Duration};

use schoolbeat_wire::{Outcome, ProbeConfig, SpeedTest, Stage};
use tokio::time::{sleep, timeout};

use super::{
    Failure, connect,
    download::download,
    loaded::{LoadedPings, idle_min_ms},
    locate,
    ndt7::{self, Caps, Socket, Trouble},
    upload::upload,
};
use crate::{server_url::ServerUrl, summary, units};

const BUSY_TRIES: u32 = 3;
/// How long one "come back later" is waited for: the measuring task waits with it.
const MAX_BUSY_WAIT: Duration = Duration::from_secs(30);
const DEFAULT_BUSY_WAIT: Duration = Duration::from_secs(5);
/// How far a direction may overrun its own deadlines before it is cut off from outside.
const GRACE: Duration = Duration::from_secs(6);

/// What became of a speed test.
#[derive(Debug, Clone, PartialEq)]
pub enum SpeedVerdict {
    /// It has a result, perhaps a failure.
    Measured(Box<SpeedTest>),
    /// The server had no free slot, three times: nothing is known, nothing is wrong with the line.
    ServerBusy,
}

/// One opened direction, or why there is none.
enum Opened {
    Socket(Box<Socket>),
    Failed(Failure),
    Busy,
}

/// Measures download and upload against the first measurement server that the server names.
pub async fn speed_test(server: &ServerUrl, config: &ProbeConfig) -> SpeedVerdict {
    let caps = Caps {
        duration: Duration::from_millis(config.speed_test_max_duration_ms),
        bytes: config.speed_test_max_bytes,
    };
    let mut targets = locate::targets(server).await;
    let target = targets.swap_remove(0);
    let server = &target.server;
    let mut test = blank(server);
    let addresses = match connect::resolve(server).await {
        Ok(addresses) => addresses,
        Err(failure) => return failed(test, failure),
    };
    if let Some(address) = addresses.first() {
        test.rtt_min_ms = idle_min_ms(*address).await;
    }
    let socket = match open(server, &target.download, &addresses).await {
        Opened::Socket(socket) => *socket,
        Opened::Failed(failure) => return failed(test, failure),
        Opened::Busy => return SpeedVerdict::ServerBusy,
    };
    // Pings go where the test goes: the first address may not be the one that answered.
    let peer = peer_of(&socket).or(addresses.first().copied());
    let mut rtts_ms = Vec::new();
    let downloaded = take_download(&mut test, socket, &caps, peer, &mut rtts_ms).await;
    let failure = match downloaded {
        Err(failure) => Some(failure),
        Ok(()) => match open(server, &target.upload, &addresses).await {
            Opened::Socket(socket) => take_upload(&mut test, *socket, &caps, peer, &mut rtts_ms)
                .await
                .err(),
            Opened::Failed(failure) => Some(failure),
            // Half a test is worth keeping, and says what it lacks.
            Opened::Busy => Some(Failure::new(
                Stage::Handshake,
                "the server had no free slot for the upload",
            )),
        },
    };
    test.rtt_loaded_ms = summary::median(&rtts_ms);
    match failure {
        Some(failure) => failed(test, failure),
        None => SpeedVerdict::Measured(Box::new(test)),
    }
}

async fn take_download(
    test: &mut SpeedTest,
    socket: Socket,
    caps: &Caps,
    peer: Option<SocketAddr>,
    rtts_ms: &mut Vec<f64>,
) -> Result<(), Failure> {
    let pings = peer.map(LoadedPings::start);
    let result = timeout(caps.duration + GRACE, download(socket, caps))
        .await
        .map_err(|_| late())?;
    rtts_ms.extend(pings.iter().flat_map(LoadedPings::rtts_ms));
    test.bytes_down = result.bytes;
    test.download_duration_ms = units::whole_ms(result.elapsed);
    test.retransmit_ratio = result.server_says.retransmit_ratio;
    test.rtt_min_ms = test.rtt_min_ms.or(result.server_says.min_rtt_ms);
    if let Some(failure) = result.failure {
        return Err(failure);
    }
    test.download_mbps = units::mbps(result.bytes, result.elapsed);
    Ok(())
}

async fn take_upload(
    test: &mut SpeedTest,
    socket: Socket,
    caps: &Caps,
    peer: Option<SocketAddr>,
    rtts_ms: &mut Vec<f64>,
) -> Result<(), Failure> {
    let pings = peer.map(LoadedPings::start);
    let result = timeout(caps.duration + GRACE, upload(socket, caps))
        .await
        .map_err(|_| late())?;
    rtts_ms.extend(pings.iter().flat_map(LoadedPings::rtts_ms));
    test.bytes_up = result.bytes;
    test.upload_duration_ms = units::whole_ms(result.elapsed);
    if let Some(failure) = result.failure {
        return Err(failure);
    }
    let received = result.server_says.received;
    test.upload_mbps = received.and_then(|(bytes, elapsed)| units::mbps(bytes, elapsed));
    Ok(())
}

/// Opens one direction; a busy server is asked again a bounded number of times.
async fn open(server: &ServerUrl, path: &str, addresses: &[SocketAddr]) -> Opened {
    for attempt in 1..=BUSY_TRIES {
        let stream = match connect::connect(addresses).await {
            Ok(stream) => stream,
            Err(failure) => return Opened::Failed(failure),
        };
        match ndt7::open(server, path, stream).await {
            Ok(socket) => return Opened::Socket(Box::new(socket)),
            Err(Trouble::Failed(failure)) => return Opened::Failed(failure),
            Err(Trouble::Busy { retry_after }) if attempt < BUSY_TRIES => {
                let asked = retry_after.unwrap_or(DEFAULT_BUSY_WAIT).min(MAX_BUSY_WAIT);
                // Those who were turned away together do not come back together.
                sleep(asked.mul_f64(1.0 + 0.2 * rand::random::<f64>())).await;
            }
            Err(Trouble::Busy { .. }) => {}
        }
    }
    Opened::Busy
}

fn peer_of(socket: &Socket) -> Option<SocketAddr> {
    use tokio_tungstenite::MaybeTlsStream;
    match socket.get_ref() {
        MaybeTlsStream::Plain(stream) => stream.peer_addr().ok(),
        MaybeTlsStream::Rustls(stream) => stream.get_ref().0.peer_addr().ok(),
        _ => None,
    }
}

fn late() -> Failure {
    Failure::new(Stage::Deadline, "the test did not end in its time")
}

fn blank(server: &ServerUrl) -> SpeedTest {
    SpeedTest {
        outcome: Outcome::Ok,
        failed_stage: None,
        failure: None,
        protocol: "ndt7".to_owned(),
        server: server.host_port(),
        measurement_id: None,
        download_mbps: None,
        upload_mbps: None,
        rtt_min_ms: None,
        rtt_loaded_ms: None,
        retransmit_ratio: None,
        bytes_down: 0,
        bytes_up: 0,
        download_duration_ms: 0,
        upload_duration_ms: 0,
    }
}

fn failed(mut test: SpeedTest, failure: Failure) -> SpeedVerdict {
    test.outcome = Outcome::Failed;
    test.failed_stage = Some(failure.stage);
    test.failure = Some(failure.text);
    SpeedVerdict::Measured(Box::new(test))
}
