//! `callboard doctor`: what callboard found out about this terminal, this machine and the sources, and what to do.

use std::path::Path;

use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use super::finding::Finding;
use super::surroundings;
use crate::cli::Session;
use crate::cli::failure::{Outcome, Verdict};
use crate::cli::output::Envelope;
use crate::cli::progress::Progress;
use crate::config::Loaded;
use crate::error::{Error, ErrorKind};
use crate::number::noun;
use crate::ops::entry;
use crate::ops::init::{self, Asking};
use crate::ops::portal::{Portal, can_keep};
use crate::ops::sources::{Health, SourceView, git, sources};
use crate::ops::sync::{SyncRequest, wanted};

/// Tells what callboard finds here, and what to do where something is wrong: terminal, clipboard, configuration,
/// cache, git, the programs that are signed in to forges, and how the sources are.
#[derive(Debug, Args)]
#[command(after_help = "Ends with 1 when something is wrong.")]
pub(crate) struct Doctor {
    /// Fetches every source first, instead of telling how its last sync went. One that was never fetched is
    /// fetched anyway.
    #[arg(long)]
    sources: bool,
}

impl Doctor {
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
        self.fetch(session)?;
        let findings = findings(session);
        let is_wrong = findings.iter().any(|finding| finding.is_wrong);
        if session.options.json {
            let items = findings.iter().map(
                |it| json!({ "what": it.what, "found": it.found, "isWrong": it.is_wrong, "hint": it.hint }),
            );
            session.printer.json(&Envelope::without_catalog("doctor", items.collect()))?;
        } else {
            for finding in &findings {
                finding.print(&mut session.printer)?;
            }
        }
        Ok(if is_wrong { Verdict::Findings } else { Verdict::Done })
    }
}

impl Doctor {
    /// Fetches what is to be fetched; what goes wrong is found in the state of the sources afterwards.
    fn fetch(&self, session: &Session) -> Result<(), Error> {
        if session.options.offline && self.sources {
            let error = Error::new(ErrorKind::Usage, "--sources fetches, and --offline fetches nothing.");
            return Err(error.with_hint("Leave one of them out."));
        }
        if session.options.offline {
            return Ok(());
        }
        let portal = match session.portal() {
            Ok(portal) => portal,
            // What is wrong with the configuration is one of the findings.
            Err(_) if !self.sources => return Ok(()),
            Err(error) => return Err(error),
        };
        let sources = if self.sources { Vec::new() } else { wanted(&portal) };
        if sources.is_empty() && !self.sources {
            return Ok(());
        }
        let request = SyncRequest { sources, ..SyncRequest::default() };
        let progress = if self.sources { Progress::new(session) } else { Progress::aside(session) };
        match session.sync(&portal, &request, progress) {
            Err(error) if error.kind() == ErrorKind::Interrupted => Err(error),
            _ => Ok(()),
        }
    }
}

/// A folder in which something can be kept, which a variable may move.
fn kept_in(folder: &Path, variable: &str) -> Result<String, Error> {
    match can_keep(folder) {
        Ok(()) => Ok(folder.display().to_string()),
        Err(error) if error.hint().is_some() => Err(error),
        Err(error) => Err(error.with_hint(format!("Set {variable} to a folder that you may write."))),
    }
}

fn findings(session: &Session) -> Vec<Finding> {
    let mut findings = vec![Finding::fine("version", env!("CARGO_PKG_VERSION"))];
    findings.extend(surroundings::findings(session));
    findings.extend([
        Finding::of("cache", session.places().and_then(|places| kept_in(&places.cache, "XDG_CACHE_HOME"))),
        Finding::of("state", session.places().and_then(|places| kept_in(&places.state, "XDG_STATE_HOME"))),
    ]);
    findings.extend(tools(session));
    let known = session.configuration();
    let is_misread = known.is_err();
    findings.extend(configuration(known));
    match session.portal() {
        // What is wrong with the configuration is said already.
        Err(_) if is_misread => {}
        Err(error) => findings.push(Finding::of("sources", Err(error))),
        Ok(portal) => {
            let sources = sources(&portal);
            for source in &sources {
                findings.push(finding(source, portal.now()));
                // One that failed says it itself.
                findings.extend((source.health != Health::Failed).then(|| token(&portal, source)).flatten());
            }
            findings.extend(clock(&portal));
            let known = portal.snapshot().map_or("nothing yet".to_owned(), |known| {
                let age = crate::ops::age::words(known.meta().checked_at, portal.now());
                let entities = known.meta().entities();
                format!("{entities} {}, looked through {age}", noun(entities, "entity"))
            });
            let has_failed = sources.iter().any(|source| source.health == Health::Failed);
            let hint =
                has_failed.then(|| "`callboard doctor --sources` fetches each source again.".to_owned());
            findings.push(Finding { hint, ..Finding::fine("cached", known) });
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
        let findings = crate::cli::command::tools::findings(answer).into_iter();
        findings.map(move |it| Finding { what, found: it.found, hint: it.hint, is_wrong: it.is_wrong })
    });
    std::iter::once(git).chain(told).collect()
}

fn configuration(loaded: Result<Loaded, Error>) -> Vec<Finding> {
    let loaded = match loaded {
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
    let useless = loaded.check_sources();
    findings.extend(loaded.problems.into_iter().chain(useless).map(|problem| Finding {
        found: format!("{}: {}", problem.origin, problem.message),
        is_wrong: true,
        ..Finding::default()
    }));
    findings
}

/// How a source is, with what to do where it is not well.
fn finding(source: &SourceView, now: Timestamp) -> Finding {
    let is_wrong = matches!(source.health, Health::Failed | Health::HeldBack | Health::Stale);
    let mut head = format!("{} ({}): {}, {}", source.id, source.kind, source.location, source.health.word());
    if let (Health::Failed, Some(run)) = (source.health, source.runs.first()) {
        // What was mended since is not known.
        head.extend([" ", crate::ops::age::words(run.at, now).as_str()]);
    }
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
    Finding { found, hint, is_wrong, ..Finding::fine("source", "") }
}

/// Where the token of a source is; nothing where it has none.
fn token(portal: &Portal, source: &SourceView) -> Option<Finding> {
    let found = entry(portal, portal.source(&source.id).ok()?).transpose()?;
    Some(Finding::of("token", found.map(|place| format!("of {}: {place}", source.id))))
}

/// A clock that cannot be right: something was done later than it is.
fn clock(portal: &Portal) -> Option<Finding> {
    let (now, checked) = (portal.now(), portal.snapshot()?.meta().checked_at);
    let told = format!("It is {now:.0} by this machine, and the catalog was looked through at {checked:.0}.");
    (now < checked).then(|| Finding {
        hint: Some("Set the clock: ages, tokens and certificates depend on it.".to_owned()),
        is_wrong: true,
        ..Finding::fine("clock", told)
    })
}
