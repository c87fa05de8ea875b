//! The sources of the configuration: what they have in common, and the folder; each other kind has its
//! settings in the room that fetches it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::check::{ConfigProblem, unknown};
use super::layer::LayerSource;
use super::merged::{Merged, key};
use super::read;
use crate::catalog::SourceId;
use crate::error::{Error, ErrorKind, Result};
use crate::misread::{self, Misread};
use crate::quantity::Length;
use crate::source::RemoteSettings;
use crate::source::directory::watch::Watched;
use crate::text::Untrusted;

/// A source of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceConfig {
    /// Its name.
    pub id: SourceId,
    /// How often it is synced, where it is not as often as the others.
    pub every: Option<Duration>,
    /// Where its entities come from.
    pub place: SourcePlace,
}

/// Where the entities of a source come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourcePlace {
    /// A folder.
    Directory {
        /// Where it is, absolute.
        path: PathBuf,
        /// Whether it is watched while a portal is open.
        watched: Watched,
    },
    /// Somewhere else.
    Remote(RemoteSettings),
}

/// What paths in the configuration may start from.
pub(super) struct Bases<'a> {
    pub(super) home: &'a Path,
    pub(super) working_dir: &'a Path,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Folder {
    path: String,
    #[serde(default = "watches")]
    watch: bool,
}

/// A folder that lies here is what somebody edits, and to watch it costs nothing while nothing changes.
fn watches() -> bool {
    true
}

/// What every kind of source has.
#[derive(Deserialize)]
struct Common {
    id: String,
    every: Option<Length>,
}

/// The kinds of sources there are, each with an example.
pub(super) fn kinds() -> impl Iterator<Item = (&'static str, &'static str)> {
    [("directory", DIRECTORY)].into_iter().chain(RemoteSettings::KINDS)
}

/// A folder as the configuration has it.
const DIRECTORY: &str = "{ id: src, type: directory, path: ~/src }";

/// The sources, and those that cannot be understood and are left out.
pub(super) fn sources(merged: &Merged, bases: &Bases<'_>) -> Result<(Vec<SourceConfig>, Vec<ConfigProblem>)> {
    let listed: Vec<Value> = merged.get("/sources")?;
    let (mut sources, mut problems) = (Vec::<SourceConfig>::new(), Vec::new());
    for (index, source) in listed.into_iter().enumerate() {
        let pointer = format!("/sources/{index}");
        let wrong = |message: &str| {
            Error::new(ErrorKind::Usage, format!("{}: {}: {message}", merged.origin(&pointer), key(&pointer)))
        };
        let Some(kind) = source.get("type").and_then(Value::as_str).map(str::to_owned) else {
            return Err(
                wrong("it has no `type`.").with_hint(format!("A source is a map such as {DIRECTORY}."))
            );
        };
        if !kinds().any(|(known, _)| known == kind) {
            let message = unknown("type of source", &kind, &kind, kinds().map(|(known, _)| known));
            problems.push(ConfigProblem { origin: merged.origin(&format!("{pointer}/type")), message });
            continue;
        }
        let misread = |misread: Misread| {
            let example = kinds().find(|(name, _)| *name == kind).map(|(_, example)| example);
            merged.misread(&pointer, &misread, &source).with_hint(format!(
                "Write it such as {}; docs/sources.md has every key.",
                example.unwrap_or_default()
            ))
        };
        let common: Common = misread::read(&source).map_err(misread)?;
        if common.id.trim().is_empty() || common.id.contains(char::is_control) {
            return Err(wrong("its `id` is empty, or no single line.")
                .with_hint("Write a word that it is called by, such as `id: platform`."));
        }
        if sources.iter().any(|known| *known.id.0 == *common.id) {
            let id = Untrusted::new(&common.id);
            return Err(wrong(&format!("the id `{}` stands twice.", id.display()))
                .with_hint("Each source has an id of its own, which its data is kept under."));
        }
        let own = own(&source);
        let place = if kind == "directory" {
            let folder: Folder = misread::read(&own).map_err(misread)?;
            let path = absolute(&folder.path, base(merged, &pointer, bases), bases.home);
            SourcePlace::Directory { path, watched: if folder.watch { Watched::Yes } else { Watched::No } }
        } else {
            SourcePlace::Remote(RemoteSettings::parse(&kind, &own).map_err(misread)?)
        };
        let (id, every) = (SourceId::new(&common.id), common.every.map(|Length(every)| every));
        sources.push(SourceConfig { id, every, place });
    }
    Ok((sources, problems))
}

/// The sources that fail whenever they are read, as far as that shows without asking anybody. Looks at folders,
/// which hangs where a mount is dead.
pub(super) fn check(merged: &Merged, sources: &[SourceConfig]) -> Vec<ConfigProblem> {
    let listed = merged.value("/sources").as_array().into_iter().flatten();
    let problem = |(index, listed): (usize, &Value)| {
        let id = listed.get("id")?.as_str()?;
        let why = useless(&sources.iter().find(|source| *source.id.0 == *id)?.place)?;
        let pointer = format!("/sources/{index}");
        let message = format!("{} ({}): {why}", key(&pointer), Untrusted::new(id).display());
        Some(ConfigProblem { origin: merged.origin(&pointer), message })
    };
    listed.enumerate().filter_map(problem).collect()
}

/// Why nothing can come from a place, and what to do; nothing where something may.
fn useless(place: &SourcePlace) -> Option<String> {
    match place {
        SourcePlace::Directory { path, .. } => {
            let why = read::no_folder(path)?;
            Some(format!("{} {why}. Correct its path, or mount it.", path.display()))
        }
        SourcePlace::Remote(settings) => Some(settings.check().err()?.told()),
    }
}

/// The keys of a source that are its kind's own.
fn own(source: &Value) -> Value {
    let mut source = source.clone();
    if let Some(map) = source.as_object_mut() {
        map.retain(|key, _| !matches!(key.as_str(), "id" | "type" | "every"));
    }
    source
}

/// The folder that a relative path starts from: where it is written, or where it was typed.
fn base<'a>(merged: &'a Merged, pointer: &str, bases: &Bases<'a>) -> &'a Path {
    match merged.layer(pointer).map(|layer| &layer.source) {
        Some(LayerSource::File(file)) => file.parent().unwrap_or(bases.working_dir),
        _ => bases.working_dir,
    }
}

fn absolute(path: &str, base: &Path, home: &Path) -> PathBuf {
    match path.strip_prefix('~') {
        Some("") => home.to_owned(),
        Some(rest) if rest.starts_with('/') => home.join(rest.trim_start_matches('/')),
        _ => base.join(path),
    }
}
