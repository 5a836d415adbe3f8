//! Reads and judges what Giga Meter sends: its own names and units, our own rules.
//!
//! Pure. Of a record that cannot be used it says why; it must not know where either is kept.

mod connectivity;
mod kept;
mod measurement;
mod value;

pub use connectivity::look;
pub use measurement::speed_test;
use serde_json::{Map, Value};

use super::{check, check::Fault};

/// What programs write where they have no value.
const NO_VALUE: [&str; 4] = ["undefined", "null", "none", "0"];

/// One record as the app sent it.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    fields: Map<String, Value>,
}

impl Said {
    /// Reads a record; anything but an object is none.
    pub fn parse(raw: &str) -> Result<Self, Fault> {
        let malformed = |detail: String| Fault {
            reason: "malformed",
            detail,
        };
        match serde_json::from_str(raw) {
            Ok(Value::Object(fields)) => Ok(Self { fields }),
            Ok(_) => Err(malformed("a record is a JSON object".into())),
            Err(error) => Err(malformed(error.to_string())),
        }
    }

    /// The school's Giga id, in lower case; empty where there is none. Blanks at its ends are a known trap.
    pub fn giga_id(&self) -> String {
        self.word("giga_id_school").to_lowercase()
    }

    /// The same with the id that stands in the request's path, where the record has none of its own.
    pub fn or_giga_id(mut self, of_path: &str) -> Self {
        if self.giga_id().is_empty() {
            let id = Value::from(of_path.trim());
            self.fields.insert("giga_id_school".into(), id);
        }
        self
    }

    /// The id that the app was given when it was registered; empty where there is none.
    pub fn installation(&self) -> String {
        let names = ["BrowserID", "browserId", "browser_id", "user_id"];
        let words = names.iter().map(|name| self.word(name));
        words
            .into_iter()
            .find(|word| !word.is_empty())
            .unwrap_or_default()
    }

    /// The record's own UUID, if it has one.
    pub fn uuid(&self) -> Option<String> {
        let words = ["UUID", "uuid", "app_local_uuid"].map(|name| self.word(name));
        words.into_iter().find(|word| !word.is_empty())
    }

    /// By what a resend is recognised: the UUID, or, without one, all that the record says.
    pub fn identity(&self) -> String {
        match self.uuid() {
            Some(uuid) => format!("uuid {uuid}"),
            None => format!("record {}", self.kept()),
        }
    }

    /// What tells two measurements apart that bear one UUID.
    pub fn substance(&self) -> String {
        let said = ["Timestamp", "Download", "Upload"].map(|name| self.fields.get(name));
        serde_json::json!([self.giga_id(), said]).to_string()
    }

    /// Version of the app, whatever it looks like, shortened to what a version can be.
    pub fn app_version(&self) -> String {
        self.word("app_version").chars().take(64).collect()
    }

    /// A short text; empty where there is none.
    fn word(&self, name: &str) -> String {
        let text = self.fields.get(name).and_then(Value::as_str);
        let text = check::text(text.unwrap_or_default());
        let text = text.trim();
        if NO_VALUE.iter().any(|none| text.eq_ignore_ascii_case(none)) {
            return String::new();
        }
        text.to_owned()
    }
}

#[cfg(test)]
mod tests;
