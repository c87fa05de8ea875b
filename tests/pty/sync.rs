//! A sync in a terminal: Esc stops it, other keys do not, and the terminal is as it was.

use std::fs;
use std::path::PathBuf;

use rustix::process::Signal;
use tempfile::TempDir;

use crate::pty::{Session, Terminal};
use crate::{CTRL_C, CTRL_Z, DOWN, PROGRAM, SIZE};

const ESC: &str = "\x1b";

/// Below the bars as soon as Esc is heard.
const HEARD: &str = "esc cancels";

const ENTITY: &str = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: kept\nspec: {type: service, lifecycle: production, owner: team}\n";

/// A home whose only source is a program that prints an entity as soon as it may.
struct Home {
    dir: TempDir,
}

impl Home {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("entity.yaml"), ENTITY).unwrap();
        let script = "while [ ! -e go ]; do sleep 0.02; done; cat entity.yaml";
        let place = dir.path().display();
        let source =
            format!("sources:\n  - {{ id: slow, type: command, dir: {place}, run: [sh, -c, '{script}'] }}\n");
        fs::write(dir.path().join("config.yaml"), source).unwrap();
        Self { dir }
    }

    fn config(&self) -> PathBuf {
        self.dir.path().join("config.yaml")
    }

    /// From now on the program prints.
    fn go(&self) {
        fs::write(self.dir.path().join("go"), "").unwrap();
    }

    fn stop(&self) {
        fs::remove_file(self.dir.path().join("go")).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Session {
        let config = self.config();
        let command = [&[PROGRAM], arguments, &["--config", config.to_str().unwrap()]].concat();
        Session::start(SIZE, Terminal::Silent, &command, self.dir.path(), &[])
    }

    /// A sync that waits.
    fn syncing(&self) -> Session {
        let session = self.run(&["sync"]);
        session.wait_for(HEARD);
        session
    }
}

#[test]
fn esc_stops_a_sync_and_nothing_is_lost() {
    let home = Home::new();
    home.go();
    assert!(home.run(&["sync"]).wait_for_exit().success());
    home.stop();
    for key in [ESC, CTRL_C] {
        let session = home.syncing();
        session.press(key);
        assert_eq!(session.wait_for_exit().exit_code(), 130, "{key:?}");
        assert_eq!(session.leftovers(), [""; 0], "{key:?}");
        session.wait_for("interrupted");
    }
    let listed = home.run(&["list", "-o", "name"]);
    listed.wait_for("component:default/kept");
    assert!(listed.wait_for_exit().success());
}

#[test]
fn a_key_that_begins_like_esc_stops_nothing() {
    let home = Home::new();
    let session = home.syncing();
    for key in [DOWN, "\x1bOA", "\x1bx", "q"] {
        session.press(key);
        session.settle();
    }
    home.go();
    assert!(session.wait_for_exit().success());
    assert_eq!(session.leftovers(), [""; 0]);
    assert!(!session.screen().contains("^["), "what is typed is not shown: {}", session.screen());
}

#[test]
fn every_signal_leaves_the_terminal_as_it_was() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT] {
        let home = Home::new();
        let session = home.syncing();
        session.signal(signal);
        session.wait_for_exit();
        assert_eq!(session.leftovers(), [""; 0], "{signal:?}");
    }
}

#[test]
fn a_sync_that_was_stopped_by_ctrl_z_hears_esc_when_it_is_back() {
    let home = Home::new();
    let script = r#""$0" sync --config "$1"; echo STOPPED; read line; fg; echo "ENDED $?""#;
    let config = home.config();
    let shell = ["sh", "-m", "-c", script, PROGRAM, config.to_str().unwrap()];
    let session = Session::start(SIZE, Terminal::Silent, &shell, home.dir.path(), &[]);
    session.wait_for(HEARD);
    session.press(CTRL_Z);
    session.wait_for("STOPPED");
    assert_eq!(session.leftovers(), [""; 0]);
    session.press("\r");
    session.wait_for_quiet_keys();
    session.press(ESC);
    session.wait_for("ENDED 130");
    assert_eq!(session.leftovers(), [""; 0]);
}

#[test]
fn a_sync_in_the_background_leaves_the_keys_to_the_shell() {
    let home = Home::new();
    let script =
        r#""$0" sync --config "$1" & read line; echo "READ $line"; touch go; wait $!; echo "ENDED $?""#;
    let config = home.config();
    let shell = ["sh", "-m", "-c", script, PROGRAM, config.to_str().unwrap()];
    let session = Session::start(SIZE, Terminal::Silent, &shell, home.dir.path(), &[]);
    session.wait_for("0 of 1 sources");
    session.press("hello\r");
    session.wait_for("READ hello");
    session.wait_for("ENDED 0");
    assert!(!session.screen().contains(HEARD));
}
