//! A repository as a forge describes it.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::ForgeKind;

/// What a forge says of a repository, in the words of all of them.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Described {
    #[serde(alias = "path_with_namespace")]
    full_name: String,
    #[serde(alias = "http_url_to_repo")]
    clone_url: String,
    #[serde(alias = "ssh_url_to_repo")]
    ssh_url: Option<String>,
    default_branch: Option<String>,
    topics: Option<Vec<String>>,
    visibility: Option<String>,
    private: Option<bool>,
    internal: Option<bool>,
    archived: Option<bool>,
    fork: Option<bool>,
    forked_from_project: Option<IgnoredAny>,
    disabled: Option<bool>,
    repository_access_level: Option<String>,
    pushed_at: Option<String>,
    last_activity_at: Option<String>,
    updated_at: Option<String>,
}

/// A repository that was discovered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Found {
    /// Its owner and its name, or its groups and its name.
    pub(super) path: String,
    /// Where it is fetched from over https.
    pub(super) https: String,
    /// Where it is fetched from over ssh.
    pub(super) ssh: Option<String>,
    /// When something happened in it, as the forge writes it.
    pub(super) at: Option<String>,
    /// The default branch.
    pub(super) branch: Option<String>,
    pub(super) topics: Vec<String>,
    pub(super) visibility: String,
    pub(super) archived: bool,
    pub(super) fork: bool,
    /// Whether there is nothing that git could fetch.
    pub(super) closed: bool,
}

impl Found {
    /// What is needed of it here.
    pub(super) fn new(kind: ForgeKind, described: Described) -> Self {
        let is = |flag: Option<bool>| flag.unwrap_or_default();
        let visibility = match (is(described.private), is(described.internal)) {
            (_, true) => "internal",
            (true, false) => "private",
            (false, false) => "public",
        };
        Self {
            at: match kind {
                ForgeKind::Github => described.pushed_at,
                ForgeKind::Gitlab => described.last_activity_at,
                ForgeKind::Gitea => described.updated_at,
            },
            path: described.full_name,
            https: described.clone_url,
            ssh: described.ssh_url,
            branch: described.default_branch,
            topics: described.topics.unwrap_or_default(),
            visibility: described.visibility.unwrap_or_else(|| visibility.to_owned()),
            archived: is(described.archived),
            fork: is(described.fork) || described.forked_from_project.is_some(),
            closed: is(described.disabled)
                || described.repository_access_level.as_deref() == Some("disabled"),
        }
    }

    /// Its name without its owner.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// What tells that nothing was pushed; nothing where the forge does not say.
    pub(super) fn stamp(&self) -> Option<String> {
        let at = self.at.as_ref()?;
        Some(format!("{at} {}", self.branch.as_deref().unwrap_or_default()))
    }
}
