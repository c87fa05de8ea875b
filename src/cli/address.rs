//! What `--source` names: a folder, a git repository, a running Backstage.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::json;
use url::{Host, Url};

use crate::catalog::SourceId;
use crate::error::{Error, ErrorKind, Result};
use crate::ops::portal::{RemoteSettings, SourceConfig, SourcePlace, Standing, Watched};

/// The variable whose value is sent as the token of a Backstage that `--source` names.
const TOKEN: &str = "CALLBOARD_TOKEN";

/// Hosts of which an address without `.git` names a repository all the same.
const FORGES: [&str; 4] = ["github.com", "gitlab.com", "bitbucket.org", "codeberg.org"];

/// Sources of the command line, each with an id of its own.
pub(super) fn sources(here: &Path, named: &[String], has_token: HasToken) -> Result<Vec<SourceConfig>> {
    let mut taken = BTreeSet::new();
    named
        .iter()
        .map(|name| {
            let (called, place) = place(here, name, has_token)?;
            let mut id = called.clone();
            let mut number = 2;
            while !taken.insert(id.clone()) {
                id = format!("{called}-{number}");
                number += 1;
            }
            Ok(SourceConfig { id: SourceId::new(&id), place, every: None, standing: Standing::Named })
        })
        .collect()
}

/// Whether the environment has a token for addresses that are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HasToken {
    Yes,
    No,
}

impl HasToken {
    pub(super) fn look(environment: &crate::config::Environment) -> Self {
        if environment.has(TOKEN) { Self::Yes } else { Self::No }
    }
}

/// Whether a text names something that is no folder.
pub(super) fn is_address(text: &str) -> bool {
    kind(text).is_some()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Git,
    Backstage,
}

fn kind(text: &str) -> Option<Kind> {
    if text.contains("://") {
        let url = Url::parse(text).ok()?;
        let is_web = matches!(url.scheme(), "http" | "https");
        let is_forge = matches!(url.host(), Some(Host::Domain(host)) if FORGES.contains(&host));
        let is_repository = url.path().trim_end_matches('/').strip_suffix(".git").is_some() || is_forge;
        return Some(if is_web && !is_repository { Kind::Backstage } else { Kind::Git });
    }
    // `user@host:path`, as ssh and git write it; a folder of that name is reached as ./user@host:path.
    let (user, path) = text.split_once(':')?;
    let is_host = user.contains('@') && !user.contains('/') && !path.is_empty();
    is_host.then_some(Kind::Git)
}

fn place(here: &Path, text: &str, has_token: HasToken) -> Result<(String, SourcePlace)> {
    let Some(kind) = kind(text) else {
        let path = here.join(text);
        let name = path.file_name().map_or("folder".into(), |name| name.to_string_lossy().into_owned());
        return Ok((name, SourcePlace::Directory { path, watched: Watched::Yes }));
    };
    let (name, own) = match kind {
        Kind::Git => ("git", json!({ "url": text })),
        Kind::Backstage if has_token == HasToken::Yes => {
            ("backstage", json!({ "url": text, "token": { "env": TOKEN } }))
        }
        Kind::Backstage => ("backstage", json!({ "url": text })),
    };
    let settings = RemoteSettings::parse(name, &own).map_err(|error| {
        Error::new(ErrorKind::Usage, format!("{text:?} cannot be a source: {error}."))
            .with_hint("Name a folder, a git repository or the address of a Backstage.")
    })?;
    Ok((called(text), SourcePlace::Remote(settings)))
}

/// What a source is called that has an address: the last part of its path, else its host.
fn called(address: &str) -> String {
    let path = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = path.split(['?', '#']).next().unwrap_or(path).trim_end_matches('/');
    let last = path.rsplit(['/', ':']).next().unwrap_or(path).trim_end_matches(".git");
    let is_port = last.bytes().all(|byte| byte.is_ascii_digit());
    let name = if is_port { path.rsplit_once(':').map_or(path, |(host, _)| host) } else { last };
    name.rsplit('@').next().unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_folders() {
        let table = [
            ("src", None),
            ("./a@b:c", None),
            ("C:/src", None),
            ("https://backstage.example.com", Some(Kind::Backstage)),
            ("http://127.0.0.1:7007/fault/ok", Some(Kind::Backstage)),
            ("https://git.example.com/acme/pay.git", Some(Kind::Git)),
            ("https://github.com/acme/pay", Some(Kind::Git)),
            ("git@git.example.com:acme/pay.git", Some(Kind::Git)),
            ("ssh://git@git.example.com/acme/pay", Some(Kind::Git)),
            ("file:///srv/git/pay", Some(Kind::Git)),
        ];
        for (text, expected) in table {
            assert_eq!(kind(text), expected, "{text}");
        }
    }

    #[test]
    fn a_source_is_called_by_what_tells_it_from_others() {
        assert_eq!(called("https://backstage.example.com/"), "backstage.example.com");
        assert_eq!(called("http://127.0.0.1:7007"), "127.0.0.1");
        assert_eq!(called("git@git.example.com:acme/pay.git"), "pay");
        assert_eq!(called("https://user@git.example.com"), "git.example.com");
    }

    #[test]
    fn two_folders_of_one_name_have_names_of_their_own() {
        let named = ["a/src".to_owned(), "b/src".to_owned()];
        let sources = sources(Path::new("/h"), &named, HasToken::No).unwrap();
        let ids: Vec<_> = sources.iter().map(|source| &*source.id.0).collect();
        assert_eq!(ids, ["src", "src-2"]);
        assert_eq!(
            sources[1].place,
            SourcePlace::Directory { path: "/h/b/src".into(), watched: Watched::Yes }
        );
    }
}
