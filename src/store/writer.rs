//! Writes a generation: documents, names, relations, problems and search rows, from a stream of entities.
//!
//! Documents go to the tables as they come, in any order, also those that lose their name: an unchanged file
//! is read back from here. When the catalog is put together, it says who won.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::thread;

use rusqlite::{Connection, params};

use super::decode::{checksum, push_edge};
use super::row_owners::RowOwners;
use super::row_texts::{RowsOf, StaleFiles};
use super::{Tombstone, schema};
use crate::catalog::{
    Assembly, Entity, EntityRef, Origin, Position, Problem, RelationType, Relations, Repository, SourceId,
};
use crate::error::Result;

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
    /// Whether it could not be read or fetched this time, so that this is what was known before.
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
    stale: StaleFiles,
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
            stale: StaleFiles::new(),
            tombstones: Vec::new(),
        })
    }

    /// Begins a file. The entities that follow are of it.
    pub(super) fn file(&mut self, record: &FileRecord) -> Result<FileId> {
        self.files += 1;
        let repository = record.repository.as_ref().map(|it| self.repository(it)).transpose()?;
        if record.is_stale {
            self.stale.entry(record.source.clone()).or_default().insert(Arc::clone(&record.path));
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
        rows: &mut (dyn FnMut(Vec<u8>) -> Result<()> + Send),
    ) -> Result<Written> {
        for problem in &assembly.problems {
            self.problem(Stage::Assembled, None, problem)?;
        }
        for (reference, _) in &assembly.losers {
            if let Some(winner) = assembly.entity(reference) {
                self.settle(winner)?;
            }
        }
        let names: Vec<u32> = assembly.relations.references().iter().map(|it| self.name(it)).collect();
        let problems = names.iter().map(|name| self.names[*name as usize].problems).collect();
        let tombstones = std::mem::take(&mut self.tombstones);
        let owners = RowOwners::of(assembly, &self.connection)?;
        let stale = self.stale.clone();
        let rows_of = RowsOf { assembly, problems, owners, stale, tombstones: &tombstones };
        // Rows are made of documents alone, so they need no look into the tables.
        let kinds = thread::scope(|scope| {
            let kinds = scope.spawn(|| rows_of.write(rows));
            self.write_relations(&assembly.relations, &names)?;
            self.write_names()?;
            self.connection
                .execute_batch(schema::INDEXES)
                .and_then(|()| self.connection.execute_batch("COMMIT"))
                .map_err(|error| failed(&error))?;
            kinds.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })?;
        self.connection.flush_prepared_statement_cache();
        Ok(Written { connection: self.connection, types: self.types, kinds })
    }

    /// Gives a name to the one of its claims that won.
    fn settle(&mut self, winner: &Entity) -> Result<()> {
        let name = self.name(&winner.reference);
        let Some(mut rivals) = self.rivals.remove(&name) else { return Ok(()) };
        for (claim, place) in &mut rivals {
            if self.is_at(*place, &winner.origin)? {
                let known = &mut self.names[name as usize];
                std::mem::swap(&mut known.claim, claim);
                std::mem::swap(&mut known.place, place);
                break;
            }
        }
        self.rivals.insert(name, rivals);
        Ok(())
    }

    /// Whether a place is that of an origin.
    fn is_at(&self, place: Place, origin: &Origin) -> Result<bool> {
        const SAME: &str = "SELECT source = ?2 AND path = ?3 FROM files WHERE id = ?1";
        let same = |connection: &Connection| {
            let file = params![place.file, &*origin.source.0, &*origin.path];
            connection.prepare_cached(SAME)?.query_row(file, |row| row.get(0))
        };
        Ok(place.position == origin.position && same(&self.connection).map_err(|error| failed(&error))?)
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

    /// Writes the relations of entities, and of what does not exist the relations that lead there. `names` are
    /// those of the references of the relations, by number.
    fn write_relations(&mut self, relations: &Relations, names: &[u32]) -> Result<()> {
        let types: Vec<u16> = relations.types().iter().map(|it| self.relation_type(it)).collect();
        let reverses: Vec<Option<u16>> = relations
            .types()
            .iter()
            .map(|it| it.reverse().map(|reverse| self.relation_type(&reverse)))
            .collect();
        let mut dangling: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
        let mut bytes = Vec::new();
        for (source, edges) in relations.numbered() {
            bytes.clear();
            let source = names[source as usize];
            for (relation, target) in edges {
                let (exists, relation) = ((target as usize) < relations.entities(), usize::from(relation));
                let target = names[target as usize];
                push_edge(&mut bytes, types[relation], target);
                if let Some(reverse) = reverses[relation].filter(|_| !exists) {
                    push_edge(dangling.entry(target).or_default(), reverse, source);
                }
            }
            self.write_edges(source, &bytes)?;
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
