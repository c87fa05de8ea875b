//! `callboard init`: the first configuration, from what is found and a few answers.

mod answers;
mod asked;
mod named;
mod run;
mod trial;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use self::run::Run;
use crate::cli::Session;
use crate::cli::failure::Outcome;

/// Writes a first configuration: finds the repositories around you, the forges you are signed in to with gh, glab or
/// tea, and a Backstage; asks for the rest; tries each source. Everything it writes can be written by hand.
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = "\
Examples:
  callboard init                                  asks
  callboard init --yes                            takes what it finds
  callboard init --github acme --directory ~/src --yes
  callboard init --gitlab git.example.com/acme/platform --existing add --yes
  callboard init --backstage https://backstage.example.com --backstage-token 'env PORTAL_TOKEN' --yes
  callboard init --yes --print                    shows it and writes nothing

No token is read or written: the configuration names the program or the variable that has it.
Ends with 1 when a source does not answer; it is written as a comment then, unless --failing says otherwise.")]
pub(crate) struct Init {
    /// A folder of repositories; may be repeated.
    #[arg(long, value_name = "DIR")]
    directory: Vec<PathBuf>,
    /// A git repository; may be repeated.
    #[arg(long, value_name = "URL")]
    git: Vec<String>,
    /// An organisation or a user of GitHub; may be repeated.
    #[arg(long, value_name = "[HOST/]OWNER")]
    github: Vec<String>,
    /// A group of GitLab, with the groups below it; may be repeated.
    #[arg(long, value_name = "[HOST/]GROUP")]
    gitlab: Vec<String>,
    /// An organisation or a user of a Gitea or Forgejo; may be repeated.
    #[arg(long, value_name = "HOST/OWNER")]
    gitea: Vec<String>,
    /// The address of a running Backstage.
    #[arg(long, value_name = "URL")]
    backstage: Option<String>,
    /// Where its token is: `env NAME`, `file PATH` or `command PROGRAM …`; or `login`, for a browser.
    #[arg(long, value_name = "PLACE", requires = "backstage")]
    backstage_token: Option<String>,
    /// Who you are in the catalog, such as user:default/jane.
    #[arg(long, value_name = "REF")]
    user: Option<String>,
    /// Asks nothing: takes what is named, or what is found.
    #[arg(long, short)]
    yes: bool,
    /// Prints the configuration and writes nothing.
    #[arg(long)]
    print: bool,
    /// Writes it without trying the sources.
    #[arg(long)]
    untested: bool,
    /// What becomes of a source that does not answer.
    #[arg(long, value_enum, value_name = "HOW")]
    failing: Option<FailingChoice>,
    /// What becomes of a configuration that is there; it is kept as config.yaml.old.
    #[arg(long, value_enum, value_name = "HOW")]
    existing: Option<Existing>,
}

/// What becomes of a source that does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailingChoice {
    /// It is written as a comment, with the reason.
    Comment,
    /// It is written as if it did.
    Keep,
    /// It is left out.
    Omit,
}

/// What becomes of a configuration that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Existing {
    /// The sources are added to it.
    Add,
    /// It is replaced.
    Replace,
}

impl Init {
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
        Run::new(self, session)?.carry_out(session)
    }
}

/// An absolute path of what was typed, where `~` is the home folder.
fn absolute(typed: &Path, here: &Path, home: &Path) -> PathBuf {
    match typed.strip_prefix("~") {
        Ok(below) => home.join(below),
        Err(_) => here.join(typed),
    }
}
