//! Where a page of a learning platform is: an `https://` URL, understood once. It must not resolve or
//! connect.

use http::Uri;

use crate::{complaint::Complaint, server_url::ServerUrl};

/// Longest URL that is taken, in bytes.
const MAX_BYTES: usize = 500;

/// The address of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageUrl {
    /// Host and port.
    pub host: ServerUrl,
    /// Path and query, as they are asked for.
    pub path: String,
}

impl PageUrl {
    /// Understands `https://host[:port][/path][?query]`.
    pub fn parse(text: &str) -> Result<Self, Complaint> {
        let wrong = |why: &str| {
            let shown: String = text.chars().take(80).collect();
            Complaint::setup(
                "page_url_invalid",
                format!(
                    "The page {shown:?} cannot be checked: {why}. Write it like https://learn.example.org/."
                ),
            )
        };
        if text.len() > MAX_BYTES {
            return Err(wrong("it is longer than 500 bytes"));
        }
        let uri: Uri = text.parse().map_err(|error| wrong(&format!("{error}")))?;
        if uri.scheme_str() != Some("https") {
            return Err(wrong("it must begin with https://"));
        }
        let authority = uri
            .authority()
            .ok_or_else(|| wrong("the host is missing"))?;
        let host = ServerUrl::parse(&format!("https://{authority}"))
            .map_err(|_| wrong("its host cannot be understood"))?;
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        Ok(Self {
            host,
            path: path.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_understood() {
        let page = PageUrl::parse("https://learn.example.org").unwrap();
        assert_eq!(
            (page.host.host(), page.host.port()),
            ("learn.example.org", 443)
        );
        assert_eq!(page.path, "/");
        let page = PageUrl::parse("https://[2001:db8::1]:8443/course?id=7").unwrap();
        assert_eq!(page.host.host_port(), "[2001:db8::1]:8443");
        assert_eq!(page.path, "/course?id=7");
    }

    #[test]
    fn what_is_no_page_is_refused_with_a_sentence() {
        let long = format!("https://a.example/{}", "x".repeat(MAX_BYTES));
        for text in [
            "",
            "learn.example.org",
            "http://a.example/",
            "https://",
            "https://a@b/",
            &long,
        ] {
            let complaint = PageUrl::parse(text).unwrap_err();
            assert!(complaint.message.contains("https://learn"), "{text}");
        }
    }
}
