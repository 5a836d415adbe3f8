//! Which proxy stands between this machine and the internet: the environment's, else the one that the
//! country's policy names. It must not connect.
//!
//! A policy that names a wrong proxy would cut off every probe of a country, and none could hear of its
//! mending. So the policy's proxy and the direct way take turns until one of them reaches the server; the
//! environment's proxy is the word of whoever set up this machine, and holds.

use std::sync::{OnceLock, PoisonError, RwLock};

use http::Uri;
use ureq::{Proxy, ProxyProtocol};

use crate::server_url::ServerUrl;

/// What is never behind a proxy.
const NEAR: [&str; 3] = ["localhost", "127.*", "::1"];

static CHOICE: RwLock<Choice> = RwLock::new(Choice {
    policy: None,
    is_aside: false,
});

#[derive(Debug)]
struct Choice {
    policy: Option<Proxy>,
    /// Whether the direct way is tried now.
    is_aside: bool,
}

impl Choice {
    fn follow(&mut self, wished: &str) {
        let policy = understood(wished);
        if policy != self.policy {
            *self = Self {
                policy,
                is_aside: false,
            };
        }
    }

    fn turn(&mut self) {
        if self.policy.is_some() {
            self.is_aside = !self.is_aside;
        }
    }

    fn now(&self) -> Option<Proxy> {
        self.policy.clone().filter(|_| !self.is_aside)
    }
}

/// A proxy as a policy names it, `http://host:port`; blank, or something else, is none.
pub fn understood(text: &str) -> Option<Proxy> {
    let proxy = Proxy::new(text.strip_prefix("http://").map(|_| text)?).ok()?;
    let builder = Proxy::builder(ProxyProtocol::Http)
        .host(proxy.host())
        .port(proxy.port());
    let builder = NEAR
        .iter()
        .fold(builder, |builder, near| builder.no_proxy(near));
    builder.build().ok()
}

/// From now on the policy names this proxy, or none if it is blank.
pub fn follow_policy(wished: &str) {
    CHOICE
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .follow(wished);
}

/// The server was not reached: if a policy's proxy is the reason, or its absence, the next try shows it.
pub fn try_the_other_way() {
    if environment().is_none() {
        CHOICE
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .turn();
    }
}

/// The proxy to use now.
pub fn current() -> Option<Proxy> {
    environment().or_else(|| CHOICE.read().unwrap_or_else(PoisonError::into_inner).now())
}

/// The proxy on the way to a server; `None` if the way is direct.
pub fn towards(server: &ServerUrl) -> Option<Proxy> {
    let uri: Uri = server.as_str().parse().ok()?;
    current().filter(|proxy| !proxy.is_no_proxy(&uri))
}

/// What the environment says, in the variables that other programs read too.
fn environment() -> Option<Proxy> {
    static ENVIRONMENT: OnceLock<Option<Proxy>> = OnceLock::new();
    ENVIRONMENT.get_or_init(Proxy::try_from_env).clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policys_proxy_is_a_host_and_a_port() {
        let proxy = understood("http://proxy.example:3128").unwrap();
        assert_eq!((proxy.host(), proxy.port()), ("proxy.example", 3128));
        for local in ["http://localhost:8080/", "http://127.0.0.1/"] {
            assert!(proxy.is_no_proxy(&local.parse().unwrap()), "{local}");
        }
        for text in [
            "",
            "proxy.example:3128",
            "socks5://proxy.example",
            "http://",
        ] {
            assert!(understood(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_proxy_and_the_direct_way_take_turns_until_one_reaches() {
        let mut choice = Choice {
            policy: None,
            is_aside: false,
        };
        choice.turn();
        choice.follow("http://wrong.example:1");
        assert!(choice.now().is_some(), "without a proxy there is one way");
        choice.turn();
        assert_eq!(choice.now(), None);
        choice.follow("http://wrong.example:1");
        assert_eq!(choice.now(), None, "the same wish changes nothing");
        choice.turn();
        assert!(choice.now().is_some());
        choice.turn();
        choice.follow("http://right.example:1");
        assert_eq!(choice.now().unwrap().host(), "right.example");
        choice.follow("");
        assert_eq!(choice.now(), None);
    }
}
