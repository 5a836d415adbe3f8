//! The ladder of presence: does our server answer, and if not, what does? Cheap: a connection a look,
//! and the server's own words now and then. It must not decide what the answers mean.

use std::{net::SocketAddr, time::Duration};

use schoolbeat_wire::PresenceDetail;
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};
use ureq::{Agent, http::header::CONTENT_TYPE};

use super::{connect, gateway, proxy, way::Way};
use crate::{presence::Rungs, server_url::ServerUrl};

/// No rung is waited for longer.
const RUNG_TIMEOUT: Duration = Duration::from_secs(3);
/// The server's own words may take longer: they need TLS.
const WORDS_TIMEOUT: Duration = Duration::from_secs(10);
/// Most addresses of one name that are tried in a look.
const MOST_ADDRESSES: usize = 2;
/// Most bytes of an answer that are read to know who speaks.
const MOST_WORDS_BYTES: u64 = 4096;
/// What a server says that it lives: the path, and a part of its answer.
const LIVES: (&str, &str) = ("/health/live", "\"live\"");

/// Who is asked.
#[derive(Debug)]
pub struct Reach {
    server: ServerUrl,
    /// The server's addresses when its name was last resolved.
    known: Vec<SocketAddr>,
}

impl Reach {
    /// The ladder to this server.
    pub fn to(server: ServerUrl) -> Self {
        Self {
            server,
            known: vec![],
        }
    }

    /// One look. `other` is the policy's target, blank for none; with `words` the server is also asked
    /// whether it is ours.
    pub async fn look(&mut self, other: &str, words: bool) -> Rungs {
        if proxy::towards(&self.server).is_some() {
            return self.look_through_proxy(other, words).await;
        }
        let name = (self.server.host(), self.server.port());
        let resolved = timeout(RUNG_TIMEOUT, lookup_host(name)).await;
        let fresh: Vec<_> = match resolved {
            Ok(Ok(addresses)) => addresses.take(MOST_ADDRESSES).collect(),
            Ok(Err(_)) | Err(_) => vec![],
        };
        let mut rungs = Rungs {
            has_address: !fresh.is_empty(),
            ..Rungs::default()
        };
        if rungs.has_address {
            self.known = fresh;
        }
        for address in &self.known {
            rungs.server = rungs.server || answers(*address).await;
        }
        if rungs.server {
            if words {
                rungs.server_is_ours = self.words().await;
            }
            return rungs;
        }
        let (near, far) = tokio::join!(gateway::answers(), other_answers(other));
        (rungs.gateway, rungs.other) = (near, far);
        rungs
    }

    /// The same where all names and connections are a proxy's.
    async fn look_through_proxy(&self, other: &str, words: bool) -> Rungs {
        let mut rungs = Rungs {
            has_address: true,
            server: is_reached(&self.server).await,
            ..Rungs::default()
        };
        if rungs.server {
            if words {
                rungs.server_is_ours = self.words().await;
            }
            return rungs;
        }
        let beyond = async {
            let target = ServerUrl::parse(&format!("http://{other}")).ok()?;
            Some(is_reached(&target).await)
        };
        (rungs.gateway, rungs.other) = tokio::join!(gateway::answers(), beyond);
        rungs
    }

    /// Whether who answers is a Schoolbeat server; `None` if that could not be found out.
    async fn words(&self) -> Option<Result<(), PresenceDetail>> {
        let url = self.server.join(LIVES.0);
        tokio::task::spawn_blocking(move || ask(&url))
            .await
            .ok()
            .flatten()
    }
}

/// Whether a connection stands, in the time of a rung.
async fn is_reached(server: &ServerUrl) -> bool {
    let connected = async { Way::to(server).await?.connect().await };
    matches!(timeout(RUNG_TIMEOUT, connected).await, Ok(Ok(_)))
}

fn ask(url: &str) -> Option<Result<(), PresenceDetail>> {
    let agent = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(WORDS_TIMEOUT))
        .max_idle_connections(0)
        .tls_config(super::tls())
        .proxy(proxy::current())
        .user_agent(concat!("schoolbeat-probe/", env!("CARGO_PKG_VERSION")))
        .build()
        .new_agent();
    let mut response = match agent.get(url).call() {
        Ok(response) => response,
        Err(error) if is_tls(&error) => return Some(Err(PresenceDetail::Tls)),
        // It took connections a moment ago: the next look will know.
        Err(_) => return None,
    };
    let status = response.status();
    let is_json = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/json"));
    let body = response.body_mut().with_config().limit(MOST_WORDS_BYTES);
    let body = body.read_to_string().unwrap_or_default();
    Some(
        if status.is_success() && is_json && body.contains(LIVES.1) {
            Ok(())
        } else if status.is_redirection() || status.is_success() || status.as_u16() == 511 {
            // RFC 6585, section 6: "network authentication required".
            Err(PresenceDetail::CaptivePortal)
        } else {
            Err(PresenceDetail::ServerError)
        },
    )
}

fn is_tls(error: &ureq::Error) -> bool {
    match error {
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) => true,
        ureq::Error::Io(io) => io
            .get_ref()
            .is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>),
        _ => false,
    }
}

/// Whether an address takes a connection. A refusal is the server's silence: its host is there, and it
/// is not.
async fn answers(address: SocketAddr) -> bool {
    matches!(
        timeout(RUNG_TIMEOUT, TcpStream::connect(address)).await,
        Ok(Ok(_))
    )
}

/// Whether anything beyond the provider's line answers; a refusal is an answer too.
async fn other_answers(target: &str) -> Option<bool> {
    if target.is_empty() {
        return None;
    }
    let connected = timeout(RUNG_TIMEOUT, TcpStream::connect(target)).await;
    Some(match connected {
        Ok(Ok(_)) => true,
        Ok(Err(error)) => connect::is_answer(&error),
        Err(_) => false,
    })
}
