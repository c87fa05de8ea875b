//! From place to place: opening, going back, the history.

use super::update::{respond, run_in_place};
use super::{Effect, State};
use crate::catalog::EntityRef;
use crate::tui::command::Command;
use crate::tui::pane::Place;
use crate::tui::pane::catalog::Focus;
use crate::tui::pane::entity::{EntityPage, Target};
use crate::tui::theme::Meaning;

/// The entity that a command is about.
pub(super) fn subject(state: &State) -> Option<EntityRef> {
    match &state.place {
        Place::Catalog => state.catalog.selected().map(|row| row.reference.clone()),
        Place::Entity(page) => Some(page.reference.clone()),
        Place::Docs(reader) => Some(reader.reference.clone()),
        Place::Create(create) => Some(create.reference.clone()),
        Place::Sources(_) => None,
        Place::Problems(pane) => pane.entity().cloned(),
    }
}

pub(super) fn open(state: &mut State, reference: EntityRef) -> Vec<Effect> {
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

pub(super) fn open_entity(state: &mut State, reference: EntityRef) -> Vec<Effect> {
    let mut effects = vec![Effect::Remember(reference.clone())];
    effects.extend(enter(state, Place::Entity(Box::new(EntityPage::new(reference)))));
    effects
}

pub(super) fn enter(state: &mut State, mut place: Place) -> Vec<Effect> {
    let effects = place.load(&mut state.jobs);
    state.go(place);
    effects
}

/// Shows the templates, from wherever we are.
pub(super) fn templates(state: &mut State) -> Vec<Effect> {
    let mut effects = to_search(state);
    effects.push(state.catalog.set_query("kind:template "));
    effects
}

pub(super) fn to_search(state: &mut State) -> Vec<Effect> {
    if !matches!(state.place, Place::Catalog) {
        state.go(Place::Catalog);
    }
    state.catalog.focus = Focus::Search;
    Vec::new()
}

pub(super) fn copy(state: &State, reference: &EntityRef) -> Vec<Effect> {
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
pub(super) enum Travel {
    Back,
    Forward,
}

pub(super) fn travel(state: &mut State, direction: Travel) -> Vec<Effect> {
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
pub(super) fn back(state: &mut State) -> Vec<Effect> {
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
