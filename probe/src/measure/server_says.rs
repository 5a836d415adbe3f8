//! What an ndt7 server says of a test in its measurements (ndt7 protocol, v0.11). Pure. It must not decide
//! what a rate is.

use std::time::Duration;

use serde::Deserialize;

use crate::units;

/// A measurement that a peer sends as text. Whatever else it holds is not needed here.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Measurement {
    app_info: Option<AppInfo>,
    #[serde(rename = "TCPInfo")]
    tcp_info: Option<TcpInfo>,
    origin: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct AppInfo {
    elapsed_time: u64,
    num_bytes: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct TcpInfo {
    elapsed_time: u64,
    bytes_received: u64,
    bytes_sent: u64,
    bytes_retrans: u64,
    #[serde(rename = "MinRTT")]
    min_rtt: u64,
}

/// What the server has said of a test so far.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct ServerSays {
    /// Bytes that the server's kernel (else its application) received, and in which time. The kernel
    /// counts as they come; an application counts whole messages, too coarse for a slow line.
    pub received: Option<(u64, Duration)>,
    /// Bytes retransmitted ÷ bytes sent, by the server's kernel.
    pub retransmit_ratio: Option<f64>,
    /// Smallest round trip that the server's kernel saw, milliseconds.
    pub min_rtt_ms: Option<f64>,
}

impl ServerSays {
    /// Takes in a text message; one that cannot be understood is ignored, as the protocol wants.
    pub(super) fn hear(&mut self, text: &str) {
        let Ok(measurement) = serde_json::from_str::<Measurement>(text) else {
            return;
        };
        if measurement.origin.is_some_and(|origin| origin != "server") {
            return;
        }
        let app = measurement
            .app_info
            .map(|app| (app.num_bytes, app.elapsed_time));
        let tcp = measurement
            .tcp_info
            .as_ref()
            .map(|tcp| (tcp.bytes_received, tcp.elapsed_time));
        let positive = |count: Option<(u64, u64)>| {
            count.filter(|(bytes, elapsed_us)| *bytes > 0 && *elapsed_us > 0)
        };
        if let Some((bytes, elapsed_us)) = positive(tcp).or(positive(app)) {
            self.received = Some((bytes, Duration::from_micros(elapsed_us)));
        }
        if let Some(tcp) = measurement.tcp_info {
            if tcp.bytes_sent > 0 {
                let ratio = units::count(tcp.bytes_retrans) / units::count(tcp.bytes_sent);
                self.retransmit_ratio = Some(ratio.min(1.0));
            }
            // The kernel's "never measured" is 2^32 − 1.
            if tcp.min_rtt > 0 && tcp.min_rtt < u64::from(u32::MAX) {
                self.min_rtt_ms = Some(units::ms(Duration::from_micros(tcp.min_rtt)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_of_the_servers_kernel_wins_over_its_applications() {
        let mut says = ServerSays::default();
        says.hear(r#"{"AppInfo":{"ElapsedTime":1000000,"NumBytes":500},"Origin":"server",
            "TCPInfo":{"BytesReceived":700,"ElapsedTime":1000000,"MinRTT":2500,"BytesSent":1000,"BytesRetrans":10}}"#);
        assert_eq!(says.received, Some((700, Duration::from_secs(1))));
        assert_eq!(says.min_rtt_ms, Some(2.5));
        assert_eq!(says.retransmit_ratio, Some(0.01));
    }

    #[test]
    fn the_applications_count_does_if_there_is_no_other() {
        let mut says = ServerSays::default();
        says.hear(r#"{"AppInfo":{"NumBytes":700,"ElapsedTime":2000000},"TCPInfo":{"MinRTT":9}}"#);
        assert_eq!(says.received, Some((700, Duration::from_secs(2))));
    }

    #[test]
    fn nonsense_and_our_own_echo_are_ignored() {
        let mut says = ServerSays::default();
        says.hear("nonsense");
        says.hear(r#"{"Origin":"client","AppInfo":{"ElapsedTime":5,"NumBytes":5}}"#);
        says.hear(r#"{"AppInfo":{"ElapsedTime":0,"NumBytes":5}}"#);
        assert_eq!(says, ServerSays::default());
    }
}
