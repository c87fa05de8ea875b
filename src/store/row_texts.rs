//! The search rows of a catalog, written while its tables are.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::Tombstone;
use super::row_owners::RowOwners;
use crate::catalog::{Assembly, EntityRef, SourceId};
use crate::error::Result;
use crate::parallel;
use crate::search::{RowDocument, RowFacts, RowFlags, RowsWriter};

/// Rows that one thread makes, some 256 kB.
const ROWS_OF_A_PART: usize = 2_048;

/// Paths of files that could not be read or fetched this time, by their source.
pub(super) type StaleFiles = HashMap<SourceId, HashSet<Arc<str>>>;

/// What rows are made of.
pub(super) struct RowsOf<'a> {
    pub(super) assembly: &'a Assembly,
    /// How many problems each entity has.
    pub(super) problems: Vec<u32>,
    /// The owners of entities without a relation to one.
    pub(super) owners: RowOwners,
    pub(super) stale: StaleFiles,
    /// What vanished, in the order of references.
    pub(super) tombstones: &'a [Tombstone],
}

impl RowsOf<'_> {
    /// Hands out the rows piece by piece, and says how many entities there are of each kind.
    pub(super) fn write(
        &self,
        out: &mut (dyn FnMut(Vec<u8>) -> Result<()> + Send),
    ) -> Result<BTreeMap<String, u64>> {
        let mut rows = RowsWriter::new();
        let called = called(self.assembly);
        let starts = (0..self.assembly.entities.len()).step_by(ROWS_OF_A_PART);
        let part = |start, hand_on: &mut dyn FnMut(RowsWriter)| hand_on(self.part(start, &called));
        parallel::in_order(&starts, part, |part| {
            rows.append(part);
            out(rows.take())
        })?;
        let last = self.assembly.entities.last();
        let behind = |it: &&Tombstone| last.is_none_or(|last| it.entity.reference > last.reference);
        self.tombstones.iter().filter(behind).for_each(|tombstone| push_gone(&mut rows, tombstone));
        out(rows.finish())?;
        Ok(self.kinds())
    }

    /// The rows of the entities from a number on, and of what vanished in front of each.
    fn part(&self, start: usize, called: &HashMap<EntityRef, String>) -> RowsWriter {
        let mut rows = RowsWriter::part();
        let end = self.assembly.entities.len().min(start + ROWS_OF_A_PART);
        let first = start.checked_sub(1).map_or(0, |before| {
            let before = &self.assembly.entities[before].reference;
            self.tombstones.partition_point(|it| it.entity.reference < *before)
        });
        let mut gone = self.tombstones[first..].iter().peekable();
        for at in start..end {
            let reference = &self.assembly.entities[at].reference;
            while let Some(tombstone) = gone.next_if(|it| it.entity.reference < *reference) {
                push_gone(&mut rows, tombstone);
            }
            self.push(&mut rows, at, called);
        }
        rows
    }

    /// How many entities there are of each kind.
    fn kinds(&self) -> BTreeMap<String, u64> {
        let of_a_kind = self.assembly.entities.chunk_by(|a, b| a.reference.kind() == b.reference.kind());
        of_a_kind.map(|all| (all[0].reference.kind().to_owned(), all.len() as u64)).collect()
    }

    fn push(&self, rows: &mut RowsWriter, at: usize, called: &HashMap<EntityRef, String>) {
        let entity = &self.assembly.entities[at];
        let document = RowDocument::of(&entity.document);
        let relations = self.assembly.relations.of_number(at);
        let mut facts = RowFacts::of(entity, &document, relations.map(|(kind, target, _)| (kind, target)));
        if let Some((owner, flags)) = self.owners.of_number(at) {
            facts.owner = Some(owner);
            facts.flags |= flags;
        }
        if self.assembly.relations.of_number(at).any(|(_, _, exists)| !exists) {
            facts.flags |= RowFlags::DANGLING;
        }
        let stale = self.stale.get(&entity.origin.source);
        if stale.is_some_and(|paths| paths.contains(&entity.origin.path)) {
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
    let document = RowDocument::of(&tombstone.entity.document);
    let relations = tombstone.relations();
    let relations = relations.iter().map(|it| (&it.relation, &it.target));
    let mut facts = RowFacts::of(&tombstone.entity, &document, relations);
    facts.flags |= RowFlags::GONE;
    rows.push(&facts);
}

/// What people call those who can own something, where it differs from the name.
fn called(assembly: &Assembly) -> HashMap<EntityRef, String> {
    let owners = assembly.entities.iter().filter(|it| matches!(it.reference.kind(), "group" | "user"));
    let called = owners.filter_map(|owner| {
        let document = RowDocument::of(&owner.document);
        let called = document.title().or(document.name()).unwrap_or_default();
        let is_another = !called.eq_ignore_ascii_case(owner.reference.name());
        is_another.then(|| (owner.reference.clone(), called.to_owned()))
    });
    called.collect()
}
