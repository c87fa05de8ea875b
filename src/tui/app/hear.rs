//! Answers of the workers into the state. An answer that is not the newest is dropped.

use super::update::body;
use super::{Effect, Message, State, Syncing, menus};
use crate::tui::pane::Place;
use crate::tui::pane::entity::Known;
use crate::tui::pane::preview::Preview;
use crate::tui::theme::Meaning;

pub(super) fn hear(state: &mut State, message: Message) -> Vec<Effect> {
    match message {
        Message::Opened(mut portal) => {
            if state.sync.job.is_running() {
                portal.activity = state.portal.activity.take();
            }
            state.portal = portal;
            let mut effects = vec![state.catalog.search_again()];
            effects.extend(state.place.load(&mut state.jobs));
            effects
        }
        Message::Activity(activity) => {
            state.portal.activity = activity;
            Vec::new()
        }
        Message::FoldersChanged if state.sync.job.is_running() => {
            state.sync.has_missed = true;
            Vec::new()
        }
        Message::FoldersChanged => vec![read_changes(state)],
        message @ (Message::Syncing { .. } | Message::Settled { .. } | Message::Sources { .. }) => {
            hear_of_sources(state, message);
            let is_missed = !state.sync.job.is_running() && std::mem::take(&mut state.sync.has_missed);
            if is_missed { vec![read_changes(state)] } else { Vec::new() }
        }
        Message::RefreshFailed(why) => {
            state.portal.activity = None;
            state.say(Meaning::Warning, why);
            Vec::new()
        }
        Message::Found { generation, found, is_last } => state.catalog.take(generation, found, is_last),
        Message::Offered { generation, offered } => {
            state.catalog.take_offered(generation, offered);
            Vec::new()
        }
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
        Message::Problems { generation, found } => {
            let wanted = state.jobs.problems.finish(generation);
            if let (true, Place::Problems(pane)) = (wanted, &mut state.place) {
                pane.take(found);
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

/// Reads what changed in the folders, without a word: what it leads to is seen.
fn read_changes(state: &mut State) -> Effect {
    Effect::Refresh { generation: state.sync.job.start(), which: Syncing::Changed }
}

/// Answers about sources: how far they are, that they are done, how they are.
fn hear_of_sources(state: &mut State, message: Message) {
    match message {
        Message::Syncing { source, words } => {
            let doing = &mut state.sync.doing;
            match words {
                Some(words) => drop(doing.insert(source, words)),
                None => drop(doing.remove(&source)),
            }
            state.portal.activity = Some(match (doing.len(), doing.first_key_value()) {
                (1, Some((source, words))) => format!("{source}: {words}"),
                (0, _) => "reading the sources".to_owned(),
                (count, _) => format!("syncing {count} sources"),
            });
        }
        Message::Settled { generation } if state.sync.job.finish(generation) => {
            state.portal.activity = None;
            state.sync.doing.clear();
        }
        Message::Sources { generation, sources } => {
            let wanted = state.jobs.sources.finish(generation);
            if let (true, Place::Sources(pane)) = (wanted, &mut state.place) {
                pane.take(sources, state.now);
            }
        }
        _ => {}
    }
}
