//! The terminal: the only code that knows one. It reads keys, writes frames, and gives the terminal back
//! whole, whatever ends the program. It knows nothing of what it shows: a [`Program`] does.

mod clipboard;
mod esc;
mod guard;
mod handoff;
mod input;
mod open_url;
mod pace;
mod probe;
mod program;
mod run_loop;
mod screen;
mod setup;
mod signals;
mod tty;

pub use esc::EscListener;
pub use probe::background_of;
pub use program::{
    Background, Done, Input, KeyCode, KeyEvent, KeyModifiers, Mouse, MouseAction, Program, Request,
};
pub use run_loop::run;
pub use setup::{MouseUse, Setup};
