//! Text, wheel and clicks: what is no command goes to the line or the row it is meant for.

use crossterm::event::Event as TerminalEvent;
use ratatui::layout::Rect;
use tui_input::backend::crossterm::EventHandler;

use super::update::{body, respond, run};
use super::{Effect, State};
use crate::tui::command::Command;
use crate::tui::pane::Place;
use crate::tui::pane::catalog::Focus;

pub(super) fn edit(state: &mut State, event: &TerminalEvent) -> Vec<Effect> {
    if let Some(menu) = &mut state.menu {
        if menu.filter.handle_event(event).is_some_and(|change| change.value) {
            menu.refilter();
        }
        return Vec::new();
    }
    match &mut state.place {
        Place::Catalog if state.catalog.focus == Focus::Search => {
            let changed = state.catalog.input.handle_event(event).is_some_and(|change| change.value);
            if changed { state.catalog.edited() } else { Vec::new() }
        }
        Place::Catalog | Place::Entity(_) | Place::Sources(_) | Place::Problems(_) => Vec::new(),
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
pub(super) fn paste(state: &mut State, text: &str) -> Vec<Effect> {
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

pub(super) fn insert(input: &mut tui_input::Input, line: &str) {
    for c in line.chars().filter(|c| !c.is_control()) {
        input.handle(tui_input::InputRequest::InsertChar(c));
    }
}

pub(super) fn wheel(state: &mut State, lines: i16) -> Vec<Effect> {
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
        Place::Sources(pane) => {
            pane.command(if lines < 0 { Command::Up } else { Command::Down });
            Vec::new()
        }
        Place::Problems(pane) => {
            pane.command(if lines < 0 { Command::Up } else { Command::Down });
            Vec::new()
        }
    }
}

pub(super) fn click(state: &mut State, x: u16, y: u16) -> Vec<Effect> {
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
        Place::Sources(pane) => {
            pane.click(y);
            Vec::new()
        }
        Place::Problems(pane) => {
            if pane.click(y) {
                run(state, Command::Open)
            } else {
                Vec::new()
            }
        }
    }
}
