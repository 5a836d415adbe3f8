//! Round trips beside a transfer, by timed TCP connects from a thread of their own, so that a busy
//! transfer does not delay the clock. It must not outlive the transfer by more than one connect.

use std::{
    net::{SocketAddr, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use super::connect::is_answer;
use crate::units;

const EVERY: Duration = Duration::from_millis(200);
const TIMEOUT: Duration = Duration::from_secs(2);
const IDLE_CONNECTS: usize = 5;
/// The thread only connects and counts.
const STACK_BYTES: usize = 128 << 10;

fn connect_ms(address: SocketAddr) -> Option<f64> {
    let started = Instant::now();
    match TcpStream::connect_timeout(&address, TIMEOUT) {
        Ok(_) => Some(units::ms(started.elapsed())),
        Err(error) if is_answer(&error) => Some(units::ms(started.elapsed())),
        Err(_) => None,
    }
}

/// The smallest of a few round trips while the line is idle, milliseconds.
pub(super) async fn idle_min_ms(address: SocketAddr) -> Option<f64> {
    let connects = tokio::task::spawn_blocking(move || {
        let mut smallest: Option<f64> = None;
        for index in 0..IDLE_CONNECTS {
            if index > 0 {
                thread::sleep(EVERY / 4);
            }
            // On a dead line the test itself will say so; five time-outs would say no more.
            let Some(rtt_ms) = connect_ms(address) else {
                break;
            };
            smallest = Some(smallest.map_or(rtt_ms, |before| before.min(rtt_ms)));
        }
        smallest
    });
    connects.await.ok().flatten()
}

/// A running series of round trips; it ends when dropped.
pub(super) struct LoadedPings {
    stop: Arc<AtomicBool>,
    rtts_ms: Arc<Mutex<Vec<f64>>>,
}

impl LoadedPings {
    pub(super) fn start(address: SocketAddr) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let rtts_ms = Arc::new(Mutex::new(Vec::new()));
        let pings = Self {
            stop: Arc::clone(&stop),
            rtts_ms: Arc::clone(&rtts_ms),
        };
        // Without a thread there is no loaded round trip; the transfer is worth having anyway.
        let _ = thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn(move || {
                thread::sleep(EVERY);
                while !stop.load(Ordering::Relaxed) {
                    let started = Instant::now();
                    let answer_ms = connect_ms(address);
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    if let Some(answer_ms) = answer_ms {
                        rtts_ms
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .push(answer_ms);
                    }
                    thread::sleep(EVERY.saturating_sub(started.elapsed()));
                }
            });
        pings
    }

    /// The round trips so far.
    pub(super) fn rtts_ms(&self) -> Vec<f64> {
        self.rtts_ms
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for LoadedPings {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}
