//! The command line face: arguments in, results on stdout, messages on stderr, an exit code.
//!
//! A command builds a request for [`ops`](crate::ops) and prints its outcome; it decides nothing itself. All
//! output goes through [`output`], so foreign text is safe wherever it comes from.

mod address;
mod arguments;
mod catalog;
mod command;
mod failure;
mod interrupt;
mod output;
mod pager;
mod portal;
mod progress;
mod session;

use std::path::Path;
use std::process::ExitCode;

pub use arguments::Arguments;
pub(crate) use catalog::Catalog;
pub(crate) use session::Session;

use crate::config::Environment;
use crate::error::{Error, ErrorKind};
use failure::exit_code;

/// Runs the command of the arguments, or opens the portal where there is none, and says how it ended.
pub fn run(arguments: Arguments, environment: Environment) -> ExitCode {
    let mut session = Session::new(arguments.options, environment);
    let outcome = match (&arguments.command, arguments.path.as_deref()) {
        (Some(command), None) => command.run(&mut session),
        (Some(_), Some(path)) => Err(misplaced(path).into()),
        (None, path) => portal::run(&mut session, path),
    };
    let outcome = outcome.and_then(|verdict| {
        session.printer.flush()?;
        Ok(verdict)
    });
    // What still runs in the background would outlive us.
    crate::ops::sync::end_children();
    exit_code(outcome, session.message_ink)
}

fn misplaced(path: &Path) -> Error {
    let message = format!("{} stands before a command, which looks at no folder there.", path.display());
    Error::new(ErrorKind::Usage, message).with_hint("Name the folder with --source.")
}
