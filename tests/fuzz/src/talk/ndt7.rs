//! What clients of the measurement server send: frames in any cut, requests, access tokens.

// Its own items are seen one module up: here.
#[path = "../../../../src/ndt7/frames.rs"]
#[allow(dead_code, reason = "what is sent is not read here")]
mod frames;
#[path = "../../../../src/ndt7/request.rs"]
#[allow(dead_code, reason = "the server uses the rest")]
mod request;
#[path = "../../../../src/ndt7/token.rs"]
#[allow(dead_code, reason = "the server uses the rest")]
mod token;

use std::{sync::LazyLock, time::Duration};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use ring::signature::{Ed25519KeyPair, KeyPair};

use self::{
    frames::{Heard, Reader, Violation},
    token::Verifier,
};
use crate::domain::speed_server::Direction;

/// As in `ndt7` itself.
const DURATION: Duration = Duration::from_secs(10);

/// What is heard of pieces, neighbouring loads together, and how it ended.
fn hear<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Heard>, Result<(), Violation>) {
    let (mut reader, mut all) = (Reader::default(), vec![]);
    for piece in pieces {
        let taken = reader.take(piece, |heard| match (all.last_mut(), heard) {
            (Some(Heard::Load(sum)), Heard::Load(more)) => *sum += more,
            (_, heard) => all.push(heard),
        });
        if taken.is_err() {
            return (all, taken);
        }
    }
    (all, Ok(()))
}

/// The first four bytes say how the rest is cut.
pub fn frames(bytes: &[u8]) {
    let Some((cuts, stream)) = bytes.split_at_checked(4) else {
        return;
    };
    let whole = hear([stream]);
    assert_eq!(hear(stream.chunks(1)), whole, "byte by byte");
    let (mut pieces, mut rest) = (vec![], stream);
    for cut in cuts.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        // Small ones cut heads and masks, large ones let whole frames stand.
        let length = (1 + usize::from(*cut) * usize::from(*cut) / 16).min(rest.len());
        let (piece, after) = rest.split_at(length);
        pieces.push(piece);
        rest = after;
    }
    assert_eq!(hear(pieces), whole, "cut by {cuts:?}");
    let mut loads = 0;
    for heard in &whole.0 {
        match heard {
            Heard::Load(bytes) => loads += bytes,
            Heard::Ping(payload) => assert!(payload.len() <= 125),
            Heard::Close(_) => {}
        }
    }
    assert!(loads <= stream.len() as u64, "no more than came");
}

pub fn frames_refusal(bytes: &[u8]) -> Option<String> {
    let stream = bytes.get(4..)?;
    hear([stream])
        .1
        .err()
        .map(|violation| violation.what.into())
}

pub fn frame_seeds() -> Vec<Vec<u8>> {
    let frame = |first: u8, payload: &[u8]| {
        let mask = [1, 2, 3, 4];
        let mut bytes = vec![first];
        match payload.len() {
            short @ 0..126 => bytes.push(0x80 | short as u8),
            medium @ 126..=65_535 => {
                bytes.push(0x80 | 126);
                bytes.extend((medium as u16).to_be_bytes());
            }
            long => {
                bytes.push(0x80 | 127);
                bytes.extend((long as u64).to_be_bytes());
            }
        }
        bytes.extend(mask);
        bytes.extend(payload.iter().zip(mask.iter().cycle()).map(|(b, m)| b ^ m));
        bytes
    };
    let streams = [
        [frame(0x82, &[7; 300]), frame(0x82, &[7; 10])].concat(),
        [
            frame(0x02, &[7; 20]),
            frame(0x89, b"now"),
            frame(0x80, &[7; 5]),
        ]
        .concat(),
        [frame(0x81, b"{\"AppInfo\":{}}"), frame(0x8a, b"late")].concat(),
        [
            frame(0x82, &[7; 70_000]),
            frame(0x88, &1000_u16.to_be_bytes()),
        ]
        .concat(),
        [frame(0x88, b""), frame(0x82, b"")].concat(),
        frame(0x89, &[7; 126]),
        frame(0xc2, b"a reserved bit"),
    ];
    let cut = |stream: &Vec<u8>| [&[0, 3, 9, 40], &stream[..]].concat();
    streams.iter().map(cut).collect()
}

/// The first line is the query, each other a header.
fn asked(bytes: &[u8]) -> (String, HeaderMap) {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let query = String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
    let mut headers = HeaderMap::new();
    for line in lines.take(40) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            continue;
        };
        let name = HeaderName::from_bytes(&line[..colon]);
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    (query, headers)
}

pub fn request(bytes: &[u8]) {
    let (query, headers) = asked(bytes);
    for direction in [Direction::Download, Direction::Upload] {
        let wanted = match request::judge(direction, &Method::GET, &headers, &query) {
            Ok(wanted) => wanted,
            Err(refusal) => {
                assert!(refusal.status.is_client_error() && !refusal.words.is_empty());
                continue;
            }
        };
        assert_eq!(wanted.direction, direction);
        let shortest = Duration::from_millis(100);
        assert!((shortest..=DURATION).contains(&wanted.caps.duration));
        assert!(wanted.caps.bytes.is_none_or(|bytes| bytes >= 1 << 13));
        assert!(wanted.client_name.chars().count() <= 201);
        assert!(!wanted.client_name.contains(char::is_control));
        // Base64 of a SHA-1, so that it can be a header.
        assert!(
            STANDARD
                .decode(&wanted.accept)
                .is_ok_and(|hash| hash.len() == 20)
        );
        let token = wanted.access_token.unwrap_or_default();
        only_ours(&token);
    }
    assert!(request::judge(Direction::Upload, &Method::POST, &headers, &query).is_err());
}

pub fn request_refusal(bytes: &[u8]) -> Option<String> {
    let (query, headers) = asked(bytes);
    let judged = request::judge(Direction::Download, &Method::GET, &headers, &query);
    judged.err().map(|refusal| refusal.words)
}

pub fn request_seeds() -> Vec<Vec<u8>> {
    let headers = "\nConnection: keep-alive, Upgrade\nUpgrade: WebSocket\nSec-WebSocket-Version: 13\
                   \nSec-WebSocket-Protocol: net.measurementlab.ndt.v7\
                   \nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    let queries = [
        "",
        "bytes=1000000&duration=2500",
        "early_exit=250&bytes=9000",
        "client_name=a%20b%0A&client_version=1.2&measurement_id=018f3c1e-0000-7000-8000-000000000001",
        &format!("access_token={}", *GOOD),
    ];
    queries
        .map(|query| format!("{query}{headers}").into_bytes())
        .into()
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_514_400, 0).unwrap_or_default()
}

/// Of no secret.
static KEY: LazyLock<Ed25519KeyPair> = LazyLock::new(|| {
    Ed25519KeyPair::from_seed_unchecked(&[1; 32]).expect("any 32 bytes are a seed")
});

static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| {
    let mut der = vec![48, 42, 48, 5, 6, 3, 43, 101, 112, 3, 33, 0];
    der.extend(KEY.public_key().as_ref());
    let body = STANDARD.encode(der);
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n");
    Verifier::from_pem(&pem, "speed.example", true).expect("it is a key")
});

fn signed(header: &str, claims: &str) -> String {
    let words = [header, claims]
        .map(|part| URL_SAFE_NO_PAD.encode(part))
        .join(".");
    let signature = URL_SAFE_NO_PAD.encode(KEY.sign(words.as_bytes()));
    format!("{words}.{signature}")
}

fn claiming(aud: &str, exp: i64) -> String {
    let claims = format!(r#"{{"iss":"locate","sub":"ndt","aud":{aud},"exp":{exp},"jti":"1"}}"#);
    signed(r#"{"alg":"EdDSA","typ":"JWT"}"#, &claims)
}

/// The only one that may let in: nobody but us has the key.
static GOOD: LazyLock<String> =
    LazyLock::new(|| claiming(r#"["speed.example"]"#, now().timestamp() + 60));

fn only_ours(token: &str) {
    let is_in = VERIFIER.admit(Some(token), now()).is_ok();
    assert_eq!(is_in, token == *GOOD, "{token}");
}

pub fn token(bytes: &[u8]) {
    only_ours(&String::from_utf8_lossy(bytes));
}

pub fn token_refusal(bytes: &[u8]) -> Option<String> {
    let token = String::from_utf8_lossy(bytes);
    let admitted = VERIFIER.admit(Some(&token), now());
    admitted.err().map(|error| error.to_string())
}

pub fn token_seeds() -> Vec<Vec<u8>> {
    let exp = now().timestamp();
    let tokens = [
        GOOD.clone(),
        claiming("\"speed.example\"", exp - 3600),
        claiming("\"b.example\"", exp + 60),
        claiming("[]", exp + 60),
        signed(r#"{"alg":"none"}"#, "{}"),
        signed(r#"{"alg":"EdDSA","crit":["x"]}"#, "[]"),
    ];
    tokens.map(String::into_bytes).into()
}
