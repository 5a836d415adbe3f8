//! What an operator may decide of the measurement server.

use std::{net::SocketAddr, path::PathBuf};

use super::{Reader, within};

/// The default port, where the one after the API's cannot be.
const USUAL_PORT: u16 = 8081;

/// Whom a measurement server that runs alone tells what it saw.
#[derive(Clone)]
pub struct Telling {
    /// The Schoolbeat server's address.
    pub url: String,
    /// The key that it made for us.
    pub key: String,
}

impl std::fmt::Debug for Telling {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Telling")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// Where speed tests are measured, and by whom.
#[derive(Debug, Clone)]
pub struct Ndt7Config {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// A `ws://` or `wss://` URL without a path, as clients reach it. Absent, the host of the public
    /// URL with the port that is listened on.
    pub public_url: Option<String>,
    /// The host of the API's public URL.
    pub default_host: String,
    /// Most tests at once.
    pub slots: usize,
    /// The server's own line, megabits per second, if somebody has said.
    pub line_mbps: Option<f64>,
    /// Certificate and private key, PEM files.
    pub certificate: Option<(PathBuf, PathBuf)>,
    /// Key that signs access tokens.
    pub sign_key: Option<PathBuf>,
    /// Key that access tokens are verified with; absent, the other half of the one that signs.
    pub verify_key: Option<PathBuf>,
    /// Whether nobody may measure without a token.
    pub tokens_required: bool,
    /// Whom it tells what it saw, where it runs alone.
    pub telling: Option<Telling>,
}

impl Ndt7Config {
    pub(super) fn read(read: &mut Reader<'_>, api: SocketAddr, public_url: &str) -> Self {
        let port = match api.port() {
            0 => 0,
            port => port.checked_add(1).unwrap_or(USUAL_PORT),
        };
        let path = |text: &str| Some(Some(PathBuf::from(text)));
        let certificate = read.parsed("SCHOOLBEAT_NDT7_CERTIFICATE", None, path);
        let key = read.parsed("SCHOOLBEAT_NDT7_CERTIFICATE_KEY", None, path);
        if certificate.is_some() != key.is_some() {
            read.mistakes.push(
                "  SCHOOLBEAT_NDT7_CERTIFICATE and SCHOOLBEAT_NDT7_CERTIFICATE_KEY belong together; \
                 set both or neither"
                    .to_owned(),
            );
        }
        let url = read.parsed("SCHOOLBEAT_NDT7_TELL_URL", None, |text| {
            super::public_url(text).map(Some)
        });
        let secret = read.parsed("SCHOOLBEAT_NDT7_TELL_KEY", None, |text| {
            text.is_ascii().then(|| Some(text.to_owned()))
        });
        if url.is_some() != secret.is_some() {
            read.mistakes.push(
                "  SCHOOLBEAT_NDT7_TELL_URL and SCHOOLBEAT_NDT7_TELL_KEY belong together; set both or \
                 neither"
                    .to_owned(),
            );
        }
        let telling = url.zip(secret).map(|(url, key)| Telling { url, key });
        let config = Self {
            telling,
            listen: read.parsed(
                "SCHOOLBEAT_NDT7_LISTEN",
                SocketAddr::new(api.ip(), port),
                |text| text.parse().ok(),
            ),
            public_url: read.parsed("SCHOOLBEAT_NDT7_PUBLIC_URL", None, |text| {
                public_address(text).then(|| Some(text.trim_end_matches('/').to_owned()))
            }),
            default_host: host(public_url).to_owned(),
            slots: read.parsed("SCHOOLBEAT_NDT7_SLOTS", 4, within(1..=1000)),
            line_mbps: read.parsed("SCHOOLBEAT_NDT7_LINE_MBPS", None, |text| {
                let mbps: f64 = text.parse().ok()?;
                (mbps.is_finite() && mbps > 0.0).then_some(Some(mbps))
            }),
            certificate: certificate.zip(key),
            sign_key: read.parsed("SCHOOLBEAT_NDT7_SIGN_KEY", None, path),
            verify_key: read.parsed("SCHOOLBEAT_NDT7_VERIFY_KEY", None, path),
            tokens_required: read.parsed("SCHOOLBEAT_NDT7_TOKENS", false, |text| match text {
                "required" => Some(true),
                "optional" => Some(false),
                _ => None,
            }),
        };
        if config.tokens_required && config.sign_key.is_none() && config.verify_key.is_none() {
            read.mistakes.push(
                "  SCHOOLBEAT_NDT7_TOKENS is \"required\"; it wants SCHOOLBEAT_NDT7_SIGN_KEY or \
                 SCHOOLBEAT_NDT7_VERIFY_KEY, or nobody could measure"
                    .to_owned(),
            );
        }
        config
    }
}

/// Whether it is a WebSocket's URL of a host alone.
fn public_address(text: &str) -> bool {
    let rest = text
        .strip_prefix("ws://")
        .or_else(|| text.strip_prefix("wss://"));
    rest.map(|rest| rest.trim_end_matches('/'))
        .is_some_and(|host| {
            !host.is_empty() && !host.contains(|c: char| c.is_whitespace() || "/?#@".contains(c))
        })
}

/// The host of a public URL, with the brackets of an IPv6 address.
fn host(public_url: &str) -> &str {
    let rest = public_url
        .split_once("://")
        .map_or(public_url, |parts| parts.1);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    match authority.rfind(':') {
        Some(colon) if !authority[colon..].contains(']') => &authority[..colon],
        _ => authority,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Config, *};

    fn read(pairs: &[(&str, &str)]) -> Result<Ndt7Config, String> {
        let all = pairs.iter().map(|(k, v)| ((*k).into(), (*v).into()));
        let config = Config::from_map(&all.collect());
        config.map(|config| config.ndt7).map_err(|e| e.to_string())
    }

    #[test]
    fn by_itself_it_listens_beside_the_api() {
        let config = read(&[
            ("SCHOOLBEAT_LISTEN", "0.0.0.0:9000"),
            ("SCHOOLBEAT_PUBLIC_URL", "https://beat.example/x"),
        ])
        .unwrap();
        assert_eq!(config.listen.to_string(), "0.0.0.0:9001");
        assert_eq!(config.default_host, "beat.example");
        let last = read(&[("SCHOOLBEAT_LISTEN", "[::]:65535")]).unwrap();
        assert_eq!(last.listen.to_string(), "[::]:8081");
        assert_eq!(host("http://[2001:db8::1]:8080"), "[2001:db8::1]");
        assert_eq!(host("http://[2001:db8::1]"), "[2001:db8::1]");
    }

    #[test]
    fn mistakes_say_what_is_wanted() {
        let error = read(&[
            ("SCHOOLBEAT_NDT7_PUBLIC_URL", "https://speed.example"),
            ("SCHOOLBEAT_NDT7_LINE_MBPS", "fast"),
            ("SCHOOLBEAT_NDT7_CERTIFICATE", "/c.pem"),
            ("SCHOOLBEAT_NDT7_TOKENS", "required"),
        ])
        .unwrap_err();
        for word in [
            "wss://speed.example:8081",
            "such as 1000",
            "both or neither",
            "nobody could",
        ] {
            assert!(error.contains(word), "{word}: {error}");
        }
        assert!(read(&[("SCHOOLBEAT_NDT7_PUBLIC_URL", "wss://speed.example/")]).is_ok());
    }
}
