//! The terminal while the program has it, and how it is given back whole: after a normal end, an error, a
//! panic, a signal, and for as long as the program is stopped or a child has the terminal.
//!
//! Three threads share it: the run loop draws, the signal thread may have to leave at any moment, and so may
//! the panic hook. Nobody holds the lock while writing, for a terminal that takes nothing must not keep the
//! program alive.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::probe;
use super::setup::MouseUse;
use super::tty::Tty;

/// How long leaving waits for a terminal that takes nothing, before it leaves without a word.
const LEAVE_LIMIT: Duration = Duration::from_millis(200);

/// How long a signal may take from the system to the thread that answers it, on a machine under load.
const SIGNAL_LIMIT: Duration = Duration::from_secs(1);

const ALTERNATE_SCREEN: &str = "\x1b[?1049h";
/// Blank screen: a terminal that does not know one of our questions may have shown parts of it.
const BLANK: &str = "\x1b[0m\x1b[H\x1b[2J";
const HIDE_CURSOR_AND_BRACKET_PASTES: &str = "\x1b[?25l\x1b[?2004h";
/// Clicks and the wheel, in the protocol without a limit on columns. Never motion.
const MOUSE: &str = "\x1b[?1000h\x1b[?1006h";
const MOUSE_BACK: &str = "\x1b[?1006l\x1b[?1000l";
/// The kitty keyboard protocol, only so far that all keys can be told apart.
const KEYBOARD: &str = "\x1b[>1u";
const KEYBOARD_BACK: &str = "\x1b[<u";
/// Ends a frame that was cut off, then undoes each mode; harmless where a mode was never on.
const LEAVE: &str = "\x1b[?2026l\x1b[?1006l\x1b[?1000l\x1b[?2004l\x1b[0m\x1b[?25h\x1b[?1049l";

/// Who has the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// The program draws on it.
    Ours,
    /// A child has it, such as the user's editor.
    Lent,
    /// The program is stopped, or about to be.
    Suspended,
    /// It has been given back for good.
    Returned,
}

/// What of the terminal is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// All of it.
    Screen,
    /// What is typed; lines are printed as ever.
    Keys,
}

/// The terminal, shared by all who may have to give it back.
pub(super) struct Lease {
    tty: Tty,
    part: Part,
    state: Mutex<State>,
    writer_left: Condvar,
    signals_answered: Condvar,
}

struct State {
    phase: Phase,
    is_writing: bool,
    has_keyboard: bool,
    mouse: MouseUse,
    owes_answers: bool,
    signals: Signals,
}

/// Whether somebody waits for the signals that came so far to be answered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Signals {
    Answered,
    Awaited,
}

impl Lease {
    /// Takes the terminal, and asks it what it can do: the answers come later, or never.
    pub(super) fn take(tty: Tty, mouse: MouseUse) -> io::Result<Arc<Self>> {
        Self::take_part(tty, Part::Screen, mouse)
    }

    /// Takes what is typed, and nothing else.
    pub(super) fn take_keys(tty: Tty) -> io::Result<Arc<Self>> {
        Self::take_part(tty, Part::Keys, MouseUse::Never)
    }

    fn take_part(tty: Tty, part: Part, mouse: MouseUse) -> io::Result<Arc<Self>> {
        let state = State {
            phase: Phase::Ours,
            is_writing: false,
            has_keyboard: false,
            mouse,
            owes_answers: part == Part::Screen,
            signals: Signals::Answered,
        };
        let lease = Arc::new(Self {
            tty,
            part,
            state: Mutex::new(state),
            writer_left: Condvar::new(),
            signals_answered: Condvar::new(),
        });
        if let Err(error) = lease.enter(probe::QUESTIONS) {
            lease.give_back(Phase::Returned);
            return Err(error);
        }
        Ok(lease)
    }

    /// The terminal itself.
    pub(super) fn tty(&self) -> &Tty {
        &self.tty
    }

    /// Who has the terminal.
    pub(super) fn phase(&self) -> Phase {
        self.state().phase
    }

    /// Whether what is typed may be read. A command that prints goes on in the background; the portal does not.
    pub(super) fn may_read(&self) -> bool {
        self.part == Part::Screen || self.tty.is_in_foreground()
    }

    /// Writes to the terminal, if it is ours; else the bytes are dropped, for everything is drawn anew when
    /// it comes back.
    pub(super) fn write(&self, bytes: &[u8]) -> io::Result<()> {
        {
            let mut state = self.state();
            if state.phase != Phase::Ours {
                return Ok(());
            }
            state.is_writing = true;
        }
        let written = self.tty.write(bytes, None);
        self.state().is_writing = false;
        self.writer_left.notify_all();
        written
    }

    /// The terminal can tell all keys apart: asks it to, until it is given back.
    pub(super) fn use_keyboard(&self) -> io::Result<()> {
        if std::mem::replace(&mut self.state().has_keyboard, true) {
            return Ok(());
        }
        self.write(KEYBOARD.as_bytes())
    }

    /// Takes the mouse, or lets the terminal have it, until the terminal is given back.
    pub(super) fn use_mouse(&self, mouse: MouseUse) -> io::Result<()> {
        self.state().mouse = mouse;
        self.write(if mouse == MouseUse::ClicksAndWheel { MOUSE } else { MOUSE_BACK }.as_bytes())
    }

    /// The terminal has answered all questions, so nothing of it can reach the shell.
    pub(super) fn has_answered(&self) {
        self.state().owes_answers = false;
    }

    /// Gives the terminal back: for good, to a child, or to the shell for a while. The first who gives it
    /// back for good decides.
    pub(super) fn give_back(&self, to: Phase) {
        let state = self.state();
        let before = state.phase;
        let mut state = match before {
            Phase::Returned => return,
            _ => self.without_writer(state),
        };
        state.phase = to;
        if before != Phase::Ours {
            return;
        }
        let keyboard = if state.has_keyboard { KEYBOARD_BACK } else { "" };
        let owes_answers = state.owes_answers;
        drop(state);
        // Whether these work or not, nothing else can be done for a terminal that does not listen.
        if self.part == Part::Screen {
            let _ = self.tty.write([keyboard, LEAVE].concat().as_bytes(), Some(LEAVE_LIMIT));
        }
        if owes_answers {
            let _ = self.tty.discard_input();
        }
        let _ = self.tty.make_original();
    }

    /// Takes the terminal back from a phase, if it is still in it. Everything has to be drawn anew.
    pub(super) fn take_back(&self, from: Phase) -> io::Result<()> {
        let keyboard = {
            let mut state = self.state();
            if state.phase != from {
                return Ok(());
            }
            if !self.may_read() {
                state.phase = Phase::Suspended;
                return Ok(());
            }
            state.phase = Phase::Ours;
            match from {
                _ if !state.has_keyboard => String::new(),
                // It was never undone, and each request has to be undone once.
                Phase::Ours => [KEYBOARD_BACK, KEYBOARD].concat(),
                _ => KEYBOARD.to_owned(),
            }
        };
        self.enter(&keyboard)
    }

    /// Waits until every signal that came so far has been answered, by sending one more that changes nothing.
    /// What was typed into a child must not end the program because the child was quicker to end.
    pub(super) fn wait_for_signals(&self) {
        self.state().signals = Signals::Awaited;
        if rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::CONT).is_ok() {
            // Whether it came in time or not, the program goes on.
            let _ = self
                .signals_answered
                .wait_timeout_while(self.state(), SIGNAL_LIMIT, |state| state.signals == Signals::Awaited);
        }
    }

    /// All signals that came before this one have been answered.
    pub(super) fn signals_are_answered(&self) {
        self.state().signals = Signals::Answered;
        self.signals_answered.notify_all();
    }

    fn enter(&self, also: &str) -> io::Result<()> {
        if self.part == Part::Keys {
            return self.tty.make_quiet();
        }
        self.tty.make_raw()?;
        let mouse = if self.state().mouse == MouseUse::ClicksAndWheel { MOUSE } else { "" };
        let modes = [ALTERNATE_SCREEN, also, BLANK, HIDE_CURSOR_AND_BRACKET_PASTES, mouse].concat();
        self.write(modes.as_bytes())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A thread that panicked while it held the lock left plain values behind, all of them valid.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until nobody is writing, but not for a terminal that takes nothing.
    fn without_writer<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.writer_left
            .wait_timeout_while(state, LEAVE_LIMIT, |state| state.is_writing)
            .unwrap_or_else(PoisonError::into_inner)
            .0
    }
}

/// Gives the terminal back when it goes out of scope, and before the message of a panic.
pub(super) struct Guard {
    lease: Arc<Lease>,
    panics: Arc<Panics>,
}

/// What to do with the message of a panic.
struct Panics {
    previous: PanicHook,
    elsewhere: Mutex<Vec<String>>,
}

type PanicHook = Box<dyn Fn(&std::panic::PanicHookInfo<'_>) + Send + Sync>;

/// Messages of panics on other threads that are kept for the end; one is usually the cause of the others.
const MAX_PANICS: usize = 8;

impl Guard {
    /// Guards a lease taken by this thread, the one that draws. A panic of it gives the terminal back first
    /// and then says its message; the panic of another thread is said after the end, for the portal goes on
    /// and the message must not be written over it.
    pub(super) fn new(lease: Arc<Lease>) -> Self {
        let panics =
            Arc::new(Panics { previous: std::panic::take_hook(), elsewhere: Mutex::new(Vec::new()) });
        let (hooked, shared) = (Arc::clone(&lease), Arc::clone(&panics));
        let drawing = std::thread::current().id();
        std::panic::set_hook(Box::new(move |info| {
            if std::thread::current().id() == drawing || hooked.phase() == Phase::Returned {
                hooked.give_back(Phase::Returned);
                (shared.previous)(info);
            } else {
                let mut kept = shared.elsewhere.lock().unwrap_or_else(PoisonError::into_inner);
                if kept.len() < MAX_PANICS {
                    kept.push(info.to_string());
                }
            }
        }));
        Self { lease, panics }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.lease.give_back(Phase::Returned);
        let kept = std::mem::take(&mut *self.panics.elsewhere.lock().unwrap_or_else(PoisonError::into_inner));
        for message in kept {
            use io::Write as _;
            // Nowhere is left to report that even standard error is gone.
            let _ = writeln!(io::stderr(), "A background job failed: {}", crate::text::sanitize(&message));
        }
    }
}
