//! The cache of one catalog: opens its current generation, writes the next one, on disk or, where that is
//! not possible, in memory.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use rusqlite::Connection;

use super::database::Database;
use super::history::History;
use super::lock::Lock;
use super::place::{Draft, Place};
use super::snapshot::{Data, damaged};
use super::writer::{Tables, failed};
use super::{ChangeSet, FileId, FileRecord, Generation, Meta, Snapshot, Stage, Tombstone, forgotten};
use crate::catalog::{Assembly, Entity, Problem};
use crate::error::Result;
use crate::search::Rows;

/// The cache of one catalog.
#[derive(Debug, Clone)]
pub struct Cache {
    place: Place,
}

/// A generation that is being written.
#[derive(Debug)]
pub struct Writer {
    tables: Tables,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Disk { place: Place, draft: Draft, changes: Option<ChangeSet>, _lock: Lock },
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

    /// Whether nobody wrote to the current generation since it was made. Reads none of it.
    pub fn is_untouched(&self) -> bool {
        self.place.is_untouched()
    }

    /// Notes that the current generation still holds at this time.
    pub fn confirm(&self, now: Timestamp) -> Result<()> {
        self.place.confirm(now)
    }

    /// How the generations that led to a snapshot differ, the newest first, as far back as `since`.
    pub fn changes(&self, snapshot: &Snapshot, since: Timestamp) -> Vec<ChangeSet> {
        History::beside(self.place.folder()).until(snapshot.generation(), since)
    }

    /// Lets the caches beside this one go that nobody looked at for long. Its folder must lie among those of
    /// other catalogs and nothing else.
    pub fn forget_others(&self, now: Timestamp) {
        if let Some(catalogs) = self.place.folder().parent() {
            forgotten::collect(catalogs, self.place.folder(), now);
        }
    }

    /// Begins the next generation; nothing where somebody else is writing one.
    pub fn write(&self, now: Timestamp) -> Result<Option<Writer>> {
        crate::private::make_directory(self.place.folder())?;
        let Some(lock) = Lock::take(self.place.folder(), now) else { return Ok(None) };
        let (draft, tables) = self.place.draft()?;
        let kind = Kind::Disk { place: self.place.clone(), draft, changes: None, _lock: lock };
        Ok(Some(Writer { tables, kind }))
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

    /// Adds an entity of the file, also one that will lose its name.
    pub fn claim(&mut self, entity: &Entity) -> Result<()> {
        self.tables.claim(entity)
    }

    /// Adds the text of a file that names the owners of the paths of a repository.
    pub fn code_owners(&mut self, file: FileId, root: &str, text: &str) -> Result<()> {
        self.tables.code_owners(file, root, text)
    }

    /// Adds an entity that vanished from its source. They come in the order of their references, and after
    /// everything else.
    pub fn bury(&mut self, tombstone: Tombstone) -> Result<()> {
        self.tables.bury(tombstone)
    }

    /// Adds a problem, of a file where it is one's.
    pub fn problem(&mut self, stage: Stage, file: Option<FileId>, problem: &Problem) -> Result<()> {
        self.tables.problem(stage, file, problem)
    }

    /// Keeps with the generation how it differs from the one that it was built on. One in memory keeps
    /// nothing, as its number means nothing to others.
    pub fn remember(&mut self, set: ChangeSet) {
        if let Kind::Disk { changes, .. } = &mut self.kind {
            *changes = Some(set);
        }
    }

    /// Ends the generation with what its entities came to, and makes it the current one. Number and kinds in
    /// `meta` are filled in here.
    pub fn finish(self, assembly: &Assembly, meta: Meta) -> Result<Arc<Snapshot>> {
        match self.kind {
            Kind::Disk { place, draft, changes, _lock } => {
                let history = History::beside(place.folder());
                if let Some(mut changes) = changes {
                    changes.generation = draft.generation;
                    history.keep(&changes)?;
                }
                history.collect(meta.checked_at);
                let written = self.tables.finish(assembly, &mut draft.rows()?)?;
                place.publish(draft, written, meta)
            }
            Kind::Memory => {
                let mut bytes = Vec::new();
                let written = self.tables.finish(assembly, &mut |more| {
                    bytes.extend(more);
                    Ok(())
                })?;
                let rows = Rows::from_bytes(bytes).map_err(|error| damaged(&error))?;
                let meta = Meta { generation: Generation::default(), kinds: written.kinds, ..meta };
                let data = Data {
                    database: Database::Memory(written.connection.into()),
                    types: written.types,
                    rows_file: None,
                    rows: OnceLock::from(Arc::new(rows)),
                };
                Ok(Arc::new(Snapshot::new(meta, data)))
            }
        }
    }
}
