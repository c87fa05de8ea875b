//! The error of every boundary: what failed, what to do next, and which exit code says so.
//!
//! Pure modules return their own small error types; boundaries turn them into [`Error`] and add the hint.
//! Only `main` prints and exits.

use std::fmt;
use std::time::Duration;

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
    retry_after: Option<Duration>,
    wants_token: bool,
}

/// The result of every boundary.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of a kind with its message: what failed, where and why, as a sentence.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, retry_after: None, wants_token: false }
    }

    /// The same error with the next step for the user, as a sentence.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same error with what it is about before its message: `acme: …`.
    #[must_use]
    pub fn about(self, what: impl fmt::Display) -> Self {
        Self { message: format!("{what}: {}", self.message), ..self }
    }

    /// The same error with its message and its hint changed.
    #[must_use]
    pub fn with_texts(self, change: impl Fn(&str) -> String) -> Self {
        Self { message: change(&self.message), hint: self.hint.as_deref().map(&change), ..self }
    }

    /// The same error of a server that wants to be left alone for so long.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// The same error of a server that lets nobody in without a token, or without a better one than it got.
    #[must_use]
    pub fn with_token_wanted(mut self) -> Self {
        self.wants_token = true;
        self
    }

    /// An IO error about a named thing, never a bare "os error". Where the place is what is wrong, with what to
    /// do about it.
    pub fn io(what: impl fmt::Display, error: &std::io::Error) -> Self {
        use std::io::ErrorKind as Io;
        let (why, hint) = match error.kind() {
            Io::NotFound => ("it does not exist", None),
            Io::PermissionDenied => {
                ("permission denied", Some("Let callboard read and write there, or choose another place."))
            }
            Io::StorageFull => ("the disk is full", Some("Make room there, then do it again.")),
            Io::ReadOnlyFilesystem => {
                ("the file system is read-only", Some("Choose a place that can be written."))
            }
            Io::IsADirectory => ("it is a folder", None),
            Io::NotADirectory => ("it, or what it lies in, is no folder", None),
            _ => {
                let why = without_number(&error.to_string());
                return Self::new(ErrorKind::Failed, format!("{what}: {why}."));
            }
        };
        let told = Self::new(ErrorKind::Failed, format!("{what}: {why}."));
        hint.into_iter().fold(told, Self::with_hint)
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

    /// How long the server that it is about wants to be left alone, where it said so.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Whether a token, or a better one, is what is missing.
    pub fn wants_token(&self) -> bool {
        self.wants_token
    }

    /// What failed and what to do next, as sentences in one line.
    pub fn told(&self) -> String {
        [self.message(), self.hint().unwrap_or_default()].join(" ").trim().to_owned()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// What the system says of an error, without its number, which helps nobody.
pub(crate) fn without_number(text: &str) -> String {
    match text.split_once(" (os error ") {
        Some((words, rest)) => format!("{words}{}", rest.split_once(')').map_or("", |(_, rest)| rest)),
        None => text.to_owned(),
    }
}
