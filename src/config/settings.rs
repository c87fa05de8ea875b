//! The configuration as the rest of the house sees it: typed and complete.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::check::{ConfigProblem, unknown};
use super::layer::LayerSource;
use super::merged::{Merged, key};
use crate::catalog::SourceId;
use crate::error::{Error, ErrorKind, Result};
use crate::text::Untrusted;

/// Kinds of sources that later versions will read.
const LATER_SOURCES: [&str; 5] = ["git", "github", "gitlab", "backstage", "command"];

/// The configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The ref of the user entity that "mine" is about.
    pub user: Option<String>,
    /// Where entities come from.
    pub sources: Vec<SourceConfig>,
    /// The name of the theme.
    pub theme: String,
    /// How the portal looks and listens.
    pub ui: Ui,
    /// Chords by context, each with the id of its command; none takes the chord away.
    pub keys: Keys,
}

/// Chords by context, each with the id of its command; none takes the chord away.
pub type Keys = BTreeMap<String, BTreeMap<String, Option<String>>>;

/// A source that this version can read: a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceConfig {
    /// Its name.
    pub id: SourceId,
    /// The folder, absolute.
    pub path: PathBuf,
}

/// How the portal looks and listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ui {
    /// The signs that lines and marks are drawn with.
    pub symbols: Symbols,
    /// Whether clicks and the wheel reach the portal.
    pub mouse: bool,
}

/// The signs that lines and marks are drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Symbols {
    /// Box drawing and arrows.
    Unicode,
    /// Nothing beyond ASCII.
    Ascii,
}

/// What paths in the configuration may start from.
pub(super) struct Bases<'a> {
    pub(super) home: &'a Path,
    pub(super) working_dir: &'a Path,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Folder {
    id: String,
    #[serde(rename = "type")]
    _type: String,
    path: String,
}

impl Config {
    /// The typed configuration of merged layers, and the sources that this version cannot read.
    pub(super) fn new(merged: &Merged, bases: &Bases<'_>) -> Result<(Self, Vec<ConfigProblem>)> {
        let (sources, problems) = sources(merged, bases)?;
        let config = Self {
            user: merged.get("/user")?,
            sources,
            theme: merged.get("/theme")?,
            ui: Ui { symbols: merged.get("/ui/symbols")?, mouse: merged.get("/ui/mouse")? },
            keys: keys(merged)?,
        };
        Ok((config, problems))
    }
}

fn keys(merged: &Merged) -> Result<Keys> {
    let Some(contexts) = merged.value("/keys").as_object() else { return merged.get("/keys") };
    let mut keys = Keys::new();
    for (context, chords) in contexts {
        let pointer = format!("/keys/{}", escape(context));
        let mut bound = BTreeMap::new();
        for chord in chords.as_object().into_iter().flat_map(|chords| chords.keys()) {
            bound.insert(chord.clone(), merged.get(&format!("{pointer}/{}", escape(chord)))?);
        }
        if !chords.is_object() {
            bound = merged.get(&pointer)?;
        }
        keys.insert(context.clone(), bound);
    }
    Ok(keys)
}

fn sources(merged: &Merged, bases: &Bases<'_>) -> Result<(Vec<SourceConfig>, Vec<ConfigProblem>)> {
    let listed: Vec<Value> = merged.get("/sources")?;
    let (mut sources, mut problems) = (Vec::<SourceConfig>::new(), Vec::new());
    for (index, source) in listed.iter().enumerate() {
        let pointer = format!("/sources/{index}");
        let wrong = |message: String| {
            Error::new(ErrorKind::Usage, format!("{}: {}: {message}", merged.origin(&pointer), key(&pointer)))
                .with_hint("A source is a map such as { id: src, type: directory, path: ~/src }.")
        };
        match source.get("type").and_then(Value::as_str) {
            Some("directory") => {}
            None => return Err(wrong("it has no `type`.".to_owned())),
            Some(kind) => {
                let message = if LATER_SOURCES.contains(&kind) {
                    format!(
                        "Sources of type `{kind}` are not in this version of callboard, so this one is left \
                         out. Clone its repositories and name their folder as a directory."
                    )
                } else {
                    unknown("type of source", kind, kind, ["directory"].into_iter().chain(LATER_SOURCES))
                };
                problems.push(ConfigProblem { origin: merged.origin(&format!("{pointer}/type")), message });
                continue;
            }
        }
        let folder: Folder = merged.get(&pointer)?;
        if sources.iter().any(|known| known.id.0.as_ref() == folder.id) {
            let id = Untrusted::new(&folder.id);
            return Err(wrong(format!("the id `{}` stands twice.", id.display())));
        }
        let path = absolute(&folder.path, base(merged, &pointer, bases), bases.home);
        sources.push(SourceConfig { id: SourceId::new(&folder.id), path });
    }
    Ok((sources, problems))
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

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
