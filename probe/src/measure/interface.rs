//! What the network interface has counted, and which interface leads to an address: from /proc/net.
//! It says nothing where the kernel has no such files, and nothing of the loopback: it is no line.

use std::{fs, net::IpAddr};

use crate::units;

/// Bytes on the wire are the application's and so much for headers (TCP/IPv6 and Ethernet, 86 of
/// 1,514 bytes), with a little for acknowledgements of the other direction.
const HEADERS: f64 = 1.08;
/// Others' bytes below this are name lookups and the like, whatever their share of a small test.
const MIN_OTHER_BYTES: f64 = 50_000.0;
/// Others' traffic before a test, megabits per second, from which on the line is not idle.
pub(super) const BUSY_MBPS: f64 = 0.2;
/// Others' bytes during a test, as a share of its own.
const BUSY_SHARE: f64 = 0.1;

/// What an interface has counted since it came up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counters {
    pub down: u64,
    pub up: u64,
}

impl Counters {
    /// What was counted since; `None` if a counter began anew.
    pub(super) fn since(self, before: Self) -> Option<Self> {
        Some(Self {
            down: self.down.checked_sub(before.down)?,
            up: self.up.checked_sub(before.up)?,
        })
    }
}

/// The interface that leads to an address, if it is one with a line behind it.
pub(super) fn towards(address: IpAddr) -> Option<String> {
    let name = match address {
        IpAddr::V4(address) => {
            let routes = fs::read_to_string("/proc/net/route").ok()?;
            best_route(
                routes.lines().filter_map(v4_route),
                u128::from(u32::from(address)),
            )
        }
        IpAddr::V6(address) => {
            let routes = fs::read_to_string("/proc/net/ipv6_route").ok()?;
            best_route(routes.lines().filter_map(v6_route), u128::from(address))
        }
    }?;
    (name != "lo" && !address.is_loopback()).then_some(name)
}

/// The default gateway for IPv4, and the interface that leads there.
pub fn default_gateway() -> Option<(std::net::Ipv4Addr, String)> {
    let routes = fs::read_to_string("/proc/net/route").ok()?;
    let default = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let is_default = fields.get(1) == Some(&"00000000") && fields.get(7) == Some(&"00000000");
        let number = u32::from_str_radix(fields.get(2)?, 16).ok()?;
        let address = std::net::Ipv4Addr::from(number.to_ne_bytes());
        (is_default && number != 0).then(|| (address, (*fields.first().unwrap_or(&"?")).to_owned()))
    };
    routes.lines().find_map(default)
}

/// What an interface has counted.
pub(super) fn counters(name: &str) -> Option<Counters> {
    counters_of(&fs::read_to_string("/proc/net/dev").ok()?, name)
}

fn counters_of(table: &str, name: &str) -> Option<Counters> {
    let row = table
        .lines()
        .find_map(|line| line.trim_start().strip_prefix(name)?.strip_prefix(':'))?;
    let numbers: Vec<&str> = row.split_whitespace().collect();
    Some(Counters {
        down: numbers.first()?.parse().ok()?,
        up: numbers.get(8)?.parse().ok()?,
    })
}

/// A route: destination, prefix length and address length in bits, metric, interface.
struct Route<'a> {
    destination: u128,
    prefix_bits: u32,
    address_bits: u32,
    metric: u32,
    name: &'a str,
}

fn v4_route(line: &str) -> Option<Route<'_>> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    // The kernel writes IPv4 addresses as numbers of its own byte order.
    let address = |index: usize| {
        let number = u32::from_str_radix(fields.get(index)?, 16).ok()?;
        Some(u32::from_be_bytes(number.to_ne_bytes()))
    };
    Some(Route {
        destination: u128::from(address(1)?),
        prefix_bits: address(7)?.leading_ones(),
        address_bits: u32::BITS,
        metric: fields.get(6)?.parse().ok()?,
        name: fields.first()?,
    })
}

fn v6_route(line: &str) -> Option<Route<'_>> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let number = |index: usize| u32::from_str_radix(fields.get(index)?, 16).ok();
    Some(Route {
        destination: u128::from_str_radix(fields.first()?, 16).ok()?,
        prefix_bits: number(1)?.min(u128::BITS),
        address_bits: u128::BITS,
        metric: number(5)?,
        name: fields.get(9)?,
    })
}

/// The longest prefix that fits, then the smallest metric.
fn best_route<'a>(routes: impl Iterator<Item = Route<'a>>, address: u128) -> Option<String> {
    let fits = |route: &Route<'_>| {
        let host_bits = route.address_bits - route.prefix_bits;
        host_bits == route.address_bits || (route.destination ^ address) >> host_bits == 0
    };
    routes
        .filter(fits)
        .max_by_key(|route| (route.prefix_bits, u32::MAX - route.metric))
        .map(|route| route.name.to_owned())
}

/// Whether so many bytes of others in one direction disturbed a test that moved `own` bytes.
/// `None` if the interface counted less than the test moved: it is not the test's.
pub(super) fn is_disturbed(interface: u64, own: u64) -> Option<bool> {
    if interface < own {
        return None;
    }
    let own = units::count(own);
    let others = units::count(interface) - own * HEADERS;
    Some(others > MIN_OTHER_BYTES && others > own * BUSY_SHARE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEV: &str = "\
Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 5566 12 0 0 0 0 0 0 5566 12 0 0 0 0 0 0
  eth0: 1000 10 0 0 0 0 0 0 2000 20 0 0 0 0 0 0
 eth01:7 1 0 0 0 0 0 0 8 1 0 0 0 0 0 0
";

    #[test]
    fn counters_are_found_by_the_whole_name() {
        let of = |name| counters_of(DEV, name).map(|counters| (counters.down, counters.up));
        assert_eq!(of("eth0"), Some((1_000, 2_000)));
        assert_eq!(of("eth01"), Some((7, 8)));
        assert_eq!(of("eth"), None);
    }

    #[test]
    fn a_counter_that_began_anew_says_nothing() {
        let (early, late) = (Counters { down: 9, up: 9 }, Counters { down: 3, up: 99 });
        assert_eq!(late.since(early), None);
        assert_eq!(early.since(early), Some(Counters { down: 0, up: 0 }));
    }

    #[test]
    fn the_narrowest_route_leads_there() {
        let table = "\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
eth1\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
";
        let towards = |address: [u8; 4]| {
            let address = u128::from(u32::from_be_bytes(address));
            best_route(table.lines().filter_map(v4_route), address)
        };
        // The sample is of a little-endian machine.
        if cfg!(target_endian = "little") {
            assert_eq!(towards([192, 168, 1, 7]).as_deref(), Some("eth1"));
            assert_eq!(towards([8, 8, 8, 8]).as_deref(), Some("eth0"));
        }
    }

    #[test]
    fn ipv6_routes_are_understood() {
        let line = "20010db8000000000000000000000000 20 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000000 00000000 00000001 eth0";
        let address: std::net::Ipv6Addr = "2001:db8::7".parse().unwrap();
        let found = best_route([line].into_iter().filter_map(v6_route), u128::from(address));
        assert_eq!(found.as_deref(), Some("eth0"));
        let other: std::net::Ipv6Addr = "2001:db9::7".parse().unwrap();
        assert_eq!(
            best_route([line].into_iter().filter_map(v6_route), u128::from(other)),
            None
        );
    }

    #[test]
    fn headers_are_no_traffic_of_others() {
        assert_eq!(is_disturbed(1_060_000, 1_000_000), Some(false));
        assert_eq!(is_disturbed(1_300_000, 1_000_000), Some(true));
        assert_eq!(
            is_disturbed(40_000, 10_000),
            Some(false),
            "too little to matter"
        );
        assert_eq!(is_disturbed(10, 1_000_000), None, "another interface");
    }
}
