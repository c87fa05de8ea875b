//! Why a child process came to nothing.

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use crate::error::{Error, ErrorKind};

/// Characters of a child's last lines that an error quotes.
const MAX_QUOTE: usize = 300;

/// Why a child process came to nothing. The texts begin with the program and have no full stop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChildError {
    /// There is no such program.
    #[error("{program} is not installed, or in no folder of PATH")]
    NotInstalled {
        /// What people call it.
        program: String,
    },
    /// What was named is no program that can be run from everywhere.
    #[error("{program} {why}")]
    NotRunnable {
        /// What was named.
        program: String,
        /// Why not, as the end of a sentence.
        why: &'static str,
        /// What to do, as a sentence.
        hint: &'static str,
    },
    /// It could not be started or followed.
    #[error("{program} could not be run: {why}")]
    NotStarted {
        /// What people call it.
        program: String,
        /// Why, as the end of a sentence.
        why: String,
    },
    /// It took too long, and was ended.
    #[error("{program} did not end within {after:?}")]
    TimedOut {
        /// What people call it.
        program: String,
        /// Its time limit.
        after: Duration,
    },
    /// It wrote too much, and was ended.
    #[error("{program} wrote more than {most} bytes")]
    TooMuch {
        /// What people call it.
        program: String,
        /// Its limit.
        most: u64,
    },
    /// It ended with another status than 0.
    #[error("{program} {how}{}", quoted(.stderr))]
    Ended {
        /// What people call it.
        program: String,
        /// How it ended, such as `ended with status 1`.
        how: String,
        /// The beginning and the end of what it wrote to its standard error. Foreign.
        stderr: String,
    },
}

impl ChildError {
    pub(super) fn ended(program: &str, status: ExitStatus, stderr: &str) -> Self {
        let how = status.code().map_or_else(|| signalled(status), |code| format!("ended with status {code}"));
        Self::Ended { program: program.to_owned(), how, stderr: stderr.to_owned() }
    }

    pub(super) fn not_started(program: &str, error: &io::Error) -> Self {
        let program = program.to_owned();
        let why = match error.kind() {
            io::ErrorKind::NotFound => "it, or the folder to run it in, does not exist".to_owned(),
            io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            _ => error.to_string(),
        };
        Self::NotStarted { program, why }
    }

    /// What a child that ended badly wrote to its standard error. Foreign.
    pub fn stderr(&self) -> &str {
        match self {
            Self::Ended { stderr, .. } => stderr,
            _ => "",
        }
    }
}

impl From<ChildError> for Error {
    fn from(error: ChildError) -> Self {
        let hint = match &error {
            ChildError::NotInstalled { program } => format!("Install {program}, or put it into PATH."),
            ChildError::NotRunnable { hint, .. } => (*hint).to_owned(),
            ChildError::NotStarted { program, .. } => format!("Run {program} by hand to see more."),
            ChildError::TimedOut { .. } => "Run it by hand to see what it waits for.".to_owned(),
            ChildError::TooMuch { .. } => "Let it write less.".to_owned(),
            ChildError::Ended { .. } => "Run it by hand to see more.".to_owned(),
        };
        Error::new(ErrorKind::Unreachable, format!("{error}.")).with_hint(hint)
    }
}

/// The last lines of a text, on one line and bounded.
pub(in crate::source) fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let joined = lines.join(" / ");
    let length = joined.chars().count();
    if length <= MAX_QUOTE {
        return joined;
    }
    format!("…{}", joined.chars().skip(length - MAX_QUOTE + 1).collect::<String>())
}

fn quoted(stderr: &str) -> String {
    let lines = last_lines(stderr);
    let lines = lines.trim_end_matches('.');
    if lines.is_empty() { String::new() } else { format!(": {lines}") }
}

#[cfg(unix)]
fn signalled(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    let signal = status.signal().map_or_else(|| "a signal".to_owned(), |signal| format!("signal {signal}"));
    format!("was ended by {signal}")
}

#[cfg(not(unix))]
fn signalled(_status: ExitStatus) -> String {
    "was ended".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_is_the_end_and_bounded() {
        let long = "x".repeat(1_000) + "\nthe end.\n";
        let quote = last_lines(&long);
        assert!(quote.starts_with("…x") && quote.ends_with("x / the end."), "{quote}");
        assert_eq!(quote.chars().count(), MAX_QUOTE);
    }

    #[test]
    fn an_error_at_a_boundary_is_a_sentence_with_a_hint() {
        let error = Error::from(ChildError::NotInstalled { program: "git".to_owned() });
        assert_eq!(error.message(), "git is not installed, or in no folder of PATH.");
        assert_eq!(error.hint(), Some("Install git, or put it into PATH."));
    }
}
