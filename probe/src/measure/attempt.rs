//! One try of a speed test: ndt7 download, then upload, each on a connection of its own, with round
//! trips while idle and while loaded. It must not try again; a busy server is not a failure.

use std::{net::SocketAddr, time::Duration};

use schoolbeat_wire::{Outcome, SpeedEvidence, SpeedTest, Stage, StopReason};
use tokio::time::{sleep, timeout};

use super::{
    Failure,
    download::download,
    interface,
    loaded::{LoadedPings, idle_min_ms},
    ndt7::{self, Caps, Socket, Trouble},
    targets::Target,
    upload::upload,
    way::Way,
};
use crate::{clock, server_url::ServerUrl, summary, units};

const BUSY_TRIES: u32 = 3;
/// How long one "come back later" is waited for: the measuring task waits with it.
const MAX_BUSY_WAIT: Duration = Duration::from_secs(30);
const DEFAULT_BUSY_WAIT: Duration = Duration::from_secs(5);
/// How far a direction may overrun its own deadlines before it is cut off from outside.
const GRACE: Duration = Duration::from_secs(6);

/// What became of a try.
pub(super) enum Tried {
    Measured(Box<SpeedTest>),
    /// The server had no free slot, three times.
    Busy,
}

/// One opened direction, or why there is none.
enum Opened {
    Socket(Box<Socket>),
    Failed(Failure),
    Busy,
}

/// One try at a measurement server.
pub(super) async fn attempt(target: &Target, mut caps: Caps) -> Tried {
    let mut test = blank(target);
    let id = clock::random_uuid();
    test.measurement_id = Some(id.clone());
    let way = match Way::to(&target.server).await {
        Ok(way) => way,
        Err(failure) => return failed(test, failure),
    };
    test.evidence.via_proxy = way.is_by_proxy();
    let name = way
        .first()
        .and_then(|address| interface::towards(address.ip()));
    let counters = || name.as_deref().and_then(interface::counters);
    let before = counters();
    if let Some(address) = way.server() {
        test.rtt_min_ms = idle_min_ms(address).await;
    }
    caps.rtt_min_ms = test.rtt_min_ms;
    let path = ndt7::with_query(&target.download, &caps, &id);
    let socket = match open(&target.server, &path, &way).await {
        Opened::Socket(socket) => *socket,
        Opened::Failed(failure) => return failed(test, failure),
        Opened::Busy => return Tried::Busy,
    };
    // Pings go where the test goes: the first address may not be the one that answered.
    let peer = way.server().map(|first| peer_of(&socket).unwrap_or(first));
    let mut rtts_ms = Vec::new();
    let downloaded = take_download(&mut test, socket, &caps, peer, &mut rtts_ms).await;
    let path = ndt7::with_query(&target.upload, &caps, &id);
    let failure = match downloaded {
        Err(failure) => Some(failure),
        Ok(()) => match open(&target.server, &path, &way).await {
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
    let counted = before.and_then(|before| counters()?.since(before));
    if let Some(counted) = counted {
        let disturbed = [(counted.down, test.bytes_down), (counted.up, test.bytes_up)]
            .map(|(interface, own)| interface::is_disturbed(interface, own));
        test.evidence.interface_bytes_down = Some(counted.down);
        test.evidence.interface_bytes_up = Some(counted.up);
        test.evidence.cross_traffic = disturbed.into_iter().flatten().reduce(|a, b| a || b);
    }
    match failure {
        Some(failure) => failed(test, failure),
        None => Tried::Measured(Box::new(test)),
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
    test.evidence.download_stop_reason = Some(result.stop_reason);
    test.evidence.download_steady_mbps = result.steady_mbps;
    test.evidence.download_bytes_per_100_ms = result.progress.per_100_ms();
    if let Some(failure) = result.failure {
        return Err(failure);
    }
    let mean_mbps = units::mbps(result.bytes, result.elapsed);
    test.download_mbps = shown_mbps(result.stop_reason, mean_mbps, result.steady_mbps);
    test.evidence.download_mean_mbps = mean_mbps;
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
    test.evidence.upload_stop_reason = Some(result.stop_reason);
    test.evidence.upload_steady_mbps = result.steady_mbps;
    test.evidence.upload_bytes_per_100_ms = result.progress.per_100_ms();
    if let Some(failure) = result.failure {
        return Err(failure);
    }
    let received = result.server_says.received;
    let mean_mbps = received.and_then(|(bytes, elapsed)| units::mbps(bytes, elapsed));
    test.upload_mbps = shown_mbps(result.stop_reason, mean_mbps, result.steady_mbps);
    test.evidence.upload_mean_mbps = mean_mbps;
    Ok(())
}

/// A test that stopped because its rate was steady has that rate; every other has its mean.
fn shown_mbps(reason: StopReason, mean: Option<f64>, steady: Option<f64>) -> Option<f64> {
    match reason {
        StopReason::Steady => steady,
        _ => mean,
    }
}

/// Opens one direction; a busy server is asked again a bounded number of times.
async fn open(server: &ServerUrl, path: &str, way: &Way) -> Opened {
    for attempt in 1..=BUSY_TRIES {
        let stream = match way.connect().await {
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
    ndt7::connection(socket)?.stream().peer_addr().ok()
}

fn late() -> Failure {
    Failure::new(Stage::Deadline, "the test did not end in its time")
}

fn blank(target: &Target) -> SpeedTest {
    SpeedTest {
        outcome: Outcome::Ok,
        failed_stage: None,
        failure: None,
        protocol: "ndt7".to_owned(),
        server: target.server.host_port(),
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
        evidence: SpeedEvidence::default(),
    }
}

fn failed(mut test: SpeedTest, failure: Failure) -> Tried {
    test.outcome = Outcome::Failed;
    test.failed_stage = Some(failure.stage);
    test.failure = Some(failure.text);
    Tried::Measured(Box::new(test))
}
