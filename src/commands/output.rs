//! The only place that prints: text for a person, or one JSON document for a program.

use std::{fmt::Display, io::Write, process::ExitCode};

use serde::Serialize;
use serde_json::json;

/// How a command answers.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    json: bool,
}

/// Why a command failed: a stable code for a program, a sentence for a person.
#[derive(Debug)]
pub struct CommandError {
    /// Stable slug.
    pub code: &'static str,
    /// What, where and how to mend it.
    pub message: String,
}

impl CommandError {
    /// An error with that code.
    pub fn new(code: &'static str, message: impl Display) -> Self {
        Self {
            code,
            message: message.to_string(),
        }
    }
}

impl From<crate::store::StoreError> for CommandError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::new("database", error)
    }
}

impl Output {
    /// Text, or JSON.
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether the answer must be one JSON document.
    pub fn is_json(self) -> bool {
        self.json
    }

    /// The command's one answer: `document` for a program, `text` for a person.
    pub fn answer(self, document: &impl Serialize, text: impl Display) -> ExitCode {
        let printed = if self.json {
            serde_json::to_string_pretty(document).unwrap_or_else(|error| error.to_string())
        } else {
            text.to_string()
        };
        let mut out = std::io::stdout().lock();
        // A reader that went away, such as `head`, is no failure of the command.
        drop(writeln!(out, "{}", printed.trim_end()));
        ExitCode::SUCCESS
    }

    /// Bytes that are the answer themselves, such as a report.
    pub fn raw(self, bytes: &[u8]) -> ExitCode {
        drop(std::io::stdout().lock().write_all(bytes));
        ExitCode::SUCCESS
    }

    /// Says what is going on, beside the answer.
    pub fn progress(self, text: impl Display) {
        drop(writeln!(std::io::stderr().lock(), "{text}"));
    }

    /// Says why there is no answer.
    pub fn failure(self, error: &CommandError) {
        if self.json {
            let document = json!({"error": {"code": error.code, "message": error.message}});
            drop(writeln!(std::io::stdout().lock(), "{document:#}"));
        }
        drop(writeln!(
            std::io::stderr().lock(),
            "schoolbeat: {}",
            error.message
        ));
    }
}
