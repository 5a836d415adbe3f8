//! What both directions of ndt7 share (M-Lab ndt7 protocol, v0.11): opening the WebSocket, the size of
//! messages. It must not decide what a rate is.

use std::time::Duration;

use http::{HeaderValue, header};
use schoolbeat_wire::{
    BYTES_PARAMETER, DURATION_PARAMETER, MEASUREMENT_ID_PARAMETER, NDT7_MAX_MESSAGE_BYTES,
    NDT7_SUBPROTOCOL, Stage, StopReason,
};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    Connector, MaybeTlsStream, WebSocketStream, client_async_tls_with_config,
    tungstenite::{
        Error, client::IntoClientRequest, handshake::client::Response, protocol::WebSocketConfig,
    },
};

use super::{Failure, STEP_TIMEOUT, counted::Counted};
use crate::{SOFTWARE_VERSION, server_url::ServerUrl, trust, units};

/// An open ndt7 connection.
pub(super) type Socket = WebSocketStream<MaybeTlsStream<Counted>>;

/// The TCP connection below.
pub(super) fn connection(socket: &Socket) -> Option<&Counted> {
    match socket.get_ref() {
        MaybeTlsStream::Plain(stream) => Some(stream),
        MaybeTlsStream::Rustls(stream) => Some(stream.get_ref().0),
        _ => None,
    }
}

/// How far one direction may go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caps {
    pub duration: Duration,
    pub bytes: u64,
    /// Whether it may stop before, when its rate is steady.
    pub stops_early: bool,
    /// Smallest round trip known before, which a steady rate is judged by.
    pub rtt_min_ms: Option<f64>,
}

impl Caps {
    /// Why a direction ends whose time is up.
    pub(super) fn time_is_up(&self) -> StopReason {
        if self.stops_early {
            StopReason::TimeCap
        } else {
            StopReason::Full
        }
    }
}

/// Why one direction has no result.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The line or the server failed.
    Failed(Failure),
    /// The server has no free slot: nothing is wrong with the line.
    Busy {
        /// When to come back, if it said so.
        retry_after: Option<Duration>,
    },
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// The path of a test, with what a server may want to know of it in its query. A path may have a query
/// already (an access token).
pub(super) fn with_query(path: &str, caps: &Caps, measurement_id: &str) -> String {
    let separator = if path.contains('?') { '&' } else { '?' };
    format!(
        "{path}{separator}client_name=schoolbeat-probe&client_version={SOFTWARE_VERSION}\
         &{MEASUREMENT_ID_PARAMETER}={measurement_id}&{BYTES_PARAMETER}={}&{DURATION_PARAMETER}={}",
        caps.bytes,
        units::whole_ms(caps.duration)
    )
}

/// Opens a test. The connection must be fresh: slow start is part of the measurement.
pub(super) async fn open(
    server: &ServerUrl,
    path: &str,
    stream: TcpStream,
) -> Result<Socket, Trouble> {
    let url = server.join_websocket(path);
    // What a person reads has no query: it may hold a token.
    let shown = url.split('?').next().unwrap_or_default().to_owned();
    let failed = |text: String| Failure::new(Stage::Handshake, text);
    let mut request = url
        .as_str()
        .into_client_request()
        .map_err(|error| failed(format!("{shown}: {error}")))?;
    let agent = concat!("schoolbeat-probe/", env!("CARGO_PKG_VERSION"));
    request
        .headers_mut()
        .insert(header::USER_AGENT, HeaderValue::from_static(agent));
    request.headers_mut().insert(
        header::SEC_WEBSOCKET_PROTOCOL,
        HeaderValue::from_static(NDT7_SUBPROTOCOL),
    );
    let config = WebSocketConfig::default()
        .read_buffer_size(64 << 10)
        .max_message_size(Some(NDT7_MAX_MESSAGE_BYTES))
        .max_frame_size(Some(NDT7_MAX_MESSAGE_BYTES));
    let stream = Counted::new(stream);
    let connector = Connector::Rustls(trust::trust().client_config());
    let handshake = client_async_tls_with_config(request, stream, Some(config), Some(connector));
    match timeout(STEP_TIMEOUT, handshake).await {
        Err(_) => Err(failed(format!("{shown}: no answer to the upgrade in 7 s")).into()),
        Ok(Ok((socket, response))) => {
            agreed(&response).map_err(|text| failed(format!("{shown}: {text}")))?;
            Ok(socket)
        }
        Ok(Err(Error::Http(response))) => Err(refused(&shown, &response)),
        Ok(Err(error)) => Err(failed(format!("{shown}: {error}")).into()),
    }
}

fn agreed(response: &Response) -> Result<(), String> {
    let answered = response.headers().get(header::SEC_WEBSOCKET_PROTOCOL);
    if answered.is_some_and(|value| value == NDT7_SUBPROTOCOL) {
        Ok(())
    } else {
        Err(format!(
            "the server does not speak {NDT7_SUBPROTOCOL} (it answered {answered:?})"
        ))
    }
}

fn refused(url: &str, response: &http::Response<Option<Vec<u8>>>) -> Trouble {
    let status = response.status();
    if status == http::StatusCode::SERVICE_UNAVAILABLE
        || status == http::StatusCode::TOO_MANY_REQUESTS
    {
        let retry_after = response
            .headers()
            .get(header::RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.trim().parse().ok())
            .map(Duration::from_secs);
        return Trouble::Busy { retry_after };
    }
    Failure::new(
        Stage::Handshake,
        format!("{url}: the server answered {status}"),
    )
    .into()
}

/// Smallest and largest message that we send.
pub(super) const FIRST_MESSAGE_BYTES: usize = 1 << 13;
pub(super) const LAST_MESSAGE_BYTES: usize = 1 << 20;

/// The size of the next message: doubled while it is at most a sixteenth of what has moved (the
/// scaling of the ndt7 specification, which all known peers use).
pub(super) fn next_message_bytes(size: usize, moved: u64) -> usize {
    let doubled = size * 2;
    if size < LAST_MESSAGE_BYTES && u64::try_from(size).is_ok_and(|size| size <= moved / 16) {
        doubled
    } else {
        size
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_double_up_to_a_mebibyte() {
        assert_eq!(next_message_bytes(8_192, 0), 8_192);
        assert_eq!(next_message_bytes(8_192, 16 * 8_192), 16_384);
        assert_eq!(
            next_message_bytes(LAST_MESSAGE_BYTES, u64::MAX),
            LAST_MESSAGE_BYTES
        );
    }
}
