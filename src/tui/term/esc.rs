//! Esc as a wish to stop, beside a command that prints: of the terminal only what is typed is taken, and it is
//! given back like a whole one, whatever ends the command.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;

use rustix::process::{Signal, kill_current_process_group};

use super::guard::{Guard, Lease};
use super::input::{Decoded, Listener};
use super::program::{KeyCode, KeyEvent, KeyModifiers};
use super::signals::{self, Ending};
use super::tty::Tty;
use crate::ops::Cancel;
use crate::ops::sync::between_children;

/// Listens for Esc until it is dropped.
pub struct EscListener {
    // The thread first: nobody reads a terminal that is given back.
    _listener: Listener,
    _guard: Guard,
}

impl EscListener {
    /// Lets Esc, Ctrl-C and TERM wish to stop. There is none where nobody types: standard input or standard
    /// error is no terminal, or the program is in the background.
    pub fn start(cancel: &Cancel) -> io::Result<Option<Self>> {
        let Some(tty) = Tty::beside()?.filter(Tty::is_in_foreground) else { return Ok(None) };
        let lease = Lease::take_keys(tty)?;
        let guard = Guard::new(Arc::clone(&lease));
        signals::watch(&lease, Ending::Wish(cancel.clone()))?;
        let cancel = cancel.clone();
        let listener = Listener::start(lease, move |heard| {
            if heard.contains(&Decoded::Key(KeyEvent::from(KeyCode::Esc))) {
                cancel.cancel();
                return ControlFlow::Break(());
            }
            if heard.contains(&Decoded::Key(KeyEvent::new(KeyCode::Char('z'), KeyModifiers::CONTROL))) {
                // All of a pipeline stops, as the terminal would stop it. It cannot fail for one's own group.
                between_children(|| _ = kill_current_process_group(Signal::TSTP));
            }
            ControlFlow::Continue(())
        })?;
        Ok(Some(Self { _listener: listener, _guard: guard }))
    }
}
