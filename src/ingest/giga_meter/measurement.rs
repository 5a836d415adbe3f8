//! A speed test of Giga Meter's: kilobits a second become megabits, microseconds milliseconds, and the
//! rates are judged by the bytes and times in `Results`.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::Said;
use crate::{
    domain::{
        measurement::{InvalidReason, Transfer, judge_transfers},
        record::{SpeedEvidence, SpeedTest},
    },
    ingest::{
        Reporter,
        check::{self, Checked, MAX_MBPS, MAX_MS},
        time,
    },
};

const DOWNLOAD: &str = "NDTResult.S2C";
const UPLOAD: &str = "NDTResult.C2S";
/// What the kernel says of a round trip that it has not seen.
const RTT_UNSEEN_US: u64 = u32::MAX as u64;

/// Judges a record. It has no number yet: whoever stores it gives it one.
pub fn speed_test(
    said: &Said,
    reporter: &Reporter,
    received_at: DateTime<Utc>,
) -> Checked<SpeedTest> {
    let taken = time::by_own_clock(
        said.time("Timestamp")?,
        received_at,
        reporter.kept.speed_tests_since,
    );
    let mut origin = taken.origin(reporter, 0, received_at);
    let (download, upload) = (
        said.moved(DOWNLOAD, "BytesAcked")?,
        said.moved(UPLOAD, "BytesReceived")?,
    );
    let (download_mbps, upload_mbps) = (said.mbps("Download")?, said.mbps("Upload")?);
    if origin.invalid.is_none() {
        origin.invalid = judge(
            download.transfer(download_mbps, download.by_client),
            // The app has sent what the server has not yet received.
            upload.transfer(upload_mbps, false),
        );
    }
    let server = said.at(&["ServerInfo", "FQDN"]).and_then(Value::as_str);
    Ok(SpeedTest {
        origin,
        failure: None,
        protocol: said.protocol().into(),
        server: check::text(server.unwrap_or_default()),
        download_mbps,
        upload_mbps,
        rtt_min_ms: said.rtt_min_ms()?,
        rtt_loaded_ms: None,
        retransmit_ratio: said.retransmit_ratio()?,
        bytes_down: check::count("bytes down", download.bytes.unwrap_or(0))?,
        bytes_up: check::count("bytes up", upload.bytes.unwrap_or(0))?,
        download_duration_ms: check::count("duration", download.duration_ms.unwrap_or(0))?,
        upload_duration_ms: check::count("duration", upload.duration_ms.unwrap_or(0))?,
        evidence: SpeedEvidence::default(),
    })
}

/// What one direction moved, as far as the record says it.
struct Moved {
    bytes: Option<u64>,
    duration_ms: Option<u64>,
    /// Whether the app itself counted, at the instant from which the rate follows. Else it was the
    /// server's kernel, which counts what surrounds the data too.
    by_client: bool,
}

/// A direction without a rate, one that can be judged, or one whose rate follows from nothing.
enum Direction {
    Absent,
    Judged(Transfer),
    Groundless,
}

impl Moved {
    fn transfer(&self, mbps: Option<f64>, bytes_are_exact: bool) -> Direction {
        match (mbps, self.bytes, self.duration_ms) {
            (None, ..) => Direction::Absent,
            (Some(mbps), Some(bytes), Some(duration_ms)) => Direction::Judged(Transfer {
                mbps,
                steady_mbps: None,
                steady_span_ms: 0,
                bytes,
                duration_ms,
                bytes_are_exact,
            }),
            (Some(_), ..) => Direction::Groundless,
        }
    }
}

fn judge(download: Direction, upload: Direction) -> Option<InvalidReason> {
    let transfer = |direction| match direction {
        Direction::Absent => Ok(None),
        Direction::Judged(transfer) => Ok(Some(transfer)),
        Direction::Groundless => Err(InvalidReason::NoEvidence),
    };
    match (transfer(download), transfer(upload)) {
        (Ok(download), Ok(upload)) => judge_transfers(download, upload),
        (Err(reason), _) | (_, Err(reason)) => Some(reason),
    }
}

impl Said {
    /// A rate: the app's kilobits a second as megabits.
    fn mbps(&self, name: &str) -> Checked<Option<f64>> {
        let kbps = self.number(&[name], MAX_MBPS * 1000.0, "kilobits a second")?;
        Ok(kbps.map(|kbps| kbps / 1000.0))
    }

    /// Bytes and time of a direction: the app's own, else the server's.
    fn moved(&self, direction: &str, server_bytes: &str) -> Checked<Moved> {
        let client = |name| ["Results", direction, "LastClientMeasurement", name];
        let server = |name| {
            [
                "Results",
                direction,
                "LastServerMeasurement",
                "TCPInfo",
                name,
            ]
        };
        let bytes = self.count(&client("NumBytes"))?;
        let elapsed_s = self.number(&client("ElapsedTime"), MAX_MS / 1000.0, "seconds")?;
        if let (Some(bytes), Some(elapsed_s)) = (bytes, elapsed_s) {
            let elapsed = Duration::try_from_secs_f64(elapsed_s).unwrap_or_default();
            return Ok(Moved {
                bytes: Some(bytes),
                duration_ms: u64::try_from(elapsed.as_millis()).ok(),
                by_client: true,
            });
        }
        let elapsed_us = self.count(&server("ElapsedTime"))?;
        Ok(Moved {
            bytes: self.count(&server(server_bytes))?,
            duration_ms: elapsed_us.map(|us| us / 1000),
            by_client: false,
        })
    }

    /// The smallest round trip: the kernel's of the download's connection, in microseconds, else the
    /// app's own figure in whole milliseconds, of which 0 says nothing.
    fn rtt_min_ms(&self) -> Checked<Option<f64>> {
        // Also where it is not needed it must be one that can be.
        let latency_ms = self.number(&["Latency"], MAX_MS, "milliseconds")?;
        for group in ["TCPInfo", "BBRInfo"] {
            let place = [
                "Results",
                DOWNLOAD,
                "LastServerMeasurement",
                group,
                "MinRTT",
            ];
            let rtt_us = self
                .count(&place)?
                .filter(|us| (1..RTT_UNSEEN_US).contains(us));
            if let Some(rtt_us) = rtt_us.and_then(|us| u32::try_from(us).ok()) {
                return check::number("MinRTT", Some(f64::from(rtt_us) / 1000.0), MAX_MS);
            }
        }
        Ok(latency_ms.filter(|ms| *ms > 0.0))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "bytes of one test lie far below 2^53"
    )]
    fn retransmit_ratio(&self) -> Checked<Option<f64>> {
        let tcp = |name| {
            self.count(&[
                "Results",
                DOWNLOAD,
                "LastServerMeasurement",
                "TCPInfo",
                name,
            ])
        };
        let (sent, again) = (tcp("BytesSent")?, tcp("BytesRetrans")?);
        let ratio = sent.zip(again).filter(|(sent, _)| *sent > 0);
        let ratio = ratio.map(|(sent, again)| again as f64 / sent as f64);
        check::number("BytesRetrans ÷ BytesSent", ratio, 1.0)
    }

    /// The app measures by ndt7 since its version 2, by ndt5 before.
    fn protocol(&self) -> &'static str {
        let version = self.app_version();
        let major = version
            .split('.')
            .next()
            .and_then(|major| major.parse::<u32>().ok());
        match major {
            Some(0..=1) => "ndt5",
            Some(_) => "ndt7",
            None => "ndt",
        }
    }
}
