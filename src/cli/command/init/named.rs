//! The sources that the command line names.

use super::{Init, absolute};
use crate::cli::Session;
use crate::error::{Error, ErrorKind, Result};
use crate::ops::init::{Draft, Entry, ForgeKind, Found, Host};

impl Init {
    /// Whether any source is named.
    pub(super) fn is_named(&self) -> bool {
        let lists = [&self.git, &self.github, &self.gitlab, &self.gitea];
        !self.directory.is_empty() || self.backstage.is_some() || lists.iter().any(|list| !list.is_empty())
    }

    /// The sources that are named.
    pub(super) fn named(&self, session: &Session, found: &Found) -> Result<Vec<Draft>> {
        let mut drafts = Vec::new();
        for (kind, owners) in [
            (ForgeKind::Github, &self.github),
            (ForgeKind::Gitlab, &self.gitlab),
            (ForgeKind::Gitea, &self.gitea),
        ] {
            for owner in owners {
                drafts.push(owned(kind, owner, found)?);
            }
        }
        drafts.extend(self.git.iter().map(|url| Draft::repository(url)));
        let here = session.environment.working_dir();
        let folders = self.directory.iter().map(|folder| absolute(folder, here, &found.home));
        drafts.extend(folders.map(|folder| Draft::directory(&folder, &found.home)));
        let token = found.backstage_token.as_ref();
        let entry = self.backstage_token.as_deref().map(Entry::parse).transpose().map_err(|why| {
            Error::new(ErrorKind::Usage, "--backstage-token names no place of a token.").with_hint(why)
        })?;
        drafts.extend(self.backstage.iter().map(|url| {
            let mut draft = Draft::backstage(url, token);
            if let Some(entry) = &entry {
                draft.let_in(entry);
            }
            draft
        }));
        Ok(drafts)
    }
}

/// The source of `OWNER` or `HOST/OWNER`, with the token that was found for its host.
fn owned(kind: ForgeKind, named: &str, found: &Found) -> Result<Draft> {
    let (host, owner) = match named.split_once('/') {
        Some((host, owner)) if host.contains(['.', ':']) => (Some(host), owner),
        _ => (None, named),
    };
    let name = host.or(kind.default_host()).ok_or_else(|| wrong(kind, named))?;
    let known = found.hosts.iter().find(|known| known.name == name && known.kind == Some(kind));
    let host = known.cloned().unwrap_or_else(|| Host::named(name, Some(kind)));
    Draft::owner(&host, owner).filter(Draft::is_valid).ok_or_else(|| wrong(kind, named))
}

fn wrong(kind: ForgeKind, named: &str) -> Error {
    let example = match kind {
        ForgeKind::Github => "--github acme or --github ghe.example.com/acme",
        ForgeKind::Gitlab => "--gitlab acme/platform or --gitlab git.example.com/acme/platform",
        ForgeKind::Gitea => "--gitea git.example.com/acme",
    };
    let message = format!("{named:?} names no {} of {}.", kind.owner_key(), kind.name());
    Error::new(ErrorKind::Usage, message).with_hint(format!("Write it like {example}."))
}
