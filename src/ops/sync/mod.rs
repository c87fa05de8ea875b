//! Syncs the sources that lie elsewhere: all at once, each for itself, and none at the cost of what is known.
//!
//! A source is fetched into its mirror, which counts only when it is whole; a source that fails, takes too
//! long or would lose too much keeps what it had, with the reason. Then the catalog is read again.

mod job;
mod jobs;
mod loss;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

pub(super) use self::job::too_long;
use self::jobs::Jobs;
use super::Cancel;
use super::portal::{Portal, PortalSource, SourcePlace, Standing};
use super::refresh::Refreshed;
use crate::catalog::SourceId;
pub use crate::config::SyncPolicy;
use crate::error::{Error, ErrorKind, Result};
pub use crate::source::child::{between as between_children, end_all as end_children};
use crate::source::remote::Remote;
pub use crate::source::remote::{Amount, Failure};
pub use crate::store::{SyncRecord, SyncResult, SyncRun};

/// Threads of the network and of child processes.
const THREADS: usize = 2;

/// Events that wait for whoever shows them. Amounts beyond are left out; results wait.
const MAX_EVENTS: usize = 256;

/// How often the wish to stop is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// How long what came is left unread while other sources are still under way.
const PATIENCE: Duration = Duration::from_secs(1);

/// Half of how long after its first failure a source is tried again, where it is not tried sooner anyway; twice as
/// long after each one that follows.
const FIRST_RETRY: Duration = Duration::from_secs(30);

/// Failures in a row after which the wait grows no more: it is eight hours by then.
const MAX_DOUBLINGS: usize = 10;

/// What to sync.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SyncRequest {
    /// The sources; all where none is named.
    pub sources: Vec<SourceId>,
    /// What becomes of a sync that would lose much.
    pub losses: Losses,
    /// What becomes of other sources whose time comes meanwhile.
    pub others: Others,
}

/// What becomes of sources whose time comes while others are synced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Others {
    /// They wait for the next sync.
    #[default]
    Wait,
    /// They are synced beside those, so that one that hangs holds up nobody.
    Join,
}

/// What becomes of a sync that would lose much of a source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Losses {
    /// It is held back.
    #[default]
    Guarded,
    /// The user said that it is right.
    Accepted,
}

/// Something to show while a sync is under way.
#[derive(Debug, Clone, PartialEq)]
pub enum SyncEvent {
    /// How far a source is.
    Fetching(SourceId, Amount),
    /// A source is done.
    Done(Box<SourceSynced>),
    /// The catalog has what came so far.
    Read,
}

/// What the sync of a source came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceSynced {
    /// Its name.
    pub id: SourceId,
    /// What kind of source it is.
    pub kind: &'static str,
    /// Where it is.
    pub location: String,
    /// How it ended; nothing where another callboard is at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<SyncRun>,
    /// Parts that could not be fetched.
    pub failures: Vec<Failure>,
    /// What the user should know, as sentences. Foreign text.
    pub notes: Vec<String>,
    /// How the error ends a command, where there is one.
    #[serde(skip)]
    pub error: Option<Error>,
}

impl SourceSynced {
    fn new(source: &PortalSource) -> Self {
        Self {
            id: source.id.clone(),
            kind: source.kind(),
            location: source.location(),
            run: None,
            failures: Vec::new(),
            notes: Vec::new(),
            error: None,
        }
    }

    /// Its error with its name before it.
    pub fn named_error(&self) -> Option<Error> {
        Some(self.error.clone()?.about(&self.id))
    }

    /// How it ended; nothing where another callboard is at it.
    pub fn result(&self) -> Option<SyncResult> {
        self.run.as_ref().map(|run| run.result)
    }
}

/// What a sync came to.
#[derive(Debug, Clone)]
pub struct SyncOutcome {
    /// The sources that lie elsewhere, in the order of their precedence.
    pub sources: Vec<SourceSynced>,
    /// The catalog with what came.
    pub refreshed: Refreshed,
}

impl SyncOutcome {
    /// Whether every source is as it is where it comes from, or somebody else is at it.
    pub fn is_whole(&self) -> bool {
        self.sources.iter().all(|source| source.result().is_none_or(SyncResult::is_whole))
    }
}

/// Syncs sources and reads the catalog again. Blocks; `show` is told how far it is.
pub fn sync(
    portal: &Portal,
    request: &SyncRequest,
    cancel: &Cancel,
    show: &mut dyn FnMut(SyncEvent),
) -> Result<SyncOutcome> {
    let open = |source: &PortalSource| match &source.place {
        SourcePlace::Remote(settings) => settings.open(&portal.surroundings().variables),
        SourcePlace::Directory { .. } | SourcePlace::Sample => unreachable_place(source),
    };
    sync_with(portal, request, &open, Stage { cancel, show })
}

/// The sources that a command fetches before it answers: those that were never fetched, as often as the
/// configuration says, and those that are named for this once.
pub fn wanted(portal: &Portal) -> Vec<SourceId> {
    let is_due = |source: &&PortalSource| due(source, portal).is_some_and(|due| due <= portal.now());
    let is_wanted = |source: &&PortalSource| {
        source.standing == Standing::Named || (source.mirror().manifest().is_none() && is_due(source))
    };
    let remote = portal.sources().iter().filter(|source| source.is_remote());
    remote.filter(is_wanted).map(|source| source.id.clone()).collect()
}

/// When a source is to be synced next: so long after its last try as the configuration says, sooner where that
/// failed, and a little more, so that many machines do not come at once; not as long as the server asks to be left
/// alone. Nothing for a folder.
pub fn due(source: &PortalSource, portal: &Portal) -> Option<Timestamp> {
    if !source.is_remote() {
        return None;
    }
    let record = source.record();
    // A sync of the future says only that the clock was wrong.
    let last = record.last().map(|run| run.at).filter(|at| *at <= portal.now());
    let Some(last) = last else { return Some(Timestamp::UNIX_EPOCH) };
    let failed = record.runs.iter().take_while(|run| run.result == SyncResult::Failed).count();
    let retry = FIRST_RETRY.saturating_mul(1 << failed.min(MAX_DOUBLINGS));
    let every = source.every.unwrap_or(portal.policy().every);
    let every = if failed > 0 { every.min(retry) } else { every };
    // The same for one source on one machine as long as its last sync is the last: a tenth at the most.
    let seed = crc32fast::hash(format!("{}{last}", source.mirror().folder().display()).as_bytes());
    let jitter = every.mul_f64(f64::from(seed) / f64::from(u32::MAX) / 10.0);
    let due = last.checked_add(every + jitter).ok()?;
    Some(record.last().and_then(|run| run.not_before).map_or(due, |rest| due.max(rest)))
}

/// When the next source is to be synced; nothing where all are folders.
pub fn next_due(portal: &Portal) -> Option<Timestamp> {
    portal.sources().iter().filter_map(|source| due(source, portal)).min()
}

/// The sources whose time has come.
pub fn all_due(portal: &Portal) -> Vec<SourceId> {
    let is_due = |source: &&PortalSource| due(source, portal).is_some_and(|due| due <= portal.now());
    portal.sources().iter().filter(is_due).map(|source| source.id.clone()).collect()
}

struct Stage<'a> {
    cancel: &'a Cancel,
    show: &'a mut dyn FnMut(SyncEvent),
}

type Open<'a> = &'a dyn Fn(&PortalSource) -> Result<Arc<dyn Remote>>;

fn sync_with(
    portal: &Portal,
    request: &SyncRequest,
    open: Open<'_>,
    stage: Stage<'_>,
) -> Result<SyncOutcome> {
    let chosen = chosen(portal, request)?;
    let Stage { cancel, show } = stage;
    let mut done = Done::default();
    let runtime = runtime()?;
    let (mut jobs, mut events, not_begun) = Jobs::begin(portal, open, &runtime, (&chosen, request.losses));
    for synced in not_begun {
        done.take(synced, show);
    }
    let mut unread: Option<Timestamp> = None;
    loop {
        let next = runtime.block_on(async { tokio::time::timeout(LOOK, events.recv()).await });
        if cancel.is_cancelled() {
            jobs.stop();
            runtime.shutdown_background();
            return Err(Error::new(
                ErrorKind::Interrupted,
                "The sync was interrupted; what was known is kept.",
            ));
        }
        match next {
            Ok(None) => break,
            Ok(Some(SyncEvent::Done(synced))) => {
                jobs.end(&synced.id);
                // Also where nothing differs: how old it is does.
                unread.get_or_insert(portal.now());
                done.take(*synced, show);
            }
            Ok(Some(event)) => show(event),
            // A source that hangs keeps nobody from what the others brought, or from what changed here.
            Err(_)
                if portal.has_changed()
                    || unread.is_some_and(|since| has_passed(since, portal.now(), PATIENCE)) =>
            {
                unread = None;
                match portal.refresh(cancel, &mut |_| ()) {
                    Ok(_) => show(SyncEvent::Read),
                    Err(error) if error.kind() == ErrorKind::Interrupted => return Err(error),
                    // That nothing can be read yet ends nothing: the last of them says so, where it stays so.
                    Err(_) => {}
                }
            }
            Err(_) if request.others == Others::Join => {
                for synced in jobs.join_due() {
                    done.take(synced, show);
                }
            }
            Err(_) => {}
        }
    }
    drop(jobs);
    runtime.shutdown_background();
    let mut done = done.0;
    done.sort_by_key(|synced| portal.sources().iter().position(|source| source.id == synced.id));
    let refreshed = portal.refresh(cancel, &mut |_| ()).map_err(|error| why_nothing(&done, error))?;
    show(SyncEvent::Read);
    Ok(SyncOutcome { sources: done, refreshed })
}

/// What the sources came to that are done, each once.
#[derive(Default)]
struct Done(Vec<SourceSynced>);

impl Done {
    /// Takes what a source came to, and shows it. One that was synced twice meanwhile is as it was the last time.
    fn take(&mut self, synced: SourceSynced, show: &mut dyn FnMut(SyncEvent)) {
        self.0.retain(|known| known.id != synced.id);
        self.0.push(synced.clone());
        show(SyncEvent::Done(Box::new(synced)));
    }
}

/// The sources that are to be synced.
fn chosen<'p>(portal: &'p Portal, request: &SyncRequest) -> Result<Vec<&'p PortalSource>> {
    if request.sources.is_empty() {
        return Ok(portal.sources().iter().filter(|source| source.is_remote()).collect());
    }
    let named = request.sources.iter().map(|id| portal.source(id)).collect::<Result<Vec<_>>>()?;
    // A folder that is named is read with the catalog.
    Ok(named.into_iter().filter(|source| source.is_remote()).collect())
}

/// Where nothing can be answered, why the sources failed says more than that they did.
fn why_nothing(done: &[SourceSynced], error: Error) -> Error {
    if error.kind() != ErrorKind::Unreachable {
        return error;
    }
    let busy = done.iter().filter(|synced| synced.run.is_none()).find_map(|synced| {
        let message = format!("{}: {}", synced.id, synced.notes.first()?);
        Some(Error::new(ErrorKind::Unreachable, message).with_hint("Ask again when that is done."))
    });
    let own: Vec<Error> = done.iter().filter_map(of_source).collect();
    match own.as_slice() {
        [] => busy.unwrap_or(error),
        [only] => only.clone(),
        [first, ..] => {
            let all: Vec<&str> = own.iter().map(Error::message).collect();
            Error::new(first.kind(), all.join("\n"))
                .with_hint("`callboard status` tells what to do about each.")
        }
    }
}

/// The error of a source as that of a command that has nothing to answer with: whatever failed, on this machine or
/// elsewhere, no source could be reached. What is refused, or wrong in the configuration, is that still.
fn of_source(synced: &SourceSynced) -> Option<Error> {
    let error = synced.named_error()?;
    if error.kind() != ErrorKind::Failed {
        return Some(error);
    }
    let told = Error::new(ErrorKind::Unreachable, error.message());
    Some(error.hint().into_iter().fold(told, Error::with_hint))
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .thread_name("sync")
        .enable_all()
        .build()
        .map_err(|error| Error::io("The sync could not be started", &error))
}

fn has_passed(since: Timestamp, now: Timestamp, length: Duration) -> bool {
    now.duration_since(since).unsigned_abs() >= length
}

fn unreachable_place(source: &PortalSource) -> Result<Arc<dyn Remote>> {
    Err(Error::new(ErrorKind::Usage, format!("{} is read where it lies and needs no sync.", source.id)))
}
