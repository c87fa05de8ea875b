//! Repository URLs as forms give them: `host?owner=…&repo=…`, checked by the kind of the host.

use std::collections::BTreeMap;

/// The hosts with an integration, and its kind: `github`, `gitlab`, `bitbucketCloud`, `bitbucketServer`,
/// `azure`, `gitea`, `gerrit`…
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Integrations(BTreeMap<String, String>);

impl Integrations {
    /// Integrations from pairs of host and kind.
    pub fn new(hosts: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(hosts.into_iter().collect())
    }

    /// The hosts that work without configuration.
    pub fn public() -> Self {
        let hosts = [
            ("github.com", "github"),
            ("gitlab.com", "gitlab"),
            ("bitbucket.org", "bitbucketCloud"),
            ("dev.azure.com", "azure"),
        ];
        Self::new(hosts.map(|(host, kind)| (host.to_owned(), kind.to_owned())))
    }

    /// The same integrations and some more.
    #[must_use]
    pub fn with(mut self, hosts: impl IntoIterator<Item = (String, String)>) -> Self {
        self.0.extend(hosts);
        self
    }

    /// The kind of a host.
    pub fn kind(&self, host: &str) -> Option<&str> {
        self.0.get(host).map(String::as_str)
    }
}

/// Why a text is no repository URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RepoUrlError {
    /// There is no host in front of the `?`.
    #[error("it starts with no host")]
    NoHost,
    /// The host has no integration.
    #[error("no integration is configured for the host {0:?}")]
    UnknownHost(String),
    /// A part that this kind of host needs is missing or empty.
    #[error("{0} is missing")]
    Missing(&'static str),
}

/// The parts of a repository URL, without slashes at their ends.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct RepoUrl {
    /// The host in lower case, with its port.
    pub host: String,
    /// The owner or group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repo: Option<String>,
    /// The organization (Azure).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// The workspace (Bitbucket Cloud).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace: Option<String>,
    /// The project (Azure, Bitbucket, GitLab).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
}

impl RepoUrl {
    /// Parses a repository URL and checks that it has what its host needs.
    pub fn parse(text: &str, integrations: &Integrations) -> Result<Self, RepoUrlError> {
        let text = text.trim_matches(|character: char| character <= ' ');
        let text = text.split('#').next().unwrap_or_default();
        let (before, query) = text.split_once('?').unwrap_or((text, ""));
        let authority = before.trim_start_matches(['/', '\\']).split(['/', '\\']).next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        let host = host.strip_suffix(":443").or(host.strip_suffix(':')).unwrap_or(host).to_lowercase();
        if host.is_empty() || host.contains(char::is_whitespace) {
            return Err(RepoUrlError::NoHost);
        }
        let Some(kind) = integrations.kind(&host) else { return Err(RepoUrlError::UnknownHost(host)) };
        let parameter = |name: &str| {
            let mut pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
            pairs.find(|(key, _)| decoded(key) == name).map(|(_, value)| decoded(value))
        };
        let is_missing = |name: &str| parameter(name).is_none_or(|value| value.is_empty());
        let part = |name: &str| parameter(name).map(|value| value.trim_matches('/').to_owned());
        let project = part("project");
        let required: &[&'static str] = match kind {
            "bitbucketCloud" => &["workspace", "project", "repo"],
            "bitbucketServer" | "azure" => &["project", "repo"],
            "gitlab" if project.as_ref().is_some_and(|project| !project.is_empty()) => &[],
            "gitlab" => &["owner", "repo"],
            "gitea" | "gerrit" => &["repo"],
            _ => &["repo", "owner"],
        };
        if let Some(name) = required.iter().find(|name| is_missing(name)) {
            return Err(RepoUrlError::Missing(name));
        }
        Ok(Self {
            owner: part("owner"),
            repo: part("repo"),
            organization: part("organization"),
            workspace: part("workspace"),
            project,
            host,
        })
    }
}

/// A query text with `+` and `%xx` decoded.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        let hex = behind.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let escaped = hex.filter(|hex| hex.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let escaped = escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (byte, escaped) {
            (b'+', _) => bytes.push(b' '),
            (b'%', Some(value)) => {
                bytes.push(value);
                rest = &behind[2..];
                continue;
            }
            _ => bytes.push(byte),
        }
        rest = behind;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
