//! An owner as people need it: what it is called, how to reach it, and why it is the owner.

use serde::Serialize;

use crate::catalog::{Contact, EntityRef, Origin, contacts, ownership};
use crate::error::Result;
use crate::store::Snapshot;
use crate::text::Untrusted;

/// An owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Owner {
    /// The owner.
    #[serde(rename = "ref")]
    pub reference: EntityRef,
    /// What people call it.
    pub name: Untrusted<'static>,
    /// Whether it is in the catalog.
    pub exists: bool,
    /// How to reach it.
    pub contacts: Vec<Contact>,
    /// Why it is the owner.
    pub because: Evidence,
}

/// Why somebody owns something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// The field that says it.
    pub field: &'static str,
    /// The entity that the field belongs to.
    pub entity: EntityRef,
    /// Whether that is another entity: a whole that the one asked about is a part of.
    pub is_inherited: bool,
    /// Where that entity is declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// The owners of an entity: its own, else inherited ones.
pub(super) fn owners(snapshot: &Snapshot, entity: &EntityRef) -> Result<Vec<Owner>> {
    ownership::owners(snapshot, entity)?.into_iter().map(|found| owner(snapshot, found)).collect()
}

fn owner(snapshot: &Snapshot, found: ownership::Ownership) -> Result<Owner> {
    let entity = snapshot.entity(&found.owner)?;
    let origin = snapshot.entity(&found.said_by)?.map(|said_by| said_by.origin);
    let name = entity.as_ref().map(|entity| entity.display_name().into_owned());
    Ok(Owner {
        name: name.unwrap_or_else(|| Untrusted::owned(found.owner.name())),
        exists: entity.is_some(),
        contacts: entity.as_ref().map(contacts).unwrap_or_default(),
        because: Evidence {
            field: "spec.owner",
            entity: found.said_by,
            is_inherited: found.is_inherited,
            origin,
        },
        reference: found.owner,
    })
}
