//! An HTTP client that looks at everything: status, headers, body, and the shape of every error.

use std::time::Duration;

use serde_json::Value;
use ureq::{
    Agent,
    http::{HeaderMap, Request},
};

/// Names and values of headers.
pub type Headers<'a> = &'a [(&'a str, &'a str)];

/// Asks one server.
pub struct Http {
    agent: Agent,
    base: String,
}

/// What a server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Http {
    pub fn new(base: String) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(30)))
            .build()
            .new_agent();
        Self { agent, base }
    }

    /// The server's address, without a slash at its end.
    pub fn base(&self) -> &str {
        &self.base
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], None)
    }

    pub fn get_with(&self, path: &str, headers: Headers<'_>) -> Answer {
        self.send("GET", path, headers, None)
    }

    pub fn head(&self, path: &str) -> Answer {
        // The client would unpack the body that is not there.
        self.send("HEAD", path, &[("accept-encoding", "identity")], None)
    }

    pub fn delete(&self, path: &str, headers: Headers<'_>) -> Answer {
        self.send("DELETE", path, headers, None)
    }

    pub fn post(&self, path: &str, headers: Headers<'_>, body: &[u8]) -> Answer {
        self.send("POST", path, headers, Some(body))
    }

    pub fn post_json(&self, path: &str, headers: Headers<'_>, body: &Value) -> Answer {
        let headers = [headers, &[("content-type", "application/json")]].concat();
        self.post(path, &headers, body.to_string().as_bytes())
    }

    pub fn put_json(&self, path: &str, headers: Headers<'_>, body: &Value) -> Answer {
        let headers = [headers, &[("content-type", "application/json")]].concat();
        self.send("PUT", path, &headers, Some(body.to_string().as_bytes()))
    }

    fn send(&self, method: &str, path: &str, headers: Headers<'_>, body: Option<&[u8]>) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let sent = match body {
            Some(body) => self.agent.run(request.body(body).unwrap()),
            None => self.agent.run(request.body(()).unwrap()),
        };
        let response = sent.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let (head, mut body) = response.into_parts();
        let body = body.with_config().limit(64 << 20).read_to_vec();
        Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            body: body.unwrap_or_else(|error| panic!("{method} {path}: {error}")),
        }
    }
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The body, whatever the status.
    pub fn body_json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{} is no JSON ({error}): {}", self.status, self.text()))
    }

    /// The body of a good answer.
    #[track_caller]
    pub fn json(&self) -> Value {
        assert!(
            (200..300).contains(&self.status),
            "{}: {}",
            self.status,
            self.text()
        );
        self.body_json()
    }

    /// An error must have this status, this code, a sentence and the request's id. Returns its
    /// inner object.
    #[track_caller]
    pub fn error(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        let error = self.body_json()["error"].clone();
        assert_eq!(error["code"], code, "{error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.len() > 10, "{error}");
        let id = error["request_id"].as_str().unwrap();
        assert!(!id.is_empty(), "{error}");
        assert_eq!(Some(id), self.header("x-request-id"), "{error}");
        error
    }

    /// The same, and the error names this field.
    #[track_caller]
    pub fn field_error(&self, field: &str) {
        let error = self.error(400, "invalid_parameter");
        assert_eq!(error["field"], field, "{error}");
    }

    /// Seconds after which to come back.
    #[track_caller]
    pub fn retry_after_s(&self) -> u64 {
        self.header("retry-after").unwrap().parse().unwrap()
    }
}
