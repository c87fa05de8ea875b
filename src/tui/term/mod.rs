//! The terminal: the only code that knows one. It reads keys, writes frames, and gives the terminal back
//! whole, whatever ends the program. It knows nothing of what it shows: a [`Program`] does.

mod program;

pub use program::{
    Background, Done, Input, KeyCode, KeyEvent, KeyModifiers, Mouse, MouseAction, Program, Request,
};
