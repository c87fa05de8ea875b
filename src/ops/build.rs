//! A generation in the making: begins when the first difference to the one before turns up, so that an
//! unchanged catalog costs no write at all.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::compare::compare;
use super::known::KnownSource;
use super::locate::locate;
use super::portal::{Portal, PortalSource};
use super::refresh::fresh;
use super::tombstones::{is_over, tombstones};
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
    /// How long what vanished is still told of.
    kept_gone: Duration,
    sources: Vec<SourceState>,
    /// What is as it was, while nothing differs yet.
    held: Vec<Held>,
    /// How many single files are among it.
    held_files: usize,
    /// How many files the sources had that were read so far.
    known_files: usize,
    writer: Option<Writer>,
    /// What the writer got, in the order of the precedence of sources.
    entities: Vec<Entity>,
    files_read: usize,
    files: usize,
}

/// What is as it was.
enum Held {
    /// All files of a source.
    Source(usize),
    /// A file.
    File(Box<HeldFile>),
}

/// A file that is as it was.
struct HeldFile {
    source: usize,
    known: KnownFile,
    record: FileRecord,
}

impl<'a> Build<'a> {
    pub(super) fn new(cache: Option<&'a Cache>, previous: Option<Arc<Snapshot>>, portal: &Portal) -> Self {
        Self {
            cache,
            previous,
            now: portal.now(),
            kept_gone: portal.policy().tombstones,
            sources: Vec::new(),
            held: Vec::new(),
            held_files: 0,
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
    pub(super) fn source(&mut self, state: SourceState, known: &KnownSource) {
        self.sources.push(state);
        self.known_files += known.len();
    }

    /// Takes a source whose revision says that all of it is as it was, and gives what its search found then;
    /// nothing where that cannot be said.
    pub(super) fn hold_source(&mut self, state: &SourceState) -> Result<Option<Vec<Problem>>> {
        let Some(previous) = self.previous.clone() else { return Ok(None) };
        let Some(before) = previous.meta().sources.iter().find(|before| before.id == state.id) else {
            return Ok(None);
        };
        let is_same = state.revision.is_some()
            && before.revision == state.revision
            && before.stale.is_some() == state.stale.is_some();
        if !is_same {
            return Ok(None);
        }
        self.files += before.files as usize;
        let at = self.sources.len();
        self.sources.push(state.clone());
        if let Some(mut writer) = self.writer.take() {
            self.replay_source(&mut writer, at)?;
            self.writer = Some(writer);
        } else {
            self.held.push(Held::Source(at));
        }
        let mut searched = previous.problems_at(Stage::Searched)?;
        searched.retain(|problem| problem.origin.source == state.id);
        Ok(Some(searched))
    }

    /// Takes a file of the current source.
    pub(super) fn deliver(&mut self, delivered: Delivered, known: &KnownSource) -> Result<()> {
        let Delivered { path, validator, repository, reading } = delivered;
        self.files += 1;
        let source = self.sources.len() - 1;
        let id = self.sources[source].id.clone();
        let is_stale = self.sources[source].age_of(&path).stale.is_some();
        let record = FileRecord { source: id, path, validator, repository, is_stale };
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
        self.hold(HeldFile { source, known: known.clone(), record })
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
        let before = self
            .previous
            .as_ref()
            .and_then(|previous| previous.meta().sources.iter().find(|state| state.id == source.id).cloned());
        let mut state = fresh(source, self.now);
        state.stale = Some(error.message().to_owned());
        if let Some(before) = before {
            (state.as_of, state.revision) = (before.as_of, before.revision);
        }
        self.source(state, &known);
        let at = self.sources.len() - 1;
        for known in known.into_files() {
            self.files += 1;
            let record = FileRecord {
                source: source.id.clone(),
                path: known.path.as_str().into(),
                validator: known.validator.clone(),
                repository: known.repository.clone().map(Arc::new),
                is_stale: true,
            };
            self.hold(HeldFile { source: at, known, record })?;
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
            before.id == now.id
                && before.location == now.location
                && before.revision == now.revision
                && before.stale.is_some() == now.stale.is_some()
        };
        let before = &previous.meta().sources;
        let same_sources = before.len() == self.sources.len()
            && before.iter().zip(&self.sources).all(|(before, now)| same(before, now));
        let is_same = same_sources
            && self.held_files == self.known_files
            && previous.problems_at(Stage::Searched)? == searched
            && previous.oldest_tombstone()?.is_none_or(|gone| !is_over(gone, self.now, self.kept_gone));
        Ok(is_same.then(|| Arc::clone(previous)))
    }

    fn hold(&mut self, held: HeldFile) -> Result<()> {
        let moved = held.known.repository.as_ref() != held.record.repository.as_deref();
        if self.writer.is_none() && !moved {
            self.held.push(Held::File(Box::new(held)));
            self.held_files += 1;
            return Ok(());
        }
        let mut writer = self.take_writer()?;
        self.replay(&mut writer, &held)?;
        self.writer = Some(writer);
        Ok(())
    }

    /// Writes all files of a source from what was known of them.
    fn replay_source(&mut self, writer: &mut Writer, source: usize) -> Result<()> {
        let Some(previous) = self.previous.clone() else { return Ok(()) };
        let state = self.sources[source].clone();
        for known in KnownSource::of(&previous, &state.id)?.into_files() {
            let record = FileRecord {
                source: state.id.clone(),
                path: known.path.as_str().into(),
                validator: known.validator.clone(),
                repository: known.repository.clone().map(Arc::new),
                is_stale: state.age_of(&known.path).stale.is_some(),
            };
            self.replay(writer, &HeldFile { source, known, record })?;
        }
        Ok(())
    }

    /// Writes a file that is as it was from what was known of it.
    fn replay(&mut self, writer: &mut Writer, held: &HeldFile) -> Result<()> {
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
            match held {
                Held::Source(source) => self.replay_source(&mut writer, source)?,
                Held::File(file) => self.replay(&mut writer, &file)?,
            }
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
            for tombstone in tombstones(previous, &assembly, (self.now, self.kept_gone))? {
                writer.bury(tombstone)?;
            }
            writer.remember(compare(previous, &assembly, self.now)?);
        }
        let as_of = self.sources.iter().map(SourceState::oldest).min().unwrap_or(self.now);
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
