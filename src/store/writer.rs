//! Writes a generation: documents, names, relations, problems and search rows, from a stream of entities.
//!
//! Documents go to the tables as they come, in any order, also those that lose their name: an unchanged file
//! is read back from here. When the catalog is put together, it says who won.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use rusqlite::{Connection, params};

use super::decode::{checksum, push_edge};
use super::{Tombstone, schema};
use crate::catalog::{
    Assembly, Entity, EntityRef, Position, Problem, Relation, RelationType, Relations, Repository, SourceId,
};
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
    /// What tells whether it changed, as its source understands it: a stamp, an `ETag`.
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
    /// While a source was searched: found anew each time.
    Searched = 1,
    /// While the catalog was put together from what was read: found anew for each generation.
    Assembled = 2,
}

/// What a name stands for while a generation is written.
#[derive(Debug)]
struct Name {
    reference: EntityRef,
    /// The document that won; 0 for a name that is only pointed to.
    claim: i64,
    /// The file of that document, and the place in it.
    place: Place,
    problems: u32,
}

/// Where a document stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    file: i64,
    position: Position,
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
    /// Documents whose name another one claimed first, by that name.
    rivals: HashMap<u32, Vec<(i64, Place)>>,
    types: Vec<RelationType>,
    repositories: HashMap<Arc<Repository>, i64>,
    files: i64,
    claims: i64,
    problems: i64,
    /// Sources with their files by path, to tell the places of winners.
    paths: HashMap<SourceId, HashMap<Arc<str>, i64>>,
    stale: HashSet<SourceId>,
    /// What vanished, in the order of references.
    tombstones: Vec<Tombstone>,
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
            rivals: HashMap::new(),
            types: Vec::new(),
            repositories: HashMap::new(),
            files: 0,
            claims: 0,
            problems: 0,
            paths: HashMap::new(),
            stale: HashSet::new(),
            tombstones: Vec::new(),
        })
    }

    /// Begins a file. The entities that follow are of it.
    pub(super) fn file(&mut self, record: &FileRecord) -> Result<FileId> {
        self.files += 1;
        let repository = record.repository.as_ref().map(|it| self.repository(it)).transpose()?;
        self.paths.entry(record.source.clone()).or_default().insert(Arc::clone(&record.path), self.files);
        if record.is_stale {
            self.stale.insert(record.source.clone());
        }
        self.insert(
            "INSERT INTO files VALUES (?1, ?2, ?3, ?4, ?5)",
            params![self.files, &*record.source.0, &*record.path, record.validator, repository],
        )?;
        Ok(FileId(self.files))
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

    /// Adds an entity of the file.
    pub(super) fn claim(&mut self, entity: &Entity) -> Result<()> {
        let name = self.name(&entity.reference);
        self.claims += 1;
        let body = entity.document.json();
        let position = entity.origin.position;
        let sum = checksum(entity.reference.as_str(), body);
        self.insert(
            "INSERT INTO claims VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![self.claims, name, self.files, position.line, position.column, sum, body],
        )?;
        let place = Place { file: self.files, position };
        let known = &mut self.names[name as usize];
        if known.claim == 0 {
            (known.claim, known.place) = (self.claims, place);
        } else {
            self.rivals.entry(name).or_default().push((self.claims, place));
        }
        Ok(())
    }

    /// Adds an entity that vanished.
    pub(super) fn bury(&mut self, tombstone: Tombstone) -> Result<()> {
        tombstone.insert(&self.connection).map_err(|error| failed(&error))?;
        self.tombstones.push(tombstone);
        Ok(())
    }

    /// Adds the text of a file that names owners.
    pub(super) fn code_owners(&self, file: FileId, root: &str, text: &str) -> Result<()> {
        self.insert("INSERT INTO code_owners VALUES (?1, ?2, ?3)", params![file.0, root, text])
    }

    /// Adds a problem.
    pub(super) fn problem(&mut self, stage: Stage, file: Option<FileId>, problem: &Problem) -> Result<()> {
        self.problems += 1;
        let name = problem.entity.as_ref().map(|entity| self.name(entity));
        if let Some(name) = name.filter(|_| problem.needs_attention()) {
            self.names[name as usize].problems += 1;
        }
        self.insert(
            "INSERT INTO problems VALUES (?1, ?2, ?3, ?4, ?5)",
            params![self.problems, name, file.map(|file| file.0), stage as i64, json(problem)?],
        )
    }

    /// Ends the tables with what the whole came to, and hands out the search rows piece by piece.
    pub(super) fn finish(
        mut self,
        assembly: &Assembly,
        rows: &mut dyn FnMut(Vec<u8>) -> Result<()>,
    ) -> Result<Written> {
        for problem in &assembly.problems {
            self.problem(Stage::Assembled, None, problem)?;
        }
        for (reference, _) in &assembly.losers {
            if let Some(winner) = assembly.entity(reference) {
                self.settle(winner);
            }
        }
        self.write_relations(&assembly.relations)?;
        self.write_names()?;
        let kinds = self.write_rows(assembly, rows)?;
        self.connection
            .execute_batch(schema::INDEXES)
            .and_then(|()| self.connection.execute_batch("COMMIT"))
            .map_err(|error| failed(&error))?;
        self.connection.flush_prepared_statement_cache();
        Ok(Written { connection: self.connection, types: self.types, kinds })
    }

    /// Gives a name to the one of its claims that won.
    fn settle(&mut self, winner: &Entity) {
        let origin = &winner.origin;
        let file = self.paths.get(&origin.source).and_then(|paths| paths.get(&origin.path)).copied();
        let name = self.name(&winner.reference);
        let (Some(file), Some(rivals)) = (file, self.rivals.get_mut(&name)) else { return };
        let place = Place { file, position: origin.position };
        let known = &mut self.names[name as usize];
        if let Some(rival) = rivals.iter_mut().find(|(_, rival)| *rival == place) {
            let first = (known.claim, known.place);
            (known.claim, known.place) = *rival;
            *rival = first;
        }
    }

    fn write_names(&self) -> Result<()> {
        for (id, name) in self.names.iter().enumerate() {
            let claim = (name.claim != 0).then_some(name.claim);
            self.insert(
                "INSERT INTO names VALUES (?1, ?2, ?3)",
                params![id as i64, name.reference.as_str(), claim],
            )?;
        }
        for (name, claims) in &self.rivals {
            for (claim, _) in claims {
                self.insert("INSERT INTO rivals VALUES (?1, ?2)", params![claim, name])?;
            }
        }
        Ok(())
    }

    /// Writes the relations of entities, and of what does not exist the relations that lead there.
    fn write_relations(&mut self, relations: &Relations) -> Result<()> {
        let mut open: Option<(EntityRef, Vec<u8>)> = None;
        let mut dangling: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
        for relation in relations.iter() {
            let (kind, target) = (self.relation_type(&relation.relation), self.name(&relation.target));
            if let Some(reverse) = relation.relation.reverse().filter(|_| !relations.exists(&relation.target))
            {
                let (kind, source) = (self.relation_type(&reverse), self.name(&relation.source));
                push_edge(dangling.entry(target).or_default(), kind, source);
            }
            match &mut open {
                Some((source, edges)) if *source == relation.source => push_edge(edges, kind, target),
                _ => {
                    if let Some((source, edges)) = open.take() {
                        let source = self.name(&source);
                        self.write_edges(source, &edges)?;
                    }
                    let mut edges = Vec::new();
                    push_edge(&mut edges, kind, target);
                    open = Some((relation.source, edges));
                }
            }
        }
        if let Some((source, edges)) = open {
            let source = self.name(&source);
            self.write_edges(source, &edges)?;
        }
        dangling.iter().try_for_each(|(name, edges)| self.write_edges(*name, edges))
    }

    fn write_edges(&self, name: u32, edges: &[u8]) -> Result<()> {
        self.insert("INSERT INTO relations VALUES (?1, ?2)", params![name, edges])
    }

    fn relation_type(&mut self, relation: &RelationType) -> u16 {
        let found = self.types.iter().position(|known| known == relation).unwrap_or_else(|| {
            self.types.push(relation.clone());
            self.types.len() - 1
        });
        // Beyond 65,536 types of a remote catalog the last one stands for the rest.
        u16::try_from(found).unwrap_or(u16::MAX)
    }

    fn write_rows(
        &self,
        assembly: &Assembly,
        out: &mut dyn FnMut(Vec<u8>) -> Result<()>,
    ) -> Result<BTreeMap<String, u64>> {
        let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
        let mut rows = RowsWriter::new();
        let called = called(assembly);
        let mut gone = self.tombstones.iter().peekable();
        for (at, entity) in assembly.entities.iter().enumerate() {
            while let Some(tombstone) = gone.next_if(|it| it.entity.reference < entity.reference) {
                push_gone(&mut rows, tombstone);
            }
            self.push_row(&mut rows, assembly, entity, &called);
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

    fn push_row(
        &self,
        rows: &mut RowsWriter,
        assembly: &Assembly,
        entity: &Entity,
        called: &HashMap<EntityRef, String>,
    ) {
        let entity = without_tree(entity);
        let relations: Vec<Relation> = assembly.relations.of(&entity.reference).collect();
        let mut facts = RowFacts::of(&entity, &relations);
        if relations.iter().any(|relation| !assembly.relations.exists(&relation.target)) {
            facts.flags |= RowFlags::DANGLING;
        }
        if self.stale.contains(&entity.origin.source) {
            facts.flags |= RowFlags::STALE;
        }
        let known = self.by_reference.get(&entity.reference).map(|name| &self.names[*name as usize]);
        facts.problems = known.map_or(0, |name| name.problems);
        if facts.problems > 0 {
            facts.flags |= RowFlags::PROBLEM;
        }
        facts.owner_name = facts.owner.and_then(|owner| called.get(owner)).map(String::as_str);
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
            place: Place { file: 0, position: Position::default() },
            problems: 0,
        });
        id
    }

    fn insert(&self, statement: &str, values: impl rusqlite::Params) -> Result<()> {
        let run = |connection: &Connection| connection.prepare_cached(statement)?.execute(values);
        run(&self.connection).map(drop).map_err(|error| failed(&error))
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
fn without_tree(entity: &Entity) -> Entity {
    Entity { document: Arc::new((*entity.document).clone()), ..entity.clone() }
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
