//! The sources of a portal: what to look at, and where what was fetched of it lies.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::Places;
use crate::catalog::SourceId;
use crate::error::Result;
use crate::source::directory::Limits;
pub use crate::source::directory::watch::Watched;
use crate::source::mirror::Mirror;
use crate::source::{DirectoryTree, RemoteSettings, SampleTree, Tree, sum};
use crate::store::{SyncLog, SyncRecord};

/// What to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A folder of repositories that somebody named.
    Folder(PathBuf),
    /// The folder that somebody stands in: searched less deep and not for long, as it may be a home folder.
    Here(PathBuf),
    /// The bundled sample.
    Demo,
    /// The sources of the configuration, in the order of their precedence.
    Configured(Vec<SourceConfig>),
}

/// A source of the configuration, or one that somebody named for once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceConfig {
    /// Its name.
    pub id: SourceId,
    /// Where its entities come from.
    pub place: SourcePlace,
    /// How often it is synced, where it is not as often as the others.
    pub every: Option<Duration>,
    /// Whether it is in the configuration.
    pub standing: Standing,
}

/// How a source came to be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is in the configuration. What was fetched of it is kept by its name, so that another address
    /// does not take away what is known.
    Configured,
    /// Somebody named it for once. What was fetched of it is kept by its address.
    Named,
}

/// Where the entities of a source come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourcePlace {
    /// A folder of repositories.
    Directory {
        /// Where it is.
        path: PathBuf,
        /// Whether it is watched while a portal is open.
        watched: Watched,
    },
    /// The bundled sample.
    Sample,
    /// Somewhere else: fetched by a sync, and read from its mirror.
    Remote(RemoteSettings),
}

/// A source of an open portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalSource {
    /// Its name.
    pub id: SourceId,
    /// Where its entities come from.
    pub place: SourcePlace,
    /// How often it is synced, where it is not as often as the others.
    pub every: Option<Duration>,
    pub(crate) standing: Standing,
    /// How far its folder is searched.
    pub(crate) limits: Limits,
    /// What was fetched of it.
    mirror: Mirror,
    log: SyncLog,
}

impl PortalSource {
    fn new(config: SourceConfig, limits: Limits, places: &Places) -> Self {
        let SourceConfig { id, place, every, standing } = config;
        let mut digest = Sha256::new();
        digest.update(id.0.as_bytes());
        if standing == Standing::Named
            && let SourcePlace::Remote(settings) = &place
        {
            digest.update([0]);
            digest.update(settings.location());
        }
        let name: String = id.0.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
        let mirror = Mirror::new(places.cache.join("sources").join(format!("{name}-{}", hex(digest))));
        let log = SyncLog::new(mirror.folder());
        Self { id, place, every, standing, limits, mirror, log }
    }

    /// Where it is, in words for people.
    pub fn location(&self) -> String {
        match &self.place {
            SourcePlace::Directory { path, .. } => path.display().to_string(),
            SourcePlace::Sample => "the bundled sample".to_owned(),
            SourcePlace::Remote(settings) => settings.location(),
        }
    }

    /// What kind of source it is, as the configuration calls it.
    pub fn kind(&self) -> &'static str {
        match &self.place {
            SourcePlace::Directory { .. } => "directory",
            SourcePlace::Sample => "sample",
            SourcePlace::Remote(settings) => settings.kind(),
        }
    }

    /// Whether it is fetched from elsewhere.
    pub fn is_remote(&self) -> bool {
        matches!(self.place, SourcePlace::Remote(_))
    }

    /// What was fetched of it; empty for a folder.
    pub fn mirror(&self) -> &Mirror {
        &self.mirror
    }

    /// What its syncs came to.
    pub fn record(&self) -> SyncRecord {
        self.log.record()
    }

    /// Where that is noted.
    pub(in crate::ops) fn log(&self) -> &SyncLog {
        &self.log
    }

    /// Its files.
    pub fn tree(&self) -> Result<Arc<dyn Tree>> {
        Ok(match &self.place {
            SourcePlace::Directory { path, .. } => Arc::new(DirectoryTree::new(path)?),
            SourcePlace::Sample => Arc::new(SampleTree),
            SourcePlace::Remote(_) => Arc::new(self.mirror.open()?),
        })
    }
}

/// What a target is called, and its sources.
pub(super) fn sources(target: Target, places: &Places) -> Result<(String, Vec<PortalSource>)> {
    let folder = |path: &Path, limits| -> Result<_> {
        let tree = DirectoryTree::new(path)?;
        let name = tree.root().file_name().map_or("/".into(), |name| name.to_string_lossy().into_owned());
        let place = SourcePlace::Directory { path: tree.root().to_owned(), watched: Watched::Yes };
        let source = named(&name, place);
        Ok((name, vec![PortalSource::new(source, limits, places)]))
    };
    match target {
        Target::Folder(path) => folder(&path, Limits::NAMED),
        Target::Here(path) => folder(&path, Limits::FOUND),
        Target::Demo => {
            let source = named("sample", SourcePlace::Sample);
            Ok(("sample".to_owned(), vec![PortalSource::new(source, Limits::NAMED, places)]))
        }
        Target::Configured(sources) => {
            let label = match sources.as_slice() {
                [only] => only.id.to_string(),
                _ => "configured".to_owned(),
            };
            let configured = |it| PortalSource::new(it, Limits::NAMED, places);
            Ok((label, sources.into_iter().map(configured).collect()))
        }
    }
}

fn named(id: &str, place: SourcePlace) -> SourceConfig {
    SourceConfig { id: SourceId::new(id), place, every: None, standing: Standing::Named }
}

/// The name of the cache of these sources: the same for the same sources, another for any others.
pub(super) fn key(sources: &[PortalSource]) -> String {
    let mut digest = Sha256::new();
    for source in sources {
        digest.update(source.id.0.as_bytes());
        digest.update([0]);
        match &source.place {
            SourcePlace::Directory { path, .. } => digest.update(path.as_os_str().as_encoded_bytes()),
            // Another version of the binary has another sample.
            SourcePlace::Sample => digest.update(concat!("sample ", env!("CARGO_PKG_VERSION"))),
            // Its mirror says whether it is the same source.
            SourcePlace::Remote(_) => digest.update(source.mirror.folder().as_os_str().as_encoded_bytes()),
        }
        digest.update([0, u8::from(source.limits == Limits::FOUND)]);
    }
    hex(digest)
}

/// The first 64 bits of a digest, as 16 letters.
fn hex(digest: Sha256) -> String {
    sum::hex(&digest.finalize()[..8])
}
