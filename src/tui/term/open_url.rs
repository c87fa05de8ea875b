//! Opens an address in the user's browser, but only on the user's own desktop: a browser started on a remote
//! machine shows its page to nobody.

use super::setup::Setup;

/// Addresses that are handed to a browser. Anything else may run a program.
const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];

/// Why an address must not be handed to a browser; it can still be shown and copied.
pub(super) fn refusal(url: &str, setup: &Setup) -> Option<String> {
    if !SCHEMES.iter().any(|scheme| url.starts_with(scheme)) {
        Some("Only web and mail addresses are opened.".to_owned())
    } else if setup.is_remote {
        Some("This session is remote: open the address on your own machine.".to_owned())
    } else if !setup.has_display {
        Some("There is no desktop here to open a browser on.".to_owned())
    } else {
        None
    }
}

/// Starts the browser. Waits for a launcher to fail, so it belongs off the main loop.
pub(super) fn open(url: &str) -> Result<(), String> {
    open::that_detached(url).map_err(|error| format!("No browser could be started: {error}."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Environment;
    use crate::tui::term::MouseUse;

    fn at(variables: &[(&str, &str)]) -> Setup {
        Setup::new(&Environment::new("/", variables.iter().copied()), MouseUse::Never)
    }

    #[test]
    fn a_desktop_opens_web_and_mail_addresses_only() {
        let desktop = at(&[("DISPLAY", ":0")]);
        assert_eq!(refusal("https://example.com", &desktop), None);
        assert_eq!(refusal("mailto:a@example.com", &desktop), None);
        for refused in ["file:///etc/passwd", "javascript:alert(1)", "-a Calculator", "HTTPS", ""] {
            assert!(refusal(refused, &desktop).is_some(), "{refused}");
        }
    }

    #[test]
    fn no_browser_is_started_on_a_remote_machine() {
        let remote = at(&[("DISPLAY", ":0"), ("SSH_TTY", "/dev/pts/1")]);
        assert!(refusal("https://example.com", &remote).is_some_and(|why| why.contains("remote")));
    }
}
