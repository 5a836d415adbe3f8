//! Where to measure, in the JSON of M-Lab's Locate API, version 2, so that its clients find our
//! servers. It must not know who asks.

use http::Uri;
use schoolbeat_wire::{NDT7_DOWNLOAD_PATH, NDT7_UPLOAD_PATH};
use serde_json::{Map, Value, json};

/// Most servers of one answer, as Locate's own.
const MAX_RESULTS: usize = 4;

/// Where a measurement server is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Host and port, as they stand in a URL.
    pub authority: String,
    /// Whether it is reached by `ws://`.
    pub plain: bool,
    /// Whether it is reached by `wss://`.
    pub secure: bool,
}

impl Address {
    /// The address of a `ws://` or `wss://` URL without a path.
    pub fn parse(url: &str) -> Option<Self> {
        let uri: Uri = url.parse().ok()?;
        let secure = match uri.scheme_str()? {
            "ws" => false,
            "wss" => true,
            _ => return None,
        };
        let bare = matches!(uri.path(), "" | "/") && uri.query().is_none();
        let authority = uri.authority()?;
        let sound = bare && !authority.as_str().contains('@') && !authority.host().is_empty();
        sound.then(|| Self {
            authority: authority.to_string(),
            plain: !secure,
            secure,
        })
    }

    /// The host alone: the name by which tokens know the server.
    pub fn machine(&self) -> &str {
        let end = self.authority.rfind(':').filter(|colon| {
            // The colons of an IPv6 address stand within brackets.
            !self.authority[*colon..].contains(']')
        });
        &self.authority[..end.unwrap_or(self.authority.len())]
    }

    /// Host and port, the scheme's own if none is said.
    pub fn host_port(&self) -> String {
        if self.machine().len() < self.authority.len() {
            return self.authority.clone();
        }
        let port = if self.secure { 443 } else { 80 };
        format!("{}:{port}", self.authority)
    }
}

/// A measurement server that is named to clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Where it is reached.
    pub address: Address,
    /// Where it stands, if that is known.
    pub city: Option<String>,
    /// The country's code, if it is known.
    pub country: Option<String>,
}

/// The answer of Locate: these servers, best first. `token` gives an access token for a machine.
pub fn answer(sites: &[Site], token: impl Fn(&str) -> Option<String>) -> Value {
    let results: Vec<_> = sites
        .iter()
        .take(MAX_RESULTS)
        .map(|site| {
            let machine = site.address.machine();
            json!({
                "machine": machine,
                "hostname": machine,
                "location": {"city": site.city, "country": site.country},
                "urls": urls(&site.address, token(machine).as_deref()),
            })
        })
        .collect();
    json!({"results": results})
}

fn urls(address: &Address, token: Option<&str>) -> Map<String, Value> {
    let query = token.map(|token| format!("?access_token={token}"));
    let query = query.unwrap_or_default();
    let schemes = [("ws", address.plain), ("wss", address.secure)];
    let offered = schemes.into_iter().filter(|(_, offered)| *offered);
    offered
        .flat_map(|(scheme, _)| [NDT7_DOWNLOAD_PATH, NDT7_UPLOAD_PATH].map(|path| (scheme, path)))
        .map(|(scheme, path)| {
            let url = format!("{scheme}://{}{path}{query}", address.authority);
            (format!("{scheme}://{path}"), url.into())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_host_and_perhaps_a_port() {
        let address = Address::parse("wss://speed.example:4443").unwrap();
        assert_eq!(address.machine(), "speed.example");
        assert_eq!(address.host_port(), "speed.example:4443");
        let bare = Address::parse("wss://speed.example/").unwrap();
        assert_eq!(bare.host_port(), "speed.example:443");
        let six = Address::parse("ws://[2001:db8::1]").unwrap();
        assert_eq!(six.machine(), "[2001:db8::1]");
        assert_eq!(six.host_port(), "[2001:db8::1]:80");
        for url in [
            "http://a",
            "speed.example",
            "ws://a/ndt",
            "ws://a?x=1",
            "ws://u:p@a",
            "",
        ] {
            assert_eq!(Address::parse(url), None, "{url}");
        }
    }

    #[test]
    fn an_answer_names_each_way_to_a_server_with_its_token() {
        let both = Address {
            authority: "a:1".to_owned(),
            plain: true,
            secure: true,
        };
        let site = Site {
            address: both,
            city: Some("Nairobi".to_owned()),
            country: Some("KE".to_owned()),
        };
        let answer = answer(&[site], |machine| Some(format!("for-{machine}")));
        let expected = json!({"results": [{
            "machine": "a",
            "hostname": "a",
            "location": {"city": "Nairobi", "country": "KE"},
            "urls": {
                "ws:///ndt/v7/download": "ws://a:1/ndt/v7/download?access_token=for-a",
                "ws:///ndt/v7/upload": "ws://a:1/ndt/v7/upload?access_token=for-a",
                "wss:///ndt/v7/download": "wss://a:1/ndt/v7/download?access_token=for-a",
                "wss:///ndt/v7/upload": "wss://a:1/ndt/v7/upload?access_token=for-a",
            },
        }]});
        assert_eq!(answer, expected);
    }

    #[test]
    fn an_answer_has_four_servers_at_most() {
        let address = Address::parse("ws://a:1").unwrap();
        let site = Site {
            address,
            city: None,
            country: None,
        };
        let answer = answer(&vec![site; 9], |_| None);
        assert_eq!(answer["results"].as_array().unwrap().len(), MAX_RESULTS);
        assert_eq!(
            answer["results"][0]["urls"]["ws:///ndt/v7/upload"],
            "ws://a:1/ndt/v7/upload"
        );
    }
}
