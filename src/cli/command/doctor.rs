//! `callboard doctor`: what callboard found out about this terminal and this machine.

use clap::Args;
use serde_json::json;

use crate::cli::Session;
use crate::cli::failure::{Outcome, Verdict};
use crate::cli::output::{Envelope, Meaning, span};
use crate::config::Environment;

/// Tells what callboard finds here: terminal, clipboard, configuration, cache and sources. Reads no source.
#[derive(Debug, Args)]
#[command(after_help = "Ends with 1 when something is wrong.")]
pub(crate) struct Doctor {}

/// Something that was looked at.
struct Finding {
    what: &'static str,
    found: String,
    is_wrong: bool,
}

impl Doctor {
    #[expect(clippy::unused_self, reason = "every command is run in the same way")]
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
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
            for source in portal.sources() {
                findings.push(fine("source", format!("{}: {}", source.id, source.location())));
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
