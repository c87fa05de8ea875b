//! The search rows of a catalog, written while its tables are.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::Tombstone;
use super::row_owners::RowOwners;
use crate::catalog::{Assembly, Entity, EntityRef, Relation, SourceId};
use crate::error::Result;
use crate::search::{RowFacts, RowFlags, RowsWriter};

/// Rows that are handed out together, some 2 MB.
const ROWS_AT_A_TIME: usize = 16_384;

/// What rows are made of.
pub(super) struct RowsOf<'a> {
    pub(super) assembly: &'a Assembly,
    /// How many problems each entity has.
    pub(super) problems: Vec<u32>,
    /// The owners of entities without a relation to one.
    pub(super) owners: RowOwners,
    /// Sources that could not be read this time.
    pub(super) stale: HashSet<SourceId>,
    /// What vanished, in the order of references.
    pub(super) tombstones: &'a [Tombstone],
}

impl RowsOf<'_> {
    /// Hands out the rows piece by piece, and says how many entities there are of each kind.
    pub(super) fn write(
        &self,
        out: &mut (dyn FnMut(Vec<u8>) -> Result<()> + Send),
    ) -> Result<BTreeMap<String, u64>> {
        let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
        let mut rows = RowsWriter::new();
        let called = called(self.assembly);
        let mut gone = self.tombstones.iter().peekable();
        for (at, entity) in self.assembly.entities.iter().enumerate() {
            while let Some(tombstone) = gone.next_if(|it| it.entity.reference < entity.reference) {
                push_gone(&mut rows, tombstone);
            }
            self.push(&mut rows, at, &called);
            match kinds.get_mut(entity.reference.kind()) {
                Some(count) => *count += 1,
                None => drop(kinds.insert(entity.reference.kind().to_owned(), 1)),
            }
            if at % ROWS_AT_A_TIME == ROWS_AT_A_TIME - 1 {
                out(rows.take())?;
            }
        }
        gone.for_each(|tombstone| push_gone(&mut rows, tombstone));
        out(rows.finish())?;
        Ok(kinds)
    }

    fn push(&self, rows: &mut RowsWriter, at: usize, called: &HashMap<EntityRef, String>) {
        let entity = without_tree(&self.assembly.entities[at]);
        let (relations, exist): (Vec<Relation>, Vec<bool>) = self.assembly.relations.of_number(at).unzip();
        let mut facts = RowFacts::of(&entity, &relations);
        if let Some((owner, flags)) = self.owners.of_number(at) {
            facts.owner = Some(owner);
            facts.flags |= flags;
        }
        if exist.contains(&false) {
            facts.flags |= RowFlags::DANGLING;
        }
        if self.stale.contains(&entity.origin.source) {
            facts.flags |= RowFlags::STALE;
        }
        facts.problems = self.problems.get(at).copied().unwrap_or_default();
        if facts.problems > 0 {
            facts.flags |= RowFlags::PROBLEM;
        }
        facts.owner_name = facts.owner.and_then(|owner| called.get(owner)).map(String::as_str);
        rows.push(&facts);
    }
}

fn push_gone(rows: &mut RowsWriter, tombstone: &Tombstone) {
    let relations = tombstone.relations();
    let mut facts = RowFacts::of(&tombstone.entity, &relations);
    facts.flags |= RowFlags::GONE;
    rows.push(&facts);
}

/// What people call those who can own something, where it differs from the name.
fn called(assembly: &Assembly) -> HashMap<EntityRef, String> {
    let owners = assembly.entities.iter().filter(|it| matches!(it.reference.kind(), "group" | "user"));
    let called = owners.filter_map(|owner| {
        let owner = without_tree(owner);
        let called = owner.display_name().raw().to_owned();
        (!called.eq_ignore_ascii_case(owner.reference.name())).then(|| (owner.reference.clone(), called))
    });
    called.collect()
}

/// The same entity with a document of its own, so that the tree which a look inside makes goes with it: a
/// million trees at once would take several GB.
pub(super) fn without_tree(entity: &Entity) -> Entity {
    Entity { document: Arc::new((*entity.document).clone()), ..entity.clone() }
}
