//! Where the server is: one URL, understood once. It must not resolve or connect.

use http::Uri;

use crate::complaint::Complaint;

/// The address of a Schoolbeat server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerUrl {
    base: String,
    secure: bool,
    host: String,
    port: u16,
}

impl ServerUrl {
    /// Understands `http://host[:port][/prefix]` or `https://…`.
    pub fn parse(text: &str) -> Result<Self, Complaint> {
        let wrong = |why: &str| {
            Complaint::setup(
                "server_url_invalid",
                format!(
                    "The server address {text:?} cannot be used: {why}. \
                     Write it like https://schoolbeat.example.org or http://192.0.2.7:8080."
                ),
            )
        };
        let trimmed = text.trim().trim_end_matches('/');
        let uri: Uri = trimmed
            .parse()
            .map_err(|error| wrong(&format!("{error}")))?;
        let secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            Some(_) => return Err(wrong("it must begin with http:// or https://")),
            None => return Err(wrong("http:// or https:// is missing at its beginning")),
        };
        let authority = uri
            .authority()
            .ok_or_else(|| wrong("the host is missing"))?;
        if authority.as_str().contains('@') {
            return Err(wrong("it must not hold a user name or password"));
        }
        if uri.query().is_some() {
            return Err(wrong("it must not hold a query (?…)"));
        }
        let host = authority
            .host()
            .trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned();
        if host.is_empty() {
            return Err(wrong("the host is missing"));
        }
        let port = authority
            .port_u16()
            .unwrap_or(if secure { 443 } else { 80 });
        Ok(Self {
            base: trimmed.to_owned(),
            secure,
            host,
            port,
        })
    }

    /// The URL as it is kept and shown, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.base
    }

    /// Name or address of the host, without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether it is this machine, so that what goes there costs no line anything.
    pub fn is_loopback(&self) -> bool {
        let address: Option<std::net::IpAddr> = self.host.parse().ok();
        self.host == "localhost" || address.is_some_and(|address| address.is_loopback())
    }

    /// Host and port, as a speed test's record names them.
    pub fn host_port(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// The URL of one of the server's paths.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The URL of one of the server's `WebSocket` paths.
    pub fn join_websocket(&self, path: &str) -> String {
        let (scheme, from) = if self.secure {
            ("wss", "https")
        } else {
            ("ws", "http")
        };
        format!("{scheme}{}{path}", &self.base[from.len()..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_understood() {
        let url = ServerUrl::parse("https://schoolbeat.example.org/").unwrap();
        assert_eq!((url.host(), url.port()), ("schoolbeat.example.org", 443));
        assert_eq!(url.join("/api/x"), "https://schoolbeat.example.org/api/x");
        assert_eq!(
            url.join_websocket("/ndt"),
            "wss://schoolbeat.example.org/ndt"
        );

        let url = ServerUrl::parse("http://[2001:db8::1]:8080/prefix").unwrap();
        assert_eq!((url.host(), url.port()), ("2001:db8::1", 8080));
        assert_eq!(url.host_port(), "[2001:db8::1]:8080");
        assert_eq!(
            url.join_websocket("/ndt"),
            "ws://[2001:db8::1]:8080/prefix/ndt"
        );
    }

    #[test]
    fn nonsense_is_refused_with_a_sentence() {
        for text in [
            "",
            "schoolbeat.example.org",
            "ftp://x",
            "http://",
            "http://a:b@c",
            "http://c?d",
        ] {
            let complaint = ServerUrl::parse(text).unwrap_err();
            assert_eq!(complaint.exit_code, 2, "{text}");
            assert!(complaint.message.contains("https://"), "{text}");
        }
    }
}
