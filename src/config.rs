//! Environment → [`Config`]. The only place that names an environment variable.

mod ndt7;

use std::{collections::BTreeMap, fmt, net::SocketAddr, path::PathBuf};

pub use ndt7::{Ndt7Config, Telling};

/// Every variable that the server reads, with what it wants. `deploy/env.sample` names the same.
pub const VARIABLES: &[(&str, &str)] = &[
    (
        "SCHOOLBEAT_DATA_DIR",
        "a directory, such as /var/lib/schoolbeat",
    ),
    (
        "SCHOOLBEAT_DATABASE_URL",
        "a URL, such as postgres://schoolbeat@db/schoolbeat",
    ),
    (
        "SCHOOLBEAT_DATABASE_CA",
        "a PEM file of the certificates that vouch for the database",
    ),
    (
        "SCHOOLBEAT_DATABASE_POOL_SIZE",
        "a whole number from 2 to 100",
    ),
    (
        "SCHOOLBEAT_POSTGRES_BIN",
        "a directory that holds initdb and pg_ctl",
    ),
    (
        "SCHOOLBEAT_LISTEN",
        "an address and port, such as 127.0.0.1:8080",
    ),
    (
        "SCHOOLBEAT_PUBLIC_URL",
        "the URL that probes and people reach, such as https://schoolbeat.example",
    ),
    ("SCHOOLBEAT_TRUST_PROXY", "yes or no"),
    (
        "SCHOOLBEAT_NDT7_LISTEN",
        "an address and port, such as 0.0.0.0:8081",
    ),
    (
        "SCHOOLBEAT_NDT7_PUBLIC_URL",
        "the URL that clients reach, such as wss://speed.example:8081",
    ),
    (
        "SCHOOLBEAT_NDT7_TELL_URL",
        "the address of a Schoolbeat server, such as https://schoolbeat.example",
    ),
    (
        "SCHOOLBEAT_NDT7_TELL_KEY",
        "the key that `schoolbeat measurement-server key` showed",
    ),
    ("SCHOOLBEAT_NDT7_SLOTS", "a whole number from 1 to 1000"),
    (
        "SCHOOLBEAT_NDT7_LINE_MBPS",
        "the server's own line in megabits per second, such as 1000",
    ),
    (
        "SCHOOLBEAT_NDT7_CERTIFICATE",
        "a PEM file of the certificate and those that vouch for it",
    ),
    (
        "SCHOOLBEAT_NDT7_CERTIFICATE_KEY",
        "a PEM file of the certificate's private key",
    ),
    (
        "SCHOOLBEAT_NDT7_SIGN_KEY",
        "a PEM file of an Ed25519 private key",
    ),
    (
        "SCHOOLBEAT_NDT7_VERIFY_KEY",
        "a PEM file of an Ed25519 public key",
    ),
    ("SCHOOLBEAT_NDT7_TOKENS", "optional or required"),
    (
        "SCHOOLBEAT_LOG",
        "a level or filter, such as info or schoolbeat=debug",
    ),
    ("SCHOOLBEAT_LOG_FORMAT", "text or json"),
];

const PREFIX: &str = "SCHOOLBEAT_";
/// The probe's own variables share the prefix; a server beside a probe must not refuse them.
const PROBE_PREFIX: &str = "SCHOOLBEAT_PROBE_";

/// Everything that an operator may decide.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the data lies.
    pub database: DatabaseConfig,
    /// Where the server answers.
    pub http: HttpConfig,
    /// Where speed tests are measured.
    pub ndt7: Ndt7Config,
    /// How the log is written.
    pub log: LogConfig,
}

/// Where the data lies.
#[derive(Clone)]
pub struct DatabaseConfig {
    /// Holds the private cluster, and the lock of a running server.
    pub data_dir: PathBuf,
    /// A database of the operator's own; absent, a private cluster is kept in `data_dir`.
    pub url: Option<String>,
    /// Certificates that vouch for that database; absent, the system's.
    pub authority: Option<PathBuf>,
    /// Most connections that the server opens.
    pub pool_size: usize,
    /// Where PostgreSQL's programs lie; absent, they are looked for.
    pub postgres_bin: Option<PathBuf>,
}

impl fmt::Debug for DatabaseConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseConfig")
            .field("data_dir", &self.data_dir)
            .field("url", &self.url.as_ref().map(|_| "***"))
            .field("authority", &self.authority)
            .field("pool_size", &self.pool_size)
            .field("postgres_bin", &self.postgres_bin)
            .finish()
    }
}

/// Where the server answers.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// URL without a trailing slash, as probes and people reach it.
    pub public_url: String,
    /// Whether `X-Forwarded-For` comes from our own proxy and names the client.
    pub trust_proxy: bool,
}

impl HttpConfig {
    /// Whether people reach the server by TLS, so that cookies must be marked secure.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// How the log is written.
#[derive(Debug, Clone)]
pub struct LogConfig {
    /// Filter directives of `tracing-subscriber`.
    pub filter: String,
    /// One JSON object a line, instead of text.
    pub json: bool,
}

/// Every mistake in the environment, together.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the environment does not fit:\n{}", .0.join("\n"))]
pub struct ConfigError(pub Vec<String>);

impl Config {
    /// Reads the process's environment.
    pub fn from_env() -> Result<Self, ConfigError> {
        let all: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .filter(|(name, _)| name.starts_with(PREFIX))
            .map(|(name, value)| (name, value.to_string_lossy().into_owned()))
            .collect();
        Self::from_map(&all)
    }

    /// Reads a map of names and values; names without our prefix are nobody's business.
    pub fn from_map(all: &BTreeMap<String, String>) -> Result<Self, ConfigError> {
        let mut read = Reader {
            all,
            mistakes: vec![],
        };
        read.refuse_unknown();
        let listen = read.parsed(
            "SCHOOLBEAT_LISTEN",
            SocketAddr::from(([127, 0, 0, 1], 8080)),
            |text| text.parse().ok(),
        );
        let public_url = read.parsed(
            "SCHOOLBEAT_PUBLIC_URL",
            format!("http://{listen}"),
            public_url,
        );
        let ndt7 = Ndt7Config::read(&mut read, listen, &public_url);
        let config = Self {
            database: DatabaseConfig {
                data_dir: read.parsed("SCHOOLBEAT_DATA_DIR", "schoolbeat-data".into(), |text| {
                    Some(PathBuf::from(text))
                }),
                url: read.parsed("SCHOOLBEAT_DATABASE_URL", None, |text| {
                    let known =
                        text.starts_with("postgres://") || text.starts_with("postgresql://");
                    known.then(|| Some(text.to_owned()))
                }),
                authority: read.parsed("SCHOOLBEAT_DATABASE_CA", None, |text| {
                    Some(Some(PathBuf::from(text)))
                }),
                pool_size: read.parsed("SCHOOLBEAT_DATABASE_POOL_SIZE", 8, within(2..=100)),
                postgres_bin: read.parsed("SCHOOLBEAT_POSTGRES_BIN", None, |text| {
                    Some(Some(PathBuf::from(text)))
                }),
            },
            http: HttpConfig {
                listen,
                public_url,
                trust_proxy: read.parsed("SCHOOLBEAT_TRUST_PROXY", false, |text| match text {
                    "yes" => Some(true),
                    "no" => Some(false),
                    _ => None,
                }),
            },
            ndt7,
            log: LogConfig {
                filter: read.parsed("SCHOOLBEAT_LOG", "warn,schoolbeat=info".into(), |text| {
                    tracing_subscriber::EnvFilter::try_new(text)
                        .ok()
                        .map(|_| text.to_owned())
                }),
                json: read.parsed("SCHOOLBEAT_LOG_FORMAT", false, |text| match text {
                    "json" => Some(true),
                    "text" => Some(false),
                    _ => None,
                }),
            },
        };
        if read.mistakes.is_empty() {
            Ok(config)
        } else {
            Err(ConfigError(read.mistakes))
        }
    }
}

struct Reader<'a> {
    all: &'a BTreeMap<String, String>,
    mistakes: Vec<String>,
}

impl Reader<'_> {
    fn refuse_unknown(&mut self) {
        for name in self.all.keys() {
            let ours = name.starts_with(PREFIX) && !name.starts_with(PROBE_PREFIX);
            if ours && !VARIABLES.iter().any(|(known, _)| known == name) {
                self.mistakes.push(format!(
                    "  {name} is no variable of Schoolbeat; deploy/env.sample names all of them"
                ));
            }
        }
    }

    fn parsed<T>(&mut self, name: &str, default: T, parse: impl Fn(&str) -> Option<T>) -> T {
        let Some(text) = self
            .all
            .get(name)
            .map(|text| text.trim())
            .filter(|text| !text.is_empty())
        else {
            return default;
        };
        parse(text).unwrap_or_else(|| {
            let wanted = VARIABLES
                .iter()
                .find(|(known, _)| *known == name)
                .map_or("", |v| v.1);
            let is_secret = ["SCHOOLBEAT_DATABASE_URL", "SCHOOLBEAT_NDT7_TELL_KEY"].contains(&name);
            let shown = if is_secret { "***" } else { text };
            self.mistakes
                .push(format!("  {name} is {shown:?}; it wants {wanted}"));
            default
        })
    }
}

fn within(range: std::ops::RangeInclusive<usize>) -> impl Fn(&str) -> Option<usize> {
    move |text| text.parse().ok().filter(|number| range.contains(number))
}

fn public_url(text: &str) -> Option<String> {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))?;
    let host = host.trim_end_matches('/');
    let plain = !host.is_empty() && !host.contains(|c: char| c.is_whitespace() || "?#".contains(c));
    plain.then(|| text.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let all = pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        Config::from_map(&all)
    }

    #[test]
    fn nothing_set_is_a_working_default() {
        let config = read(&[]).unwrap();
        assert_eq!(config.http.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.http.public_url, "http://127.0.0.1:8080");
        assert!(config.database.url.is_none());
    }

    #[test]
    fn all_mistakes_come_together_and_each_says_what_it_wants() {
        let error = read(&[
            ("SCHOOLBEAT_LISTEN", "here"),
            ("SCHOOLBEAT_NDT7_SLOTS", "0"),
            ("SCHOOLBEAT_LISTN", "127.0.0.1:1"),
            ("SCHOOLBEAT_DATABASE_URL", "mysql://secret@x"),
        ])
        .unwrap_err();
        let text = error.to_string();
        assert_eq!(error.0.len(), 4, "{text}");
        assert!(
            text.contains("SCHOOLBEAT_LISTN") && text.contains("1 to 1000"),
            "{text}"
        );
        assert!(!text.contains("secret"), "{text}");
    }

    #[test]
    fn secrets_do_not_print() {
        let config = read(&[("SCHOOLBEAT_DATABASE_URL", "postgres://u:hush@db/x")]).unwrap();
        assert!(!format!("{config:?}").contains("hush"));
    }

    #[test]
    fn the_probes_variables_are_left_alone() {
        assert!(read(&[("SCHOOLBEAT_PROBE_STATE_DIR", "/tmp/p")]).is_ok());
    }
}
