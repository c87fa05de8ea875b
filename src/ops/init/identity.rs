//! Who somebody is in a catalog that was just read, guessed from git's mail address and the names at forges.

use crate::catalog::EntityRef;
use crate::error::Result;
use crate::ops::{Identity, IdentityHints};
use crate::store::Snapshot;

/// Who somebody is in a catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    /// The User.
    pub user: EntityRef,
    /// What says so, as the end of a sentence.
    pub why: String,
}

/// Guesses who somebody is; nothing where nothing in the catalog fits.
pub fn guess<'a>(
    snapshot: &Snapshot,
    email: Option<&'a str>,
    logins: impl Iterator<Item = &'a str>,
) -> Result<Option<Guess>> {
    if let Some(email) = email
        && let Some(found) = Identity::find(snapshot, IdentityHints { user: None, email: Some(email) })?
    {
        return Ok(Some(Guess { user: found.user, why: format!("by git's user.email, {email}") }));
    }
    let local = email.and_then(|email| email.split_once('@')).map(|(local, _)| local);
    for name in logins.chain(local) {
        if let Some(found) = Identity::find(snapshot, IdentityHints { user: Some(name), email: None })? {
            return Ok(Some(Guess { user: found.user, why: format!("by your name {name}") }));
        }
    }
    Ok(None)
}
