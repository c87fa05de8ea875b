//! The settings of sources that lie elsewhere, as the configuration has them, one type a kind of source.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::backstage::{Backstage, BackstageSettings};
use super::child::Environment;
use super::command::{Command, CommandSettings};
use super::forge::{Forge, ForgeKind, ForgeSettings};
use super::git::{Git, GitSettings};
use super::remote::Remote;
use crate::error::Result;
use crate::misread::{self, Misread};

/// What of the environment sources may use: the home folder, and the variables that hold tokens.
#[derive(Clone, Default)]
pub struct Variables {
    home: PathBuf,
    /// Where tokens of a sign-in are kept.
    state: PathBuf,
    values: Arc<BTreeMap<String, String>>,
}

impl Variables {
    /// A home folder and variables.
    pub fn new(home: PathBuf, values: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { home, state: PathBuf::new(), values: Arc::new(values.into_iter().collect()) }
    }

    /// The same, with the folder that what must not be lost is kept in.
    #[must_use]
    pub fn with_state(self, state: PathBuf) -> Self {
        Self { state, ..self }
    }

    /// The folder of the tokens of sign-ins.
    pub(super) fn tokens(&self) -> PathBuf {
        self.state.join("tokens")
    }

    /// The home folder, which `~` stands for.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The environment that child processes begin with.
    pub fn environment(&self) -> Environment {
        Environment::new(self.values.iter())
    }

    /// A variable that is set to something.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

impl fmt::Debug for Variables {
    /// Names no value: tokens are among them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Variables").field("home", &self.home).finish_non_exhaustive()
    }
}

/// The settings of a source that lies elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemoteSettings {
    /// Git repositories.
    Git(GitSettings),
    /// The repositories of an owner at a forge.
    Forge(ForgeKind, Box<ForgeSettings>),
    /// A running Backstage.
    Backstage(BackstageSettings),
    /// A program that prints entities.
    Command(CommandSettings),
}

impl RemoteSettings {
    /// The kinds of sources, as the configuration calls them, each with an example.
    pub const KINDS: [(&'static str, &'static str); 6] = [
        ("git", "{ id: platform, type: git, url: \"git@git.example.com:platform/catalog.git\" }"),
        ("github", "{ id: acme, type: github, organization: acme, token: { command: [gh, auth, token] } }"),
        ("gitlab", "{ id: acme, type: gitlab, group: acme, token: { env: GITLAB_TOKEN } }"),
        ("gitea", "{ id: acme, type: gitea, organization: acme, host: git.example.com }"),
        ("backstage", "{ id: portal, type: backstage, url: \"https://backstage.example.com\" }"),
        ("command", "{ id: crm, type: command, run: [crm-export, --entities], timeout: 30s }"),
    ];

    /// The settings of a kind from the keys that are its own.
    pub(crate) fn parse(kind: &str, own: &Value) -> std::result::Result<Self, Misread> {
        let forge = |kind| ForgeSettings::parse(kind, own).map(|settings| Self::Forge(kind, settings.into()));
        match kind {
            "github" => forge(ForgeKind::Github),
            "gitlab" => forge(ForgeKind::Gitlab),
            "gitea" => forge(ForgeKind::Gitea),
            "git" => misread::read(own).map(Self::Git),
            "backstage" => misread::read(own).map(Self::Backstage),
            "command" => misread::read(own).map(Self::Command),
            _ => Err(misread::custom(format!("there is no source of type {kind}"))),
        }
    }

    /// What kind of source it is, as the configuration calls it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Git(_) => "git",
            Self::Forge(kind, _) => kind.name(),
            Self::Backstage(_) => "backstage",
            Self::Command(_) => "command",
        }
    }

    /// Where it is, in words for people.
    pub fn location(&self) -> String {
        match self {
            Self::Git(settings) => settings.location(),
            Self::Forge(kind, settings) => settings.location(*kind),
            Self::Backstage(settings) => settings.location(),
            Self::Command(settings) => settings.run.join(" "),
        }
    }

    /// Looks for what can be told to be wrong before anything is asked: addresses, branches, patterns, and a token
    /// that would be sent in the clear. Such a source fails whenever it is fetched.
    pub fn check(&self) -> Result<()> {
        match self {
            Self::Forge(kind, settings) => {
                Forge::new(*kind, (**settings).clone(), Variables::default())?.check()
            }
            Self::Backstage(settings) => settings.check(),
            Self::Git(_) | Self::Command(_) => self.open(&Variables::default()).map(drop),
        }
    }

    /// The source with these settings.
    pub fn open(&self, variables: &Variables) -> Result<Arc<dyn Remote>> {
        let environment = variables.environment();
        Ok(match self {
            Self::Git(settings) => Arc::new(Git::new(settings.clone(), environment)?),
            Self::Forge(kind, settings) => {
                Arc::new(Forge::new(*kind, (**settings).clone(), variables.clone())?)
            }
            Self::Backstage(settings) => Arc::new(Backstage::new(settings.clone(), variables.clone())),
            Self::Command(settings) => Arc::new(Command::new(settings.clone(), environment)?),
        })
    }
}
