//! What the server tells its peer while a test runs. Key names are the specification's.

use std::time::Duration;

use actix_web::HttpRequest;
use serde::Serialize;

/// Both ends of the connection, as the specification wants them in every message.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Peers {
    client: String,
    server: String,
}

impl Peers {
    pub fn of(request: &HttpRequest) -> Self {
        let client = request
            .peer_addr()
            .map(|address| address.to_string())
            .unwrap_or_default();
        Self {
            client,
            server: request.app_config().local_addr().to_string(),
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

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Message<'a> {
    app_info: AppInfo,
    connection_info: &'a Peers,
    origin: &'static str,
    test: &'static str,
}

/// One measurement message.
pub(super) fn message(
    test: &'static str,
    peers: &Peers,
    elapsed: Duration,
    num_bytes: u64,
) -> String {
    let elapsed_time = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
    let app_info = AppInfo {
        elapsed_time,
        num_bytes,
    };
    let message = Message {
        app_info,
        connection_info: peers,
        origin: "server",
        test,
    };
    serde_json::to_string(&message).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_the_specifications() {
        let peers = Peers {
            client: "192.0.2.1:5".into(),
            server: "192.0.2.2:80".into(),
        };
        let text = message("upload", &peers, Duration::from_millis(250), 42);
        assert_eq!(
            text,
            "{\"AppInfo\":{\"ElapsedTime\":250000,\"NumBytes\":42},\"ConnectionInfo\":{\"Client\":\
             \"192.0.2.1:5\",\"Server\":\"192.0.2.2:80\"},\"Origin\":\"server\",\"Test\":\"upload\"}"
        );
    }
}
