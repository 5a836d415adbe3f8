//! A request, judged: which test it asks for, and what it asks besides. It must not do I/O, and it
//! must not know whether there is room.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, Method, StatusCode, header};
use schoolbeat_wire::{
    BYTES_PARAMETER, DURATION_PARAMETER, MEASUREMENT_ID_PARAMETER, NDT7_DOWNLOAD_PATH,
    NDT7_SUBPROTOCOL, NDT7_UPLOAD_PATH,
};
use sha1::{Digest, Sha1};
use uuid::Uuid;

use super::DURATION;
use crate::domain::speed_server::Direction;

/// Longest query (specification, section on metadata).
const MAX_QUERY: usize = 4096;
/// Longest text of a client's that is kept, in characters.
const MAX_NAME: usize = 100;
/// Fewest bytes that a cap may leave: the first message.
const LEAST_BYTES: u64 = 1 << 13;
/// Shortest test that can be asked for.
const SHORTEST: Duration = Duration::from_millis(100);
/// What `early_exit=250` means: the only value that M-Lab's servers take.
const EARLY_EXIT: (&str, u64) = ("250", 250_000_000);

/// How far a test may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Caps {
    pub duration: Duration,
    pub bytes: Option<u64>,
}

/// A request for a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub direction: Direction,
    pub caps: Caps,
    pub measurement_id: Option<Uuid>,
    pub access_token: Option<String>,
    /// What the client calls itself, with its version.
    pub client_name: String,
    /// What the answer must say for the key of the request.
    pub accept: String,
}

/// Why a request is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub status: StatusCode,
    pub words: String,
}

fn refuse<T>(status: StatusCode, words: impl Into<String>) -> Result<T, Refusal> {
    let words = words.into();
    Err(Refusal { status, words })
}

/// Whether a path is one of ndt7's.
pub(super) fn direction(path: &str) -> Option<Direction> {
    match path {
        NDT7_DOWNLOAD_PATH => Some(Direction::Download),
        NDT7_UPLOAD_PATH => Some(Direction::Upload),
        _ => None,
    }
}

/// Judges a request for a test.
pub(super) fn judge(
    direction: Direction,
    method: &Method,
    headers: &HeaderMap,
    query: &str,
) -> Result<Wanted, Refusal> {
    if method != Method::GET {
        return refuse(StatusCode::METHOD_NOT_ALLOWED, "a test begins with GET");
    }
    if !lists(headers, &header::SEC_WEBSOCKET_PROTOCOL, |offered| {
        offered == NDT7_SUBPROTOCOL
    }) {
        let words = format!("ndt7 wants Sec-WebSocket-Protocol: {NDT7_SUBPROTOCOL}");
        return refuse(StatusCode::BAD_REQUEST, words);
    }
    let accept = upgrade(headers)?;
    let mut wanted = Wanted {
        direction,
        caps: Caps {
            duration: DURATION,
            bytes: None,
        },
        measurement_id: None,
        access_token: None,
        client_name: String::new(),
        accept,
    };
    read_query(query, &mut wanted)?;
    Ok(wanted)
}

/// Whether one of the words of a header, by all its lines, is as wanted.
fn lists(headers: &HeaderMap, name: &header::HeaderName, is: impl Fn(&str) -> bool) -> bool {
    let lines = headers.get_all(name).iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .any(|word| is(word.trim()))
}

/// What the answer to a WebSocket's handshake must say (RFC 6455, 4.2).
fn upgrade(headers: &HeaderMap) -> Result<String, Refusal> {
    let upgrades = lists(headers, &header::CONNECTION, |word| {
        word.eq_ignore_ascii_case("upgrade")
    }) && lists(headers, &header::UPGRADE, |word| {
        word.eq_ignore_ascii_case("websocket")
    });
    if !upgrades {
        return refuse(
            StatusCode::BAD_REQUEST,
            "a test runs over WebSocket: the request must ask for the upgrade",
        );
    }
    if headers
        .get(header::SEC_WEBSOCKET_VERSION)
        .is_none_or(|version| version != "13")
    {
        return refuse(
            StatusCode::UPGRADE_REQUIRED,
            "this server speaks WebSocket version 13",
        );
    }
    let key = headers.get(header::SEC_WEBSOCKET_KEY);
    let key = key.and_then(|key| key.to_str().ok()).unwrap_or_default();
    if STANDARD.decode(key).is_ok_and(|nonce| nonce.len() == 16) {
        Ok(accept(key))
    } else {
        refuse(
            StatusCode::BAD_REQUEST,
            "Sec-WebSocket-Key must be 16 bytes in base64",
        )
    }
}

fn accept(key: &str) -> String {
    const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    let mut hash = Sha1::new();
    hash.update(key);
    hash.update(GUID);
    STANDARD.encode(hash.finalize())
}

/// Parameters that we do not know are the client's own business.
fn read_query(query: &str, wanted: &mut Wanted) -> Result<(), Refusal> {
    let bad = |words: String| refuse(StatusCode::BAD_REQUEST, words);
    if query.len() > MAX_QUERY {
        return bad(format!("the query has more than {MAX_QUERY} bytes"));
    }
    let mut version = String::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match &*name {
            BYTES_PARAMETER => match value.parse() {
                Ok(bytes) if bytes >= LEAST_BYTES => wanted.caps.bytes = Some(bytes),
                _ => return bad(format!("{name} must be a whole number from {LEAST_BYTES}")),
            },
            DURATION_PARAMETER => match value.parse().map(Duration::from_millis) {
                Ok(duration) if duration >= SHORTEST => {
                    wanted.caps.duration = duration.min(DURATION);
                }
                _ => return bad(format!("{name} must be milliseconds, from 100")),
            },
            MEASUREMENT_ID_PARAMETER => match Uuid::try_parse(&value) {
                Ok(id) => wanted.measurement_id = Some(id),
                Err(_) => return bad(format!("{name} must be a UUID")),
            },
            "early_exit" if value == EARLY_EXIT.0 => early_exit(wanted),
            "early_exit" => return bad("early_exit may only be 250".to_owned()),
            "access_token" => wanted.access_token = Some(value.into_owned()),
            "client_name" => wanted.client_name = bounded(&value),
            "client_version" => version = bounded(&value),
            _ => {}
        }
    }
    if !version.is_empty() {
        wanted.client_name = format!("{} {version}", wanted.client_name);
    }
    Ok(())
}

/// It is of downloads only.
fn early_exit(wanted: &mut Wanted) {
    if wanted.direction == Direction::Download {
        let asked = wanted.caps.bytes.unwrap_or(u64::MAX);
        wanted.caps.bytes = Some(EARLY_EXIT.1.min(asked));
    }
}

fn bounded(text: &str) -> String {
    let kept = text.chars().filter(|c| !c.is_control());
    kept.take(MAX_NAME).collect()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers() -> HeaderMap {
        let pairs = [
            (header::SEC_WEBSOCKET_PROTOCOL, NDT7_SUBPROTOCOL),
            (header::CONNECTION, "keep-alive, Upgrade"),
            (header::UPGRADE, "WebSocket"),
            (header::SEC_WEBSOCKET_VERSION, "13"),
            (header::SEC_WEBSOCKET_KEY, "dGhlIHNhbXBsZSBub25jZQ=="),
        ];
        pairs
            .into_iter()
            .map(|(name, value)| (name, HeaderValue::from_static(value)))
            .collect()
    }

    fn asked(query: &str) -> Result<Wanted, Refusal> {
        judge(Direction::Download, &Method::GET, &headers(), query)
    }

    #[test]
    fn a_plain_test_is_ten_seconds_without_a_cap() {
        let wanted = asked("").unwrap();
        assert_eq!(wanted.caps.duration, DURATION);
        assert_eq!(wanted.caps.bytes, None);
        // The example of RFC 6455, 1.3.
        assert_eq!(wanted.accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn a_client_may_ask_for_less_and_never_for_more() {
        let wanted = asked("bytes=1000000&duration=2500").unwrap();
        assert_eq!(wanted.caps.bytes, Some(1_000_000));
        assert_eq!(wanted.caps.duration, Duration::from_millis(2_500));
        assert_eq!(asked("duration=60000").unwrap().caps.duration, DURATION);
        assert_eq!(
            asked("early_exit=250").unwrap().caps.bytes,
            Some(250_000_000)
        );
        let both = asked("bytes=9000&early_exit=250").unwrap();
        assert_eq!(both.caps.bytes, Some(9_000));
    }

    #[test]
    fn who_measures_is_remembered_in_bounds() {
        let id = "018f3c1e-0000-7000-8000-000000000001";
        let query = format!(
            "client_name=a%20b%0A&client_version=1.2&measurement_id={id}&access_token=x.y.z&other=1"
        );
        let wanted = asked(&query).unwrap();
        assert_eq!(wanted.client_name, "a b 1.2");
        assert_eq!(wanted.measurement_id, Some(id.parse().unwrap()));
        assert_eq!(wanted.access_token.as_deref(), Some("x.y.z"));
        let long = asked(&format!("client_name={}", "é".repeat(400))).unwrap();
        assert_eq!(long.client_name.chars().count(), MAX_NAME);
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_the_reason() {
        for query in [
            "bytes=-1",
            "bytes=lots",
            "bytes=8191",
            "duration=1s",
            "duration=99",
            "early_exit=300",
            "measurement_id=7",
            &format!("x={}", "y".repeat(MAX_QUERY)),
        ] {
            let refusal = asked(query).unwrap_err();
            assert_eq!(refusal.status, StatusCode::BAD_REQUEST, "{query}");
            assert!(!refusal.words.is_empty());
        }
    }

    #[test]
    fn a_handshake_lacks_nothing() {
        for name in [
            header::SEC_WEBSOCKET_PROTOCOL,
            header::CONNECTION,
            header::UPGRADE,
            header::SEC_WEBSOCKET_VERSION,
            header::SEC_WEBSOCKET_KEY,
        ] {
            let mut headers = headers();
            headers.remove(&name);
            let verdict = judge(Direction::Upload, &Method::GET, &headers, "");
            assert!(verdict.is_err(), "{name}");
        }
        let posted = judge(Direction::Upload, &Method::POST, &headers(), "");
        assert_eq!(posted.unwrap_err().status, StatusCode::METHOD_NOT_ALLOWED);
    }
}
