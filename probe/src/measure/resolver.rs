//! The name server beyond the school's own network: which one is it, by the system's own files? It must
//! not ask anybody.

use std::{
    fs,
    net::{IpAddr, Ipv4Addr},
};

const SYSTEM: &str = "/etc/resolv.conf";
/// Where the programs that answer on the machine itself write whom they ask: systemd-resolved and
/// `NetworkManager`.
const UPSTREAM: [&str; 2] = [
    "/run/systemd/resolve/resolv.conf",
    "/run/NetworkManager/no-stub-resolv.conf",
];

/// What is known of the machine's name servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolver {
    /// The first that is neither this machine nor its gateway.
    At(IpAddr),
    /// The gateway passes names on; to whom cannot be seen from here.
    Gateway,
    /// No file names one.
    Unknown,
}

/// The name server that this machine asks.
pub fn resolver() -> Resolver {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let upstream = UPSTREAM.map(read);
    choose(
        &read(SYSTEM),
        &upstream.each_ref().map(String::as_str),
        super::gateway::address(),
    )
}

/// A name server on the machine itself is no provider's: then those count that it asks in its turn.
fn choose(system: &str, upstream: &[&str], gateway: Option<Ipv4Addr>) -> Resolver {
    let is_here = |address: &IpAddr| address.is_loopback() || address.is_unspecified();
    let is_gateway = |address: &IpAddr| gateway.is_some_and(|gateway| *address == gateway);
    let named = servers(system);
    let asked = match named.first() {
        Some(first) if is_here(first) => {
            let mut files = upstream.iter().map(|text| servers(text));
            files.find(|servers| !servers.is_empty())
        }
        _ => Some(named),
    };
    let mut elsewhere = asked.unwrap_or_default();
    elsewhere.retain(|address| !is_here(address));
    match elsewhere.iter().find(|address| !is_gateway(address)) {
        Some(address) => Resolver::At(*address),
        None if elsewhere.is_empty() => Resolver::Unknown,
        None => Resolver::Gateway,
    }
}

/// The addresses of `nameserver` lines, in order. One with a zone (`fe80::1%eth0`) is passed over: it is
/// a neighbour, not a provider's.
fn servers(text: &str) -> Vec<IpAddr> {
    let lines = text.lines().map(str::split_ascii_whitespace);
    lines
        .filter_map(|mut words| {
            (words.next()? == "nameserver").then_some(())?;
            words.next()?.parse().ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: Option<Ipv4Addr> = Some(Ipv4Addr::new(192, 168, 1, 1));
    const STUB: &str = "# by systemd-resolved\nnameserver 127.0.0.53\noptions edns0 trust-ad\n";

    fn at(text: &str) -> Resolver {
        Resolver::At(text.parse().unwrap())
    }

    #[test]
    fn the_first_name_server_elsewhere_counts() {
        let text = "search school.example\nnameserver 10.20.0.53\nnameserver 10.20.0.54\n";
        assert_eq!(choose(text, &[], HOME), at("10.20.0.53"));
        let text = "nameserver 192.168.1.1\nnameserver 2001:db8::53";
        assert_eq!(choose(text, &[], HOME), at("2001:db8::53"));
    }

    #[test]
    fn a_stub_on_the_machine_is_looked_through() {
        let upstream = ["", "nameserver 10.20.0.53"];
        assert_eq!(choose(STUB, &upstream, HOME), at("10.20.0.53"));
        assert_eq!(choose(STUB, &[], HOME), Resolver::Unknown);
        assert_eq!(choose(STUB, &[STUB], HOME), Resolver::Unknown);
    }

    #[test]
    fn a_gateway_that_passes_names_on_is_no_providers_name_server() {
        let text = "nameserver 192.168.1.1";
        assert_eq!(choose(text, &[], HOME), Resolver::Gateway);
        assert_eq!(choose(STUB, &[text], HOME), Resolver::Gateway);
        assert_eq!(
            choose(text, &[], None),
            at("192.168.1.1"),
            "no gateway known"
        );
    }

    #[test]
    fn what_names_nobody_says_nothing() {
        for text in [
            "",
            "# nameserver 10.0.0.1",
            "nameserver",
            "nameserver fe80::1%eth0",
        ] {
            assert_eq!(choose(text, &[], HOME), Resolver::Unknown, "{text:?}");
        }
    }
}
