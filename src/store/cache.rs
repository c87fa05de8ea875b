//! The cache of one catalog: opens its current generation, writes the next one, on disk or, where that is
//! not possible, in memory.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use rusqlite::Connection;

use super::database::Database;
use super::lock::Lock;
use super::place::{Draft, Place};
use super::snapshot::damaged;
use super::writer::{Tables, failed};
use super::{FileId, FileRecord, Generation, Meta, Snapshot, Stage};
use crate::catalog::{Entity, EntityRef, Problem, Relation};
use crate::error::Result;
use crate::search::Rows;

/// The cache of one catalog.
#[derive(Debug, Clone)]
pub struct Cache {
    place: Place,
}

/// A generation that is being written. Entities come in the order of their precedence.
#[derive(Debug)]
pub struct Writer {
    tables: Tables,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Disk { place: Place, draft: Draft, _lock: Lock },
    Memory,
}

impl Cache {
    /// The cache in a folder, which need not exist yet.
    pub fn new(folder: PathBuf) -> Self {
        Self { place: Place::new(folder) }
    }

    /// Opens the current generation; nothing where there is none that is whole and of this version.
    pub fn open(&self) -> Option<Arc<Snapshot>> {
        self.place.open().map(Arc::new)
    }

    /// Whether every byte of the current generation is as it was written. Reads all of it.
    pub fn is_sound(&self) -> bool {
        self.place.is_sound()
    }

    /// Notes that the current generation still holds at this time.
    pub fn confirm(&self, now: Timestamp) -> Result<()> {
        self.place.confirm(now)
    }

    /// Begins the next generation; nothing where somebody else is writing one.
    pub fn write(&self, now: Timestamp) -> Result<Option<Writer>> {
        super::private::make_directory(self.place.folder())?;
        let Some(lock) = Lock::take(self.place.folder(), now) else { return Ok(None) };
        let (draft, tables) = self.place.draft()?;
        Ok(Some(Writer { tables, kind: Kind::Disk { place: self.place.clone(), draft, _lock: lock } }))
    }
}

impl Writer {
    /// Begins a generation that lives as long as its snapshot.
    pub fn in_memory() -> Result<Self> {
        let connection = Connection::open_in_memory().map_err(|error| failed(&error))?;
        Ok(Self { tables: Tables::new(connection)?, kind: Kind::Memory })
    }

    /// Begins a file. The entities that follow are of it.
    pub fn file(&mut self, record: &FileRecord) -> Result<FileId> {
        self.tables.file(record)
    }

    /// Adds an entity of the file. Says whether it won its name: the first one does.
    pub fn claim(&mut self, entity: &Entity) -> Result<bool> {
        self.tables.claim(entity)
    }

    /// Adds one direction of a relation; the other one is derived where it is known.
    pub fn relate(&mut self, relation: &Relation) {
        self.tables.relate(relation);
    }

    /// Adds a problem, of a file where it is one's.
    pub fn problem(&mut self, stage: Stage, file: Option<FileId>, problem: &Problem) -> Result<()> {
        self.tables.problem(stage, file, problem)
    }

    /// References that somebody points to and nobody claims, as (who, what).
    pub fn dangling(&self) -> impl Iterator<Item = (&EntityRef, &EntityRef)> {
        self.tables.dangling()
    }

    /// Ends the generation and makes it the current one. Number and kinds in `meta` are filled in here.
    pub fn finish(self, meta: Meta) -> Result<Arc<Snapshot>> {
        match self.kind {
            Kind::Disk { place, draft, _lock } => {
                let written = self.tables.finish(draft.rows()?)?;
                place.publish(draft, written, meta)
            }
            Kind::Memory => {
                let mut bytes = Vec::new();
                let written = self.tables.finish(|more| {
                    bytes.extend(more);
                    Ok(())
                })?;
                let rows = Rows::from_bytes(bytes).map_err(|error| damaged(&error))?;
                Ok(Arc::new(Snapshot {
                    meta: Meta { generation: Generation::default(), kinds: written.kinds, ..meta },
                    rows: OnceLock::from(Arc::new(rows)),
                    rows_file: None,
                    database: Database::Memory(written.connection.into()),
                    types: written.types,
                }))
            }
        }
    }
}
