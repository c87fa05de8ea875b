//! What the configuration says of a forge.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::ForgeKind;
use super::filter::Choice;
use crate::error::{Error, ErrorKind, Result};
use crate::misread::{self, Misread};
use crate::source::git::{OneOrMany, default_paths};
use crate::source::secret::TokenSettings;

/// What the configuration says of a forge.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForgeSettings {
    /// The organisation or the user, of GitHub and Gitea.
    #[serde(default)]
    pub organization: OneOrMany,
    /// Several of them.
    #[serde(default)]
    pub organizations: OneOrMany,
    /// The group of GitLab, as its full path; with its sub-groups.
    #[serde(default)]
    pub group: OneOrMany,
    /// Several of them.
    #[serde(default)]
    pub groups: OneOrMany,
    /// The host; the public one where there is none.
    #[serde(default)]
    pub host: Option<String>,
    /// The address in its place, for another port or a folder.
    #[serde(default)]
    pub url: Option<String>,
    /// The token.
    #[serde(default)]
    pub token: Option<TokenSettings>,
    /// Certificates of authorities beside those of the system.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// The branch; the default one of each repository where there is none.
    #[serde(default)]
    pub branch: Option<String>,
    /// Which files are descriptors, as patterns.
    #[serde(default = "default_paths")]
    pub paths: Vec<String>,
    /// Which repositories; all that are neither archived nor forks where there is none.
    #[serde(default)]
    pub include: Choice,
    /// Which of them not.
    #[serde(default)]
    pub exclude: Choice,
    /// Whether its teams and people become groups and users.
    #[serde(default)]
    pub members: bool,
    /// How repositories are fetched.
    #[serde(default)]
    pub clone: CloneBy,
    /// Repositories that are fetched at once.
    #[serde(default)]
    pub parallel: Option<NonZeroUsize>,
}

/// How repositories are fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloneBy {
    /// Over https, with the token.
    #[default]
    Https,
    /// Over ssh, with the keys of the user.
    Ssh,
}

impl ForgeSettings {
    /// The settings of a kind of forge. What cannot be right is an error already here.
    pub(crate) fn parse(kind: ForgeKind, own: &Value) -> std::result::Result<Self, Misread> {
        let settings: Self = misread::read(own)?;
        settings.check(kind).map_err(misread::custom)?;
        Ok(settings)
    }

    fn check(&self, kind: ForgeKind) -> std::result::Result<(), String> {
        let key = kind.owner_key();
        let (own, other, foreign) = match kind {
            ForgeKind::Gitlab => (self.groups(), self.organizations(), "organization"),
            ForgeKind::Github | ForgeKind::Gitea => (self.organizations(), self.groups(), "group"),
        };
        if !other.is_empty() {
            return Err(format!("a {} source takes `{key}` or `{key}s`, and no `{foreign}`", kind.name()));
        }
        if own.is_empty() {
            return Err(format!("`{key}` is missing, or `{key}s` for several"));
        }
        let is_bad = |owner: &&String| {
            let parts = owner.split('/').count();
            owner.contains(char::is_control)
                || owner.split('/').any(|part| matches!(part, "" | "." | ".."))
                || (parts > 1 && kind != ForgeKind::Gitlab)
        };
        if let Some(bad) = own.iter().find(is_bad) {
            return Err(format!("{bad:?} is no name of {key}; write it as it stands in its address"));
        }
        match (&self.host, &self.url, kind.default_host()) {
            (Some(_), Some(_), _) => Err("`host` and `url` say the same; write one of them".to_owned()),
            (None, None, None) => Err("`host` is missing".to_owned()),
            _ => Ok(()),
        }
    }

    fn organizations(&self) -> Vec<String> {
        distinct(&self.organization, &self.organizations)
    }

    fn groups(&self) -> Vec<String> {
        distinct(&self.group, &self.groups)
    }

    /// The organisations or groups, each once.
    pub fn owners(&self) -> Vec<String> {
        [self.organizations(), self.groups()].concat()
    }

    /// The address below which its pages and its repositories lie.
    pub fn web(&self, kind: ForgeKind) -> Result<Url> {
        let host = self.host.as_deref().or(kind.default_host()).unwrap_or_default();
        let text = self.url.clone().unwrap_or_else(|| format!("https://{host}"));
        let wrong = |why: &str| {
            let shown: String = text.rsplit('@').next().unwrap_or_default().chars().take(200).collect();
            Error::new(ErrorKind::Usage, format!("{shown:?} is no address of a {}: {why}.", kind.name()))
                .with_hint("Write `host: git.example.com`, or `url: https://git.example.com:8443`.")
        };
        let mut url = Url::parse(&text).map_err(|error| wrong(&error.to_string()))?;
        if url.host_str().is_none() || (self.url.is_none() && url.path() != "/") {
            return Err(wrong("it names no host alone"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("it has a query or a fragment"));
        }
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        Ok(url)
    }

    /// Where it is, in words for people.
    pub fn location(&self, kind: ForgeKind) -> String {
        let place = match self.web(kind) {
            Ok(url) => match url.port() {
                Some(port) => format!("{}:{port}", url.host_str().unwrap_or_default()),
                None => url.host_str().unwrap_or_default().to_owned(),
            },
            Err(_) => kind.name().to_owned(),
        };
        format!("{place}/{}", self.owners().join(", "))
    }
}

fn distinct(one: &OneOrMany, many: &OneOrMany) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in one.0.iter().chain(&many.0).map(|name| name.trim_matches('/')) {
        if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            names.push(name.to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_example_of_the_design_is_understood() {
        let own = json!({
            "organization": "acme",
            "exclude": {"archived": true},
            "token": {"command": ["gh", "auth", "token"]}
        });
        let settings = ForgeSettings::parse(ForgeKind::Github, &own).unwrap();
        assert_eq!(settings.location(ForgeKind::Github), "github.com/acme");
    }

    #[test]
    fn each_forge_has_its_addresses() {
        for (kind, own, api) in [
            (ForgeKind::Github, json!({"organization": "a"}), "https://api.github.com/"),
            (ForgeKind::Github, json!({"organization": "a", "host": "ghe.x"}), "https://ghe.x/api/v3/"),
            (ForgeKind::Gitlab, json!({"group": "a/b"}), "https://gitlab.com/api/v4/"),
            (ForgeKind::Gitlab, json!({"group": "a", "url": "http://h:1/g"}), "http://h:1/g/api/v4/"),
            (ForgeKind::Gitea, json!({"organizations": ["a"], "host": "h:3"}), "https://h:3/api/v1/"),
        ] {
            let settings = ForgeSettings::parse(kind, &own).unwrap();
            assert_eq!(kind.api(&settings.web(kind).unwrap()).unwrap().as_str(), api);
        }
    }

    #[test]
    fn what_cannot_be_right_is_said() {
        for (kind, own, why) in [
            (ForgeKind::Github, json!({}), "`organization` is missing"),
            (ForgeKind::Github, json!({"group": "a"}), "and no `group`"),
            (ForgeKind::Github, json!({"organization": "a/b"}), "is no name"),
            (ForgeKind::Gitlab, json!({"group": "a/../b"}), "is no name"),
            (ForgeKind::Gitea, json!({"organization": "a"}), "`host` is missing"),
            (ForgeKind::Gitea, json!({"organization": "a", "host": "h", "url": "https://h"}), "say the same"),
            (ForgeKind::Github, json!({"organization": "a", "organisation": "b"}), "unknown field"),
            (ForgeKind::Github, json!({"organization": "a", "token": "ghp_x"}), "a token is"),
        ] {
            let error = ForgeSettings::parse(kind, &own).unwrap_err().to_string();
            assert!(error.contains(why) && !error.contains("ghp_x"), "{error}");
        }
        let own = json!({"organization": "a", "host": "u:secret@h/x"});
        let error =
            ForgeSettings::parse(ForgeKind::Github, &own).unwrap().web(ForgeKind::Github).unwrap_err();
        assert!(!error.message().contains("secret"), "{error}");
    }
}
