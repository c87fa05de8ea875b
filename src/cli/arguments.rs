//! The arguments that every command shares, and the list of commands.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::failure::Outcome;
use super::output::ColorChoice;
use super::{Session, command};

const EXAMPLES: &str = "\
Examples:
  callboard --demo                    look around in the bundled sample catalog
  callboard ~/src                     open the portal on a folder of repositories
  callboard who payments-api          who owns it, and how to reach them
  callboard list kind:api --json      everything that matches, for a script
  callboard lint .                    every problem of the descriptors below this folder

Exit codes: 0 done; 1 findings, or not everything worked; 2 wrong usage or configuration; 3 not found;
4 nothing could be reached; 5 refused for safety; 130 interrupted.";

/// The command line of callboard.
#[derive(Debug, Parser)]
#[command(
    name = "callboard",
    version,
    about = "A developer portal in the terminal: what runs, who owns it, how it is documented, how to make the next one.",
    after_help = EXAMPLES,
    disable_help_subcommand = true,
    subcommand_precedence_over_arg = true,
    max_term_width = 100
)]
pub struct Arguments {
    /// The folder to open the portal on, without any configuration.
    pub(crate) path: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) options: Options,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What every command understands.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Options {
    /// Prints JSON in an envelope with the age of the data.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// When to use colours.
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t)]
    pub(crate) color: ColorChoice,
    /// Answers from what is cached and reads nothing again.
    #[arg(long, global = true)]
    pub(crate) offline: bool,
    /// Looks at this folder, git repository or Backstage instead of the configured sources; may be repeated.
    #[arg(long, global = true, value_name = "DIR_OR_URL", conflicts_with = "demo")]
    pub(crate) source: Vec<String>,
    /// Reads this file as the user's configuration.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Looks at the bundled sample catalog.
    #[arg(long, global = true)]
    pub(crate) demo: bool,
}

/// A command, with its own arguments.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Search(command::Search),
    List(command::List),
    Show(command::Show),
    Who(command::Who),
    Deps(command::Deps),
    Impact(command::Impact),
    Docs(command::Docs),
    Open(command::Open),
    Template(command::Template),
    Create(command::Create),
    Status(command::Status),
    Sync(command::Sync),
    Lint(command::Lint),
    Init(command::Init),
    Login(command::Login),
    Config(command::Config),
    Doctor(command::Doctor),
    Completions(command::Completions),
    Man(command::Man),
}

impl Command {
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
        match self {
            Self::Search(command) => command.run(session),
            Self::List(command) => command.run(session),
            Self::Show(command) => command.run(session),
            Self::Who(command) => command.run(session),
            Self::Deps(command) => command.run(session),
            Self::Impact(command) => command.run(session),
            Self::Docs(command) => command.run(session),
            Self::Open(command) => command.run(session),
            Self::Template(command) => command.run(session),
            Self::Create(command) => command.run(session),
            Self::Status(command) => command.run(session),
            Self::Sync(command) => command.run(session),
            Self::Lint(command) => command.run(session),
            Self::Init(command) => command.run(session),
            Self::Login(command) => command.run(session),
            Self::Config(command) => command.run(session),
            Self::Doctor(command) => command.run(session),
            Self::Completions(command) => command.run(session),
            Self::Man(command) => command.run(session),
        }
    }
}
