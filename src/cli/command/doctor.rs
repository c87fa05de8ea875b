//! `callboard doctor`: what callboard found out about this terminal and this machine.

use clap::Args;
use serde_json::json;

use crate::cli::Session;
use crate::cli::failure::{Outcome, Verdict};
use crate::cli::output::{Envelope, Meaning, span};
use crate::cli::progress::Progress;
use crate::config::Environment;
use crate::error::{Error, ErrorKind};
use crate::ops::portal::Variables;
use crate::ops::sources::{Health, SourceView, git, sources};
use crate::ops::sync::SyncRequest;

/// Tells what callboard finds here: terminal, clipboard, configuration, cache, git, and how the sources are.
#[derive(Debug, Args)]
#[command(after_help = "Ends with 1 when something is wrong.")]
pub(crate) struct Doctor {
    /// Fetches every source first, instead of telling how its last sync went.
    #[arg(long)]
    sources: bool,
}

/// Something that was looked at.
struct Finding {
    what: &'static str,
    found: String,
    is_wrong: bool,
}

impl Doctor {
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
        if self.sources {
            fetch(session)?;
        }
        let findings = findings(session);
        let is_wrong = findings.iter().any(|finding| finding.is_wrong);
        if session.options.json {
            let items = findings.iter();
            let items = items.map(|it| json!({ "what": it.what, "found": it.found, "isWrong": it.is_wrong }));
            session.printer.json(&Envelope::without_catalog("doctor", items.collect()))?;
        } else {
            for finding in &findings {
                let meaning = if finding.is_wrong { Meaning::Bad } else { Meaning::Plain };
                let mark = if finding.is_wrong { "  wrong" } else { "" };
                session.printer.line([
                    span(Meaning::Dim, format!("{:14}", finding.what)),
                    span(meaning, finding.found.as_str()),
                    span(Meaning::Bad, mark),
                ])?;
            }
        }
        Ok(if is_wrong { Verdict::Findings } else { Verdict::Done })
    }
}

fn findings(session: &Session) -> Vec<Finding> {
    let environment = &session.environment;
    let fine = |what, found: String| Finding { what, found, is_wrong: false };
    let mut findings = vec![
        fine("version", env!("CARGO_PKG_VERSION").to_owned()),
        fine("terminal", terminal(session)),
        fine("colours", colours(environment)),
        fine("multiplexer", multiplexer(environment).to_owned()),
        fine("connection", connection(environment).to_owned()),
        fine("clipboard", clipboard(environment).to_owned()),
    ];
    let mut add = |what, found: crate::error::Result<String>| {
        let is_wrong = found.is_err();
        findings.push(Finding {
            what,
            found: found.unwrap_or_else(|error| error.message().to_owned()),
            is_wrong,
        });
    };
    add("cache", session.places().map(|places| places.cache.display().to_string()));
    add("state", session.places().map(|places| places.state.display().to_string()));
    add(
        "configuration",
        session.configuration().map(|loaded| {
            let files: Vec<_> = loaded.files().map(|file| file.display().to_string()).collect();
            if files.is_empty() { "built in; no file".to_owned() } else { files.join(", ") }
        }),
    );
    for problem in session.configuration().map(|loaded| loaded.problems).unwrap_or_default() {
        findings.push(Finding {
            what: "",
            found: format!("{}: {}", problem.origin, problem.message),
            is_wrong: true,
        });
    }
    match session.portal() {
        Err(error) => {
            findings.push(Finding { what: "sources", found: error.message().to_owned(), is_wrong: true });
        }
        Ok(portal) => {
            findings.extend(sources(&portal).into_iter().map(|source| finding(&source)));
            if portal
                .sources()
                .iter()
                .any(|source| matches!(source.kind(), "git" | "github" | "gitlab" | "gitea"))
            {
                let git = git(&Variables::new(environment.home().unwrap_or_default(), environment.texts()));
                let is_wrong = git.is_err();
                let found = git.unwrap_or_else(|error| told(&error));
                findings.push(Finding { what: "git", found, is_wrong });
            }
            let known = portal.snapshot().map_or("nothing yet".to_owned(), |known| {
                let age = crate::ops::age::words(known.meta().checked_at, portal.now());
                format!("{} entities, looked through {age}", known.meta().entities())
            });
            findings.push(fine("cached", known));
        }
    }
    findings
}

/// Fetches every source; what goes wrong is found in their state afterwards.
fn fetch(session: &Session) -> Result<(), Error> {
    let portal = session.portal()?;
    match session.sync(&portal, &SyncRequest::default(), Progress::new(session)) {
        Err(error) if error.kind() == ErrorKind::Interrupted => Err(error),
        _ => Ok(()),
    }
}

/// How a source is, with what to do where it is not well.
fn finding(source: &SourceView) -> Finding {
    let is_wrong = matches!(source.health, Health::Failed | Health::HeldBack | Health::Stale);
    let head = format!("{} ({}): {}, {}", source.id, source.kind, source.location, source.health.word());
    let hint = source.hint.as_deref().map(|hint| format!(" {hint}")).unwrap_or_default();
    let found = match &source.why {
        Some(why) => format!("{head}. {why}{hint}"),
        None => format!("{head}, {} entities", source.entities),
    };
    Finding { what: "source", found, is_wrong }
}

fn told(error: &Error) -> String {
    match error.hint() {
        Some(hint) => format!("{} {hint}", error.message()),
        None => error.message().to_owned(),
    }
}

fn terminal(session: &Session) -> String {
    let term = session.environment.text("TERM").unwrap_or("not named");
    match session.streams.width {
        Some(width) => format!("{term}, {width} columns"),
        None => format!("{term}; output goes to no terminal"),
    }
}

fn colours(environment: &Environment) -> String {
    let said = ["NO_COLOR", "COLORTERM"].into_iter();
    let said: Vec<_> = said.filter_map(|name| Some(format!("{name}={}", environment.text(name)?))).collect();
    if said.is_empty() { "the terminal's own 16".to_owned() } else { said.join(" ") }
}

fn multiplexer(environment: &Environment) -> &'static str {
    if environment.has("TMUX") {
        "tmux"
    } else if environment.has("STY") {
        "screen"
    } else {
        "none"
    }
}

fn connection(environment: &Environment) -> &'static str {
    let is_remote = environment.has("SSH_CONNECTION") || environment.has("SSH_TTY");
    if is_remote { "remote, over SSH" } else { "local" }
}

fn clipboard(environment: &Environment) -> &'static str {
    match multiplexer(environment) {
        "tmux" => "OSC 52 through tmux: it needs `set -g set-clipboard on` and `allow-passthrough on`",
        "screen" => "OSC 52, wrapped for screen",
        _ => "OSC 52: the terminal decides whether it takes it",
    }
}
