//! A generation in the making: begins when the first difference to the one before turns up, so that an
//! unchanged catalog costs no write at all.

use std::sync::Arc;

use jiff::Timestamp;

use super::compare::compare;
use super::known::KnownSource;
use super::locate::locate;
use super::portal::PortalSource;
use super::refresh::fresh;
use crate::catalog::{Entity, Origin, Problem, SourceId, assemble};
use crate::error::{Error, Result};
use crate::source::scan::{Content, Delivered};
use crate::store::{Cache, FileRecord, Generation, KnownFile, Meta, Snapshot, SourceState, Stage, Writer};

/// A generation in the making.
pub(super) struct Build<'a> {
    /// Where it is written; in memory where there is no place.
    cache: Option<&'a Cache>,
    previous: Option<Arc<Snapshot>>,
    now: Timestamp,
    sources: Vec<SourceState>,
    /// Files that are as they were, while nothing differs yet.
    held: Vec<Held>,
    /// How many files the sources had that were read so far.
    known_files: usize,
    writer: Option<Writer>,
    /// What the writer got, in the order of the precedence of sources.
    entities: Vec<Entity>,
    files_read: usize,
    files: usize,
}

/// A file that is as it was.
struct Held {
    source: usize,
    known: KnownFile,
    record: FileRecord,
}

impl<'a> Build<'a> {
    pub(super) fn new(cache: Option<&'a Cache>, previous: Option<Arc<Snapshot>>, now: Timestamp) -> Self {
        Self {
            cache,
            previous,
            now,
            sources: Vec::new(),
            held: Vec::new(),
            known_files: 0,
            writer: None,
            entities: Vec::new(),
            files_read: 0,
            files: 0,
        }
    }

    pub(super) fn files_read(&self) -> usize {
        self.files_read
    }

    pub(super) fn files(&self) -> usize {
        self.files
    }

    /// Begins a source. The files that are delivered are of it.
    pub(super) fn source(&mut self, source: &PortalSource, known: &KnownSource) {
        self.sources.push(fresh(source, self.now));
        self.known_files += known.len();
    }

    /// Takes a file of the current source.
    pub(super) fn deliver(&mut self, delivered: Delivered, known: &KnownSource) -> Result<()> {
        let Delivered { path, validator, repository, reading } = delivered;
        self.files += 1;
        let source = self.sources.len() - 1;
        let id = self.sources[source].id.clone();
        let record = FileRecord { source: id, path, validator, repository, is_stale: false };
        if let Some(reading) = reading {
            self.files_read += 1;
            let mut writer = self.take_writer()?;
            match reading {
                Content::Descriptor(reading) => {
                    self.write(&mut writer, source, &record, reading.entities, &reading.problems)?;
                }
                Content::CodeOwners(text) => write_code_owners(&mut writer, &record, &text)?,
            }
            self.writer = Some(writer);
            return Ok(());
        }
        let Some(known) = known.file(&record.path) else { return Ok(()) };
        self.hold(Held { source, known: known.clone(), record })
    }

    /// What the snapshot before knows of a source.
    pub(super) fn known(&self, source: &PortalSource) -> Result<KnownSource> {
        self.previous
            .as_ref()
            .map_or_else(|| Ok(KnownSource::default()), |it| KnownSource::of(it, &source.id))
    }

    /// Keeps what was known of a source that cannot be read, and the reason.
    pub(super) fn keep(&mut self, source: &PortalSource, error: &Error) -> Result<()> {
        let known = self.known(source)?;
        if self.sources.last().is_some_and(|last| last.id == source.id) {
            // Its search failed, which is before anything of it was delivered.
            self.sources.pop();
            self.known_files -= known.len();
        }
        self.source(source, &known);
        let at = self.sources.len() - 1;
        let before = self
            .previous
            .as_ref()
            .and_then(|previous| previous.meta().sources.iter().find(|state| state.id == source.id).cloned());
        self.sources[at].stale = Some(error.message().to_owned());
        if let Some(before) = before {
            self.sources[at].as_of = before.as_of;
        }
        for known in known.into_files() {
            self.files += 1;
            let record = FileRecord {
                source: source.id.clone(),
                path: known.path.as_str().into(),
                validator: known.validator.clone(),
                repository: known.repository.clone().map(Arc::new),
                is_stale: true,
            };
            self.hold(Held { source: at, known, record })?;
        }
        Ok(())
    }

    /// Whether there is nothing to show: no source could be read, and nothing was known of any.
    pub(super) fn has_no_answer(&self) -> bool {
        !self.sources.is_empty()
            && self.files == 0
            && self.sources.iter().all(|source| source.stale.is_some())
    }

    pub(super) fn into_sources(self) -> Vec<SourceState> {
        self.sources
    }

    /// The snapshot before, where nothing differs from it.
    pub(super) fn unchanged(&self, searched: &[Problem]) -> Result<Option<Arc<Snapshot>>> {
        let Some(previous) = self.previous.as_ref().filter(|_| self.writer.is_none()) else {
            return Ok(None);
        };
        let same = |before: &SourceState, now: &SourceState| {
            before.id == now.id && before.location == now.location && before.stale == now.stale
        };
        let before = &previous.meta().sources;
        let same_sources = before.len() == self.sources.len()
            && before.iter().zip(&self.sources).all(|(before, now)| same(before, now));
        let is_same = same_sources
            && self.held.len() == self.known_files
            && previous.problems_at(Stage::Searched)? == searched;
        Ok(is_same.then(|| Arc::clone(previous)))
    }

    fn hold(&mut self, held: Held) -> Result<()> {
        let moved = held.known.repository.as_ref() != held.record.repository.as_deref();
        if self.writer.is_none() && !moved {
            self.held.push(held);
            return Ok(());
        }
        let mut writer = self.take_writer()?;
        self.replay(&mut writer, &held)?;
        self.writer = Some(writer);
        Ok(())
    }

    /// Writes a file that is as it was from what was known of it.
    fn replay(&mut self, writer: &mut Writer, held: &Held) -> Result<()> {
        let Some(previous) = self.previous.clone() else { return Ok(()) };
        if let Some(text) = previous.code_owners_in(&held.known)? {
            return write_code_owners(writer, &held.record, &text);
        }
        let mut entities = previous.entities_in(&held.known)?;
        let mut problems = previous.problems_in(&held.known)?;
        let origins = entities.iter_mut().map(|entity| &mut entity.origin);
        for origin in origins.chain(problems.iter_mut().map(|problem| &mut problem.origin)) {
            origin.repository.clone_from(&held.record.repository);
        }
        self.write(writer, held.source, &held.record, entities, &problems)
    }

    fn write(
        &mut self,
        writer: &mut Writer,
        source: usize,
        record: &FileRecord,
        entities: Vec<Entity>,
        problems: &[Problem],
    ) -> Result<()> {
        let file = writer.file(record)?;
        let state = &mut self.sources[source];
        state.files += 1;
        state.problems += problems.iter().filter(|it| it.needs_attention()).count() as u64;
        for entity in &entities {
            writer.claim(entity)?;
        }
        for problem in problems {
            writer.problem(Stage::Read, Some(file), problem)?;
        }
        self.entities.extend(entities);
        Ok(())
    }

    /// The writer, which whoever takes it puts back; begun with everything that was held back.
    fn take_writer(&mut self) -> Result<Writer> {
        if let Some(writer) = self.writer.take() {
            return Ok(writer);
        }
        // Where another callboard writes at this moment, what it makes is found the next time.
        let on_disk = self.cache.map(|cache| cache.write(self.now)).transpose()?.flatten();
        let mut writer = on_disk.map_or_else(Writer::in_memory, Ok)?;
        for held in std::mem::take(&mut self.held) {
            self.replay(&mut writer, &held)?;
        }
        Ok(writer)
    }

    /// Ends the generation and makes it the current one.
    /// `read` gives the bytes of a file again, for the places of problems that show only now.
    pub(super) fn finish(
        mut self,
        searched: &[Problem],
        read: impl Fn(&SourceId, &str) -> Option<Vec<u8>>,
    ) -> Result<Arc<Snapshot>> {
        let mut writer = self.take_writer()?;
        for problem in searched {
            writer.problem(Stage::Searched, None, problem)?;
        }
        let mut assembly = assemble(std::mem::take(&mut self.entities));
        locate(&mut assembly.problems, read);
        for state in &mut self.sources {
            let is_own = |origin: &Origin| origin.source == state.id;
            state.entities = assembly.entities.iter().filter(|it| is_own(&it.origin)).count() as u64;
            let found = searched.iter().chain(&assembly.problems);
            state.problems += found.filter(|it| it.needs_attention() && is_own(&it.origin)).count() as u64;
        }
        if let Some(previous) = &self.previous {
            writer.remember(compare(previous, &assembly, self.now)?);
        }
        let as_of = self.sources.iter().map(|source| source.as_of).min().unwrap_or(self.now);
        let meta = Meta {
            generation: Generation::default(),
            as_of,
            checked_at: self.now,
            kinds: std::collections::BTreeMap::new(),
            sources: self.sources,
        };
        writer.finish(&assembly, meta)
    }
}

fn write_code_owners(writer: &mut Writer, record: &FileRecord, text: &str) -> Result<()> {
    let file = writer.file(record)?;
    let root = record.repository.as_ref().map_or("", |it| &it.root);
    writer.code_owners(file, root, text)
}
