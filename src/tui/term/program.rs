//! What the run loop asks of a program, and what the two say to each other. Knows no terminal and does no
//! IO, so that a program is tested by handing it inputs and looking at its requests.

use std::path::PathBuf;
use std::time::Duration;

use ratatui::Frame;

use super::setup::MouseUse;

pub use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A program that lives in the terminal. The run loop waits for something to happen, hands over all that is
/// pending, carries out the requests, and draws once if the program says that something changed.
pub trait Program {
    /// What background work sends.
    type Message;

    /// Says what time it is, on a clock that starts with the loop, before anything else in a turn. The
    /// program has no other clock.
    fn on_time(&mut self, now: Duration);

    /// Something came from the terminal or is the outcome of a request.
    fn on_input(&mut self, input: Input);

    /// Background work has something to say.
    fn on_message(&mut self, message: Self::Message);

    /// When [`on_time`](Self::on_time) should be called even if nothing happens, on the same clock. `None`
    /// unless something on the screen needs it, such as a notice that expires: an idle program never wakes.
    fn deadline(&self) -> Option<Duration>;

    /// Whether the screen differs from the state since the last call.
    fn take_dirty(&mut self) -> bool;

    /// What the program wants done since the last call.
    fn take_requests(&mut self) -> Vec<Request>;

    /// Draws the state; any size, 1x1 included.
    fn draw(&mut self, frame: &mut Frame<'_>);
}

/// What reaches a program from its terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key was pressed (or repeats; releases never come).
    Key(KeyEvent),
    /// Text was pasted: never keys, whatever it holds. Foreign text.
    Paste(String),
    /// A click or the wheel. Motion is never asked for.
    Mouse(Mouse),
    /// The terminal has a new size, columns and rows.
    Resize(u16, u16),
    /// The program is in the foreground again; everything will be drawn anew.
    Resumed,
    /// The terminal said what its background is.
    ThemeHint(Background),
    /// What became of a request.
    Done(Done),
}

/// A click or a turn of the wheel, at a cell counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mouse {
    /// What was done.
    pub action: MouseAction,
    /// The column, from 0.
    pub column: u16,
    /// The row, from 0.
    pub row: u16,
}

/// What a mouse can do here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseAction {
    /// The left button was pressed.
    Click,
    /// The wheel was turned away from the user.
    WheelUp,
    /// The wheel was turned towards the user.
    WheelDown,
}

/// Whether the terminal's background is dark or light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Background {
    /// Light text on dark.
    Dark,
    /// Dark text on light.
    Light,
}

/// What a program can ask its run loop for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Leave the terminal and return from [`run`](super::run).
    Quit,
    /// Go to the background, as Ctrl-Z does everywhere. Nothing happens where no shell could bring the
    /// program back.
    Suspend,
    /// Put safe text on the user's clipboard. Answered by [`Done::Copied`].
    Copy(String),
    /// Hand the terminal to the user's editor. Answered by [`Done::Returned`].
    Edit {
        /// The file to edit.
        file: PathBuf,
        /// The line to start at, from 1.
        line: Option<u32>,
    },
    /// Draw the whole screen again, such as after another program wrote over it.
    Redraw,
    /// Take the mouse, or let the terminal have it.
    Mouse(MouseUse),
    /// Open a web or mail address in the user's browser. Answered by [`Done::Opened`].
    OpenUrl(String),
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// The text was sent to the terminal, which does not say whether it took it; or why it was not sent.
    Copied(Result<(), String>),
    /// The editor has ended; or why it could not be started.
    Returned(Result<(), String>),
    /// A browser was started; or why not, in which case the address must be shown.
    Opened {
        /// The address.
        url: String,
        /// Why no browser was started, as a sentence.
        outcome: Result<(), String>,
    },
}
