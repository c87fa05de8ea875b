//! Opens the portal: from options, configuration and environment to what the terminal face is handed.

use std::io;
use std::path::Path;

use super::Session;
use super::arguments::Options;
use super::command::Init;
use super::failure::{Outcome, Verdict};
use super::output::ColorChoice;
use crate::config::{self, Environment, user_theme};
use crate::error::{Error, ErrorKind, Result};
use crate::ops::Cancel;
use crate::ops::portal::{Portal, Target};
use crate::tui::portal::{First, Left, PortalOptions, Reading, ThemeChoice, open};
use crate::tui::term::MouseUse;
use crate::tui::theme::Depth;
use crate::tui::view::Symbols;

/// Opens the portal, on a folder where one is named.
pub(crate) fn run(session: &mut Session, path: Option<&Path>) -> Outcome {
    if !(session.streams.stdin_is_terminal && session.streams.stdout_is_terminal) {
        return Err(Error::new(ErrorKind::Usage, "The portal needs a terminal, and this is none.")
            .with_hint("In a script, use a command: `callboard --help` lists them.")
            .into());
    }
    let portal = match path {
        Some(path) => session.portal_on(Target::Folder(session.environment.working_dir().join(path)))?,
        None => found_or_sample(session)?,
    };
    let first = First::Catalog(String::new());
    let left = open(&portal, &session.environment, PortalOptions { first, ..options(session)? })?;
    if left == Left::Done {
        return Ok(Verdict::Done);
    }
    let verdict = Init::default().run(session)?;
    session.printer.flush()?;
    // What was named for this once is not what was set up.
    let is_usual = path.is_none() && !session.options.demo && session.options.source.is_empty();
    if is_usual { begin_again() } else { Ok(verdict) }
}

/// Opens a portal at a place.
pub(crate) fn open_at(session: &mut Session, portal: &Portal, first: First) -> Outcome {
    match open(portal, &session.environment, PortalOptions { first, ..options(session)? })? {
        Left::Done => Ok(Verdict::Done),
        Left::SetUp => Init::default().run(session),
    }
}

/// Starts the same command line once more in the place of this one: whoever watches the terminal and its
/// signals for the portal that was left is gone with it.
#[cfg(unix)]
#[expect(clippy::disallowed_methods, reason = "the one process that takes the place of this one")]
fn begin_again() -> Outcome {
    use std::os::unix::process::CommandExt as _;
    let failed = |error: io::Error| Error::io("The portal could not be opened again", &error);
    let program = std::env::current_exe().map_err(failed)?;
    let error = std::process::Command::new(program).args(std::env::args_os().skip(1)).exec();
    Err(failed(error).with_hint("Run callboard.").into())
}

#[cfg(not(unix))]
fn begin_again() -> Outcome {
    Ok(Verdict::Done)
}

/// The portal of the options and the configuration; the sample where nothing is configured and the folder
/// that somebody stands in holds no descriptor.
fn found_or_sample(session: &Session) -> Result<Portal> {
    let target = session.target()?;
    let is_found = matches!(target, Target::Here(_));
    let portal = session.portal_on(target)?;
    if !is_found || portal.snapshot().is_some_and(|known| known.meta().entities() > 0) {
        return Ok(portal);
    }
    // Nothing is known of this folder: whether it has descriptors decides what is opened.
    let refreshed = portal.refresh(&Cancel::new(), &mut |_| ())?;
    if refreshed.snapshot.meta().sources.iter().any(|source| source.files > 0) {
        return Ok(portal);
    }
    session.portal_on(Target::Demo)
}

fn options(session: &Session) -> Result<PortalOptions> {
    let config = session.configuration()?.config;
    let environment = &session.environment;
    let theme = match user_theme(&session.places()?, &config.theme)? {
        Some(text) => ThemeChoice::Text(text),
        None => ThemeChoice::BuiltIn(config.theme),
    };
    Ok(PortalOptions {
        keys: config.keys,
        theme,
        depth: depth(&session.options, environment),
        symbols: match config.ui.symbols {
            config::Symbols::Unicode => Symbols::UNICODE,
            config::Symbols::Ascii => Symbols::ASCII,
        },
        mouse: if config.ui.mouse { MouseUse::ClicksAndWheel } else { MouseUse::Never },
        user: config.user,
        email: config::user_email(environment),
        reading: if session.options.offline { Reading::Offline } else { Reading::Behind },
        first: First::Catalog(String::new()),
    })
}

fn depth(options: &Options, environment: &Environment) -> Depth {
    match (options.color, Depth::of(environment)) {
        (ColorChoice::Never, _) => Depth::None,
        (ColorChoice::Always, Depth::None) => Depth::Sixteen,
        (_, depth) => depth,
    }
}
