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
        pings.spawn(async move { (index, pinger.ping(sequence, &PAYLOAD).await) });
    }
    while let Some(joined) = pings.join_next().await {
        let Ok((index, result)) = joined else {
            continue;
        };
        match result {
            Ok((packet, rtt)) if is_echo_reply(&packet) => burst.answered(index, units::ms(rtt)),
            Err(SurgeError::IOError(error)) => burst.unsent(&error),
            // An ICMP error from a router, or a timeout: this packet was lost.
            Ok(_) | Err(_) => {}
        }
    }
    Ok(burst)
}

/// An `Ok` of surge-ping may carry a router's "unreachable" or "time exceeded".
fn is_echo_reply(packet: &IcmpPacket) -> bool {
    match packet {
        IcmpPacket::V4(packet) => packet.get_icmp_type().0 == ECHO_REPLY_V4,
        IcmpPacket::V6(packet) => packet.get_icmpv6_type().0 == ECHO_REPLY_V6,
    }
}
