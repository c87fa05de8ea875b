//! `callboard man`: manual pages, made from the same words as `--help`.

use clap::{Args, CommandFactory as _};

use crate::cli::failure::{Outcome, Verdict};
use crate::cli::{Arguments, Session};
use crate::error::{Error, ErrorKind};

/// Prints the manual page of callboard or of one command, in the format of `man`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  callboard man | man -l -\n  callboard man template show > callboard-template-show.1"
)]
pub(crate) struct Man {
    /// The command, such as `search` or `template show`.
    command: Vec<String>,
}

impl Man {
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
        let mut root = Arguments::command();
        root.build();
        let mut command = &root;
        for name in &self.command {
            command = command.find_subcommand(name).ok_or_else(|| {
                Error::new(ErrorKind::NotFound, format!("There is no command {name:?}."))
                    .with_hint("`callboard --help` lists the commands.")
            })?;
        }
        let mut page = Vec::new();
        clap_mangen::Man::new(command.clone()).render(&mut page)?;
        session.printer.own(&page)?;
        Ok(Verdict::Done)
    }
}
