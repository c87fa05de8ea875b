//! Who "mine" is: the user of this machine in the catalog, and the groups that the user acts for.

use serde::Serialize;

use crate::catalog::{EntityRef, RefContext, ownership};
use crate::error::Result;
use crate::store::Snapshot;

/// A user of the catalog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// The user.
    pub user: EntityRef,
    /// The groups that the user acts for: its own, their children, their parents.
    pub groups: Vec<EntityRef>,
}

/// What is known of the user from outside the catalog.
#[derive(Debug, Clone, Copy, Default)]
pub struct IdentityHints<'a> {
    /// The user of the configuration, as a reference or a name.
    pub user: Option<&'a str>,
    /// The mail address that git commits with.
    pub email: Option<&'a str>,
}

impl Identity {
    /// The user of the configuration, else the one whose profile has the mail address.
    pub fn find(snapshot: &Snapshot, hints: IdentityHints<'_>) -> Result<Option<Self>> {
        let context = RefContext { kind: Some("user"), namespace: None };
        let configured = hints.user.and_then(|user| EntityRef::parse(user, context).ok());
        let user = match (configured, hints.email) {
            (Some(user), _) => snapshot.exists(&user)?.then_some(user),
            (None, Some(email)) if !email.is_empty() => by_email(snapshot, email)?,
            _ => None,
        };
        let Some(user) = user else { return Ok(None) };
        let groups = ownership::groups_of(snapshot, &user)?;
        Ok(Some(Self { user, groups }))
    }

    /// Everything whose things are mine: the user and the groups.
    pub fn owners(&self) -> Vec<EntityRef> {
        std::iter::once(&self.user).chain(&self.groups).cloned().collect()
    }
}

/// The user with this mail address. Rows hold it among the aliases, folded.
fn by_email(snapshot: &Snapshot, email: &str) -> Result<Option<EntityRef>> {
    let email = crate::search::fold(email);
    let rows = snapshot.rows()?;
    let mut users = rows.iter().filter(|row| row.kind().raw() == "user");
    Ok(users.find(|row| row.aliases().any(|alias| alias.raw() == email)).map(|row| row.reference()))
}
