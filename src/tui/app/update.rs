//! One event in, the changed state and the effects out. Nothing here waits, reads or draws.

use crossterm::event::Event as TerminalEvent;
use ratatui::layout::Rect;
use tui_input::backend::crossterm::EventHandler;

use super::{Action, Effect, Message, State, menus};
use crate::catalog::EntityRef;
use crate::tui::command::Command;
use crate::tui::pane::catalog::Focus;
use crate::tui::pane::create::CreatePane;
use crate::tui::pane::docs::Reader;
use crate::tui::pane::entity::{EntityPage, Known, Target};
use crate::tui::pane::menu::{Choice, Menu};
use crate::tui::pane::preview::Preview;
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
    /// The time of [`State::deadline`] came.
    Deadline,
}

/// Changes the state and tells what is to be done outside.
pub fn update(state: &mut State, event: Event) -> Vec<Effect> {
    let effects = match event {
        Event::Action(action) => act(state, action),
        Event::Message(message) => hear(state, message),
        Event::Deadline => {
            state.toast = state.toast.take().filter(|toast| toast.until > state.now);
            Vec::new()
        }
    };
    settle(state, effects)
}

/// Lays the place out for the size of the screen and asks for what it needs there.
fn settle(state: &mut State, mut effects: Vec<Effect>) -> Vec<Effect> {
    let body = body(state);
    if state.place.resize(body) {
        effects.extend(state.place.load(&mut state.jobs));
    }
    effects
}

/// The rectangle of the pane at the size of the screen.
fn body(state: &State) -> Rect {
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

fn run(state: &mut State, command: Command) -> Vec<Effect> {
    if let Some(effects) = run_in_menu(state, command) {
        return effects;
    }
    match command {
        Command::Quit => vec![Effect::Quit],
        Command::Redraw => vec![Effect::Redraw],
        Command::Suspend => vec![Effect::Suspend],
        Command::Refresh => refresh(state),
        Command::ToggleMouse => toggle_mouse(state),
        Command::Help => open_menu(state, menus::help),
        Command::Palette => open_menu(state, menus::palette),
        Command::HistoryBack => travel(state, Travel::Back),
        Command::HistoryForward => travel(state, Travel::Forward),
        Command::Back => back(state),
        _ => run_in_place(state, command),
    }
}

fn run_in_place(state: &mut State, command: Command) -> Vec<Effect> {
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
fn respond(state: &mut State, response: Response) -> Option<Vec<Effect>> {
    match response {
        Response::Effects(effects) => Some(effects),
        Response::Enter(place) => Some(enter(state, place)),
        Response::Say(text) => {
            state.say(Meaning::Text, text);
            Some(Vec::new())
        }
        Response::NotMine => None,
    }
}

/// The entity that a command is about.
fn subject(state: &State) -> Option<EntityRef> {
    match &state.place {
        Place::Catalog => state.catalog.selected().map(|row| row.reference.clone()),
        Place::Entity(page) => Some(page.reference.clone()),
        Place::Docs(reader) => Some(reader.reference.clone()),
        Place::Create(create) => Some(create.reference.clone()),
    }
}

fn open(state: &mut State, reference: EntityRef) -> Vec<Effect> {
    match &state.place {
        Place::Entity(page) => match page.target().cloned() {
            Some(Target::Entity(other)) => open_entity(state, other),
            Some(Target::Address(address)) => vec![Effect::OpenAddress(address)],
            Some(Target::Docs) => run_in_place(state, Command::Docs),
            Some(Target::Form) => run_in_place(state, Command::Create),
            None => Vec::new(),
        },
        _ => open_entity(state, reference),
    }
}

fn open_entity(state: &mut State, reference: EntityRef) -> Vec<Effect> {
    let mut effects = vec![Effect::Remember(reference.clone())];
    effects.extend(enter(state, Place::Entity(Box::new(EntityPage::new(reference)))));
    effects
}

fn enter(state: &mut State, mut place: Place) -> Vec<Effect> {
    let effects = place.load(&mut state.jobs);
    state.go(place);
    effects
}

/// Shows the templates, from wherever we are.
fn templates(state: &mut State) -> Vec<Effect> {
    let mut effects = to_search(state);
    effects.push(state.catalog.set_query("kind:template "));
    effects
}

fn to_search(state: &mut State) -> Vec<Effect> {
    if !matches!(state.place, Place::Catalog) {
        state.go(Place::Catalog);
    }
    state.catalog.focus = Focus::Search;
    Vec::new()
}

fn copy(state: &State, reference: &EntityRef) -> Vec<Effect> {
    let text = match &state.place {
        Place::Entity(page) => match page.target() {
            Some(Target::Entity(other)) => other.to_string(),
            Some(Target::Address(address)) => address.clone(),
            _ => reference.to_string(),
        },
        _ => reference.to_string(),
    };
    vec![Effect::Copy(text)]
}

#[derive(Clone, Copy)]
enum Travel {
    Back,
    Forward,
}

fn travel(state: &mut State, direction: Travel) -> Vec<Effect> {
    let current = std::mem::replace(&mut state.place, Place::Catalog);
    let (found, end) = match direction {
        Travel::Back => (state.history.back(current), "This is where you started."),
        Travel::Forward => (state.history.forward(current), "There is nothing further ahead."),
    };
    match found {
        Ok(mut place) => {
            let effects = place.load(&mut state.jobs);
            state.place = place;
            effects
        }
        Err(current) => {
            state.place = current;
            state.say(Meaning::Dim, end);
            Vec::new()
        }
    }
}

/// Esc and `q`: one step back, as far as leaving the portal from the list.
fn back(state: &mut State) -> Vec<Effect> {
    let response = state.place.command(Command::Back, &mut state.jobs);
    if let Some(effects) = respond(state, response) {
        return effects;
    }
    match state.place {
        Place::Catalog if !state.catalog.input.value().is_empty() => vec![state.catalog.set_query("")],
        Place::Catalog if state.history.can_go_back() => travel(state, Travel::Back),
        Place::Catalog => vec![Effect::Quit],
        _ if state.history.can_go_back() => travel(state, Travel::Back),
        _ => to_search(state),
    }
}

fn refresh(state: &mut State) -> Vec<Effect> {
    state.portal.activity = Some("reading the sources".to_owned());
    vec![Effect::Refresh]
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
            if !matches!(choice, None | Some(Choice::Words)) {
                state.menu = None;
            }
            return Some(match choice {
                Some(Choice::Run(command)) => run(state, command),
                Some(Choice::Address(address)) => vec![Effect::OpenAddress(address)],
                Some(Choice::Entity(reference)) => open_entity(state, reference),
                Some(Choice::Heading | Choice::Words) | None => Vec::new(),
            });
        }
        Command::Quit | Command::Suspend | Command::Redraw => return None,
        _ => {}
    }
    Some(Vec::new())
}

fn edit(state: &mut State, event: &TerminalEvent) -> Vec<Effect> {
    if let Some(menu) = &mut state.menu {
        if menu.filter.handle_event(event).is_some_and(|change| change.value) {
            menu.refilter();
        }
        return Vec::new();
    }
    match &mut state.place {
        Place::Catalog if state.catalog.focus == Focus::Search => {
            let changed = state.catalog.input.handle_event(event).is_some_and(|change| change.value);
            if changed { vec![state.catalog.search()] } else { Vec::new() }
        }
        Place::Catalog | Place::Entity(_) => Vec::new(),
        Place::Docs(reader) => {
            let response = reader.edit(event);
            respond(state, response).unwrap_or_default()
        }
        Place::Create(create) => {
            let response = create.edit(event);
            respond(state, response).unwrap_or_default()
        }
    }
}

/// Pasted text goes into the line that has the focus, as one line.
fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    if let (None, Place::Create(create)) = (&state.menu, &mut state.place) {
        return create.paste(text);
    }
    let line = text.trim_end_matches(['\r', '\n']).replace(['\r', '\n', '\t'], " ");
    if let Some(menu) = &mut state.menu {
        insert(&mut menu.filter, &line);
        menu.refilter();
        return Vec::new();
    }
    if !matches!(state.place, Place::Catalog) {
        return Vec::new();
    }
    state.catalog.focus = Focus::Search;
    insert(&mut state.catalog.input, &line);
    vec![state.catalog.search()]
}

fn insert(input: &mut tui_input::Input, line: &str) {
    for c in line.chars().filter(|c| !c.is_control()) {
        input.handle(tui_input::InputRequest::InsertChar(c));
    }
}

fn wheel(state: &mut State, lines: i16) -> Vec<Effect> {
    let area = Rect { x: 0, y: 0, width: state.size.0, height: state.size.1 };
    if let Some(menu) = &mut state.menu {
        menu.move_by(isize::from(lines), area);
        return Vec::new();
    }
    match &mut state.place {
        Place::Catalog => state.catalog.wheel(lines),
        Place::Entity(page) => {
            page.wheel(lines);
            Vec::new()
        }
        Place::Docs(reader) => {
            reader.wheel(lines);
            Vec::new()
        }
        Place::Create(create) => {
            create.wheel(lines);
            Vec::new()
        }
    }
}

fn click(state: &mut State, x: u16, y: u16) -> Vec<Effect> {
    if state.menu.take().is_some() {
        return Vec::new();
    }
    let body = body(state);
    match &mut state.place {
        Place::Catalog => {
            let (again, effects) = state.catalog.click(body, y);
            if again { run(state, Command::Open) } else { effects }
        }
        Place::Entity(page) => {
            if page.click(x, y) {
                run(state, Command::Open)
            } else {
                Vec::new()
            }
        }
        Place::Docs(reader) => {
            let response = reader.click(x, y);
            respond(state, response).unwrap_or_default()
        }
        Place::Create(create) => {
            create.click(y.saturating_sub(body.y));
            Vec::new()
        }
    }
}

fn hear(state: &mut State, message: Message) -> Vec<Effect> {
    match message {
        Message::Opened(portal) => {
            state.portal = portal;
            let mut effects = vec![state.catalog.search_again()];
            effects.extend(state.place.load(&mut state.jobs));
            effects
        }
        Message::Activity(activity) => {
            state.portal.activity = activity;
            Vec::new()
        }
        Message::RefreshFailed(why) => {
            state.portal.activity = None;
            state.say(Meaning::Warning, why);
            Vec::new()
        }
        Message::Found { generation, found, is_last } => state.catalog.take(generation, found, is_last),
        Message::Preview { generation, details } => {
            if state.catalog.preview_job.finish(generation) {
                state.catalog.preview = details.ok().map(|details| Preview::new(&details));
            }
            Vec::new()
        }
        Message::Entity { generation, details } => {
            let wanted = state.jobs.entity.finish(generation);
            let body = body(state);
            if let (true, Place::Entity(page)) = (wanted, &mut state.place) {
                page.take(details.map_or_else(Known::Failed, Known::Details), body);
            }
            Vec::new()
        }
        Message::Links { generation, details } => {
            if state.jobs.links.finish(generation) {
                match details {
                    Ok(details) => state.menu = Some(menus::links(&details)),
                    Err(why) => state.say(Meaning::Warning, why),
                }
            }
            Vec::new()
        }
        Message::Who { generation, answer } => {
            if state.who.finish(generation) {
                match answer {
                    Ok(answer) => state.menu = Some(menus::who(&answer)),
                    Err(why) => state.say(Meaning::Warning, why),
                }
            }
            Vec::new()
        }
        Message::Docs { generation, answer, is_last } => {
            let docs = &mut state.jobs.docs;
            let wanted = if is_last { docs.finish(generation) } else { docs.accepts(generation) };
            if let (true, Place::Docs(reader)) = (wanted, &mut state.place) {
                reader.take(answer);
            }
            Vec::new()
        }
        Message::Create { generation, answer } => {
            let wanted = state.jobs.create.finish(generation);
            if let (true, Place::Create(create)) = (wanted, &mut state.place) {
                create.take(answer.map(|loaded| *loaded));
            }
            Vec::new()
        }
        Message::Pins(pins) => {
            state.catalog.pins = pins;
            vec![state.catalog.search_again()]
        }
        Message::Say(text) => {
            state.say(Meaning::Text, text);
            Vec::new()
        }
    }
}
