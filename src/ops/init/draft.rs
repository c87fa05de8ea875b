//! A source that is to be written: what it is, a word about it, and what came of trying it. Pure.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::hosts::Host;
use super::place::Entry;
use crate::source::RemoteSettings;
use crate::source::backstage::{Lead, LeadOrigin};
use crate::source::forge::ForgeKind;
use crate::source::secret::TokenSettings;

/// A source that is to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// What it is called after; its id once that is free of others.
    pub name: String,
    /// A word about it, as a sentence. Foreign text.
    pub about: String,
    /// Its keys but for the id, as the configuration has them.
    pub keys: Map<String, Value>,
    /// What came of trying it.
    pub outcome: Outcome,
}

/// What came of trying a source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Outcome {
    /// It was not tried.
    #[default]
    Untried,
    /// It answers: what was found, in words.
    Good(String),
    /// It was not done within the time of a trial, which says nothing against it.
    Slow(String),
    /// Somebody has to sign in with a browser before it can be tried.
    SignIn,
    /// It does not: why, and what to do, as sentences. Foreign text.
    Failing(String),
    /// It does not for want of a token, or of a better one: why, and what to do, as sentences. Foreign text.
    Closed(String),
}

impl Draft {
    fn new(name: &str, about: impl Into<String>, keys: Value) -> Self {
        let keys = match keys {
            Value::Object(keys) => keys,
            _ => Map::new(),
        };
        Self { name: name.to_owned(), about: about.into(), keys, outcome: Outcome::Untried }
    }

    /// A folder of repositories, by its absolute path.
    pub fn directory(path: &Path, home: &Path) -> Self {
        let name = path.file_name().map_or("src".into(), |name| name.to_string_lossy());
        let path = match path.strip_prefix(home) {
            Ok(below) => Path::new("~").join(below).display().to_string(),
            Err(_) => path.display().to_string(),
        };
        let path = path.trim_end_matches('/');
        let keys = json!({"type": "directory", "path": if path.is_empty() { "/" } else { path }});
        Self::new(&name, "Read where it lies; nothing is fetched.", keys)
    }

    /// One repository.
    pub fn repository(url: &str) -> Self {
        let name = url.trim_end_matches('/').trim_end_matches(".git").rsplit(['/', ':']).next();
        let about = "One repository, fetched with your own git credentials.";
        Self::new(name.unwrap_or("git"), about, json!({"type": "git", "url": url}))
    }

    /// The repositories that were found of a host.
    pub fn repositories(host: &Host) -> Self {
        let mut urls: Vec<&String> = host.repositories().collect();
        urls.sort();
        let about = "The repositories that were found here, fetched with your own git credentials.";
        Self::new(&host.name, about, json!({"type": "git", "urls": urls}))
    }

    /// All repositories of an owner at a forge; nothing where the host is none.
    pub fn owner(host: &Host, owner: &str) -> Option<Self> {
        let kind = host.kind?;
        let mut keys = json!({"type": kind.name(), kind.owner_key(): owner});
        if let Some(url) = &host.url {
            keys["url"] = json!(url);
        } else if kind.default_host() != Some(host.name.as_str()) {
            keys["host"] = json!(host.name);
        }
        if let Some(token) = &host.token {
            keys["token"] = written(token);
        }
        let what = if kind == ForgeKind::Gitlab { "the group" } else { "the organisation or user" };
        let about = match (&host.token, host.entry()) {
            (Some(_), Some(entry)) => {
                format!("All repositories of {what} {owner}, with the token of {entry}.")
            }
            _ => format!("All public repositories of {what} {owner}; name a `token` for the others."),
        };
        Some(Self::new(owner, about, keys))
    }

    /// A Backstage that was found. The token of the environment is for one that the environment names.
    pub fn lead(lead: &Lead, token: Option<&TokenSettings>) -> Self {
        match lead.origin {
            LeadOrigin::Variable(_) => Self::backstage(&lead.url, token),
            LeadOrigin::File(_) => Self::backstage(&lead.url, None),
            LeadOrigin::SignIn => {
                let keys = json!({"type": "backstage", "url": lead.url, "login": true});
                Self::new("backstage", "A running Backstage, with your sign-in by `callboard login`.", keys)
            }
        }
    }

    /// A Backstage at an address.
    pub fn backstage(url: &str, token: Option<&TokenSettings>) -> Self {
        let mut keys = json!({"type": "backstage", "url": url});
        if let Some(token) = token {
            keys["token"] = written(token);
        }
        Self::new("backstage", "A running Backstage.", keys)
    }

    /// Whether a configuration with it would be understood.
    pub fn is_valid(&self) -> bool {
        let mut own = self.keys.clone();
        let kind = own.shift_remove("type");
        match kind.as_ref().and_then(Value::as_str) {
            Some("directory") => true,
            Some(kind) => RemoteSettings::parse(kind, &Value::Object(own)).is_ok(),
            None => false,
        }
    }

    /// Whether it does not answer.
    pub fn is_failing(&self) -> bool {
        matches!(self.outcome, Outcome::Failing(_) | Outcome::Closed(_))
    }

    /// Whether it does not answer for want of a token, or of a better one.
    pub fn wants_token(&self) -> bool {
        matches!(self.outcome, Outcome::Closed(_))
    }

    /// Whether somebody may sign in to it with a browser.
    pub fn takes_browser(&self) -> bool {
        self.keys.get("type").is_some_and(|kind| kind == "backstage")
    }

    /// Lets callboard in by this entry, in the place of any other.
    pub fn let_in(&mut self, entry: &Entry) {
        self.keys.shift_remove("token");
        self.keys.shift_remove("login");
        self.outcome = match entry {
            Entry::Token(token) => {
                self.keys.insert("token".to_owned(), written(token));
                Outcome::Untried
            }
            Entry::Browser => {
                self.keys.insert("login".to_owned(), true.into());
                Outcome::SignIn
            }
        };
    }

    /// All of it as the configuration has it.
    pub fn value(&self) -> Value {
        let mut value = Map::new();
        value.insert("id".to_owned(), json!(self.name));
        value.extend(self.keys.clone());
        Value::Object(value)
    }
}

/// A place of a token as the configuration has it.
fn written(token: &TokenSettings) -> Value {
    match token {
        TokenSettings::Env(name) => json!({"env": name}),
        TokenSettings::Command(command) => json!({"command": command}),
        TokenSettings::File(path) => json!({"file": path}),
        TokenSettings::Git(url) => json!({"git": url.as_str().trim_end_matches('/')}),
    }
}

/// Gives each source an id of its own that is not taken, of letters that need no quotes.
pub fn identify(drafts: &mut [Draft], taken: &[String]) {
    let mut taken = taken.to_vec();
    for draft in drafts {
        let tidy: String = draft
            .name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
            .collect();
        let tidy = tidy.trim_matches('-');
        let base = match tidy.chars().next() {
            Some(first) if first.is_ascii_alphabetic() => tidy.to_owned(),
            _ => format!("source-{tidy}").trim_end_matches('-').to_owned(),
        };
        let numbered = (2..).map(|number| format!("{base}-{number}"));
        let free = std::iter::once(base.clone()).chain(numbered).find(|id| !taken.contains(id));
        draft.name = free.unwrap_or(base);
        taken.push(draft.name.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_tidy_and_each_its_own() {
        let mut drafts = [
            Draft::directory(Path::new("/home/jane/My src"), Path::new("/home/jane")),
            Draft::directory(Path::new("/other/my-src"), Path::new("/home/jane")),
            Draft::repository("git@git.example.com:acme/9lives.git"),
            Draft::directory(Path::new("/"), Path::new("/home/jane")),
        ];
        assert_eq!((&drafts[0].keys["path"], &drafts[3].keys["path"]), (&json!("~/My src"), &json!("/")));
        identify(&mut drafts, &["my-src".to_owned()]);
        let ids: Vec<_> = drafts.iter().map(|draft| draft.name.as_str()).collect();
        assert_eq!(ids, ["my-src-2", "my-src-3", "source-9lives", "src"]);
    }

    #[test]
    fn an_owner_has_what_its_forge_needs_and_no_more() {
        let at = |name: &str, kind| Host::named(name, Some(kind));
        let keys = |host: &Host| Value::Object(Draft::owner(host, "acme").unwrap().keys);
        let github = Host {
            token: Some(TokenSettings::Command(vec!["gh".into(), "auth".into(), "token".into()])),
            ..at("github.com", ForgeKind::Github)
        };
        let expected =
            json!({"type": "github", "organization": "acme", "token": {"command": ["gh", "auth", "token"]}});
        assert_eq!(keys(&github), expected);
        let expected = json!({"type": "gitlab", "group": "acme", "host": "git.example.com"});
        assert_eq!(keys(&at("git.example.com", ForgeKind::Gitlab)), expected);
        let url = Some("http://127.0.0.1:3000".to_owned());
        let gitea = Host { url, ..at("127.0.0.1:3000", ForgeKind::Gitea) };
        assert_eq!(
            keys(&gitea),
            json!({"type": "gitea", "organization": "acme", "url": "http://127.0.0.1:3000"})
        );
        assert_eq!(Draft::owner(&Host::named("git.example.com", None), "acme"), None);
    }

    #[test]
    fn a_source_that_wants_a_token_is_let_in_by_one() {
        let mut draft = Draft::backstage("https://b.example.com", None);
        draft.outcome = Outcome::Closed("It answers 401 Unauthorized.".to_owned());
        assert!(draft.wants_token() && draft.is_failing());
        draft.let_in(&Entry::Token(TokenSettings::Env("T".to_owned())));
        assert_eq!((&draft.keys["token"], draft.wants_token()), (&json!({"env": "T"}), false));
        draft.let_in(&Entry::Browser);
        assert_eq!((&draft.keys["login"], draft.keys.get("token")), (&json!(true), None));
        draft.outcome = Outcome::Failing("The host token.example.com is not known here.".to_owned());
        assert!(!draft.wants_token() && draft.is_failing());
    }

    #[test]
    fn the_token_of_a_backstage_never_goes_where_a_file_of_a_repository_says() {
        let token = TokenSettings::Env("BACKSTAGE_TOKEN".to_owned());
        let keys = |origin| {
            let url = "https://b.example.com".to_owned();
            Value::Object(Draft::lead(&Lead { url, origin }, Some(&token)).keys)
        };
        let plain = json!({"type": "backstage", "url": "https://b.example.com"});
        assert_eq!(keys(LeadOrigin::File("app-config.yaml")), plain);
        assert_eq!(keys(LeadOrigin::Variable("BACKSTAGE_URL"))["token"], json!({"env": "BACKSTAGE_TOKEN"}));
        assert_eq!(keys(LeadOrigin::SignIn)["login"], json!(true));
    }
}
