//! What the three standard streams are connected to.

use std::io::IsTerminal as _;

/// Cells of a terminal that does not say how wide it is.
const DEFAULT_WIDTH: usize = 80;

/// Which of the standard streams are terminals, and how wide a line of stdout is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Streams {
    /// Whether somebody can be asked.
    pub(crate) stdin_is_terminal: bool,
    /// Whether results are read by a person.
    pub(crate) stdout_is_terminal: bool,
    /// Whether messages are read by a person.
    pub(crate) stderr_is_terminal: bool,
    /// The cells of a line, where stdout is a terminal.
    pub(crate) width: Option<usize>,
}

impl Streams {
    /// Looks at the streams of this process.
    pub(crate) fn look() -> Self {
        let stdout_is_terminal = std::io::stdout().is_terminal();
        Self {
            stdin_is_terminal: std::io::stdin().is_terminal(),
            stdout_is_terminal,
            stderr_is_terminal: std::io::stderr().is_terminal(),
            width: stdout_is_terminal.then(|| columns(std::io::stdout()).unwrap_or(DEFAULT_WIDTH)),
        }
    }
}

/// The cells of a line of messages, where stderr is a terminal.
pub(crate) fn message_width() -> Option<usize> {
    let stderr = std::io::stderr();
    stderr.is_terminal().then(|| columns(stderr).unwrap_or(DEFAULT_WIDTH))
}

#[cfg(unix)]
fn columns(terminal: impl std::os::fd::AsFd) -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(terminal).ok()?;
    Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
}

#[cfg(not(unix))]
fn columns<T>(_terminal: T) -> Option<usize> {
    let (columns, _) = crossterm::terminal::size().ok()?;
    Some(usize::from(columns)).filter(|columns| *columns > 0)
}
