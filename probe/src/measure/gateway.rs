//! The default gateway: where it is, by the kernel's tables, and whether it answers anything at all.

use std::{
    fs,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use super::{burst::Window, icmp, tcp};

const WINDOW: Window = Window {
    packets: 2,
    spacing_ms: 200,
    timeout_ms: 1_000,
};
/// Ports that routers tend to answer, if only by a refusal.
pub(super) const PORTS: [u16; 2] = [53, 80];
/// A route that is up, and one by a gateway (Linux, `route.h`).
const UP: u32 = 0x1;
const BY_GATEWAY: u32 = 0x2;
/// An entry of the neighbour table whose hardware address is known (Linux, `if_arp.h`: `ATF_COM`).
const COMPLETE: u32 = 0x2;

/// The gateway of the default route (IPv4).
pub fn address() -> Option<Ipv4Addr> {
    routes(&fs::read_to_string("/proc/net/route").ok()?).gateway
}

/// Whether it answers: to ICMP, to a connection, or at least to the question for its hardware
/// address. `Some(false)` where no route leads out; `None` where one does without a gateway, as over
/// PPP, or where the machine speaks IPv6 alone.
pub(super) async fn answers() -> Option<bool> {
    let table = fs::read_to_string("/proc/net/route").ok()?;
    let routes = routes(&table);
    let Some(gateway) = routes.gateway else {
        let has_route = routes.without_gateway || has_ipv6_route();
        return (!has_route).then_some(false);
    };
    let by_icmp = icmp::burst(IpAddr::V4(gateway), &WINDOW).await;
    if by_icmp.is_ok_and(|burst| !burst.is_silent()) {
        return Some(true);
    }
    let addresses = PORTS.map(|port| SocketAddr::from((gateway, port)));
    let wait = Duration::from_millis(WINDOW.timeout_ms);
    if tcp::first_answering(&addresses, wait).await.is_some() {
        return Some(true);
    }
    let neighbours = fs::read_to_string("/proc/net/arp").unwrap_or_default();
    Some(is_neighbour(&neighbours, gateway))
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Routes {
    gateway: Option<Ipv4Addr>,
    /// A default route that leads straight onto a line.
    without_gateway: bool,
}

/// The default routes of `/proc/net/route`; of several gateways the one with the least metric.
fn routes(table: &str) -> Routes {
    let mut found = Routes::default();
    let mut least = u32::MAX;
    for line in table.lines().skip(1) {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        let [_, destination, gateway, flags, _, _, metric, mask, ..] = fields[..] else {
            continue;
        };
        let hex = |text: &str| u32::from_str_radix(text, 16).ok();
        let (Some(0), Some(gateway), Some(flags), Some(0)) =
            (hex(destination), hex(gateway), hex(flags), hex(mask))
        else {
            continue;
        };
        if flags & UP == 0 {
            continue;
        }
        if flags & BY_GATEWAY == 0 || gateway == 0 {
            found.without_gateway = true;
            continue;
        }
        let metric = metric.parse().unwrap_or(u32::MAX);
        if found.gateway.is_none() || metric < least {
            least = metric;
            // The kernel prints the address as it lies in memory.
            found.gateway = Some(Ipv4Addr::from(gateway.to_ne_bytes()));
        }
    }
    found
}

/// Whether IPv6 has a default route that leads out.
fn has_ipv6_route() -> bool {
    let table = fs::read_to_string("/proc/net/ipv6_route").unwrap_or_default();
    table.lines().any(|line| {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        matches!(fields[..], [destination, "00", _, _, .., device]
            if destination.bytes().all(|byte| byte == b'0') && device != "lo")
    })
}

/// Whether `/proc/net/arp` knows the hardware address, which the kernel asks for anew in use.
fn is_neighbour(table: &str, address: Ipv4Addr) -> bool {
    table.lines().skip(1).any(|line| {
        let mut fields = line.split_ascii_whitespace();
        let is_it = fields.next().and_then(|ip| ip.parse().ok()) == Some(address);
        let flags = fields
            .nth(1)
            .and_then(|flags| u32::from_str_radix(flags.trim_start_matches("0x"), 16).ok());
        is_it && flags.is_some_and(|flags| flags & COMPLETE != 0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str =
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";

    #[cfg(target_endian = "little")]
    #[test]
    fn the_default_route_with_the_least_metric_counts() {
        let table = format!(
            "{HEAD}eth0\t0000A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n\
             wlan0\t00000000\t0100000A\t0003\t0\t0\t600\t00000000\t0\t0\t0\n\
             eth0\t00000000\t0100A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
        );
        assert_eq!(routes(&table).gateway, Some(Ipv4Addr::new(192, 168, 0, 1)));
        assert_eq!(routes(HEAD), Routes::default());
        let line = format!("{HEAD}ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n");
        let expected = Routes {
            gateway: None,
            without_gateway: true,
        };
        assert_eq!(routes(&line), expected);
    }

    #[test]
    fn a_neighbour_is_there_if_its_hardware_answers() {
        let table = "IP address       HW type     Flags       HW address            Mask     Device\n\
                     192.168.0.1      0x1         0x2         02:00:00:00:00:01     *        eth0\n\
                     192.168.0.7      0x1         0x0         00:00:00:00:00:00     *        eth0\n";
        assert!(is_neighbour(table, Ipv4Addr::new(192, 168, 0, 1)));
        assert!(!is_neighbour(table, Ipv4Addr::new(192, 168, 0, 7)));
        assert!(!is_neighbour(table, Ipv4Addr::new(192, 168, 0, 9)));
    }
}
