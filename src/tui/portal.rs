//! Opens the portal on a terminal: state, theme and workers put together, then the run loop.

use std::num::NonZeroUsize;
use std::sync::Arc;

use super::app::{Event, Message, Network, Options, State};
use super::command::{Command, Context};
use super::keymap::{Keymap, UserKeys};
use super::pane::Place;
use super::pane::create::{CreatePane, Given};
pub use super::program::Left;
use super::program::PortalProgram;
use super::term::{self, MouseUse, Setup};
use super::theme::{BUILT_IN, Depth, Theme};
use super::view::Symbols;
use super::worker::{DeskOptions, Workers, facts};
use crate::catalog::EntityRef;
use crate::config::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::ops::portal::Portal;
use crate::ops::user;

/// What the portal is opened with, all of it decided before.
#[derive(Debug, Clone)]
pub struct PortalOptions {
    /// The user's key bindings.
    pub keys: UserKeys,
    /// The text of the theme, or the name of one that comes with the program.
    pub theme: ThemeChoice,
    /// Whether colours are wanted at all.
    pub depth: Depth,
    /// The signs to draw with.
    pub symbols: Symbols,
    /// Whether clicks and the wheel are taken.
    pub mouse: MouseUse,
    /// The user of the configuration.
    pub user: Option<String>,
    /// The mail address that git commits with.
    pub email: Option<String>,
    /// Whether the sources are read again behind the first frame.
    pub reading: Reading,
    /// What to open first.
    pub first: First,
}

/// Which theme to use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ThemeChoice {
    /// One that comes with the program.
    BuiltIn(String),
    /// One of the user's own, as text.
    Text(String),
}

/// Whether the sources are read again behind the first frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// They are.
    Behind,
    /// Only what the cache holds is shown.
    Offline,
}

/// What to open first.
#[derive(Debug, Clone, PartialEq)]
pub enum First {
    /// The catalog with a query, which may be empty.
    Catalog(String),
    /// The form of a template, with what was answered before.
    Create(EntityRef, Given),
}

/// Opens the portal and tells what it was left for. The terminal is whole again then.
pub fn open(portal: &Portal, environment: &Environment, options: PortalOptions) -> Result<Left> {
    let theme = theme(&options.theme, options.depth)?;
    let setup = Setup::new(environment, options.mouse);
    let (keymap, complaints) = Keymap::new(&options.keys);
    let set_up = keymap.keys(&[Context::Global], Command::SetUp).into_iter().next();
    let set_up = set_up.unwrap_or_else(|| "`callboard init`".to_owned());
    let sample = format!("The bundled sample. {set_up} finds your own.");
    let processors = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let desks = DeskOptions { user: options.user, email: options.email, processors };
    let (workers, messages) = Workers::start(portal, &desks)?;
    let started = portal.now();
    let network = match options.reading {
        Reading::Behind => Network::Allowed,
        Reading::Offline => Network::Off,
    };
    let fixed = Options { keymap: Arc::new(keymap), symbols: options.symbols, out: "./".to_owned(), network };
    let mut state = State::new(fixed, facts(portal), (80, 24), started);
    state.mouse = options.mouse == MouseUse::ClicksAndWheel;
    enter(&mut state, options.first);
    let known = user::preferences(portal);
    state.catalog.pins = known.pins;
    let mut program = PortalProgram::new(state, theme, workers, started);
    if portal.snapshot().is_some() {
        program.happen(Event::Message(Message::Opened(facts(portal))));
    }
    if options.reading == Reading::Behind {
        program.happen(Event::Begin);
    }
    let notes = complaints.iter().map(ToString::to_string).chain(known.notes);
    if let Some(note) = notes.chain(portal.is_sample().then_some(sample)).next() {
        program.happen(Event::Message(Message::Say(note)));
    }
    term::run(&mut program, messages, &setup)?;
    Ok(program.left())
}

fn enter(state: &mut State, first: First) {
    match first {
        First::Catalog(query) => drop(state.catalog.set_query(&query)),
        First::Create(reference, given) => {
            let out = state.options.out.clone();
            state.go(Place::Create(Box::new(CreatePane::new(reference, out).with(given))));
        }
    }
}

fn theme(choice: &ThemeChoice, depth: Depth) -> Result<Theme> {
    let text = match choice {
        ThemeChoice::Text(text) => text.as_str(),
        ThemeChoice::BuiltIn(name) => BUILT_IN
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, text)| *text)
            .ok_or_else(|| unknown_theme(name))?,
    };
    Theme::parse(text, depth).map_err(|error| {
        Error::new(ErrorKind::Usage, format!("The theme cannot be used: {error}."))
            .with_hint("`callboard config show` tells which file it comes from.")
    })
}

fn unknown_theme(name: &str) -> Error {
    let known: Vec<_> = BUILT_IN.iter().map(|(name, _)| *name).collect();
    Error::new(ErrorKind::Usage, format!("There is no theme {name:?}.")).with_hint(format!(
        "There are {}; your own go into the folder `themes` of the configuration.",
        known.join(", ")
    ))
}
