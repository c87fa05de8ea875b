//! The real program in a pseudo terminal: that it draws, and that it gives the terminal back whole, whatever
//! ends it. What it draws is tested elsewhere.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "a test looks at the files the program has left")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod init;
#[path = "../support/pty.rs"]
mod pty;
mod sync;
#[cfg(target_os = "linux")]
mod watch;

use std::time::Duration;

use pty::{Session, Terminal};
use rustix::process::Signal;

const PROGRAM: &str = env!("CARGO_BIN_EXE_callboard");
const SIZE: (u16, u16) = (100, 30);

/// On the screen as soon as the catalog is.
const READY: &str = "catalog";

const CTRL_C: &str = "\x03";
const CTRL_Z: &str = "\x1a";
const DOWN: &str = "\x1b[B";

/// The sample catalog in a terminal, with a home folder of its own.
struct Portal {
    session: Session,
    home: tempfile::TempDir,
}

impl std::ops::Deref for Portal {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

fn portal(terminal: Terminal) -> Portal {
    portal_with(SIZE, terminal, &[])
}

fn portal_with(size: (u16, u16), terminal: Terminal, environment: &[(&str, &str)]) -> Portal {
    let home = tempfile::tempdir().unwrap();
    let session = Session::start(size, terminal, &[PROGRAM, "--demo"], home.path(), environment);
    Portal { session, home }
}

fn ready(terminal: Terminal) -> Portal {
    let portal = portal(terminal);
    portal.wait_for(READY);
    portal
}

/// The portal when it has read the sample and its note of the start has gone by itself: the count of problems
/// takes the place of that.
fn idle(terminal: Terminal) -> Portal {
    let portal = ready(terminal);
    portal.wait_for(" problems");
    portal.settle();
    portal
}

#[test]
fn ctrl_c_leaves_and_the_terminal_is_whole() {
    for terminal in [Terminal::Answering, Terminal::Silent, Terminal::Late] {
        let portal = ready(terminal);
        portal.press(CTRL_C);
        assert!(portal.wait_for_exit().success(), "{terminal:?}");
        assert_eq!(portal.leftovers(), [""; 0], "{terminal:?}");
    }
}

#[test]
fn every_signal_ends_it_as_the_signal_would_and_the_terminal_is_whole() {
    let signals = [(Signal::TERM, "Terminated"), (Signal::HUP, "Hangup"), (Signal::INT, "Interrupt")];
    for (signal, name) in signals {
        let portal = ready(Terminal::Answering);
        portal.settle();
        portal.signal(signal);
        assert_eq!(portal.wait_for_exit().signal(), Some(name));
        assert_eq!(portal.leftovers(), [""; 0], "{name}");
    }
}

#[test]
fn a_lost_connection_ends_it() {
    let mut portal = ready(Terminal::Answering);
    portal.settle();
    portal.session.hang_up();
    assert_eq!(portal.wait_for_exit().signal(), Some("Hangup"));
}

#[test]
fn ctrl_z_gives_the_terminal_to_the_shell_and_fg_brings_the_portal_back() {
    let home = tempfile::tempdir().unwrap();
    let script = r#""$0" --demo; echo STOPPED; read line; fg; echo ENDED"#;
    let shell = ["sh", "-m", "-c", script, PROGRAM];
    let session = Session::start(SIZE, Terminal::Answering, &shell, home.path(), &[]);
    session.wait_for(READY);
    session.settle();
    session.press(CTRL_Z);
    session.wait_for("STOPPED");
    assert_eq!(session.leftovers(), [""; 0]);
    session.press("\r");
    session.wait_for(READY);
    session.press(CTRL_C);
    session.wait_for("ENDED");
    assert_eq!(session.leftovers(), [""; 0]);
}

#[test]
fn answers_that_come_late_are_not_taken_for_keys() {
    let portal = idle(Terminal::Late);
    let before = portal.screen();
    portal.answer();
    // The keyboard protocol is asked for only after the terminal has said that it knows it.
    portal.wait_for_bytes("\x1b[>1u");
    portal.settle();
    assert_eq!(portal.screen(), before);
}

#[test]
fn idle_it_writes_nothing() {
    let portal = idle(Terminal::Answering);
    assert!(portal.is_quiet_for(Duration::from_secs(2)));
}

#[test]
fn a_key_is_answered_in_one_synchronized_frame() {
    let portal = idle(Terminal::Answering);
    let mark = portal.bytes();
    portal.press(DOWN);
    portal.wait_for_bytes("\x1b[?2026l");
    portal.settle();
    let frame = portal.bytes_since(mark);
    assert!(frame.starts_with(b"\x1b[?2026h") && frame.ends_with(b"\x1b[?2026l"), "{frame:?}");
    assert!(frame.len() < 4096, "{} bytes", frame.len());
}

#[test]
fn one_cell_is_enough_to_live_and_to_grow_from() {
    let portal = portal_with((1, 1), Terminal::Silent, &[]);
    portal.wait_for_bytes("\x1b[?1049h");
    portal.settle();
    portal.resize(SIZE);
    portal.wait_for(READY);
    portal.press(CTRL_C);
    assert!(portal.wait_for_exit().success());
}

#[test]
fn a_storm_of_sizes_ends_with_a_whole_screen() {
    let portal = ready(Terminal::Answering);
    for round in 0..10 {
        for size in [(1, 1), (500, 200), (20, 3), (80, 24), (2, 50), (200, 1), (40 + round, 12)] {
            portal.resize(size);
        }
    }
    portal.resize(SIZE);
    portal.wait_for(READY);
    portal.press(CTRL_C);
    assert!(portal.wait_for_exit().success());
    assert_eq!(portal.leftovers(), [""; 0]);
}

#[test]
fn a_dumb_terminal_gets_a_sentence_and_status_2() {
    let portal = portal_with(SIZE, Terminal::Silent, &[("TERM", "dumb")]);
    assert_eq!(portal.wait_for_exit().exit_code(), 2);
    portal.wait_for("callboard list");
    assert!(!portal.bytes_since(0).contains(&0x1b));
}

#[test]
fn without_colours_no_colour_is_written() {
    let portal = portal_with(SIZE, Terminal::Answering, &[("NO_COLOR", "1")]);
    portal.wait_for(READY);
    portal.settle();
    let text = String::from_utf8_lossy(&portal.bytes_since(0)).into_owned();
    for colour in ["\x1b[38;", "\x1b[48;", "\x1b[31m", "\x1b[36m"] {
        assert!(!text.contains(colour), "{colour:?}");
    }
}

#[test]
fn what_it_keeps_is_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let portal = ready(Terminal::Silent);
    portal.press(CTRL_C);
    portal.wait_for_exit();
    let mut folders = vec![portal.home.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let metadata = entry.metadata().unwrap();
            if metadata.is_dir() {
                folders.push(entry.path());
            }
            // Folders on the way to ours may be older than callboard.
            let is_ours = entry.path().to_string_lossy().contains("callboard");
            assert!(
                !is_ours || metadata.permissions().mode().trailing_zeros() >= 6,
                "{}",
                entry.path().display()
            );
        }
    }
}
