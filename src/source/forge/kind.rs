//! What tells the forges apart: their addresses, how they take a token, and what they call things.

use std::fmt::Write as _;

use url::Url;

use crate::error::{Error, ErrorKind, Result};
use crate::source::http::TokenHeader;

/// A kind of forge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForgeKind {
    /// github.com, or GitHub Enterprise.
    Github,
    /// gitlab.com, or a GitLab of one's own.
    Gitlab,
    /// A Gitea or a Forgejo.
    Gitea,
}

impl ForgeKind {
    /// As the configuration calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Gitea => "gitea",
        }
    }

    /// What it calls the owner of repositories, as a key of the configuration.
    pub fn owner_key(self) -> &'static str {
        match self {
            Self::Github | Self::Gitea => "organization",
            Self::Gitlab => "group",
        }
    }

    /// The host where the configuration names none.
    pub fn default_host(self) -> Option<&'static str> {
        match self {
            Self::Github => Some("github.com"),
            Self::Gitlab => Some("gitlab.com"),
            Self::Gitea => None,
        }
    }

    /// The address of its API, of a forge whose pages and repositories lie below `web`.
    pub(super) fn api(self, web: &Url) -> Result<Url> {
        let below = match self {
            Self::Github if web.host_str() == Some("github.com") => "https://api.github.com/",
            Self::Github => "api/v3/",
            Self::Gitlab => "api/v4/",
            Self::Gitea => "api/v1/",
        };
        web.join(below).map_err(|error| {
            Error::new(ErrorKind::Usage, format!("{web} makes no address of an API: {error}."))
        })
    }

    /// How it takes a token.
    pub(super) fn token_header(self) -> TokenHeader {
        match self {
            // GitLab knows a header of its own too, which takes no token of a sign-in with a browser.
            Self::Github | Self::Gitlab => TokenHeader::Bearer,
            Self::Gitea => TokenHeader::Token,
        }
    }

    /// The user that goes with a token where it is a password of git.
    pub(super) fn git_user(self) -> &'static str {
        match self {
            Self::Github => "x-access-token",
            Self::Gitlab => "oauth2",
            // Any will do: where the password is a token, its owner counts.
            Self::Gitea => "token",
        }
    }

    /// The first page of the repositories of an owner; where it is no organisation, those of a user.
    pub(super) fn repositories(self, owner: &str) -> [Option<String>; 2] {
        let owner = encoded(owner);
        match self {
            Self::Github => {
                let order = "sort=full_name&direction=asc&per_page=100";
                [
                    Some(format!("orgs/{owner}/repos?type=all&{order}")),
                    Some(format!("users/{owner}/repos?type=owner&{order}")),
                ]
            }
            Self::Gitlab => {
                let what = "include_subgroups=true&with_shared=false&order_by=id&sort=asc&per_page=100";
                [Some(format!("groups/{owner}/projects?{what}")), None]
            }
            Self::Gitea => [
                Some(format!("orgs/{owner}/repos?limit=50&page=1")),
                Some(format!("users/{owner}/repos?limit=50&page=1")),
            ],
        }
    }

    /// Seconds for which what it says of a repository may lag behind a push. GitLab notes activity once an
    /// hour only; the others at once, but clocks differ.
    pub(super) fn settling_seconds(self) -> i64 {
        match self {
            Self::Gitlab => 2 * 60 * 60,
            Self::Github | Self::Gitea => 10 * 60,
        }
    }

    /// How to get a token that may do what is asked here.
    pub(super) fn advice(self) -> &'static str {
        match self {
            Self::Github => {
                "Sign in with `gh auth login` and write `token: { command: [gh, auth, token] }`, or make a token \
                 with the scopes repo and read:org (a fine-grained one: read access to contents, metadata and \
                 members), and authorise it for the organisation where that wants single sign-on."
            }
            Self::Gitlab => {
                "Sign in with `glab auth login` and write `token: { command: [glab, config, get, token, --host, \
                 HOST] }`, or make an access token with the scopes read_api and read_repository."
            }
            Self::Gitea => {
                "Make an access token with the scopes read:organization, read:repository and read:user."
            }
        }
    }
}

/// A name as one part of a path: what separates parts is encoded, as GitLab wants its groups.
pub(super) fn encoded(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    name.bytes().fold(String::new(), |mut text, byte| {
        if plain(byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}"); // writing to a text cannot fail
        }
        text
    })
}
