//! A portal: the sources to look at, their cache, and the snapshot that is shown.

mod source;
#[cfg(test)]
mod tests;
mod watch;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

pub use source::{PortalSource, SourceConfig, SourcePlace, Standing, Target, Watched};
use watch::Watches;
pub use watch::Watching;

use super::Cancel;
use super::refresh::{self, Progress, Refreshed};
use super::sync::SyncPolicy;
use crate::catalog::SourceId;
use crate::error::{Error, ErrorKind, Result};
use crate::source::Tree;
pub use crate::source::{RemoteSettings, Variables};
use crate::store::{Cache, Snapshot, UserState};

/// Where callboard may keep what it knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// What can be made again.
    pub cache: PathBuf,
    /// What cannot: pins, recents, journals.
    pub state: PathBuf,
}

/// Makes sure that something can be kept in a folder, which is made where it is missing.
pub fn can_keep(folder: &Path) -> Result<()> {
    crate::private::make_directory(folder)?;
    let draft = crate::private::draft(folder);
    draft.map(drop).map_err(|error| Error::io(folder.display(), &error))
}

/// Tells the time; a value, so that tests own it.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What a portal is opened with beside its target.
#[derive(Clone)]
pub struct Surroundings {
    /// Where callboard may keep what it knows.
    pub places: Places,
    /// The time.
    pub clock: Clock,
    /// How sources are synced.
    pub policy: SyncPolicy,
    /// The home folder and the variables, for the tokens that sources name.
    pub variables: Variables,
    /// Whether servers may be asked outside of a sync, for docs.
    pub reach: Reach,
}

/// Whether servers may be asked outside of a sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// They may.
    Network,
    /// What is cached is all there is.
    Cache,
}

impl Surroundings {
    /// Places and a time, and of everything else the defaults: nothing in the environment.
    pub fn new(places: Places, clock: Clock) -> Self {
        Self {
            places,
            clock,
            policy: SyncPolicy::default(),
            variables: Variables::default(),
            reach: Reach::Network,
        }
    }
}

/// An open portal. Clones share it.
#[derive(Clone)]
pub struct Portal(Arc<Inner>);

struct Inner {
    label: String,
    is_sample: bool,
    sources: Vec<PortalSource>,
    cache: Cache,
    surroundings: Surroundings,
    snapshot: Mutex<Option<Arc<Snapshot>>>,
    watches: Watches,
}

impl Portal {
    /// Opens a portal with the defaults of everything but the places and the time.
    pub fn open(target: Target, places: Places, clock: Clock) -> Result<Self> {
        Self::open_in(target, Surroundings::new(places, clock))
    }

    /// Opens a portal. Reads nothing but the cache, which is closed where others were let in; a folder that
    /// is not there is an error.
    pub fn open_in(target: Target, surroundings: Surroundings) -> Result<Self> {
        let is_sample = target == Target::Demo;
        let places = &surroundings.places;
        let (label, sources) = source::sources(target, places)?;
        for place in [&places.cache, &places.state] {
            crate::private::close(place);
        }
        let cache = Cache::new(places.cache.join("catalogs").join(source::key(&sources)));
        let known = cache.open().map(|known| refresh::aged(known, &sources, &surroundings));
        let snapshot = Mutex::new(known);
        let watches = Watches::default();
        Ok(Self(Arc::new(Inner { label, is_sample, sources, cache, surroundings, snapshot, watches })))
    }

    /// What the portal looks at, in a word: the folder's name, `sample`, or `configured`. Foreign text.
    pub fn label(&self) -> &str {
        &self.0.label
    }

    /// Whether this is the bundled sample, which must never be taken for somebody's own catalog.
    pub fn is_sample(&self) -> bool {
        self.0.is_sample
    }

    /// Its sources, in the order of their precedence.
    pub fn sources(&self) -> &[PortalSource] {
        &self.0.sources
    }

    /// Where callboard keeps what it knows.
    pub fn places(&self) -> &Places {
        &self.0.surroundings.places
    }

    /// How its sources are synced.
    pub fn policy(&self) -> &SyncPolicy {
        &self.0.surroundings.policy
    }

    /// The home folder and the variables.
    pub(super) fn surroundings(&self) -> &Surroundings {
        &self.0.surroundings
    }

    /// Where its generations lie.
    pub(super) fn cache(&self) -> &Cache {
        &self.0.cache
    }

    /// What its user did. The sample has a state of its own, so that playing leaves no trace elsewhere.
    pub fn user_state(&self) -> UserState {
        let place = &self.places().state;
        UserState::new(if self.is_sample() { place.join("sample") } else { place.clone() })
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        (self.0.surroundings.clock)()
    }

    /// The newest snapshot that is known, at once; nothing before the first refresh of a new place.
    pub fn snapshot(&self) -> Option<Arc<Snapshot>> {
        self.0.snapshot.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks whether the sources changed and reads what did. Blocks; `progress` is told how far it is.
    pub fn refresh(&self, cancel: &Cancel, progress: &mut dyn FnMut(Progress)) -> Result<Refreshed> {
        self.forget_changes();
        let refreshed = refresh::run(self, &self.0.cache, cancel, progress)?;
        let mut current = self.0.snapshot.lock().unwrap_or_else(PoisonError::into_inner);
        *current = Some(Arc::clone(&refreshed.snapshot));
        Ok(refreshed)
    }

    /// Puts the catalog together from what was fetched before, where that is here and the catalog is not: a sync was
    /// interrupted, or its generation is damaged. Looks at no folder and asks nobody. That nothing can be put
    /// together changes nothing.
    pub fn restore(&self) {
        let sources = self.sources();
        let is_fetched = |source: &PortalSource| source.mirror().manifest().is_some();
        if self.snapshot().is_none()
            && sources.iter().all(PortalSource::is_remote)
            && sources.iter().any(is_fetched)
        {
            drop(self.refresh(&Cancel::new(), &mut |_| ()));
        }
    }

    /// The snapshot that is known, else the one of a first refresh.
    pub fn snapshot_or_refresh(&self, cancel: &Cancel) -> Result<Arc<Snapshot>> {
        match self.snapshot() {
            Some(snapshot) => Ok(snapshot),
            None => Ok(self.refresh(cancel, &mut |_| ())?.snapshot),
        }
    }

    /// The source of a name.
    pub fn source(&self, id: &SourceId) -> Result<&PortalSource> {
        self.0.sources.iter().find(|it| it.id == *id).ok_or_else(|| {
            let known: Vec<&str> = self.0.sources.iter().map(|it| &*it.id.0).collect();
            Error::new(ErrorKind::NotFound, format!("There is no source {id}."))
                .with_hint(format!("There are: {}.", known.join(", ")))
        })
    }

    /// The files of a source.
    pub fn tree(&self, source: &SourceId) -> Result<Arc<dyn Tree>> {
        self.source(source)?.tree()
    }
}

impl fmt::Debug for Portal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Portal").field("label", &self.0.label).field("sources", &self.0.sources).finish()
    }
}
