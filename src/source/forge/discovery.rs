//! Which repositories there are, and which of them are wanted.

use std::collections::HashSet;

use super::found::{Described, Found};
use super::memory::Memory;
use super::pages::{Reader, Shelf};
use super::{CloneBy, Forge, ForgeKind};
use crate::error::{Error, ErrorKind, Result};
use crate::source::git::Address;
use crate::source::remote::{Amount, Failure, Fetch, Fetched};
use crate::source::tree::resolve;

/// Repositories of one source.
const MAX_REPOSITORIES: usize = 50_000;

/// A repository that is wanted, with where it is fetched from.
pub(super) struct Wanted {
    pub(super) found: Found,
    pub(super) address: Address,
}

impl Forge {
    /// The repositories of all owners, as the API lists them.
    pub(super) async fn discover(
        &self,
        reader: &mut Reader<'_>,
        before: &Memory,
        memory: &mut Memory,
        fetch: Fetch<'_>,
    ) -> Result<Vec<Found>> {
        let mut all = Vec::new();
        for owner in self.settings.owners() {
            let mut listed = None;
            for path in self.kind.repositories(&owner).into_iter().flatten() {
                let mut shelf = Shelf { known: &before.repositories, fresh: &mut memory.repositories };
                let turn = |described: Described| Found::new(self.kind, described);
                listed = reader.all(&path, &mut shelf, turn).await?;
                if listed.is_some() {
                    break;
                }
            }
            all.extend(listed.ok_or_else(|| self.no_owner(&owner))?);
            if all.len() > MAX_REPOSITORIES {
                let location = self.settings.location(self.kind);
                let message =
                    format!("{location} has more than {MAX_REPOSITORIES} repositories, which is the limit.");
                return Err(Error::new(ErrorKind::Unreachable, message)
                    .with_hint("Make a source of each organisation or sub-group."));
            }
            (fetch.progress)(Amount { of_repositories: all.len() as u64, ..Amount::default() });
        }
        Ok(all)
    }

    fn no_owner(&self, owner: &str) -> Error {
        let (key, host) = (self.kind.owner_key(), self.host());
        let what = if self.kind == ForgeKind::Gitlab { "group" } else { "organisation or user" };
        let message = format!("{host} has no {what} {owner:?}, or does not show it.");
        let hint = format!("Correct `{key}`. {}", self.sign_in());
        Error::new(ErrorKind::Unreachable, message).with_hint(hint).with_token_wanted()
    }

    /// Those that the configuration lets through, each once, with where they are fetched from.
    pub(super) fn wanted(&self, all: Vec<Found>, fetched: &mut Fetched) -> Vec<Wanted> {
        let mut roots = HashSet::new();
        let mut wanted = Vec::new();
        for found in all.into_iter().filter(|found| !found.closed && self.filter.takes(found)) {
            if !roots.insert(found.path.to_lowercase()) {
                continue;
            }
            match self.address(&found) {
                Ok(address) => wanted.push(Wanted { found, address }),
                Err(error) => {
                    let what = found.path.chars().take(200).collect();
                    fetched.failures.push(Failure { what, why: error.told() });
                }
            }
        }
        wanted
    }

    /// Where a repository is fetched from: at this forge, whatever its API says.
    fn address(&self, found: &Found) -> Result<Address> {
        let refused = |message: String| Error::new(ErrorKind::Refused, message);
        if resolve("", &found.path).as_deref() != Some(&found.path) || found.path.contains(char::is_control) {
            return Err(refused("Its name is no path.".to_owned()));
        }
        let elsewhere = |hint: &str| {
            let message =
                format!("Its address for git does not lie below {}, so it is not fetched.", self.clones);
            refused(message).with_hint(hint)
        };
        match self.settings.clone {
            CloneBy::Https if found.https.starts_with(&self.clones) => Address::parse(&found.https),
            CloneBy::Https => Err(elsewhere("Write the address that the forge itself uses as `url`.")),
            CloneBy::Ssh => {
                let ssh = found.ssh.as_deref().unwrap_or_default();
                let address = Address::parse(ssh)?;
                let host = address.host().split(':').next().unwrap_or_default();
                let own = self.web.host_str().unwrap_or_default();
                let is_own = host == own || host.strip_suffix(own).is_some_and(|rest| rest.ends_with('.'));
                if is_own { Ok(address) } else { Err(elsewhere("Use `clone: https`.")) }
            }
        }
    }
}
