//! What the server tells its peer while a test runs. Key names are the specification's.

use std::{net::SocketAddr, time::Duration};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use super::kernel::{BbrInfo, TcpInfo};
use crate::domain::speed_server::Direction;

/// Both ends of the connection, as the specification wants them in every message.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Peers {
    client: String,
    server: String,
    start_time: String,
}

impl Peers {
    pub fn new(client: SocketAddr, server: SocketAddr, started_at: DateTime<Utc>) -> Self {
        // An IPv4 client of a socket for both families is still an IPv4 client.
        let shown = |address: SocketAddr| {
            SocketAddr::new(address.ip().to_canonical(), address.port()).to_string()
        };
        Self {
            client: shown(client),
            server: shown(server),
            start_time: started_at.to_rfc3339_opts(SecondsFormat::Micros, true),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AppInfo {
    /// Microseconds.
    elapsed_time: u64,
    num_bytes: u64,
}

/// The kernel's account, with the time since the test began.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Timed<'a, T> {
    #[serde(flatten)]
    of: &'a T,
    elapsed_time: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Message<'a> {
    app_info: AppInfo,
    #[serde(rename = "BBRInfo", skip_serializing_if = "Option::is_none")]
    bbr_info: Option<Timed<'a, BbrInfo>>,
    connection_info: &'a Peers,
    origin: &'static str,
    #[serde(rename = "TCPInfo", skip_serializing_if = "Option::is_none")]
    tcp_info: Option<Timed<'a, TcpInfo>>,
    test: &'static str,
}

/// One measurement: application bytes so far, and what the kernel says.
pub(super) fn message(
    direction: Direction,
    peers: &Peers,
    elapsed: Duration,
    num_bytes: u64,
    kernel: (Option<&TcpInfo>, Option<&BbrInfo>),
) -> String {
    let elapsed_time = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
    let message = Message {
        app_info: AppInfo {
            elapsed_time,
            num_bytes,
        },
        bbr_info: kernel.1.map(|of| Timed { of, elapsed_time }),
        connection_info: peers,
        origin: "server",
        tcp_info: kernel.0.map(|of| Timed { of, elapsed_time }),
        test: direction.slug(),
    };
    serde_json::to_string(&message).expect("numbers and text become JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_the_specifications() {
        let peers = Peers::new(
            "[::ffff:192.0.2.1]:5".parse().unwrap(),
            "[2001:db8::1]:80".parse().unwrap(),
            DateTime::UNIX_EPOCH,
        );
        let tcp = TcpInfo {
            bytes_received: Some(50),
            min_rtt: Some(700),
            ..TcpInfo::default()
        };
        let bbr = BbrInfo {
            bw: 9,
            min_rtt: 700,
            pacing_gain: 256,
            cwnd_gain: 512,
        };
        let elapsed = Duration::from_millis(250);
        let kernel = (Some(&tcp), Some(&bbr));
        let text = message(Direction::Upload, &peers, elapsed, 42, kernel);
        assert_eq!(
            text,
            "{\"AppInfo\":{\"ElapsedTime\":250000,\"NumBytes\":42},\"BBRInfo\":{\"BW\":9,\
             \"MinRTT\":700,\"PacingGain\":256,\"CwndGain\":512,\"ElapsedTime\":250000},\
             \"ConnectionInfo\":{\"Client\":\"192.0.2.1:5\",\"Server\":\"[2001:db8::1]:80\",\
             \"StartTime\":\"1970-01-01T00:00:00.000000Z\"},\"Origin\":\"server\",\"TCPInfo\":\
             {\"BytesReceived\":50,\"MinRTT\":700,\"ElapsedTime\":250000},\"Test\":\"upload\"}"
        );
        let bare = message(Direction::Download, &peers, elapsed, 42, (None, None));
        assert!(
            !bare.contains("TCPInfo") && !bare.contains("BBRInfo"),
            "{bare}"
        );
    }
}
