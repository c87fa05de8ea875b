//! Long text through the user's pager, where stdout is a terminal.

use std::io::{self, BufWriter};
use std::process::{Command, Stdio};

use super::Session;
use super::failure::Failure;
use super::output::Printer;

/// The pager of whoever named none. `-R` shows colours, `-F` ends where everything fits, `-X` leaves it there.
const DEFAULT: &str = "less -FRX";

/// Prints through the pager: `PAGER`, else less. Without a terminal, or where the pager cannot be started,
/// straight to stdout.
pub(crate) fn print(
    session: &mut Session,
    print: &dyn Fn(&mut Printer) -> io::Result<()>,
) -> Result<(), Failure> {
    if !session.streams.stdout_is_terminal {
        return Ok(print(&mut session.printer)?);
    }
    let pager = session.environment.text("PAGER").unwrap_or(DEFAULT).to_owned();
    let mut words = pager.split_whitespace();
    let program = words.next().unwrap_or("less");
    #[expect(
        clippy::disallowed_methods,
        reason = "the pager is the user's own choice; nothing foreign names it"
    )]
    let child = Command::new(program).args(words).stdin(Stdio::piped()).spawn();
    let Ok(mut child) = child else { return Ok(print(&mut session.printer)?) };
    let Some(stdin) = child.stdin.take() else { return Ok(print(&mut session.printer)?) };
    let width = session.printer.width();
    let mut sheets = Printer::new(Box::new(BufWriter::new(stdin)), session.printer.ink(), width);
    let ended = print(&mut sheets).and_then(|()| sheets.flush());
    drop(sheets);
    // The pager belongs to the terminal as long as it runs; how it ends is its own matter.
    let _ = child.wait();
    match ended {
        // Whoever left the pager has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        ended => Ok(ended?),
    }
}
