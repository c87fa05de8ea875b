//! Where a token is, as somebody says it who sets a source up. Pure.

use crate::source::secret::TokenSettings;

/// How a source lets somebody in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// By a token that is found there.
    Token(TokenSettings),
    /// By a sign-in with a browser.
    Browser,
}

/// What can be said, for questions and for those who said something else.
pub const ENTRIES: &str = "env NAME, file PATH, command PROGRAM …";

impl Entry {
    /// The entry that words say: `env NAME`, `file PATH`, `command PROGRAM …`, or `login`. A name of capitals and a
    /// path say enough without the word before them. What else was said is not repeated: it may be the token itself.
    pub fn parse(words: &str) -> Result<Self, String> {
        let words = words.trim();
        let (word, rest) = words.split_once(' ').map_or((words, ""), |(word, rest)| (word, rest.trim()));
        let place = match (word, rest) {
            ("login", "") => return Ok(Self::Browser),
            ("env", name) if is_variable(name) => Some(TokenSettings::Env(name.to_owned())),
            ("file", path) if !path.is_empty() => Some(TokenSettings::File(path.into())),
            ("command", command) if !command.is_empty() => {
                Some(TokenSettings::Command(command.split_whitespace().map(str::to_owned).collect()))
            }
            (path, "") if path.starts_with(['/', '~']) => Some(TokenSettings::File(path.into())),
            (name, "") => {
                let name = name.trim_start_matches('$');
                let is_named = is_variable(name) && !name.contains(|c: char| c.is_ascii_lowercase());
                (is_named && name.len() <= MAX_BARE_NAME).then(|| TokenSettings::Env(name.to_owned()))
            }
            _ => None,
        };
        place.map(Self::Token).ok_or_else(|| format!("Write where it is, never the token itself: {ENTRIES}."))
    }
}

/// Letters of a variable that is named without `env`: a longer word of capitals may be a token.
const MAX_BARE_NAME: usize = 32;

fn is_variable(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_said_with_a_word_or_is_plain() {
        let token = |words: &str| match Entry::parse(words) {
            Ok(Entry::Token(token)) => Some(token),
            _ => None,
        };
        let gh = ["gh", "auth", "token"].map(str::to_owned).to_vec();
        assert_eq!(token("env portal_token"), Some(TokenSettings::Env("portal_token".to_owned())));
        assert_eq!(token(" $PORTAL_TOKEN "), Some(TokenSettings::Env("PORTAL_TOKEN".to_owned())));
        assert_eq!(token("command gh auth token"), Some(TokenSettings::Command(gh)));
        assert_eq!(token("file my token"), Some(TokenSettings::File("my token".into())));
        assert_eq!(token("~/.token"), Some(TokenSettings::File("~/.token".into())));
        assert_eq!(Entry::parse("login"), Ok(Entry::Browser));
    }

    #[test]
    fn a_token_itself_is_not_taken_and_not_repeated() {
        for words in
            ["ghp_16C7e42F292c6912E7710c838347Ae178B4a", "s3cr3t", "eyJhbGciOi.J9.x", "env a b", "env"]
        {
            let why = Entry::parse(words).unwrap_err();
            assert!(why.contains("never the token itself") && !why.contains("ghp_"), "{why}");
        }
    }
}
