//! `callboard completions`: what a shell needs to complete commands and options.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::cli::failure::{Outcome, Verdict};
use crate::cli::{Arguments, Session};

/// Prints the completion script of a shell.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  callboard completions bash > ~/.local/share/bash-completion/completions/callboard"
)]
pub(crate) struct Completions {
    /// The shell.
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "callboard", &mut script);
        session.printer.own(&script)?;
        Ok(Verdict::Done)
    }
}
