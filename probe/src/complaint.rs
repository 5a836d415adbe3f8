//! What a person is told when a command cannot do its work: what, where, how to mend it.
//! It must not print; see [`crate::output`].

/// A command's failure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Complaint {
    /// Stable slug, for programs.
    pub code: String,
    /// Whole sentences, for people.
    pub message: String,
    /// The process's exit code: 1 if the work failed, 2 if it could not begin.
    pub exit_code: u8,
}

impl Complaint {
    /// The command cannot begin: wrong arguments, not enrolled, directory in use.
    pub fn setup(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            exit_code: 2,
        }
    }

    /// The command's work failed: the server refused or could not be reached.
    pub fn failed(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            exit_code: 1,
        }
    }
}
