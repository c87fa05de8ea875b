//! An owner as people need it: what it is called, how to reach it, and why it is the owner.

use serde::Serialize;

use super::portal::Portal;
use super::{code_owners, locate};
use crate::catalog::{Contact, Entity, EntityRef, Origin, contacts, descriptor, ownership};
use crate::error::Result;
use crate::store::Snapshot;
use crate::text::Untrusted;

/// Where an entity names its owner.
const OWNER_FIELD: &str = "spec.owner";

/// An owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Owner {
    /// The owner. One that is not in the catalog has the reference that its name would have.
    #[serde(rename = "ref")]
    pub reference: EntityRef,
    /// What people call it; as it is written, where it is not in the catalog.
    pub name: Untrusted<'static>,
    /// Whether it is in the catalog.
    pub exists: bool,
    /// How to reach it.
    pub contacts: Vec<Contact>,
    /// Why it is the owner.
    pub because: Evidence,
}

/// What makes somebody an owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Basis {
    /// The entity names it.
    Named,
    /// The entity is a group or a user, and so its own owner.
    Itself,
    /// The entity names it, but its kind has no relation to an owner, so that Backstage shows none.
    Unrelated,
    /// A whole that the entity is a part of names it.
    Whole,
    /// A line of the repository's CODEOWNERS names it.
    CodeOwners,
}

/// Why somebody owns something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// What makes it the owner.
    pub basis: Basis,
    /// The field that says it, or `CODEOWNERS`.
    pub field: &'static str,
    /// The pattern of the line, in CODEOWNERS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Untrusted<'static>>,
    /// The entity that the field belongs to; nothing for a line that is about a path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity: Option<EntityRef>,
    /// Whether the entity that was asked about does not name it itself.
    pub is_inherited: bool,
    /// Where that is written. The place of an entity is that of its document until it is looked up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

impl Evidence {
    /// What says it, without the place: `spec.owner of system:default/money (inherited)`.
    pub fn words(&self) -> String {
        let pattern = self.pattern.as_ref().map(|pattern| format!(" {}", pattern.raw())).unwrap_or_default();
        let whole = match (&self.entity, self.basis) {
            (Some(entity), Basis::Whole) => format!(" of {entity}"),
            _ => String::new(),
        };
        let label = match self.basis {
            Basis::Unrelated => " (its kind has no relation to an owner)",
            _ if self.is_inherited => " (inherited)",
            _ => "",
        };
        format!("{}{pattern}{whole}{label}", self.field)
    }

    /// Looks up the exact place of the field, where its file is at hand.
    pub(super) fn locate(&mut self, portal: &Portal) {
        let Some(origin) = self.origin.as_mut().filter(|_| self.field == OWNER_FIELD) else { return };
        let bytes = locate::read(portal, &origin.source, &origin.path);
        let place = bytes.and_then(|bytes| descriptor::place(&bytes, origin.position, "/spec/owner"));
        origin.position = place.unwrap_or(origin.position);
    }
}

/// The owners of an entity: those it names, else those of a whole that it is a part of, else those of its
/// descriptor in CODEOWNERS.
pub(super) fn owners(snapshot: &Snapshot, reference: &EntityRef) -> Result<Vec<Owner>> {
    let related = ownership::owners(snapshot, reference)?;
    if related.first().is_none_or(|found| found.is_inherited)
        && let Some(entity) = snapshot.entity(reference)?
    {
        if let Some(owner) = ownership::unrelated(&entity) {
            return Ok(vec![describe(snapshot, owner, evidence(&entity, Basis::Unrelated))?]);
        }
        if related.is_empty() && !ownership::is_owner(&entity) {
            return code_owners::of_entity(snapshot, &entity);
        }
    }
    let describe_one = |found: ownership::Ownership| {
        let origin = snapshot.entity(&found.said_by)?.map(|said_by| said_by.origin);
        let because = Evidence {
            basis: if found.is_inherited { Basis::Whole } else { Basis::Named },
            field: OWNER_FIELD,
            pattern: None,
            entity: Some(found.said_by),
            is_inherited: found.is_inherited,
            origin,
        };
        describe(snapshot, found.owner, because)
    };
    related.into_iter().map(describe_one).collect()
}

/// A group or a user as its own owner.
pub(super) fn itself(entity: &Entity) -> Owner {
    Owner {
        reference: entity.reference.clone(),
        name: entity.display_name().into_owned(),
        exists: true,
        contacts: contacts(entity),
        because: Evidence { field: "kind", ..evidence(entity, Basis::Itself) },
    }
}

/// An owner with its name and contacts.
pub(super) fn describe(snapshot: &Snapshot, reference: EntityRef, because: Evidence) -> Result<Owner> {
    let entity = snapshot.entity(&reference)?;
    let name = entity.as_ref().map(|entity| entity.display_name().into_owned());
    Ok(Owner {
        name: name.unwrap_or_else(|| Untrusted::owned(reference.name())),
        exists: entity.is_some(),
        contacts: entity.as_ref().map(contacts).unwrap_or_default(),
        because,
        reference,
    })
}

/// What an entity says itself.
fn evidence(entity: &Entity, basis: Basis) -> Evidence {
    Evidence {
        basis,
        field: OWNER_FIELD,
        pattern: None,
        entity: Some(entity.reference.clone()),
        is_inherited: false,
        origin: Some(entity.origin.clone()),
    }
}
