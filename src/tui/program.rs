//! The portal as a program of the run loop: inputs become events, effects become jobs or requests.

use std::time::Duration;

use jiff::Timestamp;
use ratatui::Frame;

use super::app::{Action, Effect, Event, Message, State, update, view};
use super::command::Context;
use super::keymap::{Chord, Meaning as Bound};
use super::term::{Done, Input, MouseAction, MouseUse, Program, Request};
use super::theme::{Meaning, Theme};
use super::worker::Workers;

/// Lines that a turn of the wheel moves.
const WHEEL_LINES: i16 = 3;

/// The state with everything that carries out its effects.
pub(super) struct PortalProgram {
    state: State,
    theme: Theme,
    workers: Workers,
    /// When the loop's clock was at zero.
    started: Timestamp,
    requests: Vec<Request>,
    is_dirty: bool,
    left: Left,
}

/// What somebody left the portal for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Left {
    /// Nothing more.
    #[default]
    Done,
    /// To set up sources, and to come back.
    SetUp,
}

impl PortalProgram {
    /// A program over a state; `started` is the time at the beginning of the run loop.
    pub(super) fn new(state: State, theme: Theme, workers: Workers, started: Timestamp) -> Self {
        Self { state, theme, workers, started, requests: Vec::new(), is_dirty: true, left: Left::Done }
    }

    /// What somebody left for.
    pub(super) fn left(&self) -> Left {
        self.left
    }

    /// Lets an event happen before the loop begins, such as the place to open.
    pub(super) fn happen(&mut self, event: Event) {
        for effect in update(&mut self.state, event) {
            self.carry_out(effect);
        }
        self.is_dirty = true;
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Quit => self.requests.push(Request::Quit),
            Effect::SetUp => {
                self.left = Left::SetUp;
                self.requests.push(Request::Quit);
            }
            Effect::Suspend => self.requests.push(Request::Suspend),
            Effect::Redraw => self.requests.push(Request::Redraw),
            Effect::Mouse(on) => {
                let mouse = if on { MouseUse::ClicksAndWheel } else { MouseUse::Never };
                self.requests.push(Request::Mouse(mouse));
            }
            Effect::Copy(text) => self.requests.push(Request::Copy(text)),
            Effect::EditFile { file, line } => self.requests.push(Request::Edit { file, line }),
            Effect::OpenAddress(url) => self.requests.push(Request::OpenUrl(url)),
            job => self.workers.submit(job),
        }
    }

    /// The event of a key: a command, a part of a sequence, or text.
    fn key(&mut self, key: super::term::KeyEvent) {
        let chord = Chord::from(key);
        let contexts: Vec<Context> = self.state.contexts();
        let meaning = self.state.options.keymap.resolve(&contexts, &self.state.pending, chord);
        let pending = std::mem::take(&mut self.state.pending);
        match meaning {
            Bound::Command(command) => self.happen(Event::Action(Action::Run(command))),
            Bound::Prefix => {
                self.state.pending = pending;
                self.state.pending.push(chord);
            }
            // A key that continues nothing ends the sequence and is not taken for text.
            Bound::Nothing if pending.is_empty() => self.happen(Event::Action(Action::Type(key))),
            Bound::Nothing => {}
        }
    }

    fn done(&mut self, done: Done) {
        let (meaning, text) = match done {
            // A terminal never says whether it took the text: so neither do we.
            Done::Copied(Ok(())) => (Meaning::Dim, "Sent to the terminal's clipboard.".to_owned()),
            Done::Copied(Err(why)) | Done::Returned(Err(why)) => (Meaning::Warning, why),
            Done::Opened { url, outcome: Err(_) } => (Meaning::Accent, url),
            Done::Opened { url, outcome: Ok(()) } => (Meaning::Dim, format!("Opening {url}")),
            Done::Returned(Ok(())) => return,
        };
        self.state.say(meaning, text);
    }
}

impl Program for PortalProgram {
    type Message = Message;

    fn on_time(&mut self, now: Duration) {
        self.state.now = self.started.checked_add(now).unwrap_or(self.started);
        if self.state.deadline().is_some_and(|deadline| deadline <= self.state.now) {
            self.happen(Event::Deadline);
        }
    }

    fn on_input(&mut self, input: Input) {
        self.is_dirty = true;
        match input {
            Input::Key(key) => self.key(key),
            Input::Paste(text) => self.happen(Event::Action(Action::Paste(text))),
            Input::Resize(width, height) => self.happen(Event::Action(Action::Resize(width, height))),
            Input::Mouse(mouse) => self.happen(Event::Action(match mouse.action {
                MouseAction::Click => Action::Click(mouse.column, mouse.row),
                MouseAction::WheelUp => Action::Wheel(-WHEEL_LINES),
                MouseAction::WheelDown => Action::Wheel(WHEEL_LINES),
            })),
            Input::ThemeHint(background) => self.theme.adapt(background),
            Input::Resumed => {}
            Input::Done(done) => self.done(done),
        }
    }

    fn on_message(&mut self, message: Message) {
        self.happen(Event::Message(message));
    }

    fn deadline(&self) -> Option<Duration> {
        let until = self.state.deadline()?.duration_since(self.started);
        Some(until.try_into().unwrap_or_default())
    }

    fn take_dirty(&mut self) -> bool {
        std::mem::take(&mut self.is_dirty)
    }

    fn take_requests(&mut self) -> Vec<Request> {
        std::mem::take(&mut self.requests)
    }

    fn draw(&mut self, frame: &mut Frame<'_>) {
        if let Some(cursor) = view(&self.state, &self.theme, frame.buffer_mut()) {
            frame.set_cursor_position(cursor);
        }
    }
}
