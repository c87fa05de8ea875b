//! One event in, the changed state and the effects out. Nothing here waits, reads or draws.

use crossterm::event::Event as TerminalEvent;
use ratatui::layout::Rect;

use super::hear::hear;
use super::input::{click, edit, paste, wheel};
use super::navigate::{Travel, back, copy, enter, open, open_entity, subject, templates, to_search, travel};
use super::{Action, Effect, Message, Network, State, Syncing, menus};
use crate::tui::command::Command;
use crate::tui::pane::create::CreatePane;
use crate::tui::pane::docs::Reader;
use crate::tui::pane::menu::{Choice, Menu};
use crate::tui::pane::{Place, Response};
use crate::tui::theme::Meaning;
use crate::tui::view::{self, Frame};

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// The user did something.
    Action(Action),
    /// A worker answered.
    Message(Message),
    /// The portal was opened.
    Begin,
    /// The time of [`State::deadline`] came.
    Deadline,
}

/// Changes the state and tells what is to be done outside.
pub fn update(state: &mut State, event: Event) -> Vec<Effect> {
    let effects = match event {
        Event::Action(action) => {
            // Whoever goes on has read it, and the keys below it are wanted again.
            if matches!(action, Action::Run(_) | Action::Type(_) | Action::Paste(_)) {
                state.toast = None;
            }
            act(state, action)
        }
        Event::Message(message) => hear(state, message),
        Event::Begin => refresh(state, Syncing::Due),
        Event::Deadline => {
            state.toast = state.toast.take().filter(|toast| toast.until > state.now);
            let is_due = state.sync_due().is_some_and(|due| due <= state.now);
            if is_due { refresh(state, Syncing::Due) } else { Vec::new() }
        }
    };
    settle(state, effects)
}

/// Lays the place out for the size of the screen and asks for what it needs there.
fn settle(state: &mut State, mut effects: Vec<Effect>) -> Vec<Effect> {
    let body = body(state);
    if let Place::Sources(pane) = &mut state.place {
        pane.at(state.now, &state.sync.doing);
    }
    if state.place.resize(body) {
        effects.extend(state.place.load(&mut state.jobs));
    }
    effects
}

/// The rectangle of the pane at the size of the screen.
pub(super) fn body(state: &State) -> Rect {
    let screen = Rect { x: 0, y: 0, width: state.size.0, height: state.size.1 };
    view::arrange(screen).map_or(Rect::default(), |frame: Frame| frame.body)
}

fn act(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Run(command) => run(state, command),
        Action::Type(key) => edit(state, &TerminalEvent::Key(key)),
        Action::Paste(text) => paste(state, &text),
        Action::Wheel(lines) => wheel(state, lines),
        Action::Click(x, y) => click(state, x, y),
        Action::Resize(width, height) => {
            state.size = (width, height);
            let body = body(state);
            state.catalog.resize(body);
            Vec::new()
        }
    }
}

pub(super) fn run(state: &mut State, command: Command) -> Vec<Effect> {
    if let Some(effects) = run_in_menu(state, command) {
        return effects;
    }
    match command {
        Command::Quit => vec![Effect::Quit],
        Command::SetUp => vec![Effect::SetUp],
        Command::Redraw => vec![Effect::Redraw],
        Command::Suspend => vec![Effect::Suspend],
        Command::Refresh => refresh(state, Syncing::All),
        Command::Sources => enter(state, Place::Sources(Box::default())),
        Command::ToggleMouse => toggle_mouse(state),
        Command::Help => open_menu(state, menus::help),
        Command::Palette => open_menu(state, menus::palette),
        Command::HistoryBack => travel(state, Travel::Back),
        Command::HistoryForward => travel(state, Travel::Forward),
        Command::Back => back(state),
        _ => run_in_place(state, command),
    }
}

pub(super) fn run_in_place(state: &mut State, command: Command) -> Vec<Effect> {
    if let Place::Catalog = state.place {
        if let Some(effects) = state.catalog.command(command) {
            return effects;
        }
    } else {
        if command == Command::FocusSearch {
            return to_search(state);
        }
        let response = state.place.command(command, &mut state.jobs);
        if let Some(effects) = respond(state, response) {
            return effects;
        }
    }
    if command == Command::Problems {
        return enter(state, Place::Problems(Box::default()));
    }
    let Some(reference) = subject(state) else { return Vec::new() };
    match command {
        Command::Open => open(state, reference),
        Command::Links => vec![Effect::Links { generation: state.jobs.links.start(), reference }],
        Command::Who => vec![Effect::Who { generation: state.who.start(), reference }],
        Command::Docs => enter(state, Place::Docs(Box::new(Reader::new(reference)))),
        Command::Create if reference.kind() == "template" => {
            enter(state, Place::Create(Box::new(CreatePane::new(reference, state.options.out.clone()))))
        }
        Command::Create => templates(state),
        Command::CopyRef => copy(state, &reference),
        Command::Pin => {
            let pin = !state.catalog.pins.contains(&reference);
            vec![Effect::Pin(reference, pin)]
        }
        _ => Vec::new(),
    }
}

/// Does what a place asks for; `None` where it has no use for the command.
pub(super) fn respond(state: &mut State, response: Response) -> Option<Vec<Effect>> {
    match response {
        Response::Effects(effects) => Some(effects),
        Response::Enter(place) => Some(enter(state, place)),
        Response::Sync(which) => Some(refresh(state, which)),
        Response::Say(text) => {
            state.say(Meaning::Text, text);
            Some(Vec::new())
        }
        Response::NotMine => None,
    }
}

/// Fetches what may be fetched and reads the catalog again.
pub(super) fn refresh(state: &mut State, which: Syncing) -> Vec<Effect> {
    let is_off = state.options.network == Network::Off;
    let which = if is_off { Syncing::Local } else { which };
    let is_stop = which == Syncing::Stop;
    state.portal.activity = (!is_stop).then(|| "reading the sources".to_owned());
    state.sync.is_held = is_stop;
    state.sync.began = Some(state.now);
    state.sync.doing.clear();
    if let Syncing::Only(source) | Syncing::AcceptingLoss(source) = &which {
        state.sync.doing.insert(source.clone(), "asking …".to_owned());
    }
    vec![Effect::Refresh { generation: state.sync.job.start(), which }]
}

fn toggle_mouse(state: &mut State) -> Vec<Effect> {
    state.mouse = !state.mouse;
    let text = if state.mouse {
        "The wheel scrolls and a click selects; hold shift to select text."
    } else {
        "The mouse is the terminal's: select text as everywhere."
    };
    state.say(Meaning::Dim, text);
    vec![Effect::Mouse(state.mouse)]
}

fn open_menu(state: &mut State, menu: fn(&State) -> Menu) -> Vec<Effect> {
    state.menu = Some(menu(state));
    Vec::new()
}

fn run_in_menu(state: &mut State, command: Command) -> Option<Vec<Effect>> {
    let area = Rect { x: 0, y: 0, width: state.size.0, height: state.size.1 };
    let menu = state.menu.as_mut()?;
    match command {
        Command::Up => menu.move_by(-1, area),
        Command::Down => menu.move_by(1, area),
        Command::PageUp => menu.move_by(-menu.page(area), area),
        Command::PageDown => menu.move_by(menu.page(area), area),
        Command::ClearQuery => {
            menu.filter.reset();
            menu.refilter();
        }
        Command::Back | Command::Help | Command::Palette => state.menu = None,
        Command::CopyRef => {
            let text = menu.selected().map(|item| match &item.choice {
                Choice::Address(address) => address.clone(),
                _ => item.text.clone(),
            })?;
            return Some(vec![Effect::Copy(text)]);
        }
        Command::Open => {
            let choice = menu.selected().map(|item| item.choice.clone());
            if !matches!(choice, None | Some(Choice::Words | Choice::Place)) {
                state.menu = None;
            }
            return Some(match choice {
                Some(Choice::Run(command)) => run(state, command),
                Some(Choice::Address(address)) => vec![Effect::OpenAddress(address)],
                Some(Choice::Entity(reference)) => open_entity(state, reference),
                Some(Choice::Heading | Choice::Words | Choice::Place) | None => Vec::new(),
            });
        }
        Command::Quit | Command::Suspend | Command::Redraw => return None,
        _ => {}
    }
    Some(Vec::new())
}
