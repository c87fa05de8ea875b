//! What vanished between one generation and the next, and what vanished before and is still told of.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::catalog::{Assembly, EntityRef, RefContext, RelationType};
use crate::error::Result;
use crate::store::{Snapshot, Tombstone};

/// Entities that are told of after they are gone; of a greater upheaval only `status --changes` tells.
const MAX_TOMBSTONES: usize = 20_000;

/// The entities that a catalog lacks and the one before it had or told of, in the order of their references.
/// What vanished longer ago than `kept` is forgotten.
pub(super) fn tombstones(
    previous: &Snapshot,
    assembly: &Assembly,
    (now, kept): (Timestamp, Duration),
) -> Result<Vec<Tombstone>> {
    let mut gone: BTreeMap<EntityRef, Tombstone> = BTreeMap::new();
    for tombstone in previous.tombstones()? {
        let reference = tombstone.entity.reference.clone();
        if assembly.entity(&reference).is_none() && !is_over(tombstone.gone_at, now, kept) {
            gone.insert(reference, tombstone);
        }
    }
    let mut vanished = Vec::new();
    let mut there = assembly.entities.iter().peekable();
    previous.each_winner(&mut |old| {
        while there.next_if(|entity| entity.reference < old.reference).is_some() {}
        let is_there = there.peek().is_some_and(|entity| entity.reference == old.reference);
        if !is_there && vanished.len() < MAX_TOMBSTONES {
            vanished.push(old.reference);
        }
    })?;
    for reference in vanished {
        if gone.len() >= MAX_TOMBSTONES {
            break;
        }
        let Some(entity) = previous.entity(&reference)? else { continue };
        let relations = previous.relations(&reference)?.into_iter();
        let mut owners: Vec<_> =
            relations.filter(|it| it.relation == RelationType::OwnedBy).map(|it| it.target).collect();
        if owners.is_empty() {
            owners.extend(inherited(previous, &reference)?);
        }
        gone.insert(reference, Tombstone { entity, owners, gone_at: now });
    }
    Ok(gone.into_values().collect())
}

/// The owner of an entity that named none.
fn inherited(previous: &Snapshot, reference: &EntityRef) -> Result<Option<EntityRef>> {
    let rows = previous.rows()?;
    let owner = rows.find(reference).and_then(|at| rows.get(at)?.owner());
    Ok(owner.and_then(|owner| EntityRef::parse(owner.raw(), RefContext::default()).ok()))
}

/// Whether what vanished then is no longer told of.
pub(super) fn is_over(gone_at: Timestamp, now: Timestamp, kept: Duration) -> bool {
    now.duration_since(gone_at).try_into().is_ok_and(|age: Duration| age > kept)
}
