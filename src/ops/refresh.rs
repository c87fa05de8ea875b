//! Looks whether the sources changed, reads what did, and writes the next generation.
//!
//! A source that cannot be read keeps what was known of it, marked with the reason. Where no cache can be
//! written, the catalog is kept in memory and the outcome says so.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::Cancel;
use super::build::Build;
use super::portal::{Portal, PortalSource, SourcePlace, Surroundings};
use crate::catalog::{Problem, SourceId, yaml};
use crate::error::{Error, ErrorKind, Result};
use crate::source::SampleTree;
use crate::source::directory::Directory;
use crate::source::mirror::Manifest;
use crate::source::scan::{Folder, Scan};
use crate::store::{Cache, PartState, Snapshot, SourceState};

/// How far a refresh is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// What it does.
    pub phase: Phase,
    /// The source at hand.
    pub source: SourceId,
    /// Descriptor files that it looked at.
    pub files: usize,
}

/// What a refresh does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Searches a source and reads what changed.
    Reading,
    /// Puts the catalog together and writes it.
    Writing,
}

/// What a refresh came to.
#[derive(Debug, Clone)]
pub struct Refreshed {
    /// The newest snapshot.
    pub snapshot: Arc<Snapshot>,
    /// Whether it differs from the one before.
    pub changed: bool,
    /// Files that were read, because they are new or differ.
    pub files_read: usize,
    /// What the user should know, as sentences: a cache that cannot be written. Foreign text.
    pub notes: Vec<String>,
}

pub(super) fn run(
    portal: &Portal,
    cache: &Cache,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<Refreshed> {
    let previous = previous(portal, cache);
    let on_disk = Build::new(Some(cache), previous.clone(), portal);
    match attempt(portal, on_disk, cancel, progress) {
        Err(error) if error.kind() == ErrorKind::Failed => {
            // Most often a full or read-only disk; that must not keep anybody from looking.
            let in_memory = Build::new(None, previous, portal);
            let mut refreshed = attempt(portal, in_memory, cancel, progress)?;
            let why = error.message();
            refreshed.notes.push(format!("Nothing is cached, the catalog is kept in memory only. {why}"));
            Ok(refreshed)
        }
        Ok(refreshed) => {
            if refreshed.changed {
                cache.forget_others(portal.now());
            } else {
                // A cache that takes no note of the moment only shows the older one.
                let _ = cache.confirm(portal.now());
            }
            Ok(refreshed)
        }
        Err(error) => Err(error),
    }
}

fn attempt(
    portal: &Portal,
    mut build: Build<'_>,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<Refreshed> {
    let mut searched = Vec::new();
    let mut hints: Vec<String> = Vec::new();
    let mut folders: HashMap<SourceId, Box<dyn Folder>> = HashMap::new();
    for source in portal.sources() {
        match folder(portal, source) {
            Err(error) => {
                // Why it was never fetched says more than that it was not.
                let record = source.record();
                let why = record.failure().map(|why| Error::new(ErrorKind::Unreachable, why));
                let hint = record.last().and_then(|run| run.hint.as_deref()).or(error.hint());
                hints.extend(hint.map(str::to_owned));
                build.keep(source, &why.unwrap_or(error))?;
            }
            Ok((folder, revision)) => {
                let mut state = fresh(source, portal.now());
                state.revision = revision;
                age(&mut state, source, portal.surroundings());
                if let Some(problems) = build.hold_source(&state)? {
                    searched.extend(problems);
                    folders.insert(source.id.clone(), folder);
                    continue;
                }
                match read(source, state, &*folder, &mut build, cancel, progress) {
                    Ok(problems) => searched.extend(problems),
                    Err(error) if error.kind() == ErrorKind::Unreachable => build.keep(source, &error)?,
                    Err(error) => return Err(error),
                }
                folders.insert(source.id.clone(), folder);
            }
        }
    }
    if build.has_no_answer() {
        return Err(no_answer(build.into_sources(), hints));
    }
    if let Some(snapshot) = build.unchanged(&searched)? {
        let confirmed = Arc::new(snapshot.confirmed(portal.now()));
        let snapshot = aged(confirmed, portal.sources(), portal.surroundings());
        return Ok(Refreshed { snapshot, changed: false, files_read: 0, notes: Vec::new() });
    }
    if let Some(source) = portal.sources().last() {
        progress(Progress { phase: Phase::Writing, source: source.id.clone(), files: build.files() });
    }
    let files_read = build.files_read();
    let snapshot = build.finish(&searched, |source, path| {
        folders.get(source)?.read(path, yaml::MAX_FILE_BYTES as u64).ok()
    })?;
    Ok(Refreshed { snapshot, changed: true, files_read, notes: Vec::new() })
}

/// The files of a source, and what tells whether all of them are as they were, where that can be told.
fn folder(portal: &Portal, source: &PortalSource) -> Result<(Box<dyn Folder>, Option<String>)> {
    Ok(match &source.place {
        SourcePlace::Directory { path, .. } => {
            let directory = Directory::new(path, source.limits)?;
            if directory.is_empty() && knows_entities(portal, source) {
                let message = format!("The folder {} is empty, and was not before.", path.display());
                return Err(Error::new(ErrorKind::Unreachable, message)
                    .with_hint("Mount what belongs there; or remove the source from the configuration."));
            }
            (Box::new(directory.watched(portal.watch_of(&source.id))), None)
        }
        SourcePlace::Sample => (Box::new(SampleTree), None),
        SourcePlace::Remote(_) => {
            let tree = source.mirror().open()?;
            let revision = tree.manifest().revision();
            (Box::new(tree), Some(revision))
        }
    })
}

/// Whether entities of a source are shown.
fn knows_entities(portal: &Portal, source: &PortalSource) -> bool {
    let snapshot = portal.snapshot();
    let states = snapshot.iter().flat_map(|snapshot| &snapshot.meta().sources);
    states.into_iter().any(|state| state.id == source.id && state.entities > 0)
}

/// A snapshot with what the last syncs say of the age of its sources.
pub(super) fn aged(
    snapshot: Arc<Snapshot>,
    sources: &[PortalSource],
    surroundings: &Surroundings,
) -> Arc<Snapshot> {
    let is_remote = |state: &SourceState| sources.iter().find(|it| it.id == state.id && it.is_remote());
    if !snapshot.meta().sources.iter().any(|state| is_remote(state).is_some()) {
        return snapshot;
    }
    Arc::new(snapshot.aged(|state| {
        if let Some(source) = is_remote(state) {
            age(state, source, surroundings);
        }
    }))
}

/// Says how old a source that lies elsewhere is, and why it is older than it should be.
fn age(state: &mut SourceState, source: &PortalSource, surroundings: &Surroundings) {
    if !source.is_remote() {
        return;
    }
    let record = source.record();
    // Only one that is not whole is worth a look at its parts: there may be thousands.
    let manifest = match (record.succeeded_at, record.partly_at) {
        (Some(_), None) => None,
        _ => source.mirror().manifest(),
    };
    let fetched = || manifest.as_ref()?.units.iter().map(|unit| unit.as_of).min();
    let Some(as_of) = record.fetched_at().or_else(fetched) else {
        state.stale = Some(record.failure().unwrap_or("Nothing was fetched of it yet.").to_owned());
        return;
    };
    state.as_of = as_of;
    state.parts = manifest.as_ref().map(failed_parts).unwrap_or_default();
    state.stale = record.whole_failure().map(str::to_owned).or_else(|| {
        let now = (surroundings.clock)();
        let limit = surroundings.policy.stale_after;
        let is_old = now.duration_since(state.as_of).try_into().is_ok_and(|age: Duration| age > limit);
        is_old.then(|| format!("It was last synced {}.", super::age::words(state.as_of, now)))
    });
}

/// The parts of a source that could not be fetched when the rest of it was.
fn failed_parts(manifest: &Manifest) -> Vec<PartState> {
    let part = |name: String, root: &str, as_of, why: &str| PartState {
        name,
        root: root.to_owned(),
        as_of,
        why: why.to_owned(),
        fetched_inside: manifest.fetched_inside(root),
    };
    let kept = manifest.units.iter().filter_map(|unit| {
        let why = unit.failure.as_ref()?;
        Some(part(unit.name(), &unit.root, Some(unit.as_of), why))
    });
    let missing = manifest.missing.iter().map(|it| part(it.what.clone(), it.root(), None, &it.why));
    let mut parts: Vec<PartState> = kept.chain(missing).collect();
    parts.sort_by(|a, b| a.root.cmp(&b.root));
    parts
}

/// The generation to build on: a sound one of the cache, else what the portal holds in memory.
fn previous(portal: &Portal, cache: &Cache) -> Option<Arc<Snapshot>> {
    let shown = portal.snapshot();
    let sound = cache.open().filter(|_| cache.is_untouched() || cache.is_sound());
    match (sound, shown) {
        // The same generation: keep the one whose rows are loaded.
        (Some(sound), Some(shown)) if sound.generation() == shown.generation() => Some(shown),
        (Some(sound), _) => Some(sound),
        (None, shown) => shown.filter(|shown| shown.is_in_memory()),
    }
}

/// Reads one source into a build and returns what its search found.
fn read(
    source: &PortalSource,
    state: SourceState,
    folder: &dyn Folder,
    build: &mut Build<'_>,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<Vec<Problem>> {
    let known = build.known(source)?;
    progress(Progress { phase: Phase::Reading, source: source.id.clone(), files: 0 });
    let cancelled = || cancel.is_cancelled();
    let scan = Scan { source: source.id.clone(), folder, known: &known, cancelled: &cancelled };
    let mut files = 0;
    build.source(state, &known);
    let scanned = scan.run(&mut |delivered| {
        files += 1;
        if files % FILES_PER_REPORT == 0 {
            progress(Progress { phase: Phase::Reading, source: source.id.clone(), files });
        }
        build.deliver(delivered, &known)
    })?;
    Ok(scanned.problems)
}

/// Files between two reports of progress.
const FILES_PER_REPORT: usize = 256;

/// What a single source says of what to do says more than where to look.
fn no_answer(sources: Vec<SourceState>, mut hints: Vec<String>) -> Error {
    let hint = hints.pop().filter(|_| sources.len() == 1);
    let why = sources.into_iter().filter_map(|source| source.stale).collect::<Vec<_>>().join(" ");
    Error::new(ErrorKind::Unreachable, format!("No source could be read. {why}"))
        .with_hint(hint.unwrap_or_else(|| "Check the sources with `callboard status`.".to_owned()))
}

/// The state of a source that was just read.
pub(super) fn fresh(source: &PortalSource, now: Timestamp) -> SourceState {
    SourceState {
        id: source.id.clone(),
        location: source.location(),
        as_of: now,
        revision: None,
        stale: None,
        parts: Vec::new(),
        files: 0,
        entities: 0,
        problems: 0,
    }
}
