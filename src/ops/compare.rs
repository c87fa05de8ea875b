//! Compares a catalog that was just put together with the snapshot that it was built on.
//!
//! One pass over both, sorted, finds what differs without reading a document; only what differs is read.

use jiff::Timestamp;

use crate::catalog::change::{Change, ChangeKind};
use crate::catalog::{Assembly, Entity, EntityLookup, EntityRef, RelationType};
use crate::error::Result;
use crate::store::{ChangeSet, Snapshot};

/// Entities that are looked at one by one; in a greater upheaval the rest is counted.
const MAX_LOOKED_AT: usize = 20_000;

/// How a catalog differs from the snapshot that it was built on.
pub(super) fn compare(previous: &Snapshot, assembly: &Assembly, at: Timestamp) -> Result<ChangeSet> {
    let mut set = ChangeSet::new(previous.generation(), previous.meta().checked_at, at);
    let mut differing = Vec::new();
    let mut note = |reference: &EntityRef, kind| {
        if differing.len() < MAX_LOOKED_AT {
            differing.push((reference.clone(), kind));
        } else {
            set.count(kind);
        }
    };
    let mut now = assembly.entities.iter().peekable();
    previous.each_winner(&mut |old| {
        while let Some(added) = now.next_if(|entity| entity.reference < old.reference) {
            note(&added.reference, ChangeKind::Added);
        }
        match now.next_if(|entity| entity.reference == old.reference) {
            None => note(&old.reference, ChangeKind::Removed),
            Some(entity) if old.is_same(entity) => (),
            Some(entity) => note(&entity.reference, ChangeKind::Changed),
        }
    })?;
    now.for_each(|added| note(&added.reference, ChangeKind::Added));
    for (reference, kind) in differing {
        if set.is_full() {
            set.count(kind);
        } else if let Some(change) = change(previous, assembly, &reference)? {
            set.push(change);
        }
    }
    Ok(set)
}

fn change(previous: &Snapshot, assembly: &Assembly, reference: &EntityRef) -> Result<Option<Change>> {
    let old = previous.entity(reference)?;
    let change = match (&old, assembly.entity(reference)) {
        (Some(old), Some(new)) => Change::between(old, new),
        (Some(old), None) => Some(Change::whole(old, ChangeKind::Removed)),
        (None, Some(new)) => Some(Change::whole(new, ChangeKind::Added)),
        (None, None) => None,
    };
    let Some(change) = change else { return Ok(None) };
    let before = owners(previous, old.as_ref())?;
    let Ok(now) = owners(assembly, assembly.entity(reference));
    Ok(Some(change.owned(before, now)))
}

fn owners<L: EntityLookup>(catalog: &L, entity: Option<&Entity>) -> Result<Vec<EntityRef>, L::Error> {
    let Some(entity) = entity else { return Ok(Vec::new()) };
    let relations = catalog.relations(&entity.reference)?;
    let owners = relations.into_iter().filter(|it| it.relation == RelationType::OwnedBy);
    Ok(owners.map(|it| it.target).collect())
}
