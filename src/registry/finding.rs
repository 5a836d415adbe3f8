//! What is wrong with one row of a file, where, and how to mend it.

/// Longest text of a file that a finding repeats, in characters.
const MAX_VALUE_CHARS: usize = 200;

/// What a finding means for its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The row was not taken.
    Error,
    /// The row was taken, but something that it states was not.
    Warning,
    /// The row was taken as it was meant.
    Info,
}

impl Severity {
    /// `error`, `warning` or `info`.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// One thing to know about one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The row as a spreadsheet numbers it (the header is 1), or the feature from 1; 0 is the file.
    pub row: u32,
    /// What it means for the row.
    pub severity: Severity,
    /// Stable slug.
    pub code: &'static str,
    /// The column, as the file names it.
    pub field: Option<String>,
    /// What the file states there.
    pub value: Option<String>,
    /// What is wrong and how to mend it.
    pub message: String,
}

impl Finding {
    pub(super) fn error(row: u32, code: &'static str, message: impl Into<String>) -> Self {
        Self::new(row, Severity::Error, code, message)
    }

    pub(super) fn warning(row: u32, code: &'static str, message: impl Into<String>) -> Self {
        Self::new(row, Severity::Warning, code, message)
    }

    pub(super) fn info(row: u32, code: &'static str, message: impl Into<String>) -> Self {
        Self::new(row, Severity::Info, code, message)
    }

    fn new(row: u32, severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            row,
            severity,
            code,
            field: None,
            value: None,
            message: message.into(),
        }
    }

    pub(super) fn field(mut self, name: impl Into<String>) -> Self {
        self.field = Some(shortened(&name.into()));
        self
    }

    pub(super) fn value(mut self, value: &str) -> Self {
        self.value = Some(shortened(value));
        self
    }
}

/// The text, cut where it is too long to be repeated.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_VALUE_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
