//! What git says when it fails, as sentences with the next step.

use crate::error::{Error, ErrorKind};
use crate::source::child::{ChildError, last_lines};

/// What stands in git's errors, the sentence that it means, and what to do. The first that is found counts.
const MEANINGS: [(&[&str], &str, &str); 9] = [
    (
        &["Host key verification failed", "REMOTE HOST IDENTIFICATION HAS CHANGED"],
        "its host is not known to ssh, or has another key than before",
        "Connect once with ssh by hand and check the key.",
    ),
    (
        &["Permission denied (", "Too many authentication failures"],
        "ssh has no key that its host accepts",
        "Add a key to the ssh agent, and to your account there.",
    ),
    (
        &[
            "Authentication failed",
            "403 Forbidden",
            "error: 403",
            "HTTP Basic: Access denied",
            "invalid credentials",
        ],
        "the login was refused",
        "Check the token or the credential helper, and that it may read this repository.",
    ),
    (
        &["could not read Username", "could not read Password", "terminal prompts disabled"],
        "it does not exist or needs a login, and git has no credentials for its host",
        "Set up a credential helper of git, or use an ssh address.",
    ),
    (
        &[
            "epository not found",
            "does not appear to be a git repository",
            "not found",
            "error: 404",
            "does not exist",
        ],
        "there is no such repository, or you may not see it",
        "Look whether it moved, and whether your sign-in may see it.",
    ),
    (
        &["detected dubious ownership"],
        "it belongs to another user of this machine",
        "Add it to `safe.directory` of your git configuration if you trust it.",
    ),
    (
        &["certificate", "SSL"],
        "the certificate of its host is not trusted",
        "Set `http.sslCAInfo` in your git configuration to the CA of your company.",
    ),
    (
        &["transport '", "not allowed"],
        "git may not use this protocol here",
        "Use an https or an ssh address, also in `insteadOf` of your git configuration.",
    ),
    (
        &[
            "Could not resolve host",
            "Connection refused",
            "timed out",
            "unable to access",
            "Could not read from remote",
        ],
        "its host could not be reached",
        "Check the network, the proxy and the address.",
    ),
];

/// The error of a repository that could not be fetched.
pub(super) fn of(error: &ChildError, repository: &str) -> Error {
    let stderr = error.stderr();
    let shows = |text: &str, signs: &[&str]| signs.iter().any(|sign| text.contains(sign));
    let meaning = MEANINGS.iter().find(|(signs, ..)| shows(stderr, signs));
    match (error, meaning) {
        (ChildError::Ended { .. }, Some((signs, why, hint))) => {
            // The line that says so; what git says around it is the same for everything.
            let said = last_lines(stderr.lines().find(|line| shows(line, signs)).unwrap_or(stderr));
            let message = format!("{repository}: {why} (git said: {}).", said.trim_end_matches('.'));
            Error::new(ErrorKind::Unreachable, message).with_hint(*hint)
        }
        (ChildError::NotInstalled { .. }, _) => error.clone().into(),
        _ => Error::new(ErrorKind::Unreachable, format!("{repository}: {error}."))
            .with_hint("Check the network and the size of the repository; try `git ls-remote` by hand."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_says_becomes_a_sentence_with_the_next_step() {
        for (stderr, why) in [
            ("fatal: Authentication failed for 'https://h/x/'", "the login was refused"),
            ("fatal: could not read Username for 'https://h': terminal prompts disabled", "needs a login"),
            ("fatal: repository 'https://h/x/' not found", "there is no such repository"),
            (
                "Host key verification failed.\nfatal: Could not read from remote repository.",
                "not known to ssh",
            ),
            ("git@h: Permission denied (publickey).", "ssh has no key"),
            ("fatal: unable to access 'https://h/': Could not resolve host: h", "could not be reached"),
        ] {
            let how = "ended with status 128".to_owned();
            let error = ChildError::Ended { program: "git".to_owned(), how, stderr: stderr.to_owned() };
            let error = of(&error, "acme/x");
            assert!(error.message().starts_with("acme/x: ") && error.message().contains(why), "{error}");
            assert!(error.hint().is_some());
        }
    }

    #[test]
    fn git_is_quoted_with_the_line_that_says_so() {
        let stderr = "fatal: '/x' does not appear to be a git repository\nfatal: Could not read from remote \
                      repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.";
        let how = "ended with status 128".to_owned();
        let error = ChildError::Ended { program: "git".to_owned(), how, stderr: stderr.to_owned() };
        let message = of(&error, "x").message().to_owned();
        assert!(
            message.ends_with("(git said: fatal: '/x' does not appear to be a git repository)."),
            "{message}"
        );
    }
}
