//! One direction of a test, from the open WebSocket to its end. We send and the client takes, or the
//! client sends and we count; measurements go out meanwhile. It must not know who the client is, nor
//! what becomes of the result. Nothing in it waits without a limit.

mod state;

use std::{
    io::{self, IoSlice},
    os::fd::AsFd,
    time::Duration,
};

use bytes::Bytes;
use chrono::Utc;
use tokio::{
    io::{AsyncReadExt, AsyncWrite, AsyncWriteExt, split},
    sync::watch,
    time::{Instant, MissedTickBehavior, interval, timeout},
};

use self::state::{Phase, SHORT_GOODBYE, State};
use super::{
    connection::Connection, frames::Outgoing, kernel::TcpInfo, measurement::Peers, request::Caps,
    slots::Slot,
};
use crate::domain::speed_server::{Direction, Ending};

/// How often the clock is looked at when nothing passes.
const TICK: Duration = Duration::from_millis(25);
/// The largest message that we send, in bytes.
pub(super) const LARGEST_MESSAGE: usize = 1 << 20;
/// What is read at once of a client that sends.
const READ_BUFFER: usize = 256 << 10;
/// The same of one that only takes.
const SMALL_READ_BUFFER: usize = 4 << 10;

/// What a transfer is made of.
pub(super) struct Test {
    pub direction: Direction,
    pub caps: Caps,
    pub slot: Slot,
    /// What is sent: random, so that no link on the way can compress it.
    pub noise: Bytes,
    pub stopping: watch::Receiver<bool>,
}

/// What became of it.
#[derive(Debug)]
pub(super) struct Ended {
    pub duration: Duration,
    pub bytes: u64,
    pub kernel: TcpInfo,
    /// The kernel's count of what passed, without the handshake.
    pub tcp_bytes: Option<u64>,
    pub peak_mbps: Option<f64>,
    pub contended: bool,
    pub ending: Ending,
}

/// Carries a test out. `early` is what the client sent with its handshake.
pub(super) async fn run(test: Test, connection: Connection, early: &[u8]) -> io::Result<Ended> {
    // A descriptor of our own, to ask the kernel while both halves are in use.
    let socket = connection.as_fd().try_clone_to_owned()?;
    let (client, server) = connection.addresses()?;
    let peers = Peers::new(client, server, Utc::now());
    let mut stopping = test.stopping.clone();
    let (mut reader, mut writer) = split(connection);
    let mut buffer = vec![0; buffer_size(test.direction)];
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut state = State::new(test, socket, peers);
    state.hear(early);
    let mut frame = None;
    let mut unflushed = false;
    while !state.is_over() {
        if frame.is_none() {
            frame = state.next_frame();
        }
        tokio::select! {
            read = reader.read(&mut buffer) => match read {
                Ok(read @ 1..) => state.hear(&buffer[..read]),
                Ok(0) | Err(_) => state.lost(),
            },
            pushed = push(&mut writer, frame.as_ref()), if frame.is_some() || unflushed => {
                unflushed = frame.is_some();
                match pushed {
                    Ok(Pushed::Bytes(wrote @ 1..)) => state.wrote(&mut frame, wrote),
                    Ok(Pushed::All) => {}
                    Ok(Pushed::Bytes(0)) | Err(_) => state.lost(),
                }
            }
            _ = ticks.tick() => {}
            _ = stopping.changed(), if state.phase == Phase::Running => state.stop(),
        }
        state.look(Instant::now());
    }
    // The other side has had its time; what it did not take is thrown away.
    let _ = timeout(SHORT_GOODBYE, writer.shutdown()).await;
    drop(reader);
    Ok(state.ended())
}

fn buffer_size(direction: Direction) -> usize {
    match direction {
        Direction::Download => SMALL_READ_BUFFER,
        Direction::Upload => READ_BUFFER,
    }
}

/// What went on its way.
enum Pushed {
    Bytes(usize),
    /// Everything that was written before.
    All,
}

/// Writes of the frame; without one, pushes out what TLS may still hold back: a close must not wait
/// for more to be said. Either may be given up in the middle and loses nothing.
async fn push(
    writer: &mut (impl AsyncWrite + Unpin),
    frame: Option<&Outgoing>,
) -> io::Result<Pushed> {
    let Some(frame) = frame else {
        return writer.flush().await.map(|()| Pushed::All);
    };
    let [head, payload] = frame.rest();
    let parts = [IoSlice::new(head), IoSlice::new(payload)];
    writer.write_vectored(&parts).await.map(Pushed::Bytes)
}
