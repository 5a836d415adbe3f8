//! The measurement servers that an answer names, in the JSON of M-Lab's Locate v2. Pure.

use std::collections::BTreeMap;

use http::Uri;
use schoolbeat_wire::{NDT7_DOWNLOAD_PATH, NDT7_UPLOAD_PATH};
use serde::Deserialize;

use crate::server_url::ServerUrl;

/// Servers of one answer that are looked at.
const MAX_TARGETS: usize = 4;

/// A measurement server: where it is, and what to ask of it for either direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// Scheme, host and port; a scheme of `http` means `ws`, `https` means `wss`.
    pub server: ServerUrl,
    /// Path and query of the download, as the answer gave them.
    pub download: String,
    /// Path and query of the upload.
    pub upload: String,
}

impl Target {
    /// The Schoolbeat server itself, on its own address.
    pub(super) fn itself(server: &ServerUrl) -> Self {
        Self {
            server: server.clone(),
            download: NDT7_DOWNLOAD_PATH.to_owned(),
            upload: NDT7_UPLOAD_PATH.to_owned(),
        }
    }
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    results: Vec<Found>,
}

#[derive(Deserialize)]
struct Found {
    #[serde(default)]
    urls: BTreeMap<String, String>,
}

/// What an answer names, as far as it can be used: a probe that reached its server by TLS also
/// measures by TLS, unless there is only the other.
pub(super) fn understood(text: &str, server: &ServerUrl) -> Vec<Target> {
    let Ok(answer) = serde_json::from_str::<Answer>(text) else {
        return vec![];
    };
    let secure = server.as_str().starts_with("https://");
    let schemes = if secure { ["wss", "ws"] } else { ["ws", "wss"] };
    let targets = answer.results.iter().filter_map(|found| {
        schemes.iter().find_map(|scheme| {
            let of = |path: &str| found.urls.get(&format!("{scheme}://{path}"));
            target(of(NDT7_DOWNLOAD_PATH)?, of(NDT7_UPLOAD_PATH)?)
        })
    });
    targets.take(MAX_TARGETS).collect()
}

fn target(download: &str, upload: &str) -> Option<Target> {
    let (server, download) = split(download)?;
    let (upload_server, upload) = split(upload)?;
    (server == upload_server).then_some(Target {
        server,
        download,
        upload,
    })
}

/// A `ws://` or `wss://` URL as its server, and its path with its query.
fn split(url: &str) -> Option<(ServerUrl, String)> {
    let uri: Uri = url.parse().ok()?;
    let scheme = match uri.scheme_str()? {
        "ws" => "http",
        "wss" => "https",
        _ => return None,
    };
    let server = ServerUrl::parse(&format!("{scheme}://{}", uri.authority()?)).ok()?;
    Some((server, uri.path_and_query()?.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(scheme: &str, host: &str) -> String {
        format!(
            r#""{scheme}:///ndt/v7/download":"{scheme}://{host}/ndt/v7/download?access_token=a",
               "{scheme}:///ndt/v7/upload":"{scheme}://{host}/ndt/v7/upload?access_token=b""#
        )
    }

    fn answer(entries: &[String]) -> String {
        let results: Vec<_> = entries
            .iter()
            .map(|urls| format!(r#"{{"machine":"m","urls":{{{urls}}}}}"#))
            .collect();
        format!(
            r#"{{"results":[{}],"next_request":null}}"#,
            results.join(",")
        )
    }

    #[test]
    fn each_server_is_taken_with_the_query_that_it_came_with() {
        let server = ServerUrl::parse("http://192.0.2.7:8080").unwrap();
        let both = format!(
            "{},{}",
            urls("wss", "a:443"),
            urls("ws", "[2001:db8::1]:8081")
        );
        let found = understood(&answer(&[both, urls("wss", "b.example")]), &server);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].server.as_str(), "http://[2001:db8::1]:8081");
        assert_eq!(found[0].download, "/ndt/v7/download?access_token=a");
        assert_eq!(found[0].upload, "/ndt/v7/upload?access_token=b");
        assert_eq!(found[1].server.host_port(), "b.example:443");
    }

    #[test]
    fn a_probe_that_reports_by_tls_measures_by_tls_if_it_can() {
        let server = ServerUrl::parse("https://schoolbeat.example").unwrap();
        let both = format!("{},{}", urls("ws", "a:80"), urls("wss", "a:443"));
        let found = understood(&answer(&[both, urls("ws", "b:80")]), &server);
        assert_eq!(found[0].server.as_str(), "https://a:443");
        assert_eq!(found[1].server.as_str(), "http://b:80");
    }

    #[test]
    fn what_cannot_be_used_is_passed_over() {
        let server = ServerUrl::parse("http://192.0.2.7").unwrap();
        let half = r#""ws:///ndt/v7/download":"ws://a/ndt/v7/download""#.to_owned();
        let two_hosts = format!(r#"{half},"ws:///ndt/v7/upload":"ws://b/ndt/v7/upload""#);
        let foreign = urls("ws", "a").replace("\"ws://a", "\"ftp://a");
        let text = answer(&[half, two_hosts, foreign, urls("ws", "c:1")]);
        let found = understood(&text, &server);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].server.host_port(), "c:1");
        for nonsense in ["", "<html>login</html>", "{}", r#"{"results":7}"#] {
            assert!(understood(nonsense, &server).is_empty());
        }
        let many = vec![urls("ws", "a:1"); 9];
        assert_eq!(understood(&answer(&many), &server).len(), MAX_TARGETS);
    }
}
