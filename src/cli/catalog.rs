//! Which catalog a command looks at, and how fresh its answer is.
//!
//! Folders are looked through again for each command, and files that did not change are not read again, so
//! no answer is silently stale. Sources that lie elsewhere are read from what a sync fetched, with its age;
//! only what was never fetched, or is named for this once, is fetched now. `--offline` answers from the cache.

use std::io::Write as _;
use std::sync::Arc;

use super::Session;
use super::address::{self, HasToken};
use super::progress::Progress;
use crate::catalog::SourceId;
use crate::config;
use crate::error::{Error, ErrorKind, Result};
use crate::ops::Cancel;
use crate::ops::portal::{Portal, PortalSource, SourceConfig, SourcePlace, Standing, Target};
use crate::ops::refresh::Progress as Reading;
use crate::ops::sync::SyncRequest;
use crate::ops::{self, Meta, Snapshot};

/// Files between two signs of progress.
const FILES_PER_SIGN: usize = 100;

/// A portal and the snapshot that answers.
pub(crate) struct Catalog {
    pub(crate) portal: Portal,
    pub(crate) snapshot: Arc<Snapshot>,
}

impl Catalog {
    /// What is known about the whole.
    pub(crate) fn meta(&self) -> &Meta {
        self.snapshot.meta()
    }
}

impl Session {
    /// The portal that the options and the configuration name. Reads nothing but the cache.
    pub(crate) fn portal(&self) -> Result<Portal> {
        self.portal_on(self.target()?)
    }

    /// The catalog to answer from. Tells the user on stderr what in it is older than it should be.
    pub(crate) fn catalog(&self) -> Result<Catalog> {
        let catalog = self.catalog_of(self.portal()?)?;
        self.tell_age(&catalog);
        Ok(catalog)
    }

    /// Tells on stderr what is older than it should be.
    pub(crate) fn tell_age(&self, catalog: &Catalog) {
        for source in &catalog.meta().sources {
            let Some(reason) = source.why_stale() else { continue };
            let age = ops::age::words(source.oldest(), catalog.portal.now());
            self.warn(&match &source.stale {
                Some(_) if source.is_unknown() => format!("{}: it could not be read. {reason}", source.id),
                Some(_) => format!("{}: its data is from {age}. {reason}", source.id),
                None => format!("{}: {reason} The oldest of it is from {age}.", source.id),
            });
        }
    }

    /// The catalog of a portal, without a word about its age.
    pub(crate) fn catalog_of(&self, portal: Portal) -> Result<Catalog> {
        let snapshot = if self.options.offline { cached(&portal)? } else { self.refreshed(&portal)? };
        let meta = snapshot.meta();
        let is_found = self.options.source.is_empty() && !self.options.demo;
        if meta.entities() == 0 && is_found && meta.sources.iter().all(|source| source.files == 0) {
            return Err(nothing_here(&portal));
        }
        Ok(Catalog { portal, snapshot })
    }

    fn refreshed(&self, portal: &Portal) -> Result<Arc<Snapshot>> {
        let wanted = ops::sync::wanted(portal);
        if !wanted.is_empty() {
            return self.synced(portal, wanted);
        }
        let mut sign = Sign { is_shown: self.streams.stderr_is_terminal, files: 0 };
        let refreshed = portal.refresh(&Cancel::new(), &mut |progress| sign.show(&progress));
        sign.clear();
        let refreshed = refreshed?;
        for note in &refreshed.notes {
            self.note(note);
        }
        Ok(refreshed.snapshot)
    }

    /// The catalog after a first fetch of what was never fetched, or was named on the command line.
    fn synced(&self, portal: &Portal, sources: Vec<SourceId>) -> Result<Arc<Snapshot>> {
        let request = SyncRequest { sources, ..SyncRequest::default() };
        let synced = self.sync(portal, &request, Progress::aside(self))?;
        for note in synced.sources.iter().flat_map(|source| &source.notes).chain(&synced.refreshed.notes) {
            self.note(note);
        }
        Ok(synced.refreshed.snapshot)
    }

    /// What the options and the configuration say to look at.
    pub(super) fn target(&self) -> Result<Target> {
        let here = self.environment.working_dir();
        match self.options.source.as_slice() {
            _ if self.options.demo => Ok(Target::Demo),
            [] => {
                let configured = &self.configuration()?.config.sources;
                if configured.is_empty() {
                    return Ok(Target::Here(here.to_owned()));
                }
                Ok(Target::Configured(self::configured(configured)))
            }
            [folder] if !address::is_address(folder) => Ok(Target::Folder(here.join(folder))),
            named => {
                Ok(Target::Configured(address::sources(here, named, HasToken::look(&self.environment))?))
            }
        }
    }
}

/// The sources of the configuration, as a portal takes them.
pub(crate) fn configured(sources: &[config::SourceConfig]) -> Vec<SourceConfig> {
    let sources = sources.iter().map(|source| SourceConfig {
        id: source.id.clone(),
        place: match &source.place {
            config::SourcePlace::Directory { path, watched } => {
                SourcePlace::Directory { path: path.clone(), watched: *watched }
            }
            config::SourcePlace::Remote(settings) => SourcePlace::Remote(settings.clone()),
        },
        every: source.every,
        standing: Standing::Configured,
    });
    sources.collect()
}

fn cached(portal: &Portal) -> Result<Arc<Snapshot>> {
    portal.snapshot().ok_or_else(|| {
        let label = portal.label();
        Error::new(
            ErrorKind::Unreachable,
            format!("Nothing of {label:?} is cached, and --offline reads nothing."),
        )
        .with_hint("Run the command once without --offline.")
    })
}

fn nothing_here(portal: &Portal) -> Error {
    let places: Vec<_> = portal.sources().iter().map(PortalSource::location).collect();
    let places = places.join(", ");
    if portal.sources().iter().any(PortalSource::is_remote) {
        let message = format!("There is no entity in {places}.");
        return Error::new(ErrorKind::NotFound, message).with_hint(
            "`callboard sync` asks again; `callboard doctor --sources` looks whether it is the right place.",
        );
    }
    let message = format!("There is no descriptor (catalog-info.yaml) below {places}.");
    Error::new(ErrorKind::NotFound, message)
        .with_hint("`callboard init` sets up sources; --source DIR looks at a folder of repositories, --demo at the sample.")
}

/// A line on stderr that says how far a refresh is, for a person who waits.
struct Sign {
    is_shown: bool,
    files: usize,
}

impl Sign {
    fn show(&mut self, progress: &Reading) {
        if !self.is_shown || progress.files < self.files + FILES_PER_SIGN {
            return;
        }
        self.files = progress.files;
        // A sign that cannot be shown is not missed.
        let _ = write!(std::io::stderr(), "\rreading: {} descriptor files", progress.files);
    }

    fn clear(&self) {
        if self.files > 0 {
            let _ = write!(std::io::stderr(), "\r\x1b[K"); // as above
        }
    }
}
