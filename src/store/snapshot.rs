//! One complete state of the catalog, opened for reading. Shared by `Arc`, read by any thread.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::database::Database;
use super::decode::{self, CLAIM};
use super::{Generation, Meta, SourceState, Stage};
use crate::catalog::{Entity, EntityLookup, EntityRef, Origin, Problem, Relation, RelationType};
use crate::error::{Error, ErrorKind, Result};
use crate::search::Rows;

/// Bytes that a row rarely exceeds; a prefix of so many for each shows a first page full.
const FIRST_ROW_BYTES: u64 = 1024;

/// Entities that [`Snapshot::entities_of_kind`] reads at a time.
const PAGE: usize = 500;

/// One complete state of the catalog.
#[derive(Debug, Clone)]
pub struct Snapshot {
    meta: Meta,
    data: Arc<Data>,
}

/// What snapshots of one generation share.
#[derive(Debug)]
pub(super) struct Data {
    pub(super) database: Database,
    /// The types that relations of this generation have, by number.
    pub(super) types: Vec<RelationType>,
    /// Where the rows are read from, open, so that they outlive the generation's place. Nothing for a
    /// snapshot in memory, which has its rows from the start.
    pub(super) rows_file: Option<Mutex<File>>,
    pub(super) rows: OnceLock<Arc<Rows>>,
}

impl Snapshot {
    pub(super) fn new(meta: Meta, data: Data) -> Self {
        Self { meta, data: Arc::new(data) }
    }

    /// The same snapshot, found to still hold at a later time.
    #[must_use]
    pub fn confirmed(&self, now: Timestamp) -> Self {
        let mut meta = self.meta.clone();
        meta.checked_at = now;
        for source in meta.sources.iter_mut().filter(|source| source.stale.is_none()) {
            source.as_of = now;
        }
        meta.as_of = meta.sources.iter().map(SourceState::oldest).min().unwrap_or(now);
        Self { meta, data: Arc::clone(&self.data) }
    }

    /// The same snapshot with what is known by now of the age of its sources.
    #[must_use]
    pub fn aged(&self, mut age: impl FnMut(&mut SourceState)) -> Self {
        let mut meta = self.meta.clone();
        meta.sources.iter_mut().for_each(&mut age);
        meta.as_of = meta.sources.iter().map(SourceState::oldest).min().unwrap_or(meta.as_of);
        Self { meta, data: Arc::clone(&self.data) }
    }

    /// The number of its generation.
    pub fn generation(&self) -> Generation {
        self.meta.generation
    }

    /// What is known about the whole.
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// Whether it ends with the process, as no cache could be written.
    pub fn is_in_memory(&self) -> bool {
        self.data.rows_file.is_none()
    }

    /// The rows that search runs over, in the order of references. The first call reads them: tens of
    /// milliseconds for a million; later calls share them.
    pub fn rows(&self) -> Result<Arc<Rows>> {
        if let Some(rows) = self.data.rows.get() {
            return Ok(Arc::clone(rows));
        }
        let rows = Rows::from_bytes(self.read_rows(u64::MAX)?).map_err(|error| damaged(&error))?;
        Ok(Arc::clone(self.data.rows.get_or_init(|| Arc::new(rows))))
    }

    /// The first rows, without reading the rest: what a first frame needs. All rows, where they are there.
    pub fn first_rows(&self, most: usize) -> Result<Arc<Rows>> {
        if let Some(rows) = self.data.rows.get() {
            return Ok(Arc::clone(rows));
        }
        let prefix = (most as u64).saturating_mul(FIRST_ROW_BYTES);
        let rows = Rows::from_prefix(self.read_rows(prefix)?, most).map_err(|error| damaged(&error))?;
        Ok(Arc::new(rows))
    }

    fn read_rows(&self, most: u64) -> Result<Vec<u8>> {
        let Some(file) = &self.data.rows_file else { return Ok(Vec::new()) };
        let failed = |error: io::Error| Error::io("The search rows of the cache", &error);
        // A reader that panicked leaves at worst another offset, and each reader begins at the start.
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        let size = file.metadata().map_err(failed)?.len();
        let mut bytes = Vec::with_capacity(size.min(most) as usize);
        file.rewind().map_err(failed)?;
        (&mut *file).take(most).read_to_end(&mut bytes).map_err(failed)?;
        Ok(bytes)
    }

    /// The entity behind a reference; one that vanished, as it was last seen.
    pub fn entity(&self, reference: &EntityRef) -> Result<Option<Entity>> {
        let query = format!("{CLAIM} JOIN names n ON n.claim = c.id WHERE n.ref = ?1");
        let claim = self.read(|connection| {
            connection.prepare_cached(&query)?.query_row([reference.as_str()], decode::claim).optional()
        })?;
        match claim {
            Some(claim) => claim.into_entity().map(Some),
            None => Ok(self.tombstone(reference)?.map(|tombstone| tombstone.entity)),
        }
    }

    /// Whether there is an entity behind a reference.
    pub fn exists(&self, reference: &EntityRef) -> Result<bool> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT 1 FROM names WHERE ref = ?1 AND claim IS NOT NULL")?
                .exists([reference.as_str()])
        })
    }

    /// All relations that a reference has, sorted by type and target. Both directions are stored, so what
    /// points to it is among them; what does not exist has only those, and what vanished its owners too.
    pub fn relations(&self, reference: &EntityRef) -> Result<Vec<Relation>> {
        let mut relations = self.stored_relations(reference)?;
        if relations.iter().all(|relation| relation.relation != RelationType::OwnedBy)
            && let Some(tombstone) = self.tombstone(reference)?
        {
            relations.extend(tombstone.relations());
            relations.sort();
        }
        Ok(relations)
    }

    fn stored_relations(&self, reference: &EntityRef) -> Result<Vec<Relation>> {
        self.read(|connection| {
            let edges: Option<Vec<u8>> = connection
                .prepare_cached(
                    "SELECT edges FROM relations r JOIN names n ON n.id = r.name WHERE n.ref = ?1",
                )?
                .query_row([reference.as_str()], |row| row.get(0))
                .optional()?;
            let mut name = connection.prepare_cached("SELECT ref FROM names WHERE id = ?1")?;
            let mut relations = Vec::new();
            for (kind, target) in decode::edges(&edges.unwrap_or_default()) {
                let target: String = name.query_row([target], |row| row.get(0))?;
                let relation = self.data.types.get(usize::from(kind)).ok_or(rusqlite::Error::InvalidQuery)?;
                relations.push(Relation {
                    source: reference.clone(),
                    relation: relation.clone(),
                    target: decode::reference(&target)?,
                });
            }
            relations.sort();
            Ok(relations)
        })
    }

    /// Every place that claims a reference, the winner first. More than one is a conflict.
    pub fn claimants(&self, reference: &EntityRef) -> Result<Vec<Origin>> {
        let winner = format!("{CLAIM} JOIN names n ON n.claim = c.id WHERE n.ref = ?1");
        let rivals = format!(
            "{CLAIM} JOIN rivals r ON r.claim = c.id JOIN names n ON n.id = r.name WHERE n.ref = ?1 ORDER BY c.id"
        );
        self.read(|connection| {
            let mut claims = Vec::new();
            for query in [&winner, &rivals] {
                let mut statement = connection.prepare_cached(query)?;
                for claim in statement.query_map([reference.as_str()], decode::claim)? {
                    claims.push(claim?.origin);
                }
            }
            Ok(claims)
        })
    }

    /// Every problem, sorted by source, file and place.
    pub fn problems(&self) -> Result<Vec<Problem>> {
        let mut problems = self.problems_where("", [])?;
        let key = |problem: &Problem| {
            let origin = &problem.origin;
            (origin.source.clone(), Arc::clone(&origin.path), origin.position)
        };
        problems.sort_by_cached_key(key);
        Ok(problems)
    }

    /// The problems of one entity.
    pub fn problems_of(&self, reference: &EntityRef) -> Result<Vec<Problem>> {
        self.problems_where("WHERE name = (SELECT id FROM names WHERE ref = ?1)", params![reference.as_str()])
    }

    /// The problems that were found at a stage.
    pub fn problems_at(&self, stage: Stage) -> Result<Vec<Problem>> {
        self.problems_where("WHERE stage = ?1", [stage as i64])
    }

    fn problems_where(&self, filter: &str, values: impl rusqlite::Params) -> Result<Vec<Problem>> {
        let query = format!("SELECT body FROM problems {filter} ORDER BY id");
        self.read(|connection| {
            let mut statement = connection.prepare_cached(&query)?;
            let found = statement.query_map(values, |row| decode::json(row, 0))?;
            found.collect()
        })
    }

    /// The entities of a kind in the order of their references, read page by page. The kind is in lower case.
    pub fn entities_of_kind<'a>(&'a self, kind: &str) -> impl Iterator<Item = Result<Entity>> + use<'a> {
        // Behind every reference of the kind, for ';' follows ':'.
        let (start, end) = (format!("{kind}:"), format!("{kind};"));
        Pages { snapshot: self, end, last: start, page: Vec::new().into_iter(), is_over: false }
    }

    fn page(&self, behind: &str, end: &str) -> Result<Vec<(String, Entity)>> {
        let query = format!(
            "{CLAIM} JOIN names n ON n.claim = c.id WHERE n.ref > ?1 AND n.ref < ?2 ORDER BY n.ref LIMIT ?3"
        );
        let claims = self.read(|connection| {
            let mut statement = connection.prepare_cached(&query)?;
            let found = statement.query_map(params![behind, end, PAGE as i64], decode::claim)?;
            found.collect::<rusqlite::Result<Vec<_>>>()
        })?;
        claims.into_iter().map(|claim| Ok((claim.name.as_str().to_owned(), claim.into_entity()?))).collect()
    }

    pub(super) fn read<T>(&self, query: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        self.data.database.read(query).map_err(|error| damaged(&error))
    }
}

impl EntityLookup for Snapshot {
    type Error = Error;

    fn entity(&self, reference: &EntityRef) -> Result<Option<Entity>> {
        Self::entity(self, reference)
    }

    fn relations(&self, reference: &EntityRef) -> Result<Vec<Relation>> {
        Self::relations(self, reference)
    }
}

/// The error for tables that do not answer: only damage does that, as nobody writes to them.
pub(super) fn damaged(error: &impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Failed, format!("The cached catalog is damaged ({error})."))
        .with_hint("Run `callboard sync`: it builds the cache again.")
}

struct Pages<'a> {
    snapshot: &'a Snapshot,
    end: String,
    last: String,
    page: std::vec::IntoIter<(String, Entity)>,
    is_over: bool,
}

impl Iterator for Pages<'_> {
    type Item = Result<Entity>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.page.len() == 0 && !self.is_over {
            match self.snapshot.page(&self.last, &self.end) {
                Ok(page) => {
                    self.is_over = page.len() < PAGE;
                    self.page = page.into_iter();
                }
                Err(error) => {
                    self.is_over = true;
                    return Some(Err(error));
                }
            }
        }
        let (name, entity) = self.page.next()?;
        self.last = name;
        Some(Ok(entity))
    }
}
