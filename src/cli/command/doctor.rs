//! `callboard doctor`: what callboard found out about this terminal, this machine and the sources, and what to do.

use std::io;
use std::path::Path;

use clap::Args;
use serde_json::json;

use crate::cli::Session;
use crate::cli::failure::{Outcome, Verdict};
use crate::cli::output::{Envelope, Meaning, span};
use crate::cli::progress::Progress;
use crate::config::Environment;
use crate::error::{Error, ErrorKind};
use crate::number::noun;
use crate::ops::init::{self, Asking};
use crate::ops::portal::can_keep;
use crate::ops::sources::{Health, SourceView, git, sources};
use crate::ops::sync::SyncRequest;

/// Tells what callboard finds here, and what to do where something is wrong: terminal, clipboard, configuration,
/// cache, git, the programs that are signed in to forges, and how the sources are.
#[derive(Debug, Args)]
#[command(after_help = "Ends with 1 when something is wrong.")]
pub(crate) struct Doctor {
    /// Fetches every source first, instead of telling how its last sync went.
    #[arg(long)]
    sources: bool,
}

/// Something that was looked at.
#[derive(Default)]
struct Finding {
    what: &'static str,
    found: String,
    hint: Option<String>,
    is_wrong: bool,
}

impl Finding {
    fn fine(what: &'static str, found: impl Into<String>) -> Self {
        Self { what, found: found.into(), ..Self::default() }
    }

    /// What was found, or the error that came of looking.
    fn of(what: &'static str, found: Result<String, Error>) -> Self {
        match found {
            Ok(found) => Self::fine(what, found),
            Err(error) => Self {
                what,
                found: error.message().to_owned(),
                hint: error.hint().map(str::to_owned),
                is_wrong: true,
            },
        }
    }
}

impl Doctor {
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
        if self.sources {
            fetch(session)?;
        }
        let findings = findings(session);
        let is_wrong = findings.iter().any(|finding| finding.is_wrong);
        if session.options.json {
            let items = findings.iter().map(
                |it| json!({ "what": it.what, "found": it.found, "isWrong": it.is_wrong, "hint": it.hint }),
            );
            session.printer.json(&Envelope::without_catalog("doctor", items.collect()))?;
        } else {
            for finding in &findings {
                print(session, finding)?;
            }
        }
        Ok(if is_wrong { Verdict::Findings } else { Verdict::Done })
    }
}

fn print(session: &mut Session, finding: &Finding) -> io::Result<()> {
    let Finding { what, found, hint, is_wrong } = finding;
    let (meaning, mark) = if *is_wrong { (Meaning::Bad, "  wrong") } else { (Meaning::Plain, "") };
    session.printer.paragraph(&format!("{what:14}"), &span(meaning, format!("{found}{mark}")))?;
    let Some(hint) = hint else { return Ok(()) };
    let meaning = if *is_wrong { Meaning::Strong } else { Meaning::Dim };
    session.printer.paragraph(&format!("{:14}", ""), &span(meaning, hint.as_str()))
}

/// A folder in which something can be kept.
fn kept_in(folder: &Path) -> Result<String, Error> {
    can_keep(folder).map(|()| folder.display().to_string())
}

fn findings(session: &Session) -> Vec<Finding> {
    let environment = &session.environment;
    let mut findings = vec![
        Finding::fine("version", env!("CARGO_PKG_VERSION")),
        Finding::fine("terminal", terminal(session)),
        Finding::fine("colours", colours(environment)),
        Finding::fine("multiplexer", multiplexer(environment)),
        Finding::fine("connection", connection(environment)),
        Finding::fine("clipboard", clipboard(environment)),
        Finding::of("cache", session.places().and_then(|places| kept_in(&places.cache))),
        Finding::of("state", session.places().and_then(|places| kept_in(&places.state))),
    ];
    findings.extend(tools(session));
    findings.extend(configuration(session));
    match session.portal() {
        Err(error) => findings.push(Finding::of("sources", Err(error))),
        Ok(portal) => {
            findings.extend(sources(&portal).iter().map(finding));
            let known = portal.snapshot().map_or("nothing yet".to_owned(), |known| {
                let age = crate::ops::age::words(known.meta().checked_at, portal.now());
                let entities = known.meta().entities();
                format!("{entities} {}, looked through {age}", noun(entities, "entity"))
            });
            findings.push(Finding::fine("cached", known));
        }
    }
    findings
}

/// git, which every source of repositories needs, and where somebody is signed in.
fn tools(session: &Session) -> Vec<Finding> {
    let Ok(variables) = session.variables() else { return Vec::new() };
    let mut git = Finding::of("git", git(&variables));
    // Without a source that is fetched by it, nothing is wrong yet.
    git.is_wrong &= session.portal().is_ok_and(|portal| {
        portal.sources().iter().any(|source| matches!(source.kind(), "git" | "github" | "gitlab" | "gitea"))
    });
    let asking = if session.options.offline { Asking::Local } else { Asking::Network };
    let answers = match init::tools(&variables, asking) {
        Ok(answers) => answers,
        Err(error) => return vec![git, Finding::of("tools", Err(error))],
    };
    let told = answers.iter().flat_map(|answer| {
        let what = answer.tool.program();
        let findings = super::tools::findings(answer).into_iter();
        findings.map(move |it| Finding { what, found: it.found, hint: it.hint, is_wrong: it.is_wrong })
    });
    std::iter::once(git).chain(told).collect()
}

fn configuration(session: &Session) -> Vec<Finding> {
    let loaded = match session.configuration() {
        Ok(loaded) => loaded,
        Err(error) => return vec![Finding::of("configuration", Err(error))],
    };
    let files: Vec<_> = loaded.files().map(|file| file.display().to_string()).collect();
    let mut findings = vec![match files.as_slice() {
        [] => Finding {
            hint: Some("`callboard init` writes one.".to_owned()),
            ..Finding::fine("configuration", "built in; no file")
        },
        files => Finding::fine("configuration", files.join(", ")),
    }];
    findings.extend(loaded.problems.into_iter().map(|problem| Finding {
        found: format!("{}: {}", problem.origin, problem.message),
        is_wrong: true,
        ..Finding::default()
    }));
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
    let found = match &source.why {
        Some(why) => format!("{head}. {why}"),
        None => format!("{head}, {} {}", source.entities, noun(source.entities, "entity")),
    };
    let unknown = || {
        let is_fetched = source.kind != "directory";
        let hint = if is_fetched { "`callboard sync` fetches it." } else { "`callboard status` reads it." };
        (source.health == Health::Unknown).then(|| hint.to_owned())
    };
    let hint = source.hint.clone().or_else(unknown);
    Finding { what: "source", found, hint, is_wrong }
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
