//! What the user did, after the keymap: a command, or text for the line that has the focus.

use crossterm::event::KeyEvent;

use crate::tui::command::Command;

/// What the user did.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Asked for a command.
    Run(Command),
    /// Pressed a key that means no command: text, or an edit of a line.
    Type(KeyEvent),
    /// Pasted text.
    Paste(String),
    /// Turned the wheel by lines, down is positive.
    Wheel(i16),
    /// Clicked a cell.
    Click(u16, u16),
    /// Changed the size of the screen.
    Resize(u16, u16),
}
