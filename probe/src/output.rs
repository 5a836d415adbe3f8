//! The only place that writes to the terminal: results on stdout, one line per event on stderr.
//! A closed pipe is not an error: the measurement is worth more than the line about it.

use std::{
    fmt::Display,
    io::{self, Write as _},
};

use serde::Serialize;

use crate::clock;

/// Writes a line of a command's result.
pub fn line(text: impl Display) {
    let _ = writeln!(io::stdout().lock(), "{text}");
}

/// Writes a command's result as one JSON document.
pub fn json(document: &impl Serialize) {
    let mut stdout = io::stdout().lock();
    if serde_json::to_writer_pretty(&mut stdout, document).is_ok() {
        let _ = writeln!(stdout);
    }
}

/// Writes one event, with its time in UTC, to the log.
pub fn log(event: impl Display) {
    let time = clock::rfc3339(clock::wall_unix_ms());
    let _ = writeln!(io::stderr().lock(), "{time} {event}");
}

/// Says why a command failed.
pub fn complain(message: impl Display) {
    let _ = writeln!(io::stderr().lock(), "schoolbeat-probe: {message}");
}

/// How a command's result is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Show {
    as_json: bool,
}

impl Show {
    /// As one JSON document, or for a person.
    pub(crate) fn new(as_json: bool) -> Self {
        Self { as_json }
    }

    /// Shows a result: as one JSON document, or as lines for a person.
    pub(crate) fn result(self, document: &impl Serialize, lines: impl FnOnce() -> Vec<String>) {
        if self.as_json {
            json(document);
        } else {
            lines().iter().for_each(line);
        }
    }
}
