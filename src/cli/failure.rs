//! How a command ends: its verdict, or why it could not go on.

use std::io::{self, Write as _};
use std::process::ExitCode;

use super::output::{END, Ink, Meaning, message_width, paragraph};
use crate::error::Error;
use crate::text;

/// How a command ended that could be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Done.
    Done,
    /// There are findings, or not everything worked: exit code 1.
    Findings,
    /// What was asked for is not there: exit code 3.
    NotFound,
}

/// Why a command could not go on.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Something went wrong, and the user is told.
    Error(Error),
    /// Stdout takes nothing more.
    Output(io::Error),
}

/// What a command returns.
pub(crate) type Outcome = Result<Verdict, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// The exit code of an outcome; tells the user what went wrong. A closed pipe ends quietly: whoever closed it
/// has seen enough.
pub(crate) fn exit_code(outcome: Outcome, ink: Ink) -> ExitCode {
    match outcome {
        Ok(Verdict::Done) => ExitCode::SUCCESS,
        Ok(Verdict::Findings) => ExitCode::from(1),
        Ok(Verdict::NotFound) => ExitCode::from(3),
        Err(Failure::Error(error)) => {
            complain(&error, ink);
            ExitCode::from(error.kind().exit_code())
        }
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Failure::Output(error)) => {
            let error = Error::io("Standard output", &error);
            complain(&error, ink);
            ExitCode::from(error.kind().exit_code())
        }
    }
}

/// Tells the user on stderr what went wrong and what to do next.
pub(crate) fn complain(error: &Error, ink: Ink) {
    say(ink, Meaning::Bad, "error", error.message());
    if let Some(hint) = error.hint() {
        say(ink, Meaning::Strong, "help", hint);
    }
}

/// Tells the user on stderr that an answer is less than it seems.
pub(crate) fn warn(ink: Ink, message: &str) {
    say(ink, Meaning::Warning, "warning", message);
}

/// Tells the user something on stderr that needs nothing.
pub(crate) fn note(ink: Ink, message: &str) {
    say(ink, Meaning::Strong, "note", message);
}

fn say(ink: Ink, meaning: Meaning, label: &str, message: &str) {
    let begin = ink.begin(meaning);
    let end = if begin.is_empty() { "" } else { END };
    let (width, indent) = (message_width(), label.len() + 2);
    let lines: Vec<_> = text::sanitize_lines(message).map(|line| paragraph(&line, indent, width)).collect();
    let lines = lines.join(&format!("\n{:indent$}", ""));
    // Nobody can be told that nobody can be told.
    let _ = writeln!(io::stderr().lock(), "{begin}{label}{end}: {lines}");
}
