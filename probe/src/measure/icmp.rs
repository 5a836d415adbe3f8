//! A window of ICMP echo requests, by surge-ping. It must not fall back to anything else.

use std::{io, net::IpAddr, time::Duration};

use surge_ping::{Client, Config, ICMP, IcmpPacket, PingIdentifier, PingSequence, SurgeError};
use tokio::{task::JoinSet, time::sleep};

use super::burst::{Burst, Window};
use crate::{schedule, units};

const PAYLOAD: [u8; 32] = *b"schoolbeat path check 0123456789";
const ECHO_REPLY_V4: u8 = 0;
const ECHO_REPLY_V6: u8 = 129;

/// Sends a window of echo requests. An error means that this machine may not send ICMP.
pub(super) async fn burst(address: IpAddr, window: &Window) -> io::Result<Burst> {
    let config = match address {
        IpAddr::V4(_) => Config::default(),
        IpAddr::V6(_) => Config::builder().kind(ICMP::V6).build(),
    };
    let client = Client::new(&config)?;
    let identifier = PingIdentifier(rand::random());
    let mut pings = JoinSet::new();
    let mut burst = Burst::of(window.packets);
    for index in 0..window.packets {
        if index > 0 {
            let gap_ms = schedule::packet_gap_ms(window.spacing_ms, rand::random());
            sleep(Duration::from_millis(gap_ms)).await;
        }
        // A Pinger waits for its reply, so each packet has its own; with one identifier and a
        // sequence number of its own, replies cannot be confused.
        let mut pinger = client.pinger(address, identifier).await;
        pinger.timeout(Duration::from_millis(window.timeout_ms));
        let sequence = PingSequence(u16::try_from(index % 65_536).unwrap_or(0));
        let asked = Asked {
            // Without one the kernel chooses it, and hands over its replies alone.
            identifier: pinger.ident,
            sequence,
        };
        pings.spawn(async move { (index, asked, pinger.ping(sequence, &PAYLOAD).await) });
    }
    while let Some(joined) = pings.join_next().await {
        let Ok((index, asked, result)) = joined else {
            continue;
        };
        match result {
            Ok((packet, rtt)) if is_reply(&packet, asked) => burst.answered(index, units::ms(rtt)),
            Err(SurgeError::IOError(error)) => burst.unsent(&error),
            // An ICMP error from a router, or a timeout: this packet was lost.
            Ok(_) | Err(_) => {}
        }
    }
    Ok(burst)
}

/// What a reply must repeat.
#[derive(Debug, Clone, Copy)]
struct Asked {
    identifier: Option<PingIdentifier>,
    sequence: PingSequence,
}

/// An `Ok` of surge-ping may carry a router's "unreachable" or "time exceeded". Identifier and sequence
/// it has compared itself; a reply that is none would become a round trip, so that they are again.
fn is_reply(packet: &IcmpPacket, asked: Asked) -> bool {
    let (is_echo_reply, identifier, sequence) = match packet {
        IcmpPacket::V4(packet) => (
            packet.get_icmp_type().0 == ECHO_REPLY_V4,
            packet.get_identifier(),
            packet.get_sequence(),
        ),
        IcmpPacket::V6(packet) => (
            packet.get_icmpv6_type().0 == ECHO_REPLY_V6,
            packet.get_identifier(),
            packet.get_sequence(),
        ),
    };
    let is_ours = asked.identifier.is_none_or(|asked| asked == identifier);
    is_echo_reply && is_ours && sequence == asked.sequence
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use surge_ping::Icmpv4Packet;

    use super::*;

    const HERE: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 2);
    const THERE: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
    const ASKED: Asked = Asked {
        identifier: Some(PingIdentifier(0x1234)),
        sequence: PingSequence(7),
    };

    /// An ICMP message as an unprivileged socket hands it over.
    fn packet(bytes: &[u8]) -> IcmpPacket {
        let kind = Config::default().sock_type_hint;
        IcmpPacket::V4(Icmpv4Packet::decode(bytes, kind, THERE, HERE).unwrap())
    }

    fn echo_reply(identifier: u16, sequence: u16) -> IcmpPacket {
        let (id, number) = (identifier.to_be_bytes(), sequence.to_be_bytes());
        packet(&[0, 0, 0, 0, id[0], id[1], number[0], number[1]])
    }

    #[test]
    fn only_the_echo_reply_to_this_very_packet_is_an_answer() {
        assert!(is_reply(&echo_reply(0x1234, 7), ASKED));
        assert!(!is_reply(&echo_reply(0x1234, 8), ASKED), "another packet's");
        assert!(
            !is_reply(&echo_reply(0x1235, 7), ASKED),
            "another program's"
        );
        let by_kernel = Asked {
            identifier: None,
            ..ASKED
        };
        assert!(is_reply(&echo_reply(0x9999, 7), by_kernel));
    }

    #[test]
    fn a_routers_error_that_quotes_the_packet_is_no_answer() {
        for (kind, code) in [(3, 1), (3, 13), (11, 0), (5, 1)] {
            let mut bytes = vec![kind, code, 0, 0, 0, 0, 0, 0];
            bytes.extend([0x45, 0, 0, 28, 0, 0, 0, 0, 64, 1, 0, 0]);
            bytes.extend(HERE.octets());
            bytes.extend(THERE.octets());
            bytes.extend([8, 0, 0, 0, 0x12, 0x34, 0, 7]);
            assert!(!is_reply(&packet(&bytes), ASKED), "type {kind}");
        }
    }
}
