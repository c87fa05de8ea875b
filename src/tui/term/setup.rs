//! What the run loop must know about the place it runs in, as facts made from the environment once. Pure.

use crate::config::Environment;
use crate::error::{Error, ErrorKind, Result};

/// Whether clicks and the wheel are asked for. Where they are, a terminal selects text with Shift held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseUse {
    /// Clicks and the wheel reach the program.
    ClicksAndWheel,
    /// The mouse stays the terminal's.
    Never,
}

/// What stands between the program and the terminal and must be told to let a sequence pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Multiplexer {
    None,
    Tmux,
    Screen,
}

/// The facts the run loop works with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    pub(super) mouse: MouseUse,
    pub(super) multiplexer: Multiplexer,
    pub(super) is_remote: bool,
    pub(super) has_display: bool,
    pub(super) editor: Vec<String>,
    is_dumb: bool,
}

impl Setup {
    /// The facts of an environment.
    pub fn new(environment: &Environment, mouse: MouseUse) -> Self {
        let term = environment.text("TERM");
        let multiplexer = if environment.has("TMUX") {
            Multiplexer::Tmux
        } else if environment.has("STY") || term.is_some_and(|term| term.starts_with("screen")) {
            Multiplexer::Screen
        } else {
            Multiplexer::None
        };
        let is_remote = environment.has("SSH_CONNECTION") || environment.has("SSH_TTY");
        let is_desktop = environment.has("DISPLAY") || environment.has("WAYLAND_DISPLAY");
        let editor = environment.text("VISUAL").or(environment.text("EDITOR")).unwrap_or("vi");
        Self {
            mouse,
            multiplexer,
            is_remote,
            has_display: !is_remote && (is_desktop || cfg!(target_os = "macos")),
            editor: editor.split_whitespace().map(str::to_owned).collect(),
            is_dumb: term == Some("dumb"),
        }
    }

    /// Refuses a terminal that cannot place a character, with the way to work on one.
    pub(super) fn check(&self) -> Result<()> {
        if !self.is_dumb {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Usage, "The portal cannot draw on this terminal: TERM is \"dumb\".").with_hint(
            "Use the commands instead, they need no screen: callboard list, search, show, who, docs, create.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setup(variables: &[(&str, &str)]) -> Setup {
        Setup::new(&Environment::new("/", variables.iter().copied()), MouseUse::ClicksAndWheel)
    }

    #[test]
    fn a_dumb_terminal_is_refused_with_the_way_out() {
        let error = setup(&[("TERM", "dumb")]).check().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.hint().is_some_and(|hint| hint.contains("callboard list")));
        assert_eq!(setup(&[("TERM", "xterm")]).check(), Ok(()));
    }

    #[test]
    fn a_display_over_ssh_is_somebody_elses() {
        assert!(setup(&[("DISPLAY", ":0")]).has_display);
        assert!(!setup(&[("DISPLAY", ":10"), ("SSH_CONNECTION", "a b c d")]).has_display);
    }

    #[test]
    fn tmux_wins_over_the_term_it_sets() {
        assert_eq!(
            setup(&[("TERM", "screen-256color"), ("TMUX", "/tmp/x,1,0")]).multiplexer,
            Multiplexer::Tmux
        );
        assert_eq!(setup(&[("TERM", "screen.xterm-256color")]).multiplexer, Multiplexer::Screen);
    }

    #[test]
    fn an_editor_may_have_arguments() {
        assert_eq!(setup(&[("EDITOR", "code --wait"), ("VISUAL", "")]).editor, ["code", "--wait"]);
        assert_eq!(setup(&[]).editor, ["vi"]);
    }
}
