//! What the rates of a speed test rest on, bounded, and whether they follow from it.

use schoolbeat_wire::{self as wire, MAX_SAMPLES, STEADY_SPAN_MS};

use super::check::{Checked, MAX_MBPS, Transfers, count, number, out_of_range};
use crate::domain::{
    measurement::{InvalidReason, Transfer, judge_transfers},
    record::{SpeedEvidence, StopReason},
};

/// More tries than any probe makes.
const MAX_ATTEMPTS: u32 = 100;

fn reason(reason: wire::StopReason) -> StopReason {
    match reason {
        wire::StopReason::Full => StopReason::Full,
        wire::StopReason::Steady => StopReason::Steady,
        wire::StopReason::BytesCap => StopReason::BytesCap,
        wire::StopReason::TimeCap => StopReason::TimeCap,
        wire::StopReason::ServerClosed => StopReason::ServerClosed,
        wire::StopReason::Other => StopReason::Other,
    }
}

/// Samples are kept of transfers that ran on: only on these can another rule of stopping be tried.
fn samples(field: &str, samples: &[u64], stopped: Option<StopReason>) -> Checked<Option<Vec<i32>>> {
    if samples.len() > MAX_SAMPLES {
        let wants = format!("at most {MAX_SAMPLES} numbers long");
        return Err(out_of_range(field, samples.len(), wants));
    }
    if samples.is_empty() || stopped == Some(StopReason::Steady) {
        return Ok(None);
    }
    let bounded = |sample: &u64| {
        i32::try_from(*sample).map_err(|_| out_of_range(field, sample, "below 2^31"))
    };
    samples
        .iter()
        .map(bounded)
        .collect::<Checked<_>>()
        .map(Some)
}

/// The evidence, within bounds.
pub(super) fn evidence(said: &wire::SpeedEvidence) -> Checked<SpeedEvidence> {
    let bytes = |field, value: Option<u64>| value.map(|value| count(field, value)).transpose();
    let mbps = |field, value| number(field, value, MAX_MBPS);
    let (down, up) = (
        said.download_stop_reason.map(reason),
        said.upload_stop_reason.map(reason),
    );
    let attempts = match said.attempts {
        Some(attempts @ 1..=MAX_ATTEMPTS) => i16::try_from(attempts).ok(),
        Some(attempts) => {
            return Err(out_of_range(
                "attempts",
                attempts,
                format!("from 1 to {MAX_ATTEMPTS}"),
            ));
        }
        None => None,
    };
    Ok(SpeedEvidence {
        download_stop_reason: down,
        upload_stop_reason: up,
        download_mean_mbps: mbps("download_mean_mbps", said.download_mean_mbps)?,
        upload_mean_mbps: mbps("upload_mean_mbps", said.upload_mean_mbps)?,
        download_steady_mbps: mbps("download_steady_mbps", said.download_steady_mbps)?,
        upload_steady_mbps: mbps("upload_steady_mbps", said.upload_steady_mbps)?,
        cross_traffic: said.cross_traffic,
        via_proxy: said.via_proxy,
        interface_bytes_down: bytes("interface_bytes_down", said.interface_bytes_down)?,
        interface_bytes_up: bytes("interface_bytes_up", said.interface_bytes_up)?,
        attempts,
        download_samples: samples(
            "download_bytes_per_100_ms",
            &said.download_bytes_per_100_ms,
            down,
        )?,
        measurement_id: None,
        server_download_mbps: None,
        server_upload_mbps: None,
        upload_samples: samples("upload_bytes_per_100_ms", &said.upload_bytes_per_100_ms, up)?,
    })
}

/// Whether the rates hold together with bytes, times and each other. A test that stopped because its
/// rate was steady has two rates: its mean follows from bytes and time, the other from its last second.
pub(super) fn judge(
    test: &wire::SpeedTest,
    rates: &Transfers,
    evidence: &SpeedEvidence,
) -> Option<InvalidReason> {
    let direction = |mbps: Option<f64>, mean, stopped, bytes, duration_ms, bytes_are_exact| {
        let steady = (stopped == Some(StopReason::Steady))
            .then_some(mbps)
            .flatten();
        mbps.map(|mbps| Transfer {
            mbps: match steady {
                // Without its mean a steady rate proves nothing.
                Some(_) => Option::unwrap_or(mean, f64::INFINITY),
                None => mbps,
            },
            steady_mbps: steady,
            steady_span_ms: STEADY_SPAN_MS,
            bytes,
            duration_ms,
            bytes_are_exact,
        })
    };
    let download = direction(
        rates.download_mbps,
        evidence.download_mean_mbps,
        evidence.download_stop_reason,
        test.bytes_down,
        test.download_duration_ms,
        true,
    );
    let upload = direction(
        rates.upload_mbps,
        evidence.upload_mean_mbps,
        evidence.upload_stop_reason,
        test.bytes_up,
        test.upload_duration_ms,
        false,
    );
    judge_transfers(download, upload)
}
