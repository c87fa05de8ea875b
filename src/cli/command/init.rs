//! `callboard init`: the first configuration, from what is found and a few answers.

use std::io::{self, BufRead as _, Write as _};
use std::path::PathBuf;

use clap::Args;

use crate::catalog::yaml;
use crate::cli::Session;
use crate::cli::failure::{Failure, Outcome, Verdict};
use crate::cli::output::{Meaning, span};
use crate::cli::progress::Progress;
use crate::config::{self, Overrides};
use crate::error::{Error, ErrorKind};
use crate::ops::Meta;
use crate::ops::init::{self, Found, Wanted};
use crate::ops::portal::{Target, Variables};
use crate::ops::sync::SyncRequest;

/// Bytes of an answer.
const MAX_ANSWER: u64 = 4 << 10;

/// Writes a first configuration: finds the repositories around you and a Backstage in the environment, asks for the rest, tests each
/// source. Everything it writes can be written by hand.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  callboard init                                  asks
  callboard init --yes                            takes what it finds
  callboard init --directory ~/src --backstage https://backstage.example.com --yes
  callboard init --yes --print                    shows it and writes nothing")]
pub(crate) struct Init {
    /// A folder of repositories; may be repeated.
    #[arg(long, value_name = "DIR")]
    directory: Vec<PathBuf>,
    /// A git repository; may be repeated.
    #[arg(long, value_name = "URL")]
    git: Vec<String>,
    /// The address of a running Backstage.
    #[arg(long, value_name = "URL")]
    backstage: Option<String>,
    /// Asks nothing.
    #[arg(long, short)]
    yes: bool,
    /// Prints the configuration and writes nothing.
    #[arg(long)]
    print: bool,
    /// Writes it without trying the sources.
    #[arg(long)]
    untested: bool,
}

impl Init {
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
        let places = session.places()?;
        let path = session.options.config.clone().unwrap_or_else(|| places.config_file());
        let path = session.environment.working_dir().join(path);
        if path.exists() && !self.print {
            let message = format!("{} is there already and is left as it is.", path.display());
            return Err(Error::new(ErrorKind::Refused, message)
                .with_hint("Add sources to it by hand; --print shows what would be written.")
                .into());
        }
        let variables = Variables::new(places.home.clone(), session.environment.texts());
        let found = init::look(session.environment.working_dir(), &variables);
        let wanted = self.wanted(session, &found)?;
        if wanted.is_empty() {
            return Err(Error::new(ErrorKind::NotFound, "Nothing was found here, and nothing was named.")
                .with_hint("Name a source, such as --directory ~/src or --backstage https://….")
                .into());
        }
        let text = init::text(&wanted, &found);
        if self.print {
            session.printer.lines(&text)?;
            return Ok(Verdict::Done);
        }
        let verdict = if self.untested { Verdict::Done } else { try_out(session, &text)? };
        init::write(&path, &text)?;
        session.printer.line([span(Meaning::Good, "written  "), path.display().to_string().into()])?;
        session
            .printer
            .line([span(Meaning::Dim, "callboard opens the portal; callboard sync fetches again.")])?;
        Ok(verdict)
    }

    /// What is to be written: what was named, or what was found and agreed to.
    fn wanted(&self, session: &Session, found: &Found) -> Result<Wanted, Failure> {
        let here = session.environment.working_dir();
        let named = Wanted {
            directories: self
                .directory
                .iter()
                .map(|folder| here.join(folder).display().to_string())
                .collect(),
            git: self.git.clone(),
            backstage: self.backstage.clone(),
        };
        if self.yes || self.print || !named.is_empty() {
            return Ok(if named.is_empty() { Wanted::of(found) } else { named });
        }
        if !(session.streams.stdin_is_terminal && session.streams.stderr_is_terminal) {
            return Err(Error::new(ErrorKind::Usage, "Nobody can be asked which sources to write.")
                .with_hint("Name them (--directory, --git, --backstage), or say --yes to what is found.")
                .into());
        }
        Ok(asked(found)?)
    }
}

/// Asks for each kind of source, with what was found as the answer to an empty line.
fn asked(found: &Found) -> io::Result<Wanted> {
    let none = "(enter for none)";
    let folder = match &found.folder {
        Some((folder, count)) => {
            let folder = folder.display().to_string();
            ask(&format!("Folder of repositories, {count} found [{folder}]"), &folder)?
        }
        None => ask(&format!("Folder of repositories {none}"), "")?,
    };
    let mut wanted = Wanted { directories: folder.into_iter().collect(), ..Wanted::default() };
    wanted.backstage = match &found.backstage {
        Some(url) => ask(&format!("Address of a Backstage [{url}]"), url)?,
        None => ask(&format!("Address of a Backstage {none}"), "")?,
    };
    Ok(wanted)
}

/// The answer to a question; `-` is none, and an empty line the usual one.
fn ask(question: &str, usual: &str) -> io::Result<Option<String>> {
    write!(io::stderr(), "{}: ", crate::text::sanitize(question))?;
    let mut answer = String::new();
    io::Read::take(io::stdin().lock(), MAX_ANSWER).read_line(&mut answer)?;
    let answer = answer.trim();
    let answer = if answer.is_empty() { usual } else { answer };
    Ok((!answer.is_empty() && answer != "-").then(|| answer.to_owned()))
}

/// Fetches the sources of a configuration that is not written yet, and says of each how that went.
fn try_out(session: &mut Session, text: &str) -> Result<Verdict, Failure> {
    let tree = yaml::parse(text).map_err(|error| {
        Error::new(ErrorKind::Usage, format!("The sources make no configuration: {error}."))
    })?;
    let values = vec![("/sources".to_owned(), tree["sources"].clone())];
    let overrides = Overrides { values, ..Overrides::default() };
    let loaded = config::load(&session.environment, &session.places()?, &overrides)?;
    let portal =
        session.portal_on(Target::Configured(crate::cli::catalog::configured(&loaded.config.sources)))?;
    let outcome = session.sync(&portal, &SyncRequest::default(), Progress::new(session));
    let outcome = match outcome {
        // None of them answers: that is said, and the configuration is written all the same.
        Err(error) if error.kind() != ErrorKind::Interrupted => {
            session.complain(&error);
            return Ok(Verdict::Findings);
        }
        outcome => outcome?,
    };
    tell(session, outcome.refreshed.snapshot.meta())?;
    Ok(if outcome.is_whole() { Verdict::Done } else { Verdict::Findings })
}

fn tell(session: &mut Session, meta: &Meta) -> io::Result<()> {
    for source in &meta.sources {
        let (meaning, word) = match &source.stale {
            None if source.entities == 1 => (Meaning::Good, "1 entity".to_owned()),
            None => (Meaning::Good, format!("{} entities", source.entities)),
            Some(why) => (Meaning::Warning, why.clone()),
        };
        session.printer.line([format!("{:<16} ", source.id.0).into(), span(meaning, word)])?;
    }
    Ok(())
}
