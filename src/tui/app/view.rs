//! Draws the whole screen from the state: frame, place, menu. Any size is survived.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::State;
use crate::tui::command::{Command, spec};
use crate::tui::pane::Place;
use crate::tui::pane::catalog::Focus;
use crate::tui::theme::{Meaning, Theme};
use crate::tui::view::{Canvas, arrange, counted, footer, header};

/// Draws the state and tells where the cursor stands, if anywhere.
pub fn view(state: &State, theme: &Theme, buffer: &mut Buffer) -> Option<Position> {
    let area = buffer.area;
    let mut canvas = Canvas::new(buffer, theme, state.options.symbols);
    canvas.paint(area, Meaning::Text);
    let Some(frame) = arrange(area) else {
        let size = format!("callboard needs 40x9 (now {}x{})", area.width, area.height);
        canvas.text(area.x, area.y, area.width, Meaning::Text, &size);
        return None;
    };
    let path = if let Place::Catalog = state.place { Place::Catalog.path() } else { state.place.path() };
    header(&mut canvas, frame.header, &path, &facts(state));
    if frame.rules {
        canvas.rule(area.x, frame.header.bottom(), area.width);
        canvas.rule(area.x, frame.footer.y - 1, area.width);
    }
    let cursor = match &state.place {
        Place::Catalog => state.catalog.view(&mut canvas, frame.body),
        place => place.view(&mut canvas, frame.body),
    };
    view_footer(state, &mut canvas, frame.footer);
    match &state.menu {
        Some(menu) => menu.view(&mut canvas, area),
        None => cursor,
    }
}

/// Whose catalog, how much, how old. The last fact is the most important one.
fn facts(state: &State) -> Vec<String> {
    let portal = &state.portal;
    let mut facts = vec![portal.label.clone(), counted(portal.entities, "entity")];
    facts.push(match (&portal.activity, portal.as_of) {
        (Some(activity), _) => activity.clone(),
        (None, Some(as_of)) => format!("synced {}", crate::ops::age::words(as_of, state.now)),
        (None, None) => "not read yet".to_owned(),
    });
    if portal.is_sample {
        // Nobody may take the sample for a catalog of their own, so this is what small screens keep.
        facts.remove(0);
        facts.push("sample catalog".to_owned());
    }
    facts
}

fn view_footer(state: &State, canvas: &mut Canvas<'_>, area: Rect) {
    if !state.pending.is_empty() {
        return view_continuations(state, canvas, area);
    }
    let contexts = state.contexts();
    let hint = |command: &Command| {
        let keys = state.options.keymap.keys(&contexts, *command).into_iter().next()?;
        Some((keys, spec(*command).title))
    };
    // Whoever looks at the sample wants something real more than its links.
    let is_first_look =
        state.portal.is_sample && state.menu.is_none() && matches!(state.place, Place::Catalog);
    let shown = |command: &'static Command| match command {
        Command::Links if is_first_look => &Command::SetUp,
        command => command,
    };
    let hints: Vec<_> = commands(state).iter().map(shown).filter_map(hint).collect();
    // Why, the sources pane says; here it must leave room for the keys.
    let led = |text: String, command| {
        let keys = state.options.keymap.keys(&contexts, command).into_iter().next();
        (Meaning::Warning, format!("{text}{}", keys.map(|keys| format!(" ({keys})")).unwrap_or_default()))
    };
    let stale = (state.portal.stale > 0)
        .then(|| led(format!("{} stale", counted(state.portal.stale, "source")), Command::Sources));
    let problems = (state.portal.problems > 0 && !matches!(state.place, Place::Problems(_)))
        .then(|| led(counted(state.portal.problems, "problem"), Command::Problems));
    let toast = state.toast.as_ref().map(|toast| (toast.meaning, toast.text.clone()));
    let status = toast.or(stale).or(problems);
    footer(canvas, area, &hints, status.as_ref().map(|(meaning, text)| (*meaning, text.as_str())));
}

/// While a sequence is not complete, the footer shows what may follow.
fn view_continuations(state: &State, canvas: &mut Canvas<'_>, area: Rect) {
    let follow = state.options.keymap.continuations(&state.contexts(), &state.pending);
    let hints: Vec<_> = follow.into_iter().map(|(keys, command)| (keys, spec(command).title)).collect();
    let typed: Vec<_> = state.pending.iter().map(ToString::to_string).collect();
    footer(canvas, area, &hints, Some((Meaning::Accent, &format!("{} …", typed.join(" ")))));
}

fn commands(state: &State) -> &'static [Command] {
    use Command as C;
    if state.menu.is_some() {
        return &[C::Open, C::CopyRef, C::ClearQuery, C::Back];
    }
    match &state.place {
        Place::Catalog if state.catalog.focus == Focus::Search => {
            &[C::Open, C::Links, C::Who, C::Docs, C::FocusList, C::Create, C::Palette, C::Help, C::Quit]
        }
        Place::Catalog => &[
            C::Open,
            C::Links,
            C::Who,
            C::Docs,
            C::Create,
            C::CopyRef,
            C::FocusSearch,
            C::Palette,
            C::Help,
            C::Back,
        ],
        place => place.hints(),
    }
}
