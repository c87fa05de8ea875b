//! What the system tells the program: to stop, to go on, to end, that the window changed, that the terminal
//! is gone. Two threads that sleep until then. They end the program themselves, for the run loop may be busy
//! or may wait for a terminal that takes nothing.
//!
//! Both live until the process ends: a signal that nobody watches any more would be swallowed.

use std::io;
use std::sync::Arc;

use rustix::process::{getpgrp, getsid};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;
use tokio::sync::Notify;

use super::guard::{Lease, Phase};
use crate::ops::Cancel;

/// What the run loop must know about. Several of a kind count as one.
#[derive(Debug, Default)]
pub(super) struct News {
    /// The window has another size.
    pub(super) resized: Notify,
    /// The program is in the foreground again.
    pub(super) resumed: Notify,
}

/// What a signal does that asks the program to end.
#[derive(Debug, Clone)]
pub(super) enum Ending {
    /// The program gives the terminal back and ends.
    AtOnce,
    /// It wishes that the work stops; the program ends by itself.
    Wish(Cancel),
}

/// Starts to watch.
pub(super) fn watch(lease: &Arc<Lease>, ending: Ending) -> io::Result<Arc<News>> {
    let news = Arc::new(News::default());
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH])?;
    let (watched, heard) = (Arc::clone(lease), Arc::clone(&news));
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for signal in signals.forever() {
            match (&ending, signal) {
                (Ending::Wish(cancel), SIGINT | SIGTERM | SIGHUP) => cancel.cancel(),
                _ => answer(signal, &watched, &heard),
            }
        }
    })?;
    let watched = Arc::clone(lease);
    std::thread::Builder::new().name("hang-up".to_owned()).spawn(move || {
        if watched.tty().wait_for_hang_up().is_ok() && watched.phase() != Phase::Returned {
            end(&watched, SIGHUP);
        }
    })?;
    Ok(news)
}

fn answer(signal: i32, lease: &Lease, news: &News) {
    match signal {
        SIGWINCH => news.resized.notify_one(),
        SIGCONT => {
            // The shell may have changed the terminal even if the stop came unannounced.
            let was = lease.phase();
            if matches!(was, Phase::Suspended | Phase::Ours) {
                // A terminal that cannot be taken back is gone, which the other thread notices.
                let _ = lease.take_back(was);
                news.resumed.notify_one();
            }
            // Signals are answered in the order of their numbers, and those that end a program come first.
            lease.signals_are_answered();
        }
        SIGTSTP => {
            if lease.phase() == Phase::Ours && can_resume() {
                lease.give_back(Phase::Suspended);
            }
            if can_resume() {
                // Stopping this way cannot fail: the signal is one that exists.
                let _ = emulate_default_handler(signal);
            }
        }
        // Typed into a child that has the terminal; the child answers.
        SIGINT | SIGQUIT if lease.phase() == Phase::Lent => {}
        _ => end(lease, signal),
    }
}

/// Gives the terminal back and ends the program the way the signal would have, so that a shell or a
/// supervisor sees why.
pub(super) fn end(lease: &Lease, signal: i32) -> ! {
    lease.give_back(Phase::Returned);
    crate::ops::sync::end_children();
    let _ = emulate_default_handler(signal); // returns only if the signal does not exist
    std::process::abort()
}

/// Whether a shell could bring the program back: not if the program's own group leads the session, as under
/// `ssh host -t callboard`, where it would be stopped for ever.
pub(super) fn can_resume() -> bool {
    getsid(None).is_ok_and(|session| session != getpgrp())
}
