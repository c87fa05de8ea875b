//! A stage: the real core and the real jobs on the bundled sample, without a terminal and without threads.
//! Keys go in, screens come out; what the core wants of a terminal is recorded.

use std::collections::VecDeque;

use callboard::catalog::EntityRef;
use callboard::tui::app::{
    Action, Effect, Event, Message, Network, Options, Portal as Facts, State, update, view,
};
use callboard::tui::keymap::{Chord, Keymap, Meaning};
use callboard::tui::theme::{BUILT_IN, Depth, Theme};
use callboard::tui::view::Symbols;
use callboard::tui::worker::Desk;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The core with a desk that answers at once.
pub(crate) struct Stage {
    pub state: State,
    desk: Desk,
    theme: Theme,
    is_dry: bool,
    /// What was wanted of the terminal, in order.
    pub wanted: Vec<Effect>,
}

impl Stage {
    /// A stage over an open desk, at a size, at a moment.
    pub(crate) fn new(desk: Desk, size: (u16, u16), now: Timestamp) -> Self {
        let options = Options {
            keymap: Keymap::default().into(),
            symbols: Symbols::UNICODE,
            out: "./".to_owned(),
            network: Network::Allowed,
        };
        let state = State::new(options, Facts::default(), size, now);
        let mut stage =
            Self { state, desk, theme: theme("auto", Depth::Sixteen), is_dry: false, wanted: Vec::new() };
        stage.happen(Event::Action(Action::Resize(size.0, size.1)));
        let opened = stage.desk.opened();
        stage.happen(Event::Message(opened));
        stage
    }

    /// Another theme than the default.
    pub(crate) fn with_theme(mut self, theme: Theme) -> Self {
        self.theme = theme;
        self
    }

    /// Plans are recorded instead of carried out, so that nothing is written outside of the cache.
    pub(crate) fn dry(mut self) -> Self {
        self.is_dry = true;
        self
    }

    /// Lets an event happen and every job that follows from it.
    pub(crate) fn happen(&mut self, event: Event) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            events.extend(self.begin(event).into_iter().map(Event::Message));
        }
    }

    /// Lets an event happen, and gives the answers of the jobs that follow from it before they are heard.
    pub(crate) fn begin(&mut self, event: Event) -> Vec<Message> {
        let mut answers = Vec::new();
        for effect in update(&mut self.state, event) {
            if effect.lane().is_some() && !(self.is_dry && matches!(effect, Effect::CarryOut { .. })) {
                self.desk.perform(effect, &mut |message| answers.push(message));
            } else {
                self.wanted.push(effect);
            }
        }
        answers
    }

    /// Types text, letter by letter.
    pub(crate) fn type_text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.key(KeyEvent::from(KeyCode::Char(c)));
        }
        self
    }

    /// Presses keys by the names of the keymap, with blanks between them.
    pub(crate) fn press(&mut self, keys: &str) -> &mut Self {
        for key in keys.split_whitespace() {
            self.key(named(key));
        }
        self
    }

    fn key(&mut self, key: KeyEvent) {
        if let Some(action) = self.action(key) {
            self.happen(Event::Action(action));
        }
    }

    /// What a key means now; nothing while a sequence of keys is not complete.
    pub(crate) fn action(&mut self, key: KeyEvent) -> Option<Action> {
        let chord = Chord::from(key);
        let meaning = self.state.options.keymap.resolve(&self.state.contexts(), &self.state.pending, chord);
        let pending = std::mem::take(&mut self.state.pending);
        match meaning {
            Meaning::Command(command) => Some(Action::Run(command)),
            Meaning::Prefix => {
                self.state.pending = pending.into_iter().chain([chord]).collect();
                None
            }
            Meaning::Nothing => pending.is_empty().then_some(Action::Type(key)),
        }
    }

    /// Changes the size.
    pub(crate) fn resize(&mut self, width: u16, height: u16) -> &mut Self {
        self.happen(Event::Action(Action::Resize(width, height)));
        self
    }

    /// The screen as cells, with the place of the cursor.
    pub(crate) fn draw(&self) -> (Buffer, Option<(u16, u16)>) {
        let area = Rect { x: 0, y: 0, width: self.state.size.0, height: self.state.size.1 };
        let mut buffer = Buffer::empty(area);
        let cursor = view(&self.state, &self.theme, &mut buffer);
        (buffer, cursor.map(|at| (at.x, at.y)))
    }

    /// The screen as text, without blanks at the ends of its rows.
    pub(crate) fn screen(&self) -> String {
        let (buffer, _) = self.draw();
        rows(&buffer, |cell| cell.symbol().to_owned())
    }

    /// The styles of the screen: a letter for each, and what they mean below.
    pub(crate) fn styles(&self) -> String {
        let (buffer, _) = self.draw();
        let mut known = Vec::new();
        let mut letter = |style: ratatui::style::Style| {
            let at = known.iter().position(|other| *other == style).unwrap_or_else(|| {
                known.push(style);
                known.len() - 1
            });
            char::from(b".abcdefghijklmnopqrstuvwxyz"[at.min(26)]).to_string()
        };
        let dump = rows(&buffer, |cell| letter(cell.style()));
        let legend: Vec<_> = known
            .iter()
            .enumerate()
            .map(|(at, style)| {
                let sign = char::from(b".abcdefghijklmnopqrstuvwxyz"[at.min(26)]);
                format!(
                    "{sign} {:?} on {:?} {:?}",
                    style.fg.unwrap_or_default(),
                    style.bg.unwrap_or_default(),
                    style.add_modifier
                )
            })
            .collect();
        format!("{dump}\n\n{}", legend.join("\n"))
    }

    /// The reference of the entity that is shown or selected.
    pub(crate) fn selected(&self) -> Option<EntityRef> {
        self.state.catalog.selected().map(|row| row.reference.clone())
    }
}

/// A theme that comes with the program.
pub(crate) fn theme(name: &str, depth: Depth) -> Theme {
    let (_, text) =
        BUILT_IN.iter().find(|(known, _)| *known == name).expect("a theme that comes with the program");
    Theme::parse(text, depth).expect("a theme that is whole")
}

fn rows(buffer: &Buffer, mut cell: impl FnMut(&ratatui::buffer::Cell) -> String) -> String {
    let row =
        |y| (0..buffer.area.width).map(|x| cell(&buffer[(x, y)])).collect::<String>().trim_end().to_owned();
    (0..buffer.area.height).map(row).collect::<Vec<_>>().join("\n")
}

pub(crate) fn named(key: &str) -> KeyEvent {
    let mut modifiers = KeyModifiers::NONE;
    let mut rest = key;
    while let Some((modifier, key)) = rest.split_once('-').filter(|(_, key)| !key.is_empty()) {
        modifiers |= match modifier {
            "ctrl" => KeyModifiers::CONTROL,
            "alt" => KeyModifiers::ALT,
            "shift" => KeyModifiers::SHIFT,
            other => panic!("no modifier {other}"),
        };
        rest = key;
    }
    let code = match rest {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "space" => KeyCode::Char(' '),
        "backspace" => KeyCode::Backspace,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pageup" => KeyCode::PageUp,
        "pagedown" => KeyCode::PageDown,
        key if key.chars().count() == 1 => KeyCode::Char(key.chars().next().unwrap_or(' ')),
        other => panic!("no key {other}"),
    };
    KeyEvent::new(code, modifiers)
}
