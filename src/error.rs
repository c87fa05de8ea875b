//! The error of every boundary: what failed, what to do next, and which exit code says so.
//!
//! Pure modules return their own small error types; boundaries turn them into [`Error`] and add the hint.
//! Only `main` prints and exits.

use std::fmt;

/// Why a request could not be answered. Each kind has one exit code of the command line contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// A run, a test or a sync failed or was only partly done.
    Failed,
    /// The command line or the configuration is wrong.
    Usage,
    /// There is no such entity, page, template or owner.
    NotFound,
    /// A source or the network could not be reached and nothing could be answered.
    Unreachable,
    /// Refused for safety: occupied target, untrusted template, path that leaves its place.
    Refused,
    /// The user interrupted.
    Interrupted,
}

impl ErrorKind {
    /// The exit code of DESIGN's command line contract.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NotFound => 3,
            Self::Unreachable => 4,
            Self::Refused => 5,
            Self::Interrupted => 130,
        }
    }
}

/// An error at a boundary. The message says what failed, where and why; the hint says what to do next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    hint: Option<String>,
}

/// The result of every boundary.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of a kind with its message: what failed, where and why, as a sentence.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None }
    }

    /// The same error with the next step for the user, as a sentence.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// An IO error about a named thing, never a bare "os error".
    pub fn io(what: impl fmt::Display, error: &std::io::Error) -> Self {
        let why = match error.kind() {
            std::io::ErrorKind::NotFound => "it does not exist".to_owned(),
            std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            std::io::ErrorKind::StorageFull => "the disk is full".to_owned(),
            std::io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
            _ => error.to_string(),
        };
        Self::new(ErrorKind::Failed, format!("{what}: {why}."))
    }

    /// The kind, which decides the exit code.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What failed, where and why. May quote foreign text: show it through [`crate::text`].
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do next.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
