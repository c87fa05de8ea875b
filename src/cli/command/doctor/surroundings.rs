//! The terminal and the way to others, as the environment tells of them.

use super::finding::Finding;
use crate::cli::Session;
use crate::config::Environment;

/// What of the environment decides over how callboard is shown and what it reaches.
pub(super) fn findings(session: &Session) -> Vec<Finding> {
    let environment = &session.environment;
    vec![
        terminal(environment, session.streams.width),
        Finding::fine("colours", colours(environment)),
        Finding::fine("multiplexer", multiplexer(environment)),
        Finding::fine("connection", connection(environment)),
        Finding::fine("clipboard", clipboard(environment)),
        Finding::fine("proxy", proxy(environment)),
    ]
}

fn terminal(environment: &Environment, width: Option<usize>) -> Finding {
    let term = environment.text("TERM").filter(|term| !term.is_empty());
    let words = match width {
        Some(width) => format!("{}, {width} columns", term.unwrap_or("not named")),
        None => format!("{}; output goes to no terminal", term.unwrap_or("not named")),
    };
    let hint = matches!(term, None | Some("dumb")).then(|| {
        "The portal cannot be drawn; every command works. Else set TERM, such as to xterm-256color."
            .to_owned()
    });
    Finding { hint, ..Finding::fine("terminal", words) }
}

/// The proxies that servers are asked through.
fn proxy(environment: &Environment) -> String {
    let names = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
    let others = ["NO_PROXY", "no_proxy"];
    let told = |name: &&str| {
        let value = environment.text(name).filter(|value| !value.is_empty())?;
        // What stands before the last @ is a sign-in.
        Some(format!("{name}={}", value.rsplit('@').next().unwrap_or_default()))
    };
    let said: Vec<_> = names.iter().chain(&others).filter_map(told).collect();
    if said.is_empty() { "none".to_owned() } else { said.join(" ") }
}

fn colours(environment: &Environment) -> String {
    let said = ["NO_COLOR", "COLORTERM"].into_iter();
    let said: Vec<_> = said.filter_map(|name| Some(format!("{name}={}", environment.text(name)?))).collect();
    if said.is_empty() { "the terminal's own 16".to_owned() } else { said.join(" ") }
}

fn multiplexer(environment: &Environment) -> &'static str {
    if environment.has("TMUX") {
        "tmux"
    } else if environment.has("STY") {
        "screen"
    } else {
        "none"
    }
}

fn connection(environment: &Environment) -> &'static str {
    let is_remote = environment.has("SSH_CONNECTION") || environment.has("SSH_TTY");
    if is_remote { "remote, over SSH" } else { "local" }
}

fn clipboard(environment: &Environment) -> &'static str {
    match multiplexer(environment) {
        "tmux" => "OSC 52 through tmux: it needs `set -g set-clipboard on` and `allow-passthrough on`",
        "screen" => "OSC 52, wrapped for screen",
        _ => "OSC 52: the terminal decides whether it takes it",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_that_cannot_draw_is_told_with_what_to_do() {
        for (term, is_told) in [("dumb", true), ("", true), ("xterm-256color", false)] {
            let finding = terminal(&Environment::new("/", [("TERM", term)]), Some(80));
            assert_eq!(finding.hint.is_some(), is_told, "{term}");
            assert!(!finding.is_wrong && finding.found.ends_with(", 80 columns"), "{}", finding.found);
        }
    }

    #[test]
    fn a_proxy_is_told_without_its_sign_in() {
        let environment = Environment::new(
            "/",
            [("HTTPS_PROXY", "http://jane:s3cret@proxy:3128"), ("no_proxy", "localhost")],
        );
        assert_eq!(proxy(&environment), "HTTPS_PROXY=proxy:3128 no_proxy=localhost");
        assert_eq!(proxy(&Environment::new("/", [("HTTPS_PROXY", "")])), "none");
    }
}
