//! A path check: a window of packets to the server's host, by ICMP where this machine may and the
//! path answers, else by TCP connects. The method is recorded; the two are never mixed.

use std::{net::SocketAddr, time::Duration};

use schoolbeat_wire::{Outcome, PathCheck, PathMethod, ProbeConfig, Stage, TargetKind};

use super::{
    Failure,
    burst::{Burst, Window},
    connect, icmp, tcp,
};
use crate::{
    server_url::ServerUrl,
    summary::{self, Summary},
};

/// Checks the path to the server.
pub async fn path_check(server: &ServerUrl, config: &ProbeConfig) -> PathCheck {
    let window = Window {
        packets: config.path_check_packets,
        spacing_ms: config.path_check_spacing_ms,
        timeout_ms: config.path_check_timeout_ms,
    };
    let address = match connect::resolve(server).await {
        Ok(addresses) => addresses.first().copied(),
        Err(failure) => return record(server, &window, PathMethod::Icmp, Err(failure)),
    };
    let Some(address) = address else {
        let failure = Failure::new(Stage::Resolve, "the name has no address");
        return record(server, &window, PathMethod::Icmp, Err(failure));
    };
    let (method, burst) = best_burst(address, &window).await;
    record(server, &window, method, summarised(&burst))
}

/// ICMP if anything answers it. If nothing does, or this machine may not send it, TCP — but only if
/// TCP is answered: a dead path stays an ICMP series with all packets lost.
async fn best_burst(address: SocketAddr, window: &Window) -> (PathMethod, Burst) {
    let Ok(icmp_burst) = icmp::burst(address.ip(), window).await else {
        return (PathMethod::Tcp, tcp::burst(address, window).await);
    };
    let wait = Duration::from_millis(window.timeout_ms);
    if icmp_burst.is_silent() && tcp::answers(address, wait).await {
        return (PathMethod::Tcp, tcp::burst(address, window).await);
    }
    (PathMethod::Icmp, icmp_burst)
}

/// Packets that never left say nothing about the path; if none left, the check failed.
fn summarised(burst: &Burst) -> Result<Summary, Failure> {
    let packets = u32::try_from(burst.replies.len()).unwrap_or(u32::MAX);
    match &burst.unsent_because {
        Some(reason) if burst.unsent >= packets => Err(Failure::new(Stage::Connect, reason)),
        _ => {
            let mut summary = summary::summarise(&burst.replies);
            summary.sent = packets - burst.unsent;
            let lost = summary.sent.saturating_sub(summary.received);
            summary.loss_ratio =
                (summary.sent > 0).then(|| f64::from(lost) / f64::from(summary.sent));
            Ok(summary)
        }
    }
}

fn record(
    server: &ServerUrl,
    window: &Window,
    method: PathMethod,
    result: Result<Summary, Failure>,
) -> PathCheck {
    let (summary, failure) = match result {
        Ok(summary) => (summary, None),
        Err(failure) => (Summary::default(), Some(failure)),
    };
    PathCheck {
        outcome: if failure.is_none() {
            Outcome::Ok
        } else {
            Outcome::Failed
        },
        failed_stage: failure.as_ref().map(|failure| failure.stage),
        failure: failure.map(|failure| failure.text),
        target: server.host().to_owned(),
        target_kind: TargetKind::Server,
        method,
        sent: summary.sent,
        received: summary.received,
        timeout_ms: window.timeout_ms,
        rtt_min_ms: summary.rtt_min_ms,
        rtt_median_ms: summary.rtt_median_ms,
        rtt_p95_ms: summary.rtt_p95_ms,
        rtt_max_ms: summary.rtt_max_ms,
        jitter_ms: summary.jitter_ms,
        loss_ratio: summary.loss_ratio,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_that_never_left_are_not_lost() {
        let mut burst = Burst::of(4);
        burst.answered(0, 5.0);
        burst.answered(1, 7.0);
        burst.unsent(&std::io::Error::other("no buffer"));
        let summary = summarised(&burst).unwrap();
        assert_eq!((summary.sent, summary.received), (3, 2));
        assert!((summary.loss_ratio.unwrap() - 1.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn a_window_that_never_left_is_a_failure() {
        let mut burst = Burst::of(2);
        burst.unsent(&std::io::Error::other("network is unreachable"));
        burst.unsent(&std::io::Error::other("network is unreachable"));
        assert_eq!(summarised(&burst).unwrap_err().stage, Stage::Connect);
    }

    #[test]
    fn silence_is_a_result() {
        let summary = summarised(&Burst::of(3)).unwrap();
        assert_eq!(summary.loss_ratio, Some(1.0));
    }
}
