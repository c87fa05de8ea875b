//! Writes a generation: documents, names, relations, problems and search rows, from a stream of entities.
//!
//! Documents go to the tables as they come and are not kept in memory; names and edges are, as numbers. The
//! first document that claims a name wins, so entities come in the order of their precedence.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rusqlite::{Connection, params};

use super::decode::{checksum, push_edge};
use super::snapshot::damaged;
use super::{decode, schema};
use crate::catalog::{Entity, EntityRef, Problem, Relation, RelationType, Repository, SourceId};
use crate::error::Result;
use crate::search::{RowFacts, RowFlags, RowsWriter};

/// The number of a file in a generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub(super) i64);

/// A descriptor file that was read.
#[derive(Debug, Clone)]
pub struct FileRecord {
    /// Its source.
    pub source: SourceId,
    /// Its path below the root of the source.
    pub path: Arc<str>,
    /// What tells whether it changed, as its source understands it: a stamp, an ETag.
    pub validator: String,
    /// The repository that it lies in.
    pub repository: Option<Arc<Repository>>,
    /// Whether its source could not be read this time, so that this is what was known before.
    pub is_stale: bool,
}

/// When a problem was found, which decides how long it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// While a file was read: holds until the file changes.
    Read = 0,
    /// While the source was searched or the catalog was put together: found anew each time.
    Assembled = 1,
}

/// What a name stands for while a generation is written.
#[derive(Debug)]
struct Name {
    reference: EntityRef,
    /// The document that won; 0 for a name that is only pointed to.
    claim: i64,
    problems: u32,
    flags: RowFlags,
    /// What people call it, kept for owners only.
    called: Option<Box<str>>,
}

/// One direction of a relation, as numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Edge {
    source: u32,
    kind: u16,
    target: u32,
}

/// What a writer has made, ready to be put to its place.
pub(super) struct Written {
    pub(super) connection: Connection,
    pub(super) types: Vec<RelationType>,
    pub(super) kinds: BTreeMap<String, u64>,
}

/// Writes the tables of a generation.
#[derive(Debug)]
pub(super) struct Tables {
    connection: Connection,
    names: Vec<Name>,
    by_reference: HashMap<EntityRef, u32>,
    edges: Vec<Edge>,
    types: Vec<RelationType>,
    repositories: HashMap<Arc<Repository>, i64>,
    files: i64,
    claims: i64,
    problems: i64,
    /// The file whose entities are coming, with the first of them.
    open: Option<(FileRecord, i64)>,
}

impl Tables {
    pub(super) fn new(connection: Connection) -> Result<Self> {
        schema::prepare_to_write(&connection)
            .and_then(|()| connection.execute_batch("BEGIN"))
            .map_err(|error| failed(&error))?;
        Ok(Self {
            connection,
            names: Vec::new(),
            by_reference: HashMap::new(),
            edges: Vec::new(),
            types: Vec::new(),
            repositories: HashMap::new(),
            files: 0,
            claims: 0,
            problems: 0,
            open: None,
        })
    }

    /// Begins a file. The entities that follow are of it.
    pub(super) fn file(&mut self, record: &FileRecord) -> Result<FileId> {
        self.close_file()?;
        self.files += 1;
        self.open = Some((record.clone(), self.claims + 1));
        Ok(FileId(self.files))
    }

    fn close_file(&mut self) -> Result<()> {
        let Some((record, first)) = self.open.take() else { return Ok(()) };
        let repository = record.repository.as_ref().map(|it| self.repository(it)).transpose()?;
        let claims = self.claims + 1 - first;
        self.insert(
            "INSERT INTO files VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                self.files,
                &*record.source.0,
                &*record.path,
                record.validator,
                repository,
                first,
                claims
            ],
        )
    }

    fn repository(&mut self, repository: &Arc<Repository>) -> Result<i64> {
        if let Some(id) = self.repositories.get(repository) {
            return Ok(*id);
        }
        let id = self.repositories.len() as i64 + 1;
        self.insert("INSERT INTO repositories VALUES (?1, ?2)", params![id, json(repository)?])?;
        self.repositories.insert(Arc::clone(repository), id);
        Ok(id)
    }

    /// Adds an entity of the open file. Says whether it won its name.
    pub(super) fn claim(&mut self, entity: &Entity) -> Result<bool> {
        let name = self.name(&entity.reference);
        self.claims += 1;
        let body = entity.document.json();
        let position = entity.origin.position;
        self.insert(
            "INSERT INTO claims VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                self.claims,
                name,
                self.files,
                position.line,
                position.column,
                checksum(entity.reference.as_str(), body),
                body
            ],
        )?;
        if self.names[name as usize].claim != 0 {
            self.insert("INSERT INTO rivals VALUES (?1, ?2)", params![self.claims, name])?;
            return Ok(false);
        }
        self.names[name as usize].claim = self.claims;
        if self.open.as_ref().is_some_and(|(file, _)| file.is_stale) {
            self.names[name as usize].flags |= RowFlags::STALE;
        }
        if matches!(entity.reference.kind(), "group" | "user") {
            let called = entity.display_name();
            let differs = !called.raw().eq_ignore_ascii_case(entity.reference.name());
            self.names[name as usize].called = differs.then(|| called.raw().into());
        }
        Ok(true)
    }

    /// Adds one direction of a relation; the other one is derived where it is known.
    pub(super) fn relate(&mut self, relation: &Relation) {
        let (source, target) = (self.name(&relation.source), self.name(&relation.target));
        let kind = self.relation_type(&relation.relation);
        self.edges.push(Edge { source, kind, target });
        if let Some(reverse) = relation.relation.reverse() {
            let kind = self.relation_type(&reverse);
            self.edges.push(Edge { source: target, kind, target: source });
        }
    }

    fn relation_type(&mut self, relation: &RelationType) -> u16 {
        let found = self.types.iter().position(|known| known == relation).unwrap_or_else(|| {
            self.types.push(relation.clone());
            self.types.len() - 1
        });
        // Beyond 65,536 types of a remote catalog the last one stands for the rest.
        u16::try_from(found).unwrap_or(u16::MAX)
    }

    /// Adds a problem.
    pub(super) fn problem(&mut self, stage: Stage, file: Option<FileId>, problem: &Problem) -> Result<()> {
        self.problems += 1;
        let name = problem.entity.as_ref().map(|entity| self.name(entity));
        if let Some(name) = name {
            self.names[name as usize].problems += 1;
            self.names[name as usize].flags |= RowFlags::PROBLEM;
        }
        self.insert(
            "INSERT INTO problems VALUES (?1, ?2, ?3, ?4, ?5)",
            params![self.problems, name, file.map(|file| file.0), stage as i64, json(problem)?],
        )
    }

    /// Names that a relation points to though nobody claims them, with what points there.
    pub(super) fn dangling(&self) -> impl Iterator<Item = (&EntityRef, &EntityRef)> {
        self.edges
            .iter()
            .map(|edge| (&self.names[edge.source as usize], &self.names[edge.target as usize]))
            .filter(|(source, target)| source.claim != 0 && target.claim == 0)
            .map(|(source, target)| (&source.reference, &target.reference))
    }

    /// Ends the tables and hands out the search rows piece by piece.
    pub(super) fn finish(mut self, mut rows: impl FnMut(Vec<u8>) -> Result<()>) -> Result<Written> {
        self.close_file()?;
        self.edges.sort_unstable();
        self.edges.dedup();
        self.write_names()?;
        self.write_relations()?;
        let kinds = self.write_rows(&mut rows)?;
        self.connection
            .execute_batch(schema::INDEXES)
            .and_then(|()| self.connection.execute_batch("COMMIT"))
            .map_err(|error| failed(&error))?;
        self.connection.flush_prepared_statement_cache();
        Ok(Written { connection: self.connection, types: self.types, kinds })
    }

    fn write_names(&self) -> Result<()> {
        for (id, name) in self.names.iter().enumerate() {
            let claim = (name.claim != 0).then_some(name.claim);
            self.insert(
                "INSERT INTO names VALUES (?1, ?2, ?3)",
                params![id as i64, name.reference.as_str(), claim],
            )?;
        }
        Ok(())
    }

    fn write_relations(&self) -> Result<()> {
        let mut bytes = Vec::new();
        for edges in self.edges.chunk_by(|a, b| a.source == b.source) {
            bytes.clear();
            edges.iter().for_each(|edge| push_edge(&mut bytes, edge.kind, edge.target));
            self.insert("INSERT INTO relations VALUES (?1, ?2)", params![edges[0].source, bytes])?;
        }
        Ok(())
    }

    fn write_rows(&self, out: &mut impl FnMut(Vec<u8>) -> Result<()>) -> Result<BTreeMap<String, u64>> {
        let mut order: Vec<u32> = (0..self.names.len() as u32).collect();
        order.retain(|name| self.names[*name as usize].claim != 0);
        order.sort_unstable_by(|a, b| {
            self.names[*a as usize].reference.cmp(&self.names[*b as usize].reference)
        });
        let query = format!("{} WHERE c.id = ?1", decode::CLAIM);
        let mut documents = self.connection.prepare(&query).map_err(|error| failed(&error))?;
        let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
        let mut rows = RowsWriter::new();
        for (at, id) in order.into_iter().enumerate() {
            let name = &self.names[id as usize];
            let entity = documents
                .query_row([name.claim], decode::claim)
                .map_err(|error| damaged(&error))?
                .into_entity()?;
            self.push_row(&mut rows, id, &entity);
            match kinds.get_mut(name.reference.kind()) {
                Some(count) => *count += 1,
                None => drop(kinds.insert(name.reference.kind().to_owned(), 1)),
            }
            if at % ROWS_AT_A_TIME == ROWS_AT_A_TIME - 1 {
                out(rows.take())?;
            }
        }
        out(rows.finish())?;
        Ok(kinds)
    }

    fn push_row(&self, rows: &mut RowsWriter, id: u32, entity: &Entity) {
        let start = self.edges.partition_point(|edge| edge.source < id);
        let edges = self.edges[start..].iter().take_while(|edge| edge.source == id);
        let mut flags = self.names[id as usize].flags;
        let mut relations = Vec::new();
        for edge in edges {
            let target = &self.names[edge.target as usize];
            if target.claim == 0 {
                flags |= RowFlags::DANGLING;
            }
            relations.push(Relation {
                source: entity.reference.clone(),
                relation: self.types[usize::from(edge.kind)].clone(),
                target: target.reference.clone(),
            });
        }
        let mut facts = RowFacts::of(entity, &relations);
        facts.flags |= flags;
        facts.problems = self.names[id as usize].problems;
        facts.owner_name = facts
            .owner
            .and_then(|owner| self.by_reference.get(owner))
            .and_then(|owner| self.names[*owner as usize].called.as_deref());
        rows.push(&facts);
    }

    fn name(&mut self, reference: &EntityRef) -> u32 {
        if let Some(name) = self.by_reference.get(reference) {
            return *name;
        }
        let id = self.names.len() as u32;
        self.by_reference.insert(reference.clone(), id);
        self.names.push(Name {
            reference: reference.clone(),
            claim: 0,
            problems: 0,
            flags: RowFlags::default(),
            called: None,
        });
        id
    }

    fn insert(&self, statement: &str, values: impl rusqlite::Params) -> Result<()> {
        let run = |connection: &Connection| connection.prepare_cached(statement)?.execute(values);
        run(&self.connection).map(drop).map_err(|error| failed(&error))
    }
}

/// Rows that are handed out together, some 2 MB.
const ROWS_AT_A_TIME: usize = 16_384;

/// The error for tables that cannot be written: mostly a full disk.
pub(super) fn failed(error: &rusqlite::Error) -> crate::error::Error {
    crate::error::Error::new(
        crate::error::ErrorKind::Failed,
        format!("The cache could not be written: {error}."),
    )
}

fn json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| {
        crate::error::Error::new(
            crate::error::ErrorKind::Failed,
            format!("A value could not be cached: {error}."),
        )
    })
}
