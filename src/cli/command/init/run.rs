//! One run of `callboard init`: where the configuration goes, what is to be in it, trying it, writing it.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

use super::answers::Answers;
use super::{Existing, FailingChoice, Init, asked, trial};
use crate::catalog::yaml;
use crate::cli::Session;
use crate::cli::failure::{Failure, Outcome, Verdict};
use crate::cli::output::{Envelope, Meaning, span};
use crate::config;
use crate::error::{Error, ErrorKind, Result};
use crate::ops::Snapshot;
use crate::ops::init::{self, Asking, Draft, Failing, Found, Outcome as Came};

/// Times that sources are tried, each time with the tokens that somebody named.
const MAX_TRIALS: usize = 4;

/// One run.
pub(super) struct Run<'a> {
    init: &'a Init,
    /// Where the configuration goes.
    path: PathBuf,
    /// The folder that is callboard's own.
    own_folder: PathBuf,
    /// What is there.
    old: Option<String>,
    /// Whether somebody is asked.
    is_asking: bool,
}

/// What is to be written.
pub(super) struct Content {
    drafts: Vec<Draft>,
    failing: Failing,
    user: Option<String>,
}

impl<'a> Run<'a> {
    /// A run. Where nobody can be asked and nothing says what to do, or a file that is there would have to go,
    /// that is the error, before anything is looked at.
    pub(super) fn new(init: &'a Init, session: &Session) -> Result<Self> {
        let places = session.places()?;
        let path = session.options.config.clone().unwrap_or_else(|| places.config_file());
        let path = session.environment.working_dir().join(path);
        let old = init::read(&path)?;
        let is_person = session.streams.stdin_is_terminal && session.streams.stderr_is_terminal;
        let is_asking = is_person && !init.yes && !init.print;
        if !(is_asking || init.print) {
            if old.is_some() && init.existing.is_none() {
                let message = format!("{} is there already and is left as it is.", path.display());
                return Err(Error::new(ErrorKind::Refused, message).with_hint(
                    "Say --existing add to add the sources to it, or --existing replace; --print shows what would be written.",
                ));
            }
            if !init.yes && !init.is_named() {
                return Err(Error::new(ErrorKind::Usage, "Nobody can be asked what to write: this is no terminal.")
                    .with_hint("Say --yes to take what is found, name sources (--github, --directory, …), or --print to see it first."));
            }
        }
        Ok(Self { init, path, own_folder: places.config, old, is_asking })
    }

    pub(super) fn carry_out(&self, session: &mut Session) -> Outcome {
        if self.is_asking {
            if self.old.is_some() {
                let path = self.path.display();
                Answers::tell("", &format!("{path} is there. You will see what would change in it."))?;
                Answers::say("")?;
            }
            Answers::say("Looking around: repositories, gh, glab and tea, a Backstage …\n")?;
        }
        let asking = if session.options.offline { Asking::Local } else { Asking::Network };
        let found = init::look(session.environment.working_dir(), &session.variables()?, asking)?;
        let mut drafts = self.drafts(session, &found)?;
        if self.init.print {
            let content = Content { drafts, failing: Failing::default(), user: self.init.user.clone() };
            session
                .printer
                .lines(&self.compose(self.init.existing.unwrap_or(Existing::Replace), &content)?)?;
            return Ok(Verdict::Done);
        }
        if self.is_asking {
            Answers::say("")?;
        }
        let snapshot = self.tried(session, &mut drafts)?;
        let failing = self.failing(&drafts)?;
        let user = match (&self.init.user, snapshot) {
            (Some(user), _) => Some(user.clone()),
            (None, Some(snapshot)) => self.user(session, &snapshot, &found)?,
            (None, None) => None,
        };
        let content = Content { drafts, failing, user };
        let Some(text) = self.agreed(session, &content)? else {
            Answers::tell("", &format!("{} is left as it is.", self.path.display()))?;
            return Ok(Verdict::Findings);
        };
        self.write(session, &text)?;
        Ok(if content.drafts.iter().any(Draft::is_failing) { Verdict::Findings } else { Verdict::Done })
    }

    /// The sources that are named, else those that somebody wants, else those that are sensible.
    fn drafts(&self, session: &Session, found: &Found) -> Result<Vec<Draft>, Failure> {
        let mut drafts = match self.init.named(session, found)? {
            named if !named.is_empty() => named,
            _ if self.is_asking => asked::sources(session, found)?,
            _ => found.proposed(),
        };
        let known = self.known();
        drafts.retain(|draft| {
            let same = known.iter().find(|source| is_same(source, draft));
            if let Some(same) = same {
                session.note(&format!("{} is there already.", same["id"].as_str().unwrap_or("A source")));
            }
            same.is_none()
        });
        if drafts.is_empty() {
            return Err(nothing(found, &known).into());
        }
        let taken: Vec<String> = known.iter().filter_map(|it| it["id"].as_str().map(str::to_owned)).collect();
        init::identify(&mut drafts, &taken);
        Ok(drafts)
    }

    /// Tries the sources and tells what came of each; those that want a token are tried again with what somebody
    /// names. Gives the catalog that they make.
    fn tried(&self, session: &mut Session, drafts: &mut [Draft]) -> Result<Option<Arc<Snapshot>>, Failure> {
        let is_tried = !(self.init.untested || session.options.offline);
        let mut snapshot = None;
        for _ in 0..MAX_TRIALS {
            let told: Vec<String> = drafts
                .iter()
                .filter(|it| matches!(it.outcome, Came::Untried | Came::SignIn))
                .map(|it| it.name.clone())
                .collect();
            if is_tried {
                snapshot = trial::run(session, drafts)?;
            }
            if !session.options.json {
                report(session, drafts.iter().filter(|it| told.contains(&it.name)))?;
            }
            if !(self.is_asking && asked::tokens(drafts)?) {
                break;
            }
        }
        if session.options.json {
            self.report_json(session, drafts)?;
        }
        Ok(snapshot)
    }

    /// The sources of a configuration that is there and may stay.
    fn known(&self) -> Vec<Value> {
        let old = self.old.as_deref().filter(|_| self.init.existing != Some(Existing::Replace));
        let tree = old.and_then(|old| yaml::parse(old).ok()).unwrap_or_default();
        tree["sources"].as_array().cloned().unwrap_or_default()
    }

    /// What becomes of sources that do not answer.
    fn failing(&self, drafts: &[Draft]) -> Result<Failing, Failure> {
        let choice = match self.init.failing {
            None if self.is_asking && drafts.iter().any(Draft::is_failing) => asked::failing()?,
            choice => choice.unwrap_or(FailingChoice::Comment),
        };
        Ok(match choice {
            FailingChoice::Comment => Failing::Comment,
            FailingChoice::Keep => Failing::Keep,
            FailingChoice::Omit => Failing::Omit,
        })
    }

    /// Who somebody is: what is guessed, where nobody is asked.
    fn user(&self, session: &Session, snapshot: &Snapshot, found: &Found) -> Result<Option<String>, Failure> {
        let email = config::user_email(&session.environment);
        match init::guess(snapshot, email.as_deref(), found.logins())? {
            // A configuration that is there says who somebody is, or not, as its owner wants.
            Some(guess) if self.is_asking && self.old.is_none() => asked::user(&guess),
            guess => Ok(guess.map(|guess| guess.user.to_string())),
        }
    }

    /// The text that is to be written; nothing where somebody wants the file as it is.
    fn agreed(&self, session: &Session, content: &Content) -> Result<Option<String>, Failure> {
        match (&self.old, self.init.existing) {
            (None, _) => Ok(Some(self.compose(Existing::Replace, content)?)),
            (Some(_), Some(existing)) => Ok(Some(self.compose(existing, content)?)),
            (Some(old), None) => asked::existing(session, old, &|existing| self.compose(existing, content)),
        }
    }

    /// The text of the configuration. One that cannot be added to is an error that says so.
    fn compose(&self, existing: Existing, content: &Content) -> Result<String> {
        let Content { drafts, failing, user } = content;
        match (&self.old, existing) {
            (Some(old), Existing::Add) => init::add(old, drafts, *failing, self.init.user.as_deref())
                .ok_or_else(|| {
                    let path = self.path.display();
                    let message =
                        format!("The sources cannot be added to {path} without changing what stands there.");
                    Error::new(ErrorKind::Refused, message)
                        .with_hint("Write its `sources` one item a line, or add by hand what --print shows.")
                }),
            _ => Ok(init::text(drafts, *failing, user.as_deref())),
        }
    }

    /// Tells scripts what came of each source.
    fn report_json(&self, session: &mut Session, drafts: &[Draft]) -> io::Result<()> {
        let items = drafts.iter().map(|draft| {
            let (state, found) = trial::told(draft);
            json!({"source": draft.value(), "state": state, "found": found, "path": self.path})
        });
        session.printer.json(&Envelope::without_catalog("init", items.collect()))
    }

    fn write(&self, session: &mut Session, text: &str) -> Result<(), Failure> {
        let kept = init::write(&self.path, text, &self.own_folder)?;
        if session.options.json {
            return Ok(());
        }
        let path = self.path.display().to_string();
        session.printer.line([span(Meaning::Good, "written  "), path.into()])?;
        if let Some(kept) = kept {
            session.printer.line([span(Meaning::Dim, "before   "), kept.display().to_string().into()])?;
        }
        let next = "callboard opens the portal, callboard status tells how the sources are.";
        session.printer.paragraph("", &span(Meaning::Dim, next))?;
        Ok(())
    }
}

/// Tells what came of sources.
fn report<'d>(session: &mut Session, drafts: impl Iterator<Item = &'d Draft> + Clone) -> io::Result<()> {
    let widest = drafts.clone().map(|draft| draft.name.len()).max().unwrap_or_default();
    for draft in drafts {
        let (_, found) = trial::told(draft);
        let found = span(trial::meaning(draft), found);
        session.printer.paragraph(&format!("{:widest$}  ", draft.name), &found)?;
    }
    session.printer.flush()
}

/// Whether a source of a configuration is the same but for its name.
fn is_same(source: &Value, draft: &Draft) -> bool {
    let mut keys = source.as_object().cloned().unwrap_or_default();
    keys.shift_remove("id");
    keys == draft.keys
}

fn nothing(found: &Found, known: &[Value]) -> Error {
    if !known.is_empty() {
        let message = "Nothing was found that is not in the configuration already.";
        return Error::new(ErrorKind::NotFound, message)
            .with_hint("Name a source, such as --github acme or --directory ~/src.");
    }
    let hint = if found.hosts.iter().any(|host| host.token.is_some()) {
        "Name a source, such as --github acme or --directory ~/src, or run it in a folder of repositories."
    } else {
        "Name a source, such as --directory ~/src, --github acme or --backstage https://…. `callboard --demo` shows the bundled sample."
    };
    Error::new(ErrorKind::NotFound, "No source was chosen, and none was found: nothing is written.")
        .with_hint(hint)
}
