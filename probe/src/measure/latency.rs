//! A path check: a window of packets to the gateway, the name server and our server, by ICMP where this
//! machine may and the path answers, else by TCP connects. Method and target are recorded; series of two
//! are never mixed.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use futures_util::{StreamExt, stream::FuturesUnordered};
use schoolbeat_wire::{Outcome, PathCheck, PathMethod, ProbeConfig, Stage, TargetKind};

use super::{
    Failure,
    burst::{Burst, Window},
    connect, gateway, icmp,
    resolver::{Resolver, resolver},
    tcp,
};
use crate::{
    server_url::ServerUrl,
    summary::{self, Summary},
};

/// The port of name servers.
const DNS_PORT: u16 = 53;
/// How long each port of a gateway is waited for, which is a few metres away.
const GATEWAY_WAIT: Duration = Duration::from_secs(1);

/// Whom a window is sent to.
#[derive(Debug, Clone)]
struct Target {
    kind: TargetKind,
    /// Name or address, as the record shows it.
    host: String,
    /// ICMP goes to the first; where TCP is needed, to the first that answers.
    addresses: Vec<SocketAddr>,
}

impl Target {
    fn near(kind: TargetKind, address: IpAddr, ports: &[u16]) -> Self {
        let to = |port: &u16| SocketAddr::new(address, *port);
        Self {
            kind,
            host: address.to_string(),
            addresses: ports.iter().map(to).collect(),
        }
    }

    /// The targets on the way to the server that are known: one that is not has no check.
    fn on_the_way() -> Vec<Self> {
        let gateway = gateway::address()
            .map(|address| Self::near(TargetKind::Gateway, IpAddr::V4(address), &gateway::PORTS));
        let resolver = match resolver() {
            Resolver::At(address) => Some(Self::near(TargetKind::Resolver, address, &[DNS_PORT])),
            Resolver::Gateway | Resolver::Unknown => None,
        };
        gateway.into_iter().chain(resolver).collect()
    }
}

fn window(config: &ProbeConfig) -> Window {
    Window {
        packets: config.path_check_packets,
        spacing_ms: config.path_check_spacing_ms,
        timeout_ms: config.path_check_timeout_ms,
    }
}

/// Checks the path to the server and, if asked, those to gateway and name server beside it, so that all
/// show the same moment. Hands over each as it ends.
pub async fn path_checks(
    server: &ServerUrl,
    config: &ProbeConfig,
    nearer: bool,
    mut each: impl FnMut(PathCheck),
) {
    let window = window(config);
    let targets = if nearer {
        Target::on_the_way()
    } else {
        Vec::new()
    };
    let near = targets.into_iter().map(|target| {
        let checking = async move { checked(&target, &window).await };
        futures_util::future::Either::Left(checking)
    });
    let far = futures_util::future::Either::Right(path_check(server, config));
    let mut checks: FuturesUnordered<_> = near.chain([far]).collect();
    while let Some(check) = checks.next().await {
        each(check);
    }
}

/// Checks the path to the server.
pub async fn path_check(server: &ServerUrl, config: &ProbeConfig) -> PathCheck {
    let window = window(config);
    let mut target = Target {
        kind: TargetKind::Server,
        host: server.host().to_owned(),
        addresses: Vec::new(),
    };
    let address = match connect::resolve(server).await {
        Ok(addresses) => addresses.first().copied(),
        Err(failure) => return record(&target, &window, PathMethod::Icmp, Err(failure)),
    };
    target.addresses.extend(address);
    checked(&target, &window).await
}

async fn checked(target: &Target, window: &Window) -> PathCheck {
    match best_burst(target, window).await {
        Some((method, burst)) => record(target, window, method, summarised(&burst)),
        None => {
            let failure = Failure::new(Stage::Resolve, "the name has no address");
            record(target, window, PathMethod::Icmp, Err(failure))
        }
    }
}

/// ICMP if anything answers it. If nothing does, or this machine may not send it, TCP — but only if
/// TCP is answered: a dead path stays an ICMP series with all packets lost. `None` without an address.
async fn best_burst(target: &Target, window: &Window) -> Option<(PathMethod, Burst)> {
    let first = *target.addresses.first()?;
    let by_icmp = match icmp::burst(first.ip(), window).await {
        Ok(burst) if !burst.is_silent() => return Some((PathMethod::Icmp, burst)),
        Ok(silent) => Some(silent),
        // This machine may not send it.
        Err(_) => None,
    };
    let longest = Duration::from_millis(window.timeout_ms);
    let wait = match target.kind {
        TargetKind::Gateway => longest.min(GATEWAY_WAIT),
        TargetKind::Resolver | TargetKind::Server | TargetKind::Other => longest,
    };
    let answering = tcp::first_answering(&target.addresses, wait).await;
    Some(match (by_icmp, answering) {
        (Some(silent), None) => (PathMethod::Icmp, silent),
        (_, answering) => {
            let address = answering.unwrap_or(first);
            (PathMethod::Tcp, tcp::burst(address, window).await)
        }
    })
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
    target: &Target,
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
        target: target.host.clone(),
        target_kind: target.kind,
        method,
        sent: summary.sent,
        received: summary.received,
        timeout_ms: window.timeout_ms,
        rtt_min_ms: summary.rtt_min_ms,
        rtt_median_ms: summary.rtt_median_ms,
        rtt_p95_ms: summary.rtt_p95_ms,
        rtt_max_ms: summary.rtt_max_ms,
        jitter_ms: summary.jitter_ms,
        pdv_p95_ms: summary.pdv_p95_ms,
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
